// What libFuzzer calls to change an input: a model, and behind it two bytes that say what is asked about it.
#include <algorithm>
#include <cstring>
#include <string>

#include "mutators.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size);

namespace mutators {

uint64_t interesting(Random &random) {
  constexpr int64_t kFew[] = {0, 1, 2, 3, 4, 7, 8, 16, 64, 127, 128, 255, 256, 1000, 65535, 65536};
  const uint64_t power = uint64_t{1} << below(64, random);
  switch (below(4, random)) {
    case 0: return power + below(3, random) - 1;
    case 1: return ~power + below(3, random);
    default: return static_cast<uint64_t>(kFew[below(std::size(kFew), random)]);
  }
}

}  // namespace mutators

namespace {

constexpr size_t kQuestionBytes = 2;

// A change before can have left a model shorter than the identifier.
bool is_tflite(const std::string &model) {
  return model.size() >= 8 && model.compare(4, 4, "TFL3") == 0;
}

size_t copy(const std::string &model, const uint8_t *question, uint8_t *output) {
  std::memmove(output + model.size(), question, kQuestionBytes);
  std::memcpy(output, model.data(), model.size());
  return model.size() + kQuestionBytes;
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size,
                                          unsigned int seed) {
  mutators::Random random(seed);
  // One in eight changes takes no account of structure.
  if (size <= 8 + kQuestionBytes || mutators::below(8, random) == 0) {
    return LLVMFuzzerMutate(bytes, size, max_size);
  }
  std::string model(reinterpret_cast<char *>(bytes), size - kQuestionBytes);
  uint8_t question[kQuestionBytes];
  std::memcpy(question, bytes + model.size(), kQuestionBytes);
  if (mutators::below(6, random) == 0) {
    for (uint8_t &byte : question) byte = static_cast<uint8_t>(random());
    return copy(model, question, bytes);
  }
  for (size_t count = 1 + mutators::below(3, random); count > 0; count--) {
    if (is_tflite(model)) {
      if (!mutators::change_tflite(&model, random)) break;
    } else {
      std::string changed = mutators::changed_wire(model, random);
      if (changed.empty() || changed.size() + kQuestionBytes > max_size) break;
      model = std::move(changed);
    }
  }
  if (model.compare(0, model.size(), reinterpret_cast<char *>(bytes), size - kQuestionBytes) == 0) {
    return LLVMFuzzerMutate(bytes, size, max_size);
  }
  return copy(model, question, bytes);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size,
                                            const uint8_t *second, size_t second_size,
                                            uint8_t *output, size_t max_size, unsigned int seed) {
  if (first_size <= kQuestionBytes || second_size <= kQuestionBytes) return 0;
  mutators::Random random(seed);
  const std::string one(reinterpret_cast<const char *>(first), first_size - kQuestionBytes);
  const std::string other(reinterpret_cast<const char *>(second), second_size - kQuestionBytes);
  const std::string joined = mutators::joined_wire(one, other, random);
  if (joined.empty() || joined.size() + kQuestionBytes > max_size) return 0;
  return copy(joined, first + first_size - kQuestionBytes, output);
}
