"""Changes to model files: to their bytes, and to what ONNX and TFLite say in them."""

from __future__ import annotations

import random

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np
import onnx
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

#: Names that must stay text in every report; what comes of one as markup has `soak` in it.
HOSTILE = [
    '"><soak onsoak="1">',
    "</script><soak>",
    "<!--soak",
    "]]><soak/>",
    "=soak()",
    "@soak",
    "-soak",
    "+soak",
    "|soak|",
    "`soak` <soak>",
    "[soak](http://soak)",
    "# soak",
    "soak\nsoak",
    "soak\r\n::error::soak",
    "\u202esoak\u2066",
    "\x1b[31msoak",
    "soak\\",
    "soak\\|",
    '"soak", \'soak\'; "',
    "%s%n${soak}",
    "e\u0301" * 9 + "soak",
    "soak" * 2000,
    "",
]
NUMBERS = [0, 1, 2, 3, -1, -2, 7, 8, 64, 127, 128, 255, 256, 1000, 65535, 65536]
NUMBERS += [(1 << bits) + more for bits in (15, 16, 31, 32, 48, 62) for more in (-1, 0, 1)]
NUMBERS += [(1 << 63) - 1, -(1 << 63), -(1 << 31)]
FLOATS = [0.0, -0.0, 1.0, -1.0, 1e-45, 1e-30, 3e38, float("inf"), float("-inf"), float("nan")]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Up to eight changes: bytes, numbers of 4 or 8 bytes at their limits, moved or lost parts."""
    result = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        if not result:
            break
        place = chance.randrange(len(result))
        # Weights are not read, so half of the changes go where structure is: the ends.
        if chance.random() < 0.5:
            near = min(len(result), 4096)
            place = chance.choice(
                [chance.randrange(near), len(result) - 1 - chance.randrange(near)]
            )
        match chance.choices(range(6), [6, 6, 4, 1, 1, 1])[0]:
            case 0:
                result[place] ^= 1 << chance.randrange(8)
            case 1:
                result[place] = chance.randrange(256)
            case 2:
                width = chance.choice([4, 8])
                number = chance.choice(NUMBERS) % (1 << 8 * width)
                result[place : place + width] = number.to_bytes(width, "little")
            case 3:
                del result[place:]
            case 4:
                del result[place : place + chance.randint(1, 32)]
            case 5:
                start = chance.randrange(len(result))
                result[place:place] = result[start : start + chance.randint(1, 64)]
    return bytes(result)


def messages(message: Message) -> list[Message]:
    """A message and all in it."""
    found = [message]
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for part in value if field.is_repeated else [value]:
                found += messages(part)
    return found


def scalar(field: FieldDescriptor, old: object, chance: random.Random) -> object:
    """Another value of a field that is no message."""
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        word = chance.choice(HOSTILE)
        return word if field.type == FieldDescriptor.TYPE_STRING else word.encode()
    if kind in (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE):
        return chance.choice(FLOATS)
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return chance.choice([value.number for value in field.enum_type.values])
    number = (
        chance.choice(NUMBERS) if chance.random() < 0.6 else int(old or 0) + chance.choice([-1, 1])
    )
    bits = 32 if kind == FieldDescriptor.CPPTYPE_INT32 else 64
    return (number + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)


def change_message(message: Message, others: list[Message], chance: random.Random) -> None:
    """Changes a field: its value, or how often or where it is there."""
    set_fields = [field for field, _ in message.ListFields()]
    fields = set_fields if set_fields and chance.random() < 0.8 else message.DESCRIPTOR.fields
    field = chance.choice(fields)
    value = getattr(message, field.name)
    is_message = field.type == FieldDescriptor.TYPE_MESSAGE
    alike = [m for m in others if is_message and m.DESCRIPTOR is field.message_type]
    if field.is_repeated:
        match chance.randrange(4):
            case 0 if value:
                del value[chance.randrange(len(value))]
            case 1 if len(value) > 1:
                first, second = (chance.randrange(len(value)) for _ in range(2))
                parts = list(value)
                parts[first], parts[second] = parts[second], parts[first]
                del value[:]
                value.extend(parts)
            case 2 if value and not is_message:
                place = chance.randrange(len(value))
                value[place] = scalar(field, value[place], chance)
            case _ if not is_message:
                value.append(scalar(field, 0, chance))
            case _ if alike:
                # As bytes, since a message may become a part of itself.
                copy = chance.choice(alike).SerializeToString()
                value.add().ParseFromString(copy)
    elif not is_message:
        setattr(message, field.name, scalar(field, value, chance))
    elif alike and chance.random() < 0.7:
        value.ParseFromString(chance.choice(alike).SerializeToString())
    else:
        message.ClearField(field.name)


def rename(graph: onnx.GraphProto, chance: random.Random) -> None:
    """Lets an operand refer to another value, or gives a value a name that must stay text."""
    names = [name for node in graph.node for name in (*node.input, *node.output)]
    nodes = [node for node in graph.node if node.input]
    if not nodes:
        return
    node = chance.choice(nodes)
    if chance.random() < 0.5:
        node.input[chance.randrange(len(node.input))] = chance.choice(names)
    else:
        node.name = chance.choice(HOSTILE)


def changed_onnx(data: bytes, chance: random.Random) -> bytes:
    model = onnx.ModelProto.FromString(data)
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        if chance.random() < 0.3:
            rename(model.graph, chance)
            continue
        parts = messages(model)
        change_message(chance.choice(parts), parts, chance)
    return model.SerializeToString()


def objects(part: object) -> list[object]:
    """A table of the schema as an object, and all in it."""
    found = [part]
    for value in vars(part).values():
        for item in value if isinstance(value, list) else [value]:
            if hasattr(item, "Pack"):
                found += objects(item)
    return found


def change_object(part: object, others: list[object], chance: random.Random) -> None:
    """Changes an attribute: its value, or how often or where it is there."""
    name = chance.choice(list(vars(part)))
    value = getattr(part, name)
    if isinstance(value, np.ndarray):
        value = value.tolist() if len(value) <= 64 else value[:64].tolist()
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        match chance.randrange(3):
            case 0:
                del value[place]
            case 1:
                value.insert(place, value[chance.randrange(len(value))])
            case _ if isinstance(value[place], int | float):
                value[place] = other_number(value[place], chance)
    elif isinstance(value, bool):
        value = not value
    elif isinstance(value, int | float):
        value = other_number(value, chance)
    elif isinstance(value, bytes | str) or name in ("name", "description", "signatureKey"):
        value = chance.choice(HOSTILE)
    elif hasattr(value, "Pack"):
        alike = [other for other in others if type(other) is type(value)]
        value = chance.choice([None, *alike])
    elif value is None and chance.random() < 0.3:
        value = [chance.choice(NUMBERS[:16]) for _ in range(chance.randrange(5))]
    setattr(part, name, value)


def other_number(value: float, chance: random.Random) -> float:
    if isinstance(value, float):
        return chance.choice(FLOATS)
    return chance.choice([value - 1, value + 1, chance.randrange(160), chance.choice(NUMBERS)])


def changed_tflite(data: bytes, chance: random.Random) -> bytes:
    """Raises an exception when the changed model has no place in the format."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data))
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        parts = objects(model)
        change_object(chance.choice(parts), parts, chance)
    builder = flatbuffers.Builder(len(data) + 1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def mutant(data: bytes, suffix: str, chance: random.Random) -> bytes:
    """A changed model; a third is damaged without regard to structure."""
    change = changed_onnx if suffix == ".onnx" else changed_tflite
    result = data
    if chance.random() < 0.67:
        try:
            result = change(data, chance)
        except (
            Exception
        ):  # whatever its writers have against a value that the format has no place for
            result = data
    if result == data or chance.random() < 0.1:
        result = damaged(result, chance)
    return result
