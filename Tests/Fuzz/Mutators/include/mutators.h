// Changes to models that keep most of their structure, for libFuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace mutators {

using Random = std::minstd_rand;

// A number below a limit above zero.
inline size_t below(size_t limit, Random &random) { return random() % limit; }

// A number at which code changes its mind: near a power of two, small, or one of the sizes of a model.
uint64_t interesting(Random &random);

// A protobuf message with one field changed, copied, moved, renamed or removed; empty when the bytes are
// no message.
std::string changed_wire(const std::string &bytes, Random &random);

// The first message with a part of the second.
std::string joined_wire(const std::string &first, const std::string &second, Random &random);

// Changes one number, length, code or reference of a TFLite file in place; false when the bytes are none.
bool change_tflite(std::string *bytes, Random &random);

}  // namespace mutators
