// Changes a TFLite file in place: a walk over the type tables that the schema compiler writes finds every
// number, length and reference, so that no line here knows the schema.
#include <flatbuffers/minireflect.h>

#include <algorithm>
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
};

// All values that a verified file reaches from its root.
class Spots {
 public:
  explicit Spots(const std::string &bytes) : base_(reinterpret_cast<const uint8_t *>(bytes.data())) {
    object(base_ + flatbuffers::ReadScalar<uoffset_t>(base_), tflite::ModelTypeTable());
  }

  std::vector<Spot> numbers, references;

 private:
  // A table or a struct.
  void object(const uint8_t *object, const TypeTable *table) {
    const uint8_t *previous = nullptr;
    for (size_t index = 0; index < table->num_elems; index++) {
      const auto &code = table->type_codes[index];
      const auto type = static_cast<ElementaryType>(code.base_type);
      const TypeTable *inner = code.sequence_ref < 0 ? nullptr : table->type_refs[code.sequence_ref]();
      const uint8_t *value =
          table->st == flatbuffers::ST_STRUCT
              ? object + table->values[index]
              : reinterpret_cast<const flatbuffers::Table *>(object)->GetAddressOf(
                    flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(index)));
      if (value && code.is_repeating) {
        list(type, inner, value);
      } else if (value) {
        // The field before a union says which it is.
        add(type, inner, value, previous);
      }
      previous = value;
    }
  }

  void list(ElementaryType type, const TypeTable *inner, const uint8_t *value) {
    references.push_back({place(value), sizeof(uoffset_t), inner});
    const uint8_t *length = value + flatbuffers::ReadScalar<uoffset_t>(value);
    numbers.push_back({place(length), sizeof(uoffset_t), nullptr});
    // Of long lists, which are weights, a few elements are enough.
    const size_t count = std::min<size_t>(flatbuffers::ReadScalar<uoffset_t>(length), 64);
    const uint8_t *element = length + sizeof(uoffset_t);
    for (size_t index = 0; index < count; index++) {
      add(type, inner, element, nullptr);
      element += flatbuffers::InlineSize(type, inner);
    }
  }

  void add(ElementaryType type, const TypeTable *inner, const uint8_t *value, const uint8_t *kind) {
    if (type == flatbuffers::ET_SEQUENCE && inner->st == flatbuffers::ST_STRUCT) {
      return object(value, inner);
    }
    if (type != flatbuffers::ET_SEQUENCE && type != flatbuffers::ET_STRING) {
      numbers.push_back({place(value), flatbuffers::InlineSize(type, inner), nullptr});
      return;
    }
    references.push_back({place(value), sizeof(uoffset_t), inner});
    if (type == flatbuffers::ET_STRING) return;
    const TypeTable *table = inner;
    if (inner->st == flatbuffers::ST_UNION) {
      const auto member = kind ? flatbuffers::LookupEnum(*kind, inner->values, inner->num_elems) : -1;
      const int16_t type_of_member = member < 0 ? -1 : inner->type_codes[member].sequence_ref;
      if (type_of_member < 0) return;
      table = inner->type_refs[type_of_member]();
    }
    object(value + flatbuffers::ReadScalar<uoffset_t>(value), table);
  }

  size_t place(const uint8_t *value) const { return static_cast<size_t>(value - base_); }

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
  const Spots spots(*bytes);
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
