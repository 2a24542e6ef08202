"""Writes TFLite files operator by operator, with the classes of the official schema."""

from __future__ import annotations

import math

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np

Type = schema.TensorType
BITS = {
    Type.FLOAT32: 32,
    Type.FLOAT16: 16,
    Type.INT8: 8,
    Type.INT16: 16,
    Type.INT32: 32,
    Type.INT64: 64,
    Type.INT4: 4,
    Type.BOOL: 8,
    Type.UINT8: 8,
}


class Graph:
    """One subgraph; tensors are named by their places."""

    def __init__(self, file: File, name: str) -> None:
        self.file = file
        self.table = schema.SubGraphT()
        self.table.name = name
        self.table.tensors, self.table.operators = [], []
        self.table.inputs, self.table.outputs = [], []

    def tensor(
        self,
        shape: list[int] | None,
        kind: int = Type.FLOAT32,
        name: str = "",
        scale: float | None = None,
        variable: bool = False,
        signature: list[int] | None = None,
    ) -> int:
        tensor = schema.TensorT()
        tensor.shape, tensor.type, tensor.buffer = shape, kind, 0
        tensor.hasRank = shape is not None
        tensor.name = name or f"{self.table.name}.{len(self.table.tensors)}"
        tensor.isVariable = variable
        tensor.shapeSignature = signature
        if scale:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [0]
        self.table.tensors.append(tensor)
        return len(self.table.tensors) - 1

    def input(self, shape: list[int], kind: int = Type.FLOAT32, **more: object) -> int:
        place = self.tensor(shape, kind, **more)
        self.table.inputs.append(place)
        return place

    def weights(self, shape: list[int], kind: int = Type.FLOAT32, **more: object) -> int:
        """Zeros, which no count depends on."""
        place = self.tensor(shape, kind, **more)
        self.store(place, bytes(math.ceil(math.prod(shape) * BITS[kind] / 8)))
        return place

    def integers(self, values: list[int] | int, kind: int = Type.INT32) -> int:
        array = np.array(values, np.int64 if kind == Type.INT64 else np.int32)
        place = self.tensor(list(array.shape), kind)
        self.store(place, array.tobytes())
        return place

    def store(self, place: int, data: bytes) -> None:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        self.file.model.buffers.append(buffer)
        self.table.tensors[place].buffer = len(self.file.model.buffers) - 1

    def node(
        self,
        name: str,
        inputs: list[int],
        outputs: list[int],
        options: object = None,
        custom: bytes | None = None,
    ) -> list[int]:
        """An operator of the schema, or a custom one when there are options for it."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self.file.code(name, custom is not None)
        operator.inputs, operator.outputs = inputs, outputs
        if custom:
            operator.customOptions = np.frombuffer(custom, np.uint8)
        if options is not None:
            kind = type(options).__name__.removesuffix("T")
            if hasattr(schema.BuiltinOptions, kind):
                operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
                operator.builtinOptions = options
            else:
                operator.builtinOptions2Type = getattr(schema.BuiltinOptions2, kind)
                operator.builtinOptions2 = options
        self.table.operators.append(operator)
        return outputs

    def result(self, *places: int) -> None:
        self.table.outputs += places


class File:
    """A model under construction."""

    def __init__(self) -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.operatorCodes, self.model.subgraphs = [], []
        self.model.buffers = [schema.BufferT()]
        self.codes: dict[str, int] = {}

    def graph(self, name: str = "main") -> Graph:
        graph = Graph(self, name)
        self.model.subgraphs.append(graph.table)
        return graph

    def code(self, name: str, is_custom: bool) -> int:
        if name not in self.codes:
            code = schema.OperatorCodeT()
            number = (
                schema.BuiltinOperator.CUSTOM
                if is_custom
                else getattr(schema.BuiltinOperator, name)
            )
            code.builtinCode, code.deprecatedBuiltinCode = number, min(number, 127)
            code.customCode = name if is_custom else None
            code.version = 1
            self.model.operatorCodes.append(code)
            self.codes[name] = len(self.model.operatorCodes) - 1
        return self.codes[name]

    def signature(
        self, key: str, graph: int, inputs: dict[str, int], outputs: dict[str, int]
    ) -> None:
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = key, graph
        signature.inputs, signature.outputs = [], []
        for maps, names in ((signature.inputs, inputs), (signature.outputs, outputs)):
            for name, place in names.items():
                entry = schema.TensorMapT()
                entry.name, entry.tensorIndex = name, place
                maps.append(entry)
        self.model.signatureDefs = [*(self.model.signatureDefs or []), signature]

    def bytes(self) -> bytes:
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def options(kind: str, **fields: object) -> object:
    """Options by the schema's names in Python's spelling."""
    table = getattr(schema, f"{kind}OptionsT")()
    for name, value in fields.items():
        if not hasattr(table, name):
            raise AttributeError(f"{kind} has no {name}")
        setattr(table, name, value)
    return table
