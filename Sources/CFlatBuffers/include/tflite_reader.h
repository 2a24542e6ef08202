// A C view of a TFLite flatbuffer: bytes in, plain structures out.
//
// No function allocates or keeps anything: every pointer it gives points into the caller's bytes
// and lives as long as they do. Indices must be below the counts given; an absent list has a
// null pointer and a count of 0.
#ifndef TFLITE_READER_H
#define TFLITE_READER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Swift reads nullability from these marks; other compilers do not know them.
#ifdef __clang__
#pragma clang assume_nonnull begin
#else
#define _Nullable
#endif

typedef struct tfl_model tfl_model;

typedef struct {
  const char *_Nullable bytes;
  size_t count;
} tfl_string;

typedef struct {
  const int32_t *_Nullable items;
  size_t count;
} tfl_ints;

typedef struct {
  uint32_t schema_version;
  tfl_string description;
  size_t operator_codes, subgraphs, buffers, metadata, signatures;
} tfl_model_fields;

typedef struct {
  int32_t builtin;
  int32_t version;
  tfl_string custom_name;
} tfl_operator_code_fields;

typedef struct {
  tfl_string name;
  size_t tensors, operators;
  tfl_ints inputs, outputs;
} tfl_subgraph_fields;

// What the quantization details union holds.
typedef enum { tfl_quantization_plain, tfl_quantization_blockwise, tfl_quantization_other } tfl_quantization_form;

typedef struct {
  tfl_string name;
  int32_t type;
  uint32_t buffer;
  uint32_t external_buffer;
  tfl_ints shape, shape_signature;
  int has_rank, is_variable, is_sparse;
  const float *_Nullable scales;
  size_t scale_count;
  const int64_t *_Nullable zero_points;
  size_t zero_point_count;
  int32_t quantized_dimension;
  tfl_quantization_form quantization_form;
  // Of a blockwise quantization: tensors that hold the scales and zero points (-1: none).
  int32_t scales_tensor, zero_points_tensor, block_size;
  // Of a sparse tensor: the order in which axes are stored, and their number.
  tfl_ints traversal_order;
  size_t sparse_dimensions;
} tfl_tensor_fields;

typedef struct {
  int is_compressed;
  int32_t dense_size;
  // Bytes of the index arrays of a compressed axis.
  size_t index_bytes;
} tfl_sparse_dimension_fields;

typedef struct {
  uint32_t code;
  tfl_ints inputs, outputs;
  tfl_string custom_options;
  // Place in the file of options that lie outside the flatbuffer; 0 when they do not.
  uint64_t large_options_offset, large_options_size;
} tfl_operator_fields;

typedef struct {
  const uint8_t *_Nullable bytes;
  size_t count;
  // Place in the file of data that lies outside the flatbuffer; 0 when it does not.
  uint64_t offset, size;
} tfl_buffer_fields;

typedef struct {
  tfl_string name;
  uint32_t index;
} tfl_named_index;

// Checks every offset in the bytes. Null when they are not a TFLite flatbuffer.
const tfl_model *_Nullable tfl_open(const uint8_t *bytes, size_t count);

tfl_model_fields tfl_read_model(const tfl_model *model);
tfl_operator_code_fields tfl_read_operator_code(const tfl_model *model, size_t index);
tfl_subgraph_fields tfl_read_subgraph(const tfl_model *model, size_t index);
tfl_tensor_fields tfl_read_tensor(const tfl_model *model, size_t subgraph, size_t index);
tfl_sparse_dimension_fields tfl_read_sparse_dimension(
    const tfl_model *model, size_t subgraph, size_t tensor, size_t index);
tfl_operator_fields tfl_read_operator(const tfl_model *model, size_t subgraph, size_t index);
tfl_buffer_fields tfl_read_buffer(const tfl_model *model, size_t index);
// A metadata entry's name and buffer.
tfl_named_index tfl_read_metadata(const tfl_model *model, size_t index);

typedef struct {
  tfl_string key;
  uint32_t subgraph;
  size_t inputs, outputs;
} tfl_signature_fields;

tfl_signature_fields tfl_read_signature(const tfl_model *model, size_t index);
// What callers call an input or output of a signature, and the tensor that it is.
tfl_named_index tfl_read_signature_tensor(
    const tfl_model *model, size_t signature, int is_input, size_t index);

// An operator's option by its name in the schema, or in the FlexBuffer map that the options of a
// custom operator are.
// They give 0 and leave `value` alone when the option is absent: the schema's default is then for
// the caller to know.
int tfl_integer_option(
    const tfl_model *model, size_t subgraph, size_t index, tfl_string custom, const char *name,
    int64_t *value);
int tfl_real_option(
    const tfl_model *model, size_t subgraph, size_t index, tfl_string custom, const char *name,
    double *value);
// Copies up to `capacity` numbers of a list and says how many it has.
int tfl_integers_option(
    const tfl_model *model, size_t subgraph, size_t index, tfl_string custom, const char *name,
    int64_t *_Nullable values, size_t capacity, size_t *count);
// How many elements a list has.
int tfl_option_length(
    const tfl_model *model, size_t subgraph, size_t index, const char *name, size_t *value);
int tfl_text_option(
    const tfl_model *model, size_t subgraph, size_t index, tfl_string custom, const char *name,
    tfl_string *value);
// A text in the FlexBuffer vector that a custom operator's options are.
int tfl_custom_element(tfl_string custom, size_t place, tfl_string *value);

// The schema's name of a builtin operator; empty when the schema does not know it.
const char *tfl_builtin_name(int32_t builtin);
// The schema's name of an element type, in capitals; empty when the schema does not know it.
const char *tfl_type_name(int32_t type);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
