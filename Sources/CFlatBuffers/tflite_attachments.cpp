#include "tflite_attachments.h"

#include <algorithm>
#include <cstring>

#include "edgetpu_generated.h"
#include "litertlm_generated.h"
#include "metadata_generated.h"

namespace {

namespace meta = tflite::metadata;

tfl_string string(const flatbuffers::String *text) {
  return text ? tfl_string{text->c_str(), text->size()} : tfl_string{nullptr, 0};
}

template <typename List>
size_t count(const List *list) {
  return list ? list->size() : 0;
}

// Bytes that are packed into other flatbuffers need not be aligned.
flatbuffers::Verifier verifier(const uint8_t *bytes, size_t count) {
  return {bytes, std::min<size_t>(count, FLATBUFFERS_MAX_BUFFER_SIZE - 1), /*max_depth=*/64,
          /*max_tables=*/1000000, /*check_alignment=*/false};
}

const meta::ModelMetadata &unwrap(const tfl_metadata *metadata) {
  return *reinterpret_cast<const meta::ModelMetadata *>(metadata);
}

using Files = flatbuffers::Vector<flatbuffers::Offset<meta::AssociatedFile>>;
using Tensors = flatbuffers::Vector<flatbuffers::Offset<meta::TensorMetadata>>;

const Tensors *tensors(const tfl_metadata *metadata, bool are_inputs) {
  const auto *graphs = unwrap(metadata).subgraph_metadata();
  if (count(graphs) == 0) return nullptr;
  const auto *graph = graphs->Get(0);
  return are_inputs ? graph->input_tensor_metadata() : graph->output_tensor_metadata();
}

const Files *files(const tfl_metadata *metadata, tfl_metadata_list list, size_t owner) {
  if (list == tfl_metadata_model_files) return unwrap(metadata).associated_files();
  const auto *owners = tensors(metadata, list == tfl_metadata_input_files);
  return owner < count(owners) ? owners->Get(owner)->associated_files() : nullptr;
}

bool is_tensor_list(tfl_metadata_list list) {
  return list == tfl_metadata_inputs || list == tfl_metadata_outputs;
}

}  // namespace

const tfl_metadata *tfl_open_metadata(const uint8_t *bytes, size_t count) {
  if (count < 8 || !meta::ModelMetadataBufferHasIdentifier(bytes)) return nullptr;
  auto check = verifier(bytes, count);
  if (!meta::VerifyModelMetadataBuffer(check)) return nullptr;
  return reinterpret_cast<const tfl_metadata *>(meta::GetModelMetadata(bytes));
}

tfl_metadata_fields tfl_read_metadata_fields(const tfl_metadata *handle) {
  const auto &metadata = unwrap(handle);
  return {string(metadata.name()),   string(metadata.description()),
          string(metadata.version()), string(metadata.author()),
          string(metadata.license()), string(metadata.min_parser_version())};
}

size_t tfl_count_metadata(const tfl_metadata *metadata, tfl_metadata_list list, size_t owner) {
  return is_tensor_list(list) ? count(tensors(metadata, list == tfl_metadata_inputs))
                              : count(files(metadata, list, owner));
}

tfl_metadata_entry tfl_read_metadata_entry(const tfl_metadata *metadata, tfl_metadata_list list,
                                           size_t owner, size_t index) {
  if (is_tensor_list(list)) {
    const auto &tensor = *tensors(metadata, list == tfl_metadata_inputs)->Get(index);
    return {string(tensor.name()), string(tensor.description()), 0};
  }
  const auto &file = *files(metadata, list, owner)->Get(index);
  return {string(file.name()), string(file.description()), file.type()};
}

const char *tfl_metadata_file_kind(int type) {
  return meta::EnumNameAssociatedFileType(static_cast<meta::AssociatedFileType>(type));
}

int tfl_read_edgetpu(const uint8_t *bytes, size_t count_, tfl_edgetpu_fields *fields) {
  *fields = {};
  if (count_ < 8 || !edgetpu::PackageBufferHasIdentifier(bytes)) return 0;
  auto check = verifier(bytes, count_);
  if (!edgetpu::VerifyPackageBuffer(check)) return 0;
  const auto &package = *edgetpu::GetPackage(bytes);
  fields->compiler_version = string(package.compiler_version());
  fields->min_runtime_version = package.min_runtime_version();
  const auto *inner = package.serialized_multi_executable();
  if (count(inner) < 8) return 0;
  auto inner_check = verifier(inner->data(), inner->size());
  if (!inner_check.VerifyBuffer<edgetpu::MultiExecutable>(nullptr)) return 0;
  const auto *list =
      flatbuffers::GetRoot<edgetpu::MultiExecutable>(inner->data())->serialized_executables();
  for (size_t index = 0; index < count(list); index++) {
    const auto *text = list->Get(index);
    auto data = reinterpret_cast<const uint8_t *>(text->data());
    if (text->size() < 8) return 0;
    auto part = verifier(data, text->size());
    if (!part.VerifyBuffer<edgetpu::Executable>(nullptr)) return 0;
    const auto &executable = *flatbuffers::GetRoot<edgetpu::Executable>(data);
    fields->executables++;
    fields->chip = string(executable.chip());
    fields->parameter_bytes += count(executable.parameters());
    fields->scratch_bytes += std::max(0, executable.scratch_size_bytes());
    if (executable.type() == edgetpu::ExecutableType_PARAMETER_CACHING) {
      fields->caches_parameters = 1;
    } else {
      fields->estimated_cycles += std::clamp<int64_t>(
          std::max<int64_t>(executable.estimated_cycles_64bit(), executable.estimated_cycles()), 0,
          INT32_MAX);
    }
    const auto *streams = executable.instruction_bitstreams();
    for (size_t stream = 0; stream < count(streams); stream++) {
      fields->instruction_bytes += count(streams->Get(stream)->bitstream());
    }
  }
  return 1;
}

namespace {

const flatbuffers::Vector<flatbuffers::Offset<litertlm::Section>> *sections(
    const tfl_litertlm *container) {
  const auto *list = reinterpret_cast<const litertlm::Header *>(container)->section_metadata();
  return list ? list->objects() : nullptr;
}

}  // namespace

const tfl_litertlm *tfl_open_litertlm(const uint8_t *header, size_t count) {
  if (count < 8) return nullptr;
  auto check = verifier(header, count);
  if (!litertlm::VerifyHeaderBuffer(check)) return nullptr;
  return reinterpret_cast<const tfl_litertlm *>(litertlm::GetHeader(header));
}

size_t tfl_count_litertlm(const tfl_litertlm *container) { return count(sections(container)); }

tfl_litertlm_section tfl_read_litertlm(const tfl_litertlm *container, size_t index) {
  const auto &section = *sections(container)->Get(index);
  tfl_litertlm_section fields = {{nullptr, 0}, section.begin_offset(), section.end_offset(),
                                 section.data_type() == litertlm::SectionType_TFLiteModel};
  const auto *items = section.items();
  for (size_t place = 0; place < count(items); place++) {
    const auto *item = items->Get(place);
    if (!item->key() || std::strcmp(item->key()->c_str(), "model_type") != 0) continue;
    if (const auto *text = item->value_as_text()) fields.model_type = string(text->value());
  }
  return fields;
}
