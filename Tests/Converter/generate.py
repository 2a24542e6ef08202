"""Writes models of one operator (or few) with TensorFlow's converter, in every quantization.

  generate.py FOLDER

Each case is a function and the shapes of its inputs, first dimensions of None being the batch.
Every case is converted as float32; those marked "q" with post-training quantization too: dynamic
range, float16, int8 and int16x8. What the converter refuses, or crashes on, is counted and named.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from keras import layers

RANDOM = np.random.default_rng(7)
B = None  # the batch
#: What a line of a working process starts with; the converter prints lines of its own.
MARK = "converted "


def weights(*shape: int) -> tf.Tensor:
    return tf.constant(RANDOM.uniform(-1, 1, shape).astype(np.float32))


class Case:
    """A function, its inputs' shapes and types, and whether it is quantized too."""

    def __init__(self, name: str, function: Callable, *shapes, types=None, quantized=False) -> None:
        self.name = name
        self.function = function
        self.shapes = shapes
        self.types = types or [tf.float32] * len(shapes)
        self.quantized = quantized


def unary() -> list[Case]:
    functions = {
        "abs": tf.abs,
        "neg": tf.negative,
        "sign": tf.sign,
        "floor": tf.floor,
        "ceil": tf.math.ceil,
        "round": tf.round,
        "sqrt": lambda x: tf.sqrt(tf.abs(x)),
        "rsqrt": lambda x: tf.math.rsqrt(tf.abs(x) + 1.0),
        "square": tf.square,
        "exp": tf.exp,
        "log": lambda x: tf.math.log(tf.abs(x) + 1.0),
        "sin": tf.sin,
        "cos": tf.cos,
        "relu": tf.nn.relu,
        "relu6": tf.nn.relu6,
        "elu": tf.nn.elu,
        "sigmoid": tf.sigmoid,
        "tanh": tf.tanh,
        "softmax": tf.nn.softmax,
        "log_softmax": tf.nn.log_softmax,
        "gelu": tf.nn.gelu,
        "gelu_exact": lambda x: tf.nn.gelu(x, approximate=False),
        "leaky_relu": lambda x: tf.nn.leaky_relu(x, 0.1),
        "hard_swish": lambda x: x * tf.nn.relu6(x + 3.0) * (1 / 6),
        "swish": tf.nn.silu,
        "l2_normalize": lambda x: tf.math.l2_normalize(x, -1),
        "cumsum": lambda x: tf.cumsum(x, 1),
        "zeros_like": tf.zeros_like,
        "identity_add": lambda x: x + 1.0,
        "relu_n1": lambda x: tf.clip_by_value(x, -1.0, 1.0),
        "selu": tf.nn.selu,
        "softplus": tf.nn.softplus,
        "erf": tf.math.erf,
        "batch_norm": lambda x: tf.nn.batch_normalization(
            x,
            weights(x.shape[-1]),
            weights(x.shape[-1]) ** 2,
            weights(x.shape[-1]),
            weights(x.shape[-1]),
            1e-3,
        ),
    }
    quantized = {
        "abs",
        "relu",
        "relu6",
        "sigmoid",
        "tanh",
        "softmax",
        "log_softmax",
        "leaky_relu",
        "hard_swish",
        "elu",
        "gelu",
        "neg",
        "rsqrt",
        "exp",
        "l2_normalize",
        "identity_add",
        "square",
    }
    cases = []
    for name, function in functions.items():
        for place, shape in enumerate([(B, 8), (B, 5, 6, 4)]):
            cases.append(
                Case(f"{name}_{place}", function, shape, quantized=name in quantized and place == 1)
            )
    return cases


def binary() -> list[Case]:
    functions = {
        "add": tf.add,
        "sub": tf.subtract,
        "mul": tf.multiply,
        "div": tf.divide,
        "pow": tf.pow,
        "maximum": tf.maximum,
        "minimum": tf.minimum,
        "floor_div": tf.math.floordiv,
        "floor_mod": tf.math.floormod,
        "squared_difference": tf.math.squared_difference,
        "atan2": tf.math.atan2,
        "equal": tf.equal,
        "not_equal": tf.not_equal,
        "less": tf.less,
        "less_equal": tf.less_equal,
        "greater": tf.greater,
        "greater_equal": tf.greater_equal,
    }
    quantized = {"add", "sub", "mul", "maximum", "minimum", "squared_difference", "equal"}
    shapes = [((B, 4, 6), (B, 4, 6)), ((B, 4, 6), (6,)), ((B, 1, 6), (B, 4, 1))]
    cases = []
    for name, function in functions.items():
        for place, pair in enumerate(shapes):
            cases.append(
                Case(f"{name}_{place}", function, *pair, quantized=name in quantized and place == 0)
            )
    logical = [tf.bool, tf.bool]
    for name, function in {"and": tf.logical_and, "or": tf.logical_or}.items():
        cases.append(Case(f"logical_{name}", function, (B, 4), (B, 4), types=logical))
    cases.append(Case("logical_not", tf.logical_not, (B, 4), types=[tf.bool]))
    integers = [tf.int32, tf.int32]
    cases += [
        Case("bitwise_xor", tf.bitwise.bitwise_xor, (B, 4), (B, 4), types=integers),
        Case("right_shift", tf.bitwise.right_shift, (B, 4), (B, 4), types=integers),
        Case("select", tf.where, (B, 4), (B, 4), (B, 4), types=[tf.bool, tf.float32, tf.float32]),
        Case(
            "select_broadcast",
            tf.where,
            (B, 4),
            (4,),
            (B, 1),
            types=[tf.bool, tf.float32, tf.float32],
        ),
        Case("add_n", lambda a, b, c: tf.add_n([a, b, c]), (B, 4), (B, 4), (B, 4)),
        Case("cast_int", lambda x: tf.cast(x, tf.int32), (B, 4)),
        Case("cast_float", lambda x: tf.cast(x, tf.float32), (B, 4), types=[tf.int64]),
        Case("bitcast", lambda x: tf.bitcast(x, tf.int32), (B, 4)),
        Case("complex_abs", lambda x: tf.abs(tf.signal.rfft2d(x)), (B, 8, 16)),
        Case(
            "real_imag",
            lambda x: tf.math.real(tf.signal.rfft2d(x)) + tf.math.imag(tf.signal.rfft2d(x)),
            (B, 8, 16),
        ),
        Case("rfft", lambda x: tf.abs(tf.signal.rfft(x)), (B, 64)),
        Case("stft", lambda x: tf.abs(tf.signal.stft(x, 32, 16)), (B, 128)),
        Case(
            "bucketize", lambda x: tf.raw_ops.Bucketize(input=x, boundaries=[0.0, 0.5, 1.0]), (B, 4)
        ),
    ]
    return cases


def contractions() -> list[Case]:
    image = (B, 12, 14, 4)
    cases = []
    for place, (kernel, strides, padding, dilations) in enumerate(
        [
            ((3, 3), 1, "SAME", 1),
            ((3, 3), 2, "SAME", 1),
            ((1, 1), 1, "VALID", 1),
            ((5, 3), 2, "VALID", 1),
            ((3, 3), 1, "SAME", 2),
            ((3, 3), 1, "VALID", 2),
        ]
    ):
        cases += [
            Case(
                f"conv2d_{place}",
                lambda x, k=kernel, s=strides, p=padding, d=dilations: (
                    tf.nn.conv2d(x, weights(*k, 4, 6), s, p, dilations=d) + weights(6)
                ),
                image,
                quantized=True,
            ),
            Case(
                f"depthwise_{place}",
                lambda x, k=kernel, s=strides, p=padding, d=dilations: tf.nn.depthwise_conv2d(
                    x, weights(*k, 4, 2), [1, s, s, 1], p, dilations=[d, d]
                ),
                image,
                quantized=True,
            ),
        ]
    for place, (stride, padding) in enumerate(
        [(2, "SAME"), (2, "VALID"), (1, "SAME"), (3, "VALID")]
    ):
        model = layers.Conv2DTranspose(5, 3, stride, padding.lower())
        cases.append(Case(f"transpose_conv_{place}", model, (B, 6, 7, 4), quantized=True))
    cases += [
        Case(
            "grouped_conv",
            lambda x: tf.nn.conv2d(x, weights(3, 3, 2, 6), 1, "SAME"),
            image,
            quantized=True,
        ),
        Case(
            "conv2d_relu",
            lambda x: tf.nn.relu(tf.nn.conv2d(x, weights(3, 3, 4, 6), 1, "SAME")),
            image,
            quantized=True,
        ),
        Case(
            "conv2d_relu6",
            lambda x: tf.nn.relu6(tf.nn.conv2d(x, weights(3, 3, 4, 6), 1, "SAME")),
            image,
            quantized=True,
        ),
        Case(
            "conv3d",
            lambda x: tf.nn.conv3d(x, weights(3, 3, 3, 2, 4), [1, 2, 1, 2, 1], "SAME"),
            (B, 6, 7, 8, 2),
        ),
        Case(
            "conv3d_transpose",
            lambda x: tf.nn.conv3d_transpose(
                x, weights(3, 3, 3, 4, 2), [1, 8, 8, 8, 4], [1, 2, 2, 2, 1], "SAME"
            ),
            (1, 4, 4, 4, 2),
        ),
        Case("conv1d", layers.Conv1D(6, 5, 2, "same"), (B, 20, 4), quantized=True),
        Case("dense", layers.Dense(7), (B, 12), quantized=True),
        # Wide enough for the converter to quantize the weights alone as well.
        Case(
            "dense_wide",
            lambda x: tf.matmul(x, weights(128, 64)) + weights(64),
            (B, 128),
            quantized=True,
        ),
        Case("dense_3d", layers.Dense(7), (B, 5, 12), quantized=True),
        Case("dense_relu", layers.Dense(7, "relu"), (B, 12), quantized=True),
        Case("matmul", lambda a, b: tf.matmul(a, b), (B, 4, 6), (B, 6, 5), quantized=True),
        Case(
            "matmul_transposed",
            lambda a, b: tf.matmul(a, b, transpose_b=True),
            (B, 4, 6),
            (B, 5, 6),
            quantized=True,
        ),
        Case(
            "matmul_adjoint", lambda a, b: tf.matmul(a, b, transpose_a=True), (B, 6, 4), (B, 6, 5)
        ),
        Case("matmul_constant", lambda a: tf.matmul(a, weights(6, 5)), (B, 4, 6), quantized=True),
        Case("matmul_broadcast", lambda a, b: tf.matmul(a, b), (B, 3, 4, 6), (1, 6, 5)),
        Case("einsum", lambda a, b: tf.einsum("bthd,bshd->bhts", a, b), (B, 4, 2, 6), (B, 5, 2, 6)),
        Case(
            "einsum_project", lambda a: tf.einsum("btd,dhk->bthk", a, weights(8, 2, 4)), (B, 4, 8)
        ),
        Case("attention", layers.MultiHeadAttention(2, 4), (B, 5, 8), (B, 5, 8)),
        Case(
            "embedding",
            lambda x: tf.nn.embedding_lookup(weights(20, 6), x),
            (B, 3),
            types=[tf.int32],
        ),
    ]
    for name, pool in {"average": tf.nn.avg_pool2d, "max": tf.nn.max_pool2d}.items():
        for place, (size, stride, padding) in enumerate(
            [(2, 2, "VALID"), (3, 2, "SAME"), (3, 1, "SAME"), (5, 3, "VALID")]
        ):
            cases.append(
                Case(
                    f"{name}_pool_{place}",
                    lambda x, f=pool, a=size, b=stride, c=padding: f(x, a, b, c),
                    image,
                    quantized=place < 2,
                )
            )
    for name, layer in {
        "lstm": lambda: layers.LSTM(6),
        "lstm_sequence": lambda: layers.LSTM(6, return_sequences=True),
        "gru": lambda: layers.GRU(6),
        "rnn": lambda: layers.SimpleRNN(6, return_sequences=True),
        "bidirectional": lambda: layers.Bidirectional(layers.LSTM(5, return_sequences=True)),
        "lstm_unrolled": lambda: layers.LSTM(4, unroll=True),
    }.items():
        cases.append(Case(name, layer(), (1, 7, 4), quantized=name == "lstm"))
    # Keras 2 marks its layers so that the converter fuses them; Keras 3 does not.
    old = tf_keras.layers
    for name, layer in {
        "fused_lstm": lambda: old.LSTM(6),
        "fused_lstm_time_major": lambda: old.LSTM(6, time_major=True),
        "fused_lstm_sequence": lambda: old.LSTM(6, return_sequences=True),
        "fused_bidirectional": lambda: old.Bidirectional(old.LSTM(5, return_sequences=True)),
    }.items():
        cases.append(Case(name, layer(), (1, 7, 4), quantized=True))
    return cases


class Counter(tf.Module):
    """Adds what it gets to what it keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = tf.Variable(tf.zeros([2, 3]), trainable=False)

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        self.kept.assign_add(x)
        return self.kept * 2.0


class Table(tf.Module):
    """Looks texts up."""

    def __init__(self) -> None:
        super().__init__()
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([1, 2], tf.int64)), -1
        )

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        return self.table.lookup(x)


def state() -> list[Case]:
    return [
        Case("variable", Counter(), (2, 3)),
        Case("table", Table(), (4,), types=[tf.string]),
        Case("prelu", layers.PReLU(), (B, 5, 6), quantized=True),
        Case("prelu_shared", layers.PReLU(shared_axes=[1, 2]), (B, 5, 6, 4), quantized=True),
        Case("relu_0_to_1", lambda x: tf.clip_by_value(x, 0.0, 1.0), (B, 8), quantized=True),
        Case(
            "dilate",
            lambda x: tf.raw_ops.Conv2DBackpropInput(
                input_sizes=[1, 9, 9, 2],
                filter=weights(3, 3, 2, 4),
                out_backprop=x,
                strides=[1, 2, 2, 1],
                padding="VALID",
            ),
            (1, 4, 4, 4),
        ),
    ]


def reductions() -> list[Case]:
    functions = {
        "mean": tf.reduce_mean,
        "sum": tf.reduce_sum,
        "prod": tf.reduce_prod,
        "max": tf.reduce_max,
        "min": tf.reduce_min,
    }
    cases = []
    for name, function in functions.items():
        for place, (axes, keep) in enumerate([([1, 2], False), ([1, 2], True), ([-1], False)]):
            cases.append(
                Case(
                    f"reduce_{name}_{place}",
                    lambda x, f=function, a=axes, k=keep: f(x, a, k),
                    (B, 5, 6, 4),
                    quantized=place == 1 and name != "prod",
                )
            )
    for name, function in {"any": tf.reduce_any, "all": tf.reduce_all}.items():
        cases.append(
            Case(f"reduce_{name}", lambda x, f=function: f(x, [1]), (B, 4), types=[tf.bool])
        )
    cases += [
        Case("argmax", lambda x: tf.argmax(x, -1), (B, 5, 6), quantized=True),
        Case("argmin", lambda x: tf.argmin(x, 1, output_type=tf.int32), (B, 5, 6)),
        Case("topk", lambda x: tf.math.top_k(x, 3), (B, 8)),
        Case("global_average", layers.GlobalAveragePooling2D(), (B, 5, 6, 4), quantized=True),
        Case("layer_norm", layers.LayerNormalization(), (B, 5, 8), quantized=True),
        Case("lrn", lambda x: tf.nn.local_response_normalization(x), (B, 5, 6, 4)),
        Case("segment_sum", lambda x: tf.math.segment_sum(x, tf.constant([0, 0, 1, 2])), (4, 5)),
        Case(
            "unsorted_segment_sum",
            lambda x: tf.math.unsorted_segment_sum(x, tf.constant([0, 2, 1, 0]), 3),
            (4, 5),
        ),
        Case(
            "unsorted_segment_max",
            lambda x: tf.math.unsorted_segment_max(x, tf.constant([0, 2, 1, 0]), 3),
            (4, 5),
        ),
        Case(
            "unsorted_segment_min",
            lambda x: tf.math.unsorted_segment_min(x, tf.constant([0, 2, 1, 0]), 3),
            (4, 5),
        ),
        Case(
            "unsorted_segment_prod",
            lambda x: tf.math.unsorted_segment_prod(x, tf.constant([0, 2, 1, 0]), 3),
            (4, 5),
        ),
    ]
    return cases


def movement() -> list[Case]:
    x4 = (B, 6, 8, 4)
    return [
        Case("reshape", lambda x: tf.reshape(x, [-1, 24]), (B, 6, 4), quantized=True),
        Case("reshape_shape", lambda x: tf.reshape(x, [tf.shape(x)[0], 4, 6]), (B, 6, 4)),
        Case("flatten", layers.Flatten(), x4, quantized=True),
        Case("squeeze", lambda x: tf.squeeze(x, [2]), (B, 6, 1, 4)),
        Case("expand_dims", lambda x: tf.expand_dims(x, 1), (B, 6)),
        Case("transpose", lambda x: tf.transpose(x, [0, 3, 1, 2]), x4, quantized=True),
        Case("concat", lambda a, b: tf.concat([a, b], -1), (B, 4, 3), (B, 4, 5), quantized=True),
        Case("concat_first", lambda a, b: tf.concat([a, b], 1), (B, 4, 3), (B, 2, 3)),
        Case("stack", lambda a, b: tf.stack([a, b], 1), (B, 4), (B, 4), quantized=True),
        Case("unstack", lambda x: tf.unstack(x, axis=1), (B, 3, 4), quantized=True),
        Case("split", lambda x: tf.split(x, 2, -1), (B, 4, 8), quantized=True),
        Case("split_v", lambda x: tf.split(x, [2, 5, 1], -1), (B, 4, 8)),
        Case("slice", lambda x: tf.slice(x, [0, 1, 2], [-1, 2, 3]), (B, 4, 8), quantized=True),
        Case("strided_slice", lambda x: x[:, 1:4:2, ::-1], (B, 6, 8), quantized=True),
        Case("strided_slice_shrink", lambda x: x[:, 2], (B, 6, 8)),
        Case("strided_slice_new", lambda x: x[:, tf.newaxis, ..., 1:], (B, 6, 8)),
        Case("pad", lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 3]]), (B, 4, 5), quantized=True),
        Case("pad_value", lambda x: tf.pad(x, [[0, 0], [1, 2]], constant_values=1.0), (B, 4)),
        Case(
            "mirror_pad",
            lambda x: tf.pad(x, [[0, 0], [1, 2], [2, 2]], "REFLECT"),
            (B, 4, 5),
            quantized=True,
        ),
        Case("mirror_pad_symmetric", lambda x: tf.pad(x, [[0, 0], [1, 2]], "SYMMETRIC"), (B, 4)),
        Case("tile", lambda x: tf.tile(x, [1, 3]), (B, 4)),
        Case("broadcast_to", lambda x: tf.broadcast_to(x, [2, 3, 4]), (1, 3, 1)),
        Case(
            "broadcast_args",
            lambda a, b: tf.broadcast_to(a, tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(b))),
            (B, 1, 4),
            (B, 3, 1),
        ),
        Case("reverse", lambda x: tf.reverse(x, [1]), (B, 4, 5)),
        Case(
            "reverse_sequence",
            lambda x, n: tf.reverse_sequence(x, n, 1, 0),
            (3, 5),
            (3,),
            types=[tf.float32, tf.int32],
        ),
        Case("gather", lambda x: tf.gather(x, [0, 2, 2], axis=1), (B, 4, 5), quantized=True),
        Case(
            "gather_batch",
            lambda x, i: tf.gather(x, i, axis=1, batch_dims=1),
            (2, 4, 5),
            (2, 3),
            types=[tf.float32, tf.int32],
        ),
        Case("gather_nd", lambda x: tf.gather_nd(x, [[0, 1], [0, 2]]), (B, 4, 5)),
        Case("scatter_nd", lambda x: tf.scatter_nd([[0], [2]], x, [4, 3]), (2, 3)),
        Case(
            "tensor_scatter",
            lambda x: tf.tensor_scatter_nd_update(x, [[0]], tf.ones([1, 3])),
            (2, 3),
        ),
        Case("one_hot", lambda x: tf.one_hot(x, 5), (B, 3), types=[tf.int32]),
        Case("one_hot_axis", lambda x: tf.one_hot(x, 5, axis=1), (B, 3), types=[tf.int32]),
        Case("where", tf.where, (3, 4), types=[tf.bool]),
        Case("unique", lambda x: tf.unique(x), (6,)),
        Case("fill", lambda x: tf.fill(tf.shape(x), 1.0), (B, 3)),
        Case("range", lambda x: tf.range(tf.shape(x)[1]), (B, 3)),
        Case("shape", tf.shape, (B, 3, 5)),
        Case("rank", tf.rank, (B, 3, 5)),
        Case("size", tf.size, (2, 3, 5)),
        Case("matrix_diag", tf.linalg.diag, (B, 4)),
        Case("matrix_set_diag", tf.linalg.set_diag, (B, 4, 4), (B, 4)),
        Case(
            "sparse_to_dense",
            lambda x: tf.raw_ops.SparseToDense(
                sparse_indices=[[0, 1], [2, 0]],
                output_shape=[3, 4],
                sparse_values=x,
                default_value=0.0,
            ),
            (2,),
        ),
        Case("depth_to_space", lambda x: tf.nn.depth_to_space(x, 2), x4, quantized=True),
        Case("space_to_depth", lambda x: tf.nn.space_to_depth(x, 2), x4, quantized=True),
        Case(
            "batch_to_space", lambda x: tf.batch_to_space(x, [2, 2], [[0, 0], [1, 0]]), (4, 3, 4, 2)
        ),
        Case(
            "space_to_batch", lambda x: tf.space_to_batch(x, [2, 2], [[0, 0], [0, 2]]), (1, 4, 6, 2)
        ),
        Case("resize_bilinear", lambda x: tf.image.resize(x, [9, 11]), x4, quantized=True),
        Case(
            "resize_nearest", lambda x: tf.image.resize(x, [12, 16], "nearest"), x4, quantized=True
        ),
        Case("upsample", layers.UpSampling2D(2), x4, quantized=True),
        Case(
            "nms",
            lambda b, s: tf.image.non_max_suppression_padded(b, s, 5, pad_to_max_output_size=True)[
                0
            ],
            (20, 4),
            (20,),
        ),
        Case(
            "nms_v4",
            lambda b, s: tf.raw_ops.NonMaxSuppressionV4(
                boxes=b,
                scores=s,
                max_output_size=5,
                iou_threshold=0.5,
                score_threshold=0.1,
                pad_to_max_output_size=True,
            ),
            (20, 4),
            (20,),
        ),
        Case(
            "nms_v5",
            lambda b, s: tf.raw_ops.NonMaxSuppressionV5(
                boxes=b,
                scores=s,
                max_output_size=5,
                iou_threshold=0.5,
                score_threshold=0.1,
                soft_nms_sigma=0.5,
                pad_to_max_output_size=True,
            ),
            (20, 4),
            (20,),
        ),
        Case("random_normal", lambda x: x + tf.random.normal([3, 4]), (3, 4)),
        Case("random_uniform", lambda x: x + tf.random.uniform([3, 4]), (3, 4)),
        Case("multinomial", lambda x: tf.random.categorical(x, 5), (3, 4)),
        Case(
            "dynamic_update_slice",
            lambda x, u: tf.raw_ops.XlaDynamicUpdateSlice(input=x, update=u, indices=[1, 0]),
            (4, 5),
            (2, 5),
        ),
        Case("fake_quant", lambda x: tf.quantization.fake_quant_with_min_max_args(x), (B, 4)),
        Case("cond", lambda x: tf.cond(tf.reduce_sum(x) > 0, lambda: x * 2, lambda: x - 1), (2, 4)),
        Case(
            "while",
            lambda x: tf.while_loop(
                lambda i, y: i < 5, lambda i, y: (i + 1, y * 2), [tf.constant(0), x]
            )[1],
            (2, 4),
        ),
        Case(
            "while_matmul",
            lambda x: tf.while_loop(
                lambda i, y: i < 5,
                lambda i, y: (i + 1, tf.matmul(y, weights(4, 4))),
                [tf.constant(0), x],
            )[1],
            (2, 4),
        ),
        Case("string_length", lambda x: tf.strings.length(x), (3,), types=[tf.string]),
    ]


CASES = unary() + binary() + contractions() + reductions() + movement() + state()
MODES = ["float32", "dynamic", "float16", "int8", "int16x8"]


def convert(case: Case, mode: str) -> bytes:
    for library in (keras, tf_keras):
        if isinstance(case.function, library.layers.Layer):
            inputs = [library.Input(shape[1:], shape[0]) for shape in case.shapes]
            converter = tf.lite.TFLiteConverter.from_keras_model(
                library.Model(inputs, case.function(*inputs))
            )
            return configure(converter, case, mode)
    specs = [
        tf.TensorSpec(shape, kind, name=f"x{place}")
        for place, (shape, kind) in enumerate(zip(case.shapes, case.types, strict=True))
    ]
    module = tf.Module()
    module.callee = case.function  # keeps its variables and tables alive
    module.run = tf.function(lambda *inputs: case.function(*inputs), input_signature=specs)
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [module.run.get_concrete_function()], module
    )
    return configure(converter, case, mode)


def configure(converter: tf.lite.TFLiteConverter, case: Case, mode: str) -> bytes:
    converter.experimental_enable_resource_variables = True
    if mode != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if mode in ("int8", "int16x8"):
        shapes = [[1 if size is None else size for size in shape] for shape in case.shapes]
        converter.representative_dataset = lambda: (
            [RANDOM.uniform(-1, 1, shape).astype(np.float32) for shape in shapes] for _ in range(3)
        )
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8
            if mode == "int8"
            else tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8,
        ]
    return converter.convert()


def jobs() -> list[tuple[Case, str]]:
    return [(case, mode) for case in CASES for mode in (MODES if case.quantized else MODES[:1])]


def work(folder: Path, places: list[int]) -> None:
    """Converts jobs, and says of each place what came of it."""
    every = jobs()
    for place in places:
        case, mode = every[place]
        try:
            data = convert(case, mode)
        except Exception as error:  # the converter raises whatever its parts raise
            outcome = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        else:
            (folder / f"{case.name}.{mode}.tflite").write_bytes(data)
            outcome = ""
        print(f"{MARK}{place} {outcome}", flush=True)


def supervise(folder: Path, places: list[int]) -> dict[int, str]:
    """Has a process of its own convert jobs; goes on behind one that ends the process."""
    outcomes: dict[int, str] = {}
    while places:
        command = [sys.executable, __file__, str(folder), *map(str, places)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
        for line in done.stdout.splitlines():
            if line.startswith(MARK):
                place, _, outcome = line.removeprefix(MARK).partition(" ")
                outcomes[int(place)] = outcome
        left = [place for place in places if place not in outcomes]
        if left:
            outcomes[left.pop(0)] = f"the converter ends with status {done.returncode}"
        places = left
    return outcomes


def main() -> None:
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        keras.utils.set_random_seed(7)
        work(folder, [int(place) for place in sys.argv[2:]])
        return
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.tflite"):
        old.unlink()
    every = jobs()
    count = os.cpu_count() or 1
    with ThreadPoolExecutor(count) as pool:
        parts = pool.map(
            lambda start: supervise(folder, list(range(start, len(every), count))), range(count)
        )
        outcomes = {place: outcome for part in parts for place, outcome in part.items()}
    refused = [place for place in sorted(outcomes) if outcomes[place]]
    print(f"{len(every) - len(refused)} models written, {len(refused)} refused by the converter")
    for place in refused:
        case, mode = every[place]
        print(f"  {case.name} {mode}: {outcomes[place]}")


if __name__ == "__main__":
    main()
