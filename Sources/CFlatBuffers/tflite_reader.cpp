#include "tflite_reader.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <flatbuffers/flexbuffers.h>

#include "schema_generated.h"

namespace {

const tflite::Model &unwrap(const tfl_model *model) {
  return *reinterpret_cast<const tflite::Model *>(model);
}

tfl_string string(const flatbuffers::String *text) {
  return text ? tfl_string{text->c_str(), text->size()} : tfl_string{nullptr, 0};
}

tfl_ints ints(const flatbuffers::Vector<int32_t> *list) {
  return list ? tfl_ints{list->data(), list->size()} : tfl_ints{nullptr, 0};
}

template <typename List>
size_t count(const List *list) {
  return list ? list->size() : 0;
}

// Bytes of an array of a sparse index vector, whatever its width.
size_t index_bytes(tflite::SparseIndexVector type, const void *vector) {
  if (!vector) return 0;
  switch (type) {
    case tflite::SparseIndexVector_Int32Vector:
      return 4 * count(static_cast<const tflite::Int32Vector *>(vector)->values());
    case tflite::SparseIndexVector_Uint16Vector:
      return 2 * count(static_cast<const tflite::Uint16Vector *>(vector)->values());
    case tflite::SparseIndexVector_Uint8Vector:
      return count(static_cast<const tflite::Uint8Vector *>(vector)->values());
    default:
      return 0;
  }
}

const tflite::Operator &operator_at(const tfl_model *model, size_t subgraph, size_t index) {
  return *unwrap(model).subgraphs()->Get(subgraph)->operators()->Get(index);
}

// A field of an operator's options, found by name in the type tables that the schema compiler
// makes, so that a new operator needs no line here.
struct Field {
  const flatbuffers::Table *table;
  flatbuffers::voffset_t slot;
  flatbuffers::TypeCode type;
};

bool find_in(const flatbuffers::TypeTable *unions, int member, const void *options,
             const char *name, Field *field) {
  if (!options || member <= 0 || static_cast<size_t>(member) >= unions->num_elems) return false;
  const auto &code = unions->type_codes[member];
  if (code.sequence_ref < 0) return false;
  const flatbuffers::TypeTable *table = unions->type_refs[code.sequence_ref]();
  for (size_t index = 0; index < table->num_elems; index++) {
    if (std::strcmp(table->names[index], name) != 0) continue;
    field->table = static_cast<const flatbuffers::Table *>(options);
    // A vtable starts with two sizes of two bytes each; its entries stand in schema order.
    field->slot = static_cast<flatbuffers::voffset_t>(4 + 2 * index);
    field->type = table->type_codes[index];
    return field->table->CheckField(field->slot);
  }
  return false;
}

bool find(const tflite::Operator &op, const char *name, Field *field) {
  return find_in(tflite::BuiltinOptionsTypeTable(), op.builtin_options_type(),
                 op.builtin_options(), name, field) ||
         find_in(tflite::BuiltinOptions2TypeTable(), op.builtin_options_2_type(),
                 op.builtin_options_2(), name, field);
}

template <typename T>
T get(const Field &field) {
  return field.table->GetField<T>(field.slot, 0);
}

int integer(const Field &field, int64_t *value) {
  switch (field.type.base_type) {
    case flatbuffers::ET_BOOL:
    case flatbuffers::ET_UTYPE:
    case flatbuffers::ET_UCHAR: *value = get<uint8_t>(field); return 1;
    case flatbuffers::ET_CHAR: *value = get<int8_t>(field); return 1;
    case flatbuffers::ET_SHORT: *value = get<int16_t>(field); return 1;
    case flatbuffers::ET_USHORT: *value = get<uint16_t>(field); return 1;
    case flatbuffers::ET_INT: *value = get<int32_t>(field); return 1;
    case flatbuffers::ET_UINT: *value = get<uint32_t>(field); return 1;
    case flatbuffers::ET_LONG: *value = get<int64_t>(field); return 1;
    default: return 0;
  }
}

template <typename T>
size_t copy(const Field &field, int64_t *values, size_t capacity) {
  const auto *list = field.table->GetPointer<const flatbuffers::Vector<T> *>(field.slot);
  for (size_t place = 0; place < std::min(capacity, count(list)); place++) {
    values[place] = static_cast<int64_t>(list->Get(place));
  }
  return count(list);
}

// The options of a custom operator; a null reference when they are not a sound FlexBuffer.
flexbuffers::Reference custom_root(tfl_string options) {
  // The shortest FlexBuffer is a value, its type and its width.
  if (options.count < 3 || options.count > FLATBUFFERS_MAX_BUFFER_SIZE) return {};
  const auto *bytes = reinterpret_cast<const uint8_t *>(options.bytes);
  std::vector<uint8_t> seen;
  if (!flexbuffers::VerifyBuffer(bytes, options.count, &seen)) return {};
  return flexbuffers::GetRoot(bytes, options.count);
}

flexbuffers::Reference custom_option(tfl_string options, const char *name) {
  auto root = custom_root(options);
  return root.IsMap() ? root.AsMap()[name] : flexbuffers::Reference();
}

int text(flexbuffers::Reference reference, tfl_string *value) {
  if (reference.IsString()) {
    auto string = reference.AsString();
    *value = {string.c_str(), string.size()};
    return 1;
  }
  if (!reference.IsBlob()) return 0;
  auto blob = reference.AsBlob();
  *value = {reinterpret_cast<const char *>(blob.data()), blob.size()};
  return 1;
}

}  // namespace

const tfl_model *tfl_open(const uint8_t *bytes, size_t count) {
  // Offsets reach 2 GiB; what follows in a larger file is constant data, not flatbuffer.
  size_t reachable = std::min<size_t>(count, FLATBUFFERS_MAX_BUFFER_SIZE - 1);
  if (reachable < 8 || !tflite::ModelBufferHasIdentifier(bytes)) return nullptr;
  flatbuffers::Verifier verifier(bytes, reachable, /*max_depth=*/64, /*max_tables=*/16000000);
  if (!tflite::VerifyModelBuffer(verifier)) return nullptr;
  return reinterpret_cast<const tfl_model *>(tflite::GetModel(bytes));
}

tfl_model_fields tfl_read_model(const tfl_model *handle) {
  const auto &model = unwrap(handle);
  return {model.version(),          string(model.description()), count(model.operator_codes()),
          count(model.subgraphs()), count(model.buffers()),      count(model.metadata()),
          count(model.signature_defs())};
}

tfl_operator_code_fields tfl_read_operator_code(const tfl_model *handle, size_t index) {
  const auto &code = *unwrap(handle).operator_codes()->Get(index);
  // Ids beyond 127 stand only in the wider field, and old files fill only the narrow one.
  auto builtin = std::max<int32_t>(code.builtin_code(), code.deprecated_builtin_code());
  return {builtin, code.version(), string(code.custom_code())};
}

tfl_subgraph_fields tfl_read_subgraph(const tfl_model *handle, size_t index) {
  const auto &graph = *unwrap(handle).subgraphs()->Get(index);
  return {string(graph.name()), count(graph.tensors()), count(graph.operators()),
          ints(graph.inputs()), ints(graph.outputs())};
}

tfl_tensor_fields tfl_read_tensor(const tfl_model *handle, size_t subgraph, size_t index) {
  const auto &tensor = *unwrap(handle).subgraphs()->Get(subgraph)->tensors()->Get(index);
  tfl_tensor_fields fields = {};
  fields.name = string(tensor.name());
  fields.type = tensor.type();
  fields.buffer = tensor.buffer();
  fields.external_buffer = tensor.external_buffer();
  fields.shape = ints(tensor.shape());
  fields.shape_signature = ints(tensor.shape_signature());
  fields.has_rank = tensor.has_rank();
  fields.is_variable = tensor.is_variable();
  fields.scales_tensor = fields.zero_points_tensor = -1;
  if (const auto *quantization = tensor.quantization()) {
    if (const auto *scales = quantization->scale()) {
      fields.scales = scales->data();
      fields.scale_count = scales->size();
    }
    if (const auto *zero_points = quantization->zero_point()) {
      fields.zero_points = zero_points->data();
      fields.zero_point_count = zero_points->size();
    }
    fields.quantized_dimension = quantization->quantized_dimension();
    if (const auto *blocks = quantization->details_as_BlockwiseQuantization()) {
      fields.quantization_form = tfl_quantization_blockwise;
      fields.scales_tensor = blocks->scales();
      fields.zero_points_tensor = blocks->zero_points();
      fields.block_size = blocks->block_size();
    } else if (quantization->details_type() != tflite::QuantizationDetails_NONE) {
      fields.quantization_form = tfl_quantization_other;
    }
  }
  if (const auto *sparsity = tensor.sparsity()) {
    fields.is_sparse = 1;
    fields.traversal_order = ints(sparsity->traversal_order());
    fields.sparse_dimensions = count(sparsity->dim_metadata());
  }
  return fields;
}

tfl_sparse_dimension_fields tfl_read_sparse_dimension(
    const tfl_model *handle, size_t subgraph, size_t tensor, size_t index) {
  const auto &axis = *unwrap(handle).subgraphs()->Get(subgraph)->tensors()->Get(tensor)
                          ->sparsity()->dim_metadata()->Get(index);
  return {axis.format() == tflite::DimensionType_SPARSE_CSR, axis.dense_size(),
          index_bytes(axis.array_segments_type(), axis.array_segments()) +
              index_bytes(axis.array_indices_type(), axis.array_indices())};
}

tfl_operator_fields tfl_read_operator(const tfl_model *handle, size_t subgraph, size_t index) {
  const auto &op = operator_at(handle, subgraph, index);
  const auto *custom = op.custom_options();
  return {op.opcode_index(), ints(op.inputs()), ints(op.outputs()),
          {custom ? reinterpret_cast<const char *>(custom->data()) : nullptr, count(custom)},
          op.large_custom_options_offset(), op.large_custom_options_size()};
}

tfl_buffer_fields tfl_read_buffer(const tfl_model *handle, size_t index) {
  const auto &buffer = *unwrap(handle).buffers()->Get(index);
  const auto *data = buffer.data();
  bool is_outside = buffer.offset() > 1;
  return {data ? data->data() : nullptr, count(data), is_outside ? buffer.offset() : 0,
          is_outside ? buffer.size() : 0};
}

tfl_named_index tfl_read_metadata(const tfl_model *handle, size_t index) {
  const auto &entry = *unwrap(handle).metadata()->Get(index);
  return {string(entry.name()), entry.buffer()};
}

tfl_signature_fields tfl_read_signature(const tfl_model *handle, size_t index) {
  const auto &signature = *unwrap(handle).signature_defs()->Get(index);
  return {string(signature.signature_key()), signature.subgraph_index(),
          count(signature.inputs()), count(signature.outputs())};
}

tfl_named_index tfl_read_signature_tensor(const tfl_model *handle, size_t index, int is_input,
                                          size_t place) {
  const auto &signature = *unwrap(handle).signature_defs()->Get(index);
  const auto *list = is_input ? signature.inputs() : signature.outputs();
  return {string(list->Get(place)->name()), list->Get(place)->tensor_index()};
}

int tfl_integer_option(const tfl_model *handle, size_t subgraph, size_t index, tfl_string custom,
                       const char *name, int64_t *value) {
  const auto &op = operator_at(handle, subgraph, index);
  Field field;
  if (find(op, name, &field)) return !field.type.is_repeating && integer(field, value);
  auto found = custom_option(custom, name);
  if (!found.IsIntOrUint() && !found.IsBool()) return 0;
  *value = found.AsInt64();
  return 1;
}

int tfl_real_option(const tfl_model *handle, size_t subgraph, size_t index, tfl_string custom,
                    const char *name, double *value) {
  const auto &op = operator_at(handle, subgraph, index);
  Field field;
  if (find(op, name, &field)) {
    if (field.type.is_repeating || field.type.base_type != flatbuffers::ET_FLOAT) return 0;
    *value = get<float>(field);
    return 1;
  }
  auto found = custom_option(custom, name);
  if (!found.IsNumeric()) return 0;
  *value = found.AsDouble();
  return 1;
}

int tfl_integers_option(const tfl_model *handle, size_t subgraph, size_t index, tfl_string custom,
                        const char *name, int64_t *values, size_t capacity, size_t *count) {
  const auto &op = operator_at(handle, subgraph, index);
  Field field;
  if (find(op, name, &field)) {
    if (!field.type.is_repeating) return 0;
    switch (field.type.base_type) {
      case flatbuffers::ET_BOOL:
      case flatbuffers::ET_UCHAR: *count = copy<uint8_t>(field, values, capacity); return 1;
      case flatbuffers::ET_INT: *count = copy<int32_t>(field, values, capacity); return 1;
      case flatbuffers::ET_UINT: *count = copy<uint32_t>(field, values, capacity); return 1;
      case flatbuffers::ET_LONG: *count = copy<int64_t>(field, values, capacity); return 1;
      default: return 0;
    }
  }
  auto found = custom_option(custom, name);
  if (found.IsTypedVector()) {
    auto list = found.AsTypedVector();
    *count = list.size();
    for (size_t place = 0; place < std::min(capacity, list.size()); place++) {
      values[place] = list[place].AsInt64();
    }
    return 1;
  }
  if (!found.IsVector() || found.IsMap()) return 0;
  auto list = found.AsVector();
  *count = list.size();
  for (size_t place = 0; place < std::min(capacity, list.size()); place++) {
    values[place] = list[place].AsInt64();
  }
  return 1;
}

int tfl_option_length(const tfl_model *handle, size_t subgraph, size_t index, const char *name,
                      size_t *value) {
  Field field;
  if (!find(operator_at(handle, subgraph, index), name, &field) || !field.type.is_repeating) {
    return 0;
  }
  // The length stands in front of the elements, whatever they are.
  *value = field.table->GetPointer<const flatbuffers::Vector<uint8_t> *>(field.slot)->size();
  return 1;
}

int tfl_text_option(const tfl_model *handle, size_t subgraph, size_t index, tfl_string custom,
                    const char *name, tfl_string *value) {
  const auto &op = operator_at(handle, subgraph, index);
  Field field;
  if (find(op, name, &field)) {
    if (field.type.is_repeating || field.type.base_type != flatbuffers::ET_STRING) return 0;
    *value = string(field.table->GetPointer<const flatbuffers::String *>(field.slot));
    return 1;
  }
  return text(custom_option(custom, name), value);
}

int tfl_custom_element(tfl_string custom, size_t place, tfl_string *value) {
  auto root = custom_root(custom);
  if (!root.IsVector() || root.IsMap()) return 0;
  auto list = root.AsVector();
  return place < list.size() && text(list[place], value);
}

const char *tfl_builtin_name(int32_t builtin) {
  return tflite::EnumNameBuiltinOperator(static_cast<tflite::BuiltinOperator>(builtin));
}

const char *tfl_type_name(int32_t type) {
  return tflite::EnumNameTensorType(static_cast<tflite::TensorType>(type));
}
