// A C view of what goes with TFLite models: metadata for people, the package that the Edge TPU's
// compiler makes, the header of containers of LiteRT-LM. As in tflite_reader.h, pointers point into the caller's bytes.
#ifndef TFLITE_ATTACHMENTS_H
#define TFLITE_ATTACHMENTS_H

#include "tflite_reader.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

typedef struct tfl_metadata tfl_metadata;

typedef struct {
  tfl_string name, description, version, author, license, min_parser_version;
} tfl_metadata_fields;

typedef struct {
  tfl_string name, description;
  // Its place in the schema's AssociatedFileType.
  int type;
} tfl_metadata_entry;

// What a list of entries belongs to.
typedef enum {
  tfl_metadata_model_files,
  tfl_metadata_inputs,
  tfl_metadata_outputs,
  tfl_metadata_input_files,
  tfl_metadata_output_files
} tfl_metadata_list;

// Checks every offset in the bytes. Null when they are not TFLite metadata.
const tfl_metadata *_Nullable tfl_open_metadata(const uint8_t *bytes, size_t count);
tfl_metadata_fields tfl_read_metadata_fields(const tfl_metadata *metadata);
// Entries of the model or of its first subgraph; `owner` is the input or output that files are of.
size_t tfl_count_metadata(const tfl_metadata *metadata, tfl_metadata_list list, size_t owner);
tfl_metadata_entry tfl_read_metadata_entry(
    const tfl_metadata *metadata, tfl_metadata_list list, size_t owner, size_t index);

// The schema's name of a file type; empty when the schema does not know it.
const char *tfl_metadata_file_kind(int type);

typedef struct {
  tfl_string compiler_version, chip;
  int min_runtime_version;
  size_t executables;
  // Sums over the executables.
  uint64_t parameter_bytes, instruction_bytes, scratch_bytes;
  int64_t estimated_cycles;
  // Whether one of them stores parameters on the chip for the others.
  int caches_parameters;
} tfl_edgetpu_fields;

// Reads the header of an Edge TPU package. 0 when the bytes are not a sound one.
int tfl_read_edgetpu(const uint8_t *bytes, size_t count, tfl_edgetpu_fields *fields);

typedef struct tfl_litertlm tfl_litertlm;

typedef struct {
  // What the model is for; empty where that is not stated.
  tfl_string model_type;
  uint64_t begin, end;
  int is_tflite;
} tfl_litertlm_section;

// Checks every offset in the header of a LiteRT-LM container. Null when it is not sound.
const tfl_litertlm *_Nullable tfl_open_litertlm(const uint8_t *header, size_t count);
size_t tfl_count_litertlm(const tfl_litertlm *container);
tfl_litertlm_section tfl_read_litertlm(const tfl_litertlm *container, size_t index);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
