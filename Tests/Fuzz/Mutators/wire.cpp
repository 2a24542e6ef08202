// Protobuf messages as trees of fields, without a schema: a field with a length whose bytes read as fields
// is taken for a message. That mistakes some names for messages, which does no harm here.
#include <algorithm>
#include <vector>

#include "mutators.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size);

namespace mutators {
namespace {

enum Wire : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Field {
  uint32_t number = 0;
  Wire wire = kBytes;
  uint64_t value = 0;            // of a number
  std::string text;              // of bytes that are no message
  std::vector<Field> fields;     // of a message
};

constexpr int kDepth = 24;
// The largest number of a field of ONNX.
constexpr uint32_t kLargestNumber = 26;

bool read_varint(const std::string &bytes, size_t *place, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 64 && *place < bytes.size(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes[(*place)++]);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool read_fixed(const std::string &bytes, size_t width, size_t *place, uint64_t *value) {
  if (bytes.size() - *place < width) return false;
  *value = 0;
  for (size_t index = 0; index < width; index++) {
    *value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[*place + index])) << (8 * index);
  }
  *place += width;
  return true;
}

bool read(const std::string &bytes, int depth, std::vector<Field> *fields) {
  if (bytes.empty() || depth > kDepth) return false;
  size_t place = 0;
  while (place < bytes.size()) {
    Field field;
    uint64_t tag;
    if (!read_varint(bytes, &place, &tag)) return false;
    field.number = static_cast<uint32_t>(tag >> 3);
    field.wire = static_cast<Wire>(tag & 7);
    if (tag >> 3 < 1 || tag >> 3 > kLargestNumber) return false;
    switch (field.wire) {
      case kVarint:
        if (!read_varint(bytes, &place, &field.value)) return false;
        break;
      case kFixed64:
        if (!read_fixed(bytes, 8, &place, &field.value)) return false;
        break;
      case kFixed32:
        if (!read_fixed(bytes, 4, &place, &field.value)) return false;
        break;
      case kBytes: {
        uint64_t length;
        if (!read_varint(bytes, &place, &length) || length > bytes.size() - place) return false;
        std::string content = bytes.substr(place, length);
        place += length;
        if (!read(content, depth + 1, &field.fields)) {
          field.fields.clear();
          field.text = std::move(content);
        }
        break;
      }
      default: return false;
    }
    fields->push_back(std::move(field));
  }
  return true;
}

void write_varint(uint64_t value, std::string *output) {
  for (; value >= 0x80; value >>= 7) output->push_back(static_cast<char>(value | 0x80));
  output->push_back(static_cast<char>(value));
}

std::string written(const std::vector<Field> &fields) {
  std::string output;
  for (const Field &field : fields) {
    write_varint(static_cast<uint64_t>(field.number) << 3 | field.wire, &output);
    if (field.wire == kVarint) {
      write_varint(field.value, &output);
    } else if (field.wire == kBytes) {
      const std::string content = field.fields.empty() ? field.text : written(field.fields);
      write_varint(content.size(), &output);
      output += content;
    } else {
      for (int index = 0; index < (field.wire == kFixed64 ? 8 : 4); index++) {
        output.push_back(static_cast<char>(field.value >> (8 * index)));
      }
    }
  }
  return output;
}

// A field with the list that holds it.
struct Place {
  std::vector<Field> *list;
  size_t index;
  Field &field() const { return (*list)[index]; }
};

void collect(std::vector<Field> *list, std::vector<Place> *places) {
  for (size_t index = 0; index < list->size(); index++) {
    places->push_back({list, index});
    collect(&(*list)[index].fields, places);
  }
}

std::vector<Place> all(std::vector<Field> *fields) {
  std::vector<Place> places;
  collect(fields, &places);
  return places;
}

// Another place with a field of the same number, which most likely is of the same kind.
const Field *alike(const Field &field, const std::vector<Place> &places, Random &random) {
  std::vector<const Field *> found;
  for (const Place &place : places) {
    const Field &other = place.field();
    if (&other != &field && other.number == field.number && other.wire == field.wire &&
        other.fields.empty() == field.fields.empty()) {
      found.push_back(&other);
    }
  }
  return found.empty() ? nullptr : found[below(found.size(), random)];
}

void change_value(Field *field, Random &random) {
  if (field->wire != kBytes) {
    field->value = below(4, random) ? interesting(random) : field->value + below(5, random) - 2;
    return;
  }
  const size_t longest = field->text.size() + 8;
  std::string text = field->text;
  text.resize(longest);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t *>(text.data()), field->text.size(), longest));
  field->text = text;
}

}  // namespace

std::string changed_wire(const std::string &bytes, Random &random) {
  std::vector<Field> fields;
  if (!read(bytes, 0, &fields)) return "";
  const std::vector<Place> places = all(&fields);
  const Place place = places[below(places.size(), random)];
  Field &field = place.field();
  std::vector<Field> &list = *place.list;
  const auto here = list.begin() + static_cast<std::ptrdiff_t>(place.index);
  switch (below(8, random)) {
    case 0: list.erase(here); break;
    case 1: {
      const Field copy = field;
      list.insert(here, copy);
      break;
    }
    case 2: std::swap(field, list[below(list.size(), random)]); break;
    case 3:
    case 4:
      // Of names, this makes another reference; of messages, it puts one in the place of another.
      if (const Field *other = alike(field, places, random)) {
        const Field copy = *other;
        field = copy;
        break;
      }
      [[fallthrough]];
    case 5: {
      const Field copy = places[below(places.size(), random)].field();
      list.insert(here, copy);
      break;
    }
    default:
      if (field.fields.empty()) change_value(&field, random);
      else field.fields.push_back(field.fields[below(field.fields.size(), random)]);
  }
  return written(fields);
}

std::string joined_wire(const std::string &first, const std::string &second, Random &random) {
  std::vector<Field> fields, others;
  if (!read(first, 0, &fields) || !read(second, 0, &others)) return "";
  const std::vector<Place> places = all(&fields), donors = all(&others);
  const Place place = places[below(places.size(), random)];
  const Field *part = alike(place.field(), donors, random);
  if (!part) return "";
  if (below(2, random)) place.field() = *part;
  else place.list->push_back(*part);
  return written(fields);
}

}  // namespace mutators
