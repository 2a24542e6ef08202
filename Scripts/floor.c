// The least that any reader does: maps a model file, visits each of its fields once, and prints how many there are.
//
// usage: floor FILE
//
// ONNX: all protobuf fields, into every nested message. TFLite: all table fields that are reachable from the root;
// options of operators as far as their vtables. Of text, weights and other lists only the lengths are read.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const uint8_t *file;
static size_t size, fields;

static void require(int holds) {
  if (!holds) exit(2);
}

// Which message a field holds, by the message that it is in; 0: none.
enum {
  LEAF = 1, MODEL, GRAPH, NODE, ATTRIBUTE, TENSOR, SPARSE, VALUE, TYPE, TENSOR_TYPE, SHAPE, HOLDER, FUNCTION, TRAINING
};
static const uint8_t message[][32] = {
    [MODEL] = {[7] = GRAPH, [8] = LEAF, [14] = LEAF, [20] = TRAINING, [25] = FUNCTION, [26] = LEAF},
    [GRAPH] = {[1] = NODE, [5] = TENSOR, [11] = VALUE, [12] = VALUE, [13] = VALUE, [14] = LEAF,
               [15] = SPARSE, [16] = LEAF},
    [NODE] = {[5] = ATTRIBUTE, [9] = LEAF, [10] = LEAF},
    [ATTRIBUTE] = {[5] = TENSOR, [6] = GRAPH, [10] = TENSOR, [11] = GRAPH, [14] = TYPE, [15] = TYPE,
                   [22] = SPARSE, [23] = SPARSE},
    [TENSOR] = {[3] = LEAF, [13] = LEAF, [16] = LEAF},
    [SPARSE] = {[1] = TENSOR, [2] = TENSOR},
    [VALUE] = {[2] = TYPE, [4] = LEAF},
    [TYPE] = {[1] = TENSOR_TYPE, [4] = HOLDER, [5] = HOLDER, [7] = LEAF, [8] = TENSOR_TYPE, [9] = HOLDER},
    [TENSOR_TYPE] = {[2] = SHAPE},
    [SHAPE] = {[1] = LEAF},
    [HOLDER] = {[1] = TYPE, [2] = TYPE},
    [FUNCTION] = {[7] = NODE, [9] = LEAF, [11] = ATTRIBUTE, [12] = VALUE, [14] = LEAF},
    [TRAINING] = {[1] = GRAPH, [2] = GRAPH, [3] = LEAF, [4] = LEAF},
};

static uint64_t varint(const uint8_t **at, const uint8_t *end) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    require(*at < end);
    uint8_t byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

static void visit_message(const uint8_t *at, const uint8_t *end, int kind) {
  while (at < end) {
    uint64_t tag = varint(&at, end), number = tag >> 3, wire = tag & 7;
    fields++;
    if (wire == 0) {
      varint(&at, end);
      continue;
    }
    require(wire == 1 || wire == 2 || wire == 5);
    uint64_t length = wire == 2 ? varint(&at, end) : wire == 1 ? 8 : 4;
    require(length <= (uint64_t)(end - at));
    int inner = wire == 2 && number < 32 ? message[kind][number] : 0;
    if (inner) visit_message(at, at + length, inner);
    at += length;
  }
}

// What a table's field refers to: a list of numbers or a text, a table, or a list of tables of one kind; 0: a number.
enum {
  LIST = 1, OPTIONS, ROOT, CODE, SUBGRAPH, OPERATOR, VARIABLE, QUANTIZATION, SPARSITY, AXIS, VARIANT, BUFFER, METADATA,
  SIGNATURE, MAP, OUTSIDE, MANY = 32
};
static const uint8_t table[][16] = {
    [ROOT] = {[1] = MANY | CODE, [2] = MANY | SUBGRAPH, [3] = LIST, [4] = MANY | BUFFER, [5] = LIST,
              [6] = MANY | METADATA, [7] = MANY | SIGNATURE, [8] = MANY | METADATA, [9] = MANY | OUTSIDE},
    [CODE] = {[1] = LIST},
    [SUBGRAPH] = {[0] = MANY | VARIABLE, [1] = LIST, [2] = LIST, [3] = MANY | OPERATOR, [4] = LIST},
    [OPERATOR] = {[1] = LIST, [2] = LIST, [4] = OPTIONS, [5] = LIST, [7] = LIST, [8] = LIST, [12] = OPTIONS},
    [VARIABLE] = {[0] = LIST, [3] = LIST, [4] = QUANTIZATION, [6] = SPARSITY, [7] = LIST, [9] = MANY | VARIANT},
    [QUANTIZATION] = {[0] = LIST, [1] = LIST, [2] = LIST, [3] = LIST, [5] = OPTIONS},
    [SPARSITY] = {[0] = LIST, [1] = LIST, [2] = MANY | AXIS},
    [AXIS] = {[3] = OPTIONS, [5] = OPTIONS},
    [VARIANT] = {[0] = LIST},
    [BUFFER] = {[0] = LIST},
    [METADATA] = {[0] = LIST},
    [SIGNATURE] = {[0] = MANY | MAP, [1] = MANY | MAP, [2] = LIST, [3] = LIST},
    [MAP] = {[0] = LIST},
    [OUTSIDE] = {[4] = LIST},
};

static uint32_t read_at(size_t place, size_t bytes) {
  uint32_t value = 0;
  require(place < size && bytes <= size - place);
  memcpy(&value, file + place, bytes);
  return value;
}

static void visit_table(size_t place, int kind) {
  size_t names = place - (int32_t)read_at(place, 4);
  size_t count = (read_at(names, 2) - 4) / 2;
  for (size_t slot = 0; slot < count; slot++) {
    size_t offset = read_at(names + 4 + 2 * slot, 2), at = place + offset;
    if (!offset) continue;
    fields++;
    int inner = slot < 16 ? table[kind][slot] : 0;
    if (!inner) {
      read_at(at, 1);
      continue;
    }
    at += read_at(at, 4);
    uint32_t length = inner & MANY || inner == LIST ? read_at(at, 4) : 0;
    if (inner & MANY) {
      for (uint32_t item = 0; item < length; item++) {
        size_t link = at + 4 + 4 * (size_t)item;
        visit_table(link + read_at(link, 4), inner & ~MANY);
      }
    } else if (inner != LIST) {
      visit_table(at, inner);
    }
  }
}

int main(int count, char **arguments) {
  struct stat facts;
  require(count == 2);
  int descriptor = open(arguments[1], O_RDONLY);
  require(descriptor >= 0 && fstat(descriptor, &facts) == 0 && facts.st_size >= 8);
  size = facts.st_size;
  file = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  require(file != MAP_FAILED);
  if (memcmp(file + 4, "TFL3", 4) == 0) {
    visit_table(read_at(0, 4), ROOT);
  } else {
    visit_message(file, file + size, MODEL);
  }
  printf("%zu fields\n", fields);
  return 0;
}
