"""Small TFLite models with a number of multiply-accumulates that was counted by hand.

Each is a function that builds a model and gives the number with the arithmetic behind it, and the
shape of the first result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ai_edge_litert.schema_py_generated as schema
import flatbuffers.flexbuffers as flexbuffers
import numpy as np

from tflite_build import File, Graph, Type, options

SAME, VALID = schema.Padding.SAME, schema.Padding.VALID


@dataclass
class Case:
    name: str
    macs: int
    file: File
    factors: str | None = None
    options: tuple[str, ...] = ()
    diagnostics: tuple[str, ...] = ()


CASES: list[Callable[[], Case]] = []


def case(build: Callable[[Graph, File], int | tuple]) -> Callable:
    """Registers a function that fills the main graph."""

    def make() -> Case:
        file = File()
        answer = build(file.graph(), file)
        macs, *rest = answer if isinstance(answer, tuple) else (answer,)
        return Case(build.__name__, macs, file, *rest)

    make.__name__ = build.__name__
    CASES.append(make)
    return build


@case
def convolution_dilated(g: Graph, _: File) -> int:
    """A 3 x 3 window with a dilation of 2 spans 5: (12 - 5 + 1) x (14 - 5 + 1) places."""
    g.result(
        *g.node(
            "CONV_2D",
            [g.input([1, 12, 14, 4]), g.weights([6, 3, 3, 4])],
            [g.tensor([1, 8, 10, 6])],
            options(
                "Conv2D", strideH=1, strideW=1, dilationHFactor=2, dilationWFactor=2, padding=VALID
            ),
        )
    )
    return 8 * 10 * 6 * 3 * 3 * 4


@case
def convolution_grouped(g: Graph, _: File) -> int:
    """Weights with a quarter of the image's channels: four groups."""
    g.result(
        *g.node(
            "CONV_2D",
            [g.input([2, 9, 9, 8]), g.weights([12, 3, 3, 2])],
            [g.tensor([2, 5, 5, 12])],
            options("Conv2D", strideH=2, strideW=2, padding=SAME),
        )
    )
    return 2 * 5 * 5 * 12 * 3 * 3 * 2


@case
def depthwise_multiplier(g: Graph, _: File) -> int:
    g.result(
        *g.node(
            "DEPTHWISE_CONV_2D",
            [g.input([1, 8, 8, 3]), g.weights([1, 5, 3, 6])],
            [g.tensor([1, 8, 8, 6])],
            options("DepthwiseConv2D", strideH=1, strideW=1, depthMultiplier=2, padding=SAME),
        )
    )
    return 8 * 8 * 6 * 5 * 3


@case
def convolution_transposed(g: Graph, _: File) -> int:
    """Every element of the image meets the whole kernel, what falls outside included."""
    shape = g.integers([1, 12, 14, 5])
    g.result(
        *g.node(
            "TRANSPOSE_CONV",
            [shape, g.weights([5, 3, 3, 4]), g.input([1, 6, 7, 4])],
            [g.tensor([1, 12, 14, 5])],
            options("TransposeConv", strideH=2, strideW=2, padding=SAME),
        )
    )
    return 6 * 7 * 4 * 3 * 3 * 5


@case
def convolution_3d(g: Graph, _: File) -> int:
    g.result(
        *g.node(
            "CONV_3D",
            [g.input([1, 6, 7, 8, 2]), g.weights([3, 3, 3, 2, 4])],
            [g.tensor([1, 6, 4, 8, 4])],
            options("Conv3D", strideD=1, strideH=2, strideW=1, padding=SAME),
        )
    )
    return 6 * 4 * 8 * 4 * 27 * 2


@case
def convolution_3d_transposed(g: Graph, _: File) -> int:
    shape = g.integers([1, 8, 8, 8, 2])
    g.result(
        *g.node(
            "CONV_3D_TRANSPOSE",
            [shape, g.weights([3, 3, 3, 2, 4]), g.input([1, 4, 4, 4, 4])],
            [g.tensor([1, 8, 8, 8, 2])],
            options("Conv3D", strideD=2, strideH=2, strideW=2, padding=SAME),
        )
    )
    return 4 * 4 * 4 * 4 * 27 * 2


@case
def fully_connected_of_rank_4(g: Graph, _: File) -> int:
    """Without keep_num_dims all but the weights' columns is one axis: 2 x 3 x 4 rows."""
    g.result(
        *g.node(
            "FULLY_CONNECTED",
            [g.input([2, 3, 4, 5]), g.weights([7, 5])],
            [g.tensor([24, 7])],
            options("FullyConnected"),
        )
    )
    return 24 * 5 * 7


@case
def fully_connected_hybrid(g: Graph, _: File) -> tuple:
    g.result(
        *g.node(
            "FULLY_CONNECTED",
            [g.input([1, 64]), g.weights([32, 64], Type.INT8, scale=0.1)],
            [g.tensor([1, 32])],
            options("FullyConnected"),
        )
    )
    return 64 * 32, "float32 x int8"


@case
def fully_connected_int4(g: Graph, _: File) -> tuple:
    g.result(
        *g.node(
            "FULLY_CONNECTED",
            [g.input([1, 64], Type.INT8, scale=0.1), g.weights([32, 64], Type.INT4, scale=0.1)],
            [g.tensor([1, 32], Type.INT8, scale=0.1)],
            options("FullyConnected"),
        )
    )
    return 64 * 32, "int8 x int4"


@case
def fully_connected_int16(g: Graph, _: File) -> tuple:
    g.result(
        *g.node(
            "FULLY_CONNECTED",
            [g.input([1, 64], Type.INT16, scale=0.1), g.weights([32, 64], Type.INT8, scale=0.1)],
            [g.tensor([1, 32], Type.INT16, scale=0.1)],
            options("FullyConnected"),
        )
    )
    return 64 * 32, "int16 x int8"


@case
def batch_matmul_broadcast(g: Graph, _: File) -> int:
    """The second factor's batch of 1 serves all 2 x 3."""
    g.result(
        *g.node(
            "BATCH_MATMUL",
            [g.input([2, 3, 4, 6]), g.input([1, 6, 5])],
            [g.tensor([2, 3, 4, 5])],
            options("BatchMatMul"),
        )
    )
    return 2 * 3 * 4 * 6 * 5


@case
def batch_matmul_adjoint(g: Graph, _: File) -> int:
    g.result(
        *g.node(
            "BATCH_MATMUL",
            [g.input([2, 6, 4]), g.input([2, 5, 6])],
            [g.tensor([2, 4, 5])],
            options("BatchMatMul", adjX=True, adjY=True),
        )
    )
    return 2 * 4 * 6 * 5


@case
def lstm_with_peepholes_and_projection(g: Graph, _: File) -> int:
    """Seven steps: four gates see 5 inputs and 3 projected results, 6 cells become 3 results.

    Peepholes multiply element by element and are no multiply-accumulates of a contraction.
    """
    inputs = [g.input([1, 7, 5])]
    inputs += [g.weights([6, 5]) for _ in range(4)] + [g.weights([6, 3]) for _ in range(4)]
    inputs += [g.weights([6]) for _ in range(3)] + [g.weights([6]) for _ in range(4)]
    inputs += [
        g.weights([3, 6]),
        -1,
        g.tensor([1, 3], variable=True),
        g.tensor([1, 6], variable=True),
    ]
    g.result(
        *g.node(
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            inputs,
            [g.tensor([1, 7, 3])],
            options("UnidirectionalSequenceLSTM", fusedActivationFunction=4),
        )
    )
    return 7 * (4 * 6 * 5 + 4 * 6 * 3 + 3 * 6)


@case
def lstm_with_coupled_gates(g: Graph, _: File) -> int:
    """Without weights of the input gate three gates are left."""
    inputs = [g.input([2, 7, 5]), -1] + [g.weights([6, 5]) for _ in range(3)]
    inputs += [-1] + [g.weights([6, 6]) for _ in range(3)] + [-1, -1, -1, -1]
    inputs += [g.weights([6]) for _ in range(3)]
    inputs += [-1, -1, g.tensor([2, 6], variable=True), g.tensor([2, 6], variable=True)]
    g.result(
        *g.node(
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            inputs,
            [g.tensor([2, 7, 6])],
            options("UnidirectionalSequenceLSTM", fusedActivationFunction=4),
        )
    )
    return 2 * 7 * 3 * (6 * 5 + 6 * 6)


@case
def lstm_of_both_directions(g: Graph, _: File) -> int:
    inputs = [g.input([1, 7, 5])]
    for _ in range(2):
        inputs += [g.weights([6, 5]) for _ in range(4)] + [g.weights([6, 6]) for _ in range(4)]
        inputs += [-1, -1, -1] + [g.weights([6]) for _ in range(4)] + [-1, -1]
    inputs += [g.tensor([1, 6], variable=True) for _ in range(4)] + [-1] * 9
    g.result(
        *g.node(
            "BIDIRECTIONAL_SEQUENCE_LSTM",
            inputs,
            [g.tensor([1, 7, 12])],
            options("BidirectionalSequenceLSTM", mergeOutputs=True),
        )
    )
    return 2 * 7 * 4 * (6 * 5 + 6 * 6)


@case
def lstm_basic(g: Graph, _: File) -> int:
    """All weights in one matrix of four gates over input and last result."""
    inputs = [
        g.input([2, 5]),
        g.input([2, 6]),
        g.weights([24, 11]),
        g.weights([24]),
        g.input([2, 6]),
    ]
    results = [g.tensor([2, 6]), g.tensor([2, 6]), g.tensor([2, 11]), g.tensor([2, 24])]
    g.result(*g.node("LSTM", inputs, results, options("LSTM", kernelType=1)))
    return 2 * 24 * 11


@case
def rnn_of_both_directions(g: Graph, _: File) -> int:
    inputs = [g.input([2, 7, 5])]
    for _ in range(2):
        inputs += [
            g.weights([6, 5]),
            g.weights([6, 6]),
            g.weights([6]),
            g.tensor([2, 6], variable=True),
        ]
    g.result(
        *g.node(
            "BIDIRECTIONAL_SEQUENCE_RNN",
            inputs + [-1, -1, -1],
            [g.tensor([2, 7, 6]), g.tensor([2, 7, 6])],
            options("BidirectionalSequenceRNN"),
        )
    )
    return 2 * 2 * 7 * 6 * (5 + 6)


@case
def rnn_basic(g: Graph, _: File) -> int:
    inputs = [
        g.input([2, 5]),
        g.weights([6, 5]),
        g.weights([6, 6]),
        g.weights([6]),
        g.tensor([2, 6], variable=True),
    ]
    g.result(*g.node("RNN", inputs, [g.tensor([2, 6])], options("RNN")))
    return 2 * 6 * (5 + 6)


@case
def svdf(g: Graph, _: File) -> int:
    """8 filters over 10 features, then over 4 steps each; two filters make one unit."""
    inputs = [
        g.input([3, 10]),
        g.weights([8, 10]),
        g.weights([8, 4]),
        g.weights([4]),
        g.tensor([3, 32], variable=True),
    ]
    g.result(*g.node("SVDF", inputs, [g.tensor([3, 4])], options("SVDF", rank=2)))
    return 3 * 8 * (10 + 4)


@case
def embedding(g: Graph, _: File) -> int:
    """A look-up multiplies nothing."""
    g.result(
        *g.node(
            "EMBEDDING_LOOKUP",
            [g.input([3], Type.INT32), g.weights([1000, 16])],
            [g.tensor([3, 16])],
        )
    )
    return 0


def doubling_loop(file: File, weights: list[int]) -> None:
    """Subgraphs 1 and 2: while the counter is below five, count and multiply by a matrix."""
    condition = file.graph("condition")
    i, _ = condition.input([], Type.INT32), condition.input([2, 4])
    condition.result(
        *condition.node("LESS", [i, condition.integers(5)], [condition.tensor([], Type.BOOL)])
    )
    body = file.graph("body")
    i, x = body.input([], Type.INT32), body.input([2, 4])
    j = body.node("ADD", [i, body.integers(1)], [body.tensor([], Type.INT32)], options("Add"))
    y = body.node(
        "FULLY_CONNECTED",
        [x, body.weights(weights)],
        [body.tensor([2, 4])],
        options("FullyConnected"),
    )
    body.result(*j, *y)


@case
def loop_with_a_counter(g: Graph, file: File) -> int:
    """The counter starts at 0 and stops at 5."""
    start, x = g.integers(0), g.input([2, 4])
    g.result(
        g.node(
            "WHILE",
            [start, x],
            [g.tensor([], Type.INT32), g.tensor([2, 4])],
            options("While", condSubgraphIndex=1, bodySubgraphIndex=2),
        )[1]
    )
    doubling_loop(file, [4, 4])
    return 5 * 2 * 4 * 4


@case
def stablehlo_loop(g: Graph, file: File) -> int:
    start, x = g.integers(0), g.input([2, 4])
    g.result(
        g.node(
            "STABLEHLO_WHILE",
            [start, x],
            [g.tensor([], Type.INT32), g.tensor([2, 4])],
            options("StablehloWhile", condSubgraphIndex=1, bodySubgraphIndex=2),
        )[1]
    )
    doubling_loop(file, [4, 4])
    return 5 * 2 * 4 * 4


def branch(file: File, columns: int) -> None:
    graph = file.graph(f"branch of {columns}")
    y = graph.node(
        "FULLY_CONNECTED",
        [graph.input([1, 8]), graph.weights([columns, 8])],
        [graph.tensor([1, columns])],
        options("FullyConnected"),
    )
    graph.result(
        *graph.node("SUM", [*y, graph.integers([1])], [graph.tensor([1])], options("Reducer"))
    )


@case
def branches_that_depend_on_data(g: Graph, file: File) -> tuple:
    """The costlier of two is assumed to run."""
    c, x = g.input([], Type.BOOL), g.input([1, 8])
    g.result(
        *g.node(
            "IF", [c, x], [g.tensor([1])], options("If", thenSubgraphIndex=1, elseSubgraphIndex=2)
        )
    )
    branch(file, 3)
    branch(file, 10)
    return 8 * 10, None, (), ("assumed-branch",)


@case
def case_with_a_known_place(g: Graph, file: File) -> int:
    x = g.input([1, 8])
    g.result(
        *g.node(
            "STABLEHLO_CASE",
            [g.integers(1), x],
            [g.tensor([1])],
            options("StablehloCase", branchSubgraphIndices=[1, 2, 3]),
        )
    )
    for columns in (3, 10, 5):
        branch(file, columns)
    return 8 * 10


@case
def call_of_a_subgraph(g: Graph, file: File) -> int:
    g.result(*g.node("CALL", [g.input([1, 8])], [g.tensor([1])], options("Call", subgraph=1)))
    branch(file, 6)
    return 8 * 6


@case
def composite(g: Graph, file: File) -> int:
    """Costs what its decomposition does."""
    g.result(
        *g.node(
            "STABLEHLO_COMPOSITE",
            [g.input([1, 8])],
            [g.tensor([1])],
            options("StableHLOComposite", name="project.sum", decompositionSubgraphIndex=1),
        )
    )
    branch(file, 6)
    return 8 * 6


@case
def preparation_runs_once(g: Graph, file: File) -> int:
    """What CALL_ONCE runs is not part of an inference."""
    g.node("CALL_ONCE", [], [], options("CallOnce", initSubgraphIndex=1))
    g.result(
        *g.node(
            "FULLY_CONNECTED",
            [g.input([1, 8]), g.weights([4, 8])],
            [g.tensor([1, 4])],
            options("FullyConnected"),
        )
    )
    prepare = file.graph("prepare")
    y = prepare.node(
        "FULLY_CONNECTED",
        [prepare.weights([5, 9]), prepare.weights([3, 9])],
        [prepare.tensor([5, 3])],
        options("FullyConnected"),
    )
    handle = prepare.node(
        "VAR_HANDLE", [], [prepare.tensor([], Type.RESOURCE)], options("VarHandle", sharedName="v")
    )
    prepare.node("ASSIGN_VARIABLE", [*handle, *y], [], options("AssignVariable"))
    return 8 * 4


@case
def variable_is_no_constant(g: Graph, _: File) -> int:
    """A product of a variable alone changes from one inference to the next, so it runs."""
    handle = g.node(
        "VAR_HANDLE", [], [g.tensor([], Type.RESOURCE)], options("VarHandle", sharedName="v")
    )
    held = g.node("READ_VARIABLE", [*handle], [g.tensor([1, 8])], options("ReadVariable"))
    g.node("ASSIGN_VARIABLE", [*handle, g.input([1, 8])], [], options("AssignVariable"))
    g.result(
        *g.node(
            "FULLY_CONNECTED",
            [*held, g.weights([4, 8])],
            [g.tensor([1, 4])],
            options("FullyConnected"),
        )
    )
    return 8 * 4


@case
def stablehlo_dot_general(g: Graph, _: File) -> int:
    """Batch axis 0 of both, axes 2 and 1 contracted: 2 x 4 x 6 x 5."""
    g.result(
        *g.node(
            "STABLEHLO_DOT_GENERAL",
            [g.input([2, 4, 6]), g.input([2, 6, 5])],
            [g.tensor([2, 4, 5])],
            options(
                "StablehloDotGeneral",
                lhsBatchingDimensions=[0],
                rhsBatchingDimensions=[0],
                lhsContractingDimensions=[2],
                rhsContractingDimensions=[1],
            ),
        )
    )
    return 2 * 4 * 6 * 5


@case
def stablehlo_convolution(g: Graph, _: File) -> int:
    """Image NHWC, kernel HWIO, two groups of features, stride 2, one element of padding around."""
    g.result(
        *g.node(
            "STABLEHLO_CONVOLUTION",
            [g.input([1, 8, 8, 4]), g.weights([3, 3, 2, 6])],
            [g.tensor([1, 4, 4, 6])],
            options(
                "StablehloConvolution",
                windowStrides=[2, 2],
                padding=[1, 1, 1, 1],
                lhsDilation=[1, 1],
                rhsDilation=[1, 1],
                inputBatchDimension=0,
                inputFeatureDimension=3,
                inputSpatialDimensions=[1, 2],
                kernelInputFeatureDimension=2,
                kernelOutputFeatureDimension=3,
                kernelSpatialDimensions=[0, 1],
                outputBatchDimension=0,
                outputFeatureDimension=3,
                outputSpatialDimensions=[1, 2],
                featureGroupCount=2,
                batchGroupCount=1,
            ),
        )
    )
    return 4 * 4 * 6 * 3 * 3 * 2


def flex(op: str, attributes: bytes = b"") -> bytes:
    """What a Flex operator holds: its name and its node, a NodeDef of TensorFlow."""
    node = bytes([0x0A, 1]) + b"n" + bytes([0x12, len(op)]) + op.encode() + attributes
    return flexbuffers.Dumps([op, node])


@case
def flex_matmul(g: Graph, _: File) -> int:
    attribute = bytes([0x2A, 17, 0x0A, 11]) + b"transpose_b" + bytes([0x12, 2, 0x28, 1])
    g.result(
        *g.node(
            "FlexMatMul",
            [g.input([4, 6]), g.input([5, 6])],
            [g.tensor([4, 5])],
            custom=flex("MatMul", attribute),
        )
    )
    return 4 * 6 * 5


@case
def media_pipe_transposed(g: Graph, _: File) -> int:
    """Padding, stride along width, stride along height, of the C structure."""
    data = np.array([2, 2, 2], np.int32).tobytes()
    g.result(
        *g.node(
            "Convolution2DTransposeBias",
            [g.input([1, 4, 4, 8]), g.weights([3, 2, 2, 8]), g.weights([3])],
            [g.tensor([1, 8, 8, 3])],
            custom=data,
        )
    )
    return 4 * 4 * 8 * 2 * 2 * 3


@case
def detection_post_process(g: Graph, _: File) -> int:
    data = flexbuffers.Dumps(
        {"max_detections": 10, "max_classes_per_detection": 1, "num_classes": 90, "y_scale": 10.0}
    )
    results = [g.tensor(None, name=name) for name in ("boxes", "classes", "scores", "count")]
    g.result(
        *g.node(
            "TFLite_Detection_PostProcess",
            [g.input([1, 100, 4]), g.input([1, 100, 91]), g.weights([100, 4])],
            results,
            custom=data,
        )
    )
    return 0
