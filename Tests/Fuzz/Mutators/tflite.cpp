// Changes a TFLite file in place: FlatBuffers' own walk over the type tables that its compiler writes finds
// every number, length and reference, so that no line here knows the schema.
#include <flatbuffers/minireflect.h>

#include <cstring>
#include <vector>

#include "mutators.h"
#include "schema_generated.h"

namespace mutators {
namespace {

using flatbuffers::ElementaryType;
using flatbuffers::TypeTable;
using flatbuffers::uoffset_t;

// A value as it lies in the file.
struct Spot {
  size_t start;
  size_t width;
  // The table's type of a reference to one; two of a type can change places.
  const TypeTable *refers_to;
  bool is_reference;
};

class Spots : public flatbuffers::IterationVisitor {
 public:
  explicit Spots(const std::string &bytes) : base_(reinterpret_cast<const uint8_t *>(bytes.data())) {}

  std::vector<Spot> numbers, references;

  void Field(size_t, size_t, ElementaryType type, bool is_list, const TypeTable *table,
             const char *, const uint8_t *value) override {
    if (!value) return;
    if (!is_list) return add(type, table, value);
    // The length stands where the reference to the list points.
    const size_t start = static_cast<size_t>(value - base_);
    references.push_back({start, sizeof(uoffset_t), table, true});
    numbers.push_back({start + flatbuffers::ReadScalar<uoffset_t>(value), sizeof(uoffset_t), nullptr, false});
  }

  void Element(size_t index, ElementaryType type, const TypeTable *table,
               const uint8_t *value) override {
    // Of long lists, which are weights, a few elements are enough.
    if (index < 64) add(type, table, value);
  }

 private:
  void add(ElementaryType type, const TypeTable *table, const uint8_t *value) {
    const size_t start = static_cast<size_t>(value - base_);
    const bool is_table = type == flatbuffers::ET_SEQUENCE && table->st != flatbuffers::ST_STRUCT;
    if (is_table || type == flatbuffers::ET_STRING) {
      references.push_back({start, sizeof(uoffset_t), table, true});
    } else if (type != flatbuffers::ET_SEQUENCE) {
      numbers.push_back({start, flatbuffers::InlineSize(type, table), nullptr, false});
    }
  }

  const uint8_t *base_;
};

uoffset_t target(const std::string &bytes, const Spot &spot) {
  return static_cast<uoffset_t>(spot.start) + flatbuffers::ReadScalar<uoffset_t>(&bytes[spot.start]);
}

// Lets a reference point to what another of the same type points to; references point forwards only.
bool redirect(std::string *bytes, const std::vector<Spot> &references, Random &random) {
  const Spot &spot = references[below(references.size(), random)];
  std::vector<uoffset_t> targets;
  for (const Spot &other : references) {
    if (other.refers_to == spot.refers_to && target(*bytes, other) > spot.start) {
      targets.push_back(target(*bytes, other));
    }
  }
  if (targets.empty()) return false;
  const auto distance = targets[below(targets.size(), random)] - static_cast<uoffset_t>(spot.start);
  flatbuffers::WriteScalar(&(*bytes)[spot.start], distance);
  return true;
}

}  // namespace

bool change_tflite(std::string *bytes, Random &random) {
  const auto *start = reinterpret_cast<const uint8_t *>(bytes->data());
  // The walk goes over a table as often as it is referred to, as the verifier does.
  flatbuffers::Verifier verifier(start, bytes->size(), 64, 10000);
  if (!tflite::VerifyModelBuffer(verifier)) return false;
  Spots spots(*bytes);
  flatbuffers::IterateFlatBuffer(start, tflite::ModelTypeTable(), &spots);
  if (!spots.references.empty() && below(4, random) == 0) {
    return redirect(bytes, spots.references, random);
  }
  if (spots.numbers.empty()) return false;
  const Spot &spot = spots.numbers[below(spots.numbers.size(), random)];
  uint64_t value = 0;
  std::memcpy(&value, &(*bytes)[spot.start], spot.width);
  // Most indices, codes and sizes are small, and those near them are often valid.
  switch (below(3, random)) {
    case 0: value = interesting(random); break;
    case 1: value += below(9, random) - 4; break;
    default: value = below(160, random);
  }
  std::memcpy(&(*bytes)[spot.start], &value, spot.width);
  return true;
}

}  // namespace mutators
