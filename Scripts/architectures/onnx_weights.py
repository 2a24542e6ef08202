"""ONNX models whose weights are declared, and lie nowhere."""

import math

from onnx import ModelProto, TensorProto

#: Smaller tensors stay: exporters keep scales and constants of the graph in them.
SMALL_ELEMENTS = 64
ELEMENT_BYTES = {TensorProto.FLOAT: 4, TensorProto.INT32: 4, TensorProto.INT8: 1}


def leave_out_weights(model: ModelProto) -> None:
    """Makes each weight external data, one behind the other, of a file that nobody writes."""
    offset = 0
    for tensor in model.graph.initializer:
        size = math.prod(tensor.dims)
        if tensor.data_type not in ELEMENT_BYTES or size <= SMALL_ELEMENTS and tensor.raw_data:
            continue
        length = size * ELEMENT_BYTES[tensor.data_type]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": "weights", "offset": offset, "length": length}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        offset += length
