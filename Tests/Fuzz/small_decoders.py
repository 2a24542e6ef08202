"""Small decoders with a cache, which texts are asked of."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.append(str(Path(__file__).resolve().parents[1] / "Differential"))
from tflite_build import File, Type, options

FLOAT = TensorProto.FLOAT
WIDTH, HEADS, HEAD, WORDS = 8, 2, 4, 16


def weights(name: str, *shape: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.zeros(shape, np.float32), name)


def onnx_decoder(*, shares: bool) -> bytes:
    """One block: keys and values that a Concat extends, or that GroupQueryAttention does."""
    node = helper.make_node
    past, total = ["batch", HEADS, "past", HEAD], ["batch", HEADS, "total", HEAD]
    inputs = [
        helper.make_tensor_value_info("inputs_embeds", FLOAT, ["batch", "new", WIDTH]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "total"]),
    ]
    outputs = [helper.make_tensor_value_info("logits", FLOAT, ["batch", "new", WORDS])]
    stored = [weights("words", WIDTH, WORDS)]
    for part in ("key", "value"):
        inputs.append(helper.make_tensor_value_info(f"past_key_values.0.{part}", FLOAT, past))
        outputs.append(helper.make_tensor_value_info(f"present.0.{part}", FLOAT, total))
    nodes = []
    for part in ("query", "key", "value"):
        stored.append(weights(f"w.{part}", WIDTH, WIDTH))
        nodes.append(node("MatMul", ["inputs_embeds", f"w.{part}"], [part]))
    caches = [f"past_key_values.0.{part}" for part in ("key", "value")]
    presents = [f"present.0.{part}" for part in ("key", "value")]
    if shares:
        stored.append(numpy_helper.from_array(np.zeros(1, np.int32), "lengths"))
        stored.append(numpy_helper.from_array(np.array(5, np.int32), "longest"))
        nodes.append(
            node(
                "GroupQueryAttention",
                ["query", "key", "value", *caches, "lengths", "longest"],
                ["mixed", *presents],
                domain="com.microsoft",
                num_heads=HEADS,
                kv_num_heads=HEADS,
            )
        )
    else:
        split = np.array([0, 0, HEADS, HEAD], np.int64)
        stored.append(numpy_helper.from_array(split, "split"))
        stored.append(numpy_helper.from_array(np.array([0, 0, WIDTH], np.int64), "joined"))
        for part in ("query", "key", "value"):
            nodes.append(node("Reshape", [part, "split"], [f"{part}.heads"]))
            nodes.append(
                node("Transpose", [f"{part}.heads"], [f"{part}.turned"], perm=[0, 2, 1, 3])
            )
        for part, cache, present in zip(("key", "value"), caches, presents, strict=True):
            nodes.append(node("Concat", [cache, f"{part}.turned"], [present], axis=2))
        nodes += [
            node("Transpose", [presents[0]], ["keys"], perm=[0, 1, 3, 2]),
            node("MatMul", ["query.turned", "keys"], ["scores"]),
            node("Softmax", ["scores"], ["shares"], axis=-1),
            node("MatMul", ["shares", presents[1]], ["heads"]),
            node("Transpose", ["heads"], ["rows"], perm=[0, 2, 1, 3]),
            node("Reshape", ["rows", "joined"], ["mixed"]),
        ]
    nodes.append(node("MatMul", ["mixed", "words"], ["logits"]))
    graph = helper.make_graph(nodes, "decoder", inputs, outputs, stored)
    sets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=sets, ir_version=10).SerializeToString()


def tflite_decoder() -> bytes:
    """Signatures for four tokens and for one, with a cache of eight positions."""
    file = File()
    for place, (key, tokens) in enumerate((("prefill_4", 4), ("decode", 1))):
        graph = file.graph(key)
        new = graph.input([tokens, WIDTH], name=f"{key}_tokens")
        where = graph.input([1], Type.INT32, name=f"{key}_input_pos")
        cache = graph.input([8, WIDTH], name=f"{key}_kv_cache_k_0")
        start = graph.node(
            "CONCATENATION",
            [where, graph.integers([0])],
            [graph.tensor([2], Type.INT32)],
            options("Concatenation"),
        )
        longer = graph.node(
            "DYNAMIC_UPDATE_SLICE", [cache, new, *start], [graph.tensor([8, WIDTH])]
        )
        scores = graph.node(
            "FULLY_CONNECTED",
            [new, *longer],
            [graph.tensor([tokens, 8])],
            options("FullyConnected"),
        )
        words = graph.node(
            "FULLY_CONNECTED",
            [*scores, graph.weights([WORDS, 8])],
            [graph.tensor([tokens, WORDS])],
            options("FullyConnected"),
        )
        graph.result(*longer, *words)
        file.signature(
            key,
            place,
            {"tokens": new, "input_pos": where, "kv_cache_k_0": cache},
            {"kv_cache_k_0": longer[0], "logits": words[0]},
        )
    return file.bytes()


def decoders() -> Iterator[tuple[str, bytes]]:
    """The name of each file, and its bytes."""
    yield "decoder.onnx", onnx_decoder(shares=False)
    yield "decoder_in_place.onnx", onnx_decoder(shares=True)
    yield "decoder.tflite", tflite_decoder()
