"""The small networks that every exporter gets, and what is true of them in any form.

Multiply-accumulates and parameters are arithmetic on the layers' sizes. Weights are random with a
fixed seed, so that no two tensors are equal and none is dropped as a copy of another.
"""

from dataclasses import dataclass

import numpy as np

# --- cnn: a convolution, a depthwise and a pointwise one, mean over the image, a dense layer
IMAGE, STEM, WIDE, CLASSES = 32, 16, 64, 10
_HALF = (IMAGE // 2) ** 2

# --- gru: a recurrent layer over a sequence, a dense layer on its last state
STEPS, FEATURES, STATE, ANSWERS = 10, 8, 16, 4

# --- block: a transformer block with normalization before attention and before the feed-forward
TOKENS, WIDTH, HEADS, HIDDEN = 16, 64, 4, 128

# --- mlp: two dense layers
INNER = 64

# --- bert, llama: language models of two layers; llama's query heads share keys and values
# A vocabulary as large as HIDDEN makes onnxruntime-genai's builder take a hidden layer as head.
VOCABULARY, LAYERS, SHARED_HEADS = 160, 2, 2
_SHARED = WIDTH // HEADS * SHARED_HEADS

# --- binary: a convolution, one of weights and activations of one bit, mean, a dense layer
BITS = 64

# --- logistic, trees: a table of numbers, classes of which each has a row of weights, or trees
COLUMNS, SPECIES = 6, 3


@dataclass(frozen=True)
class Network:
    #: Channels first; exporters to TFLite put them last.
    input_shape: tuple[int, ...]
    macs: int
    #: None where no definition of it is the usual one.
    parameters: int | None
    #: The parts that an author would look for among the modules.
    modules: tuple[str, ...]


NETWORKS = {
    "cnn": Network(
        input_shape=(1, 3, IMAGE, IMAGE),
        macs=_HALF * STEM * 3 * 9 + _HALF * STEM * 9 + _HALF * WIDE * STEM + CLASSES * WIDE,
        parameters=STEM * (3 * 9 + 1) + STEM * (9 + 1) + WIDE * (STEM + 1) + CLASSES * (WIDE + 1),
        modules=("stem", "stage", "head"),
    ),
    "gru": Network(
        input_shape=(1, STEPS, FEATURES),
        macs=STEPS * 3 * STATE * (FEATURES + STATE) + ANSWERS * STATE,
        # PyTorch and Keras both have one bias for the input and one for the state.
        parameters=3 * STATE * (FEATURES + STATE + 2) + ANSWERS * (STATE + 1),
        modules=("memory", "head"),
    ),
    "block": Network(
        input_shape=(1, TOKENS, WIDTH),
        macs=TOKENS * (4 * WIDTH * WIDTH + 2 * WIDTH * HIDDEN) + 2 * TOKENS * TOKENS * WIDTH,
        parameters=4 * WIDTH * (WIDTH + 1)
        + HIDDEN * (WIDTH + 1)
        + WIDTH * (HIDDEN + 1)
        + 2 * 2 * WIDTH,
        modules=("attention", "feed"),
    ),
    "mlp": Network(
        input_shape=(1, WIDTH),
        macs=WIDTH * INNER + INNER * CLASSES,
        parameters=INNER * (WIDTH + 1) + CLASSES * (INNER + 1),
        modules=("first", "second"),
    ),
    "bert": Network(
        input_shape=(1, TOKENS),
        macs=LAYERS
        * (TOKENS * (4 * WIDTH * WIDTH + 2 * WIDTH * HIDDEN) + 2 * TOKENS * TOKENS * WIDTH),
        # Words, 64 positions, two kinds of segments, a normalization; then the layers.
        parameters=(VOCABULARY + 64 + 2 + 2) * WIDTH
        + LAYERS
        * (4 * WIDTH * (WIDTH + 1) + HIDDEN * (WIDTH + 1) + WIDTH * (HIDDEN + 1) + 4 * WIDTH),
        modules=("layer.0", "layer.1"),
    ),
    "llama": Network(
        # One new token after those that are in the cache.
        input_shape=(1, 1),
        macs=LAYERS * (2 * WIDTH * (WIDTH + _SHARED) + 3 * WIDTH * HIDDEN + 2 * TOKENS * WIDTH)
        + VOCABULARY * WIDTH,
        parameters=2 * VOCABULARY * WIDTH
        + LAYERS * (2 * WIDTH * (WIDTH + _SHARED) + 3 * WIDTH * HIDDEN + 2 * WIDTH)
        + WIDTH,
        modules=("layers.0", "layers.1", "lm_head"),
    ),
    "binary": Network(
        input_shape=(1, 3, IMAGE, IMAGE),
        macs=_HALF * BITS * 3 * 9 + _HALF * BITS * BITS * 9 + CLASSES * BITS,
        parameters=BITS * (3 * 9 + 1) + BITS * BITS * 9 + CLASSES * (BITS + 1),
        modules=("stem", "stage", "head"),
    ),
    "logistic": Network(
        input_shape=(1, COLUMNS),
        macs=COLUMNS * SPECIES,
        # Means and scales of the columns, weights and biases of the classes.
        parameters=2 * COLUMNS + SPECIES * (COLUMNS + 1),
        modules=(),
    ),
    "trees": Network(input_shape=(1, COLUMNS), macs=0, parameters=None, modules=()),
}


def samples(name: str, count: int = 4, channels_last: bool = False) -> list[np.ndarray]:
    """Random inputs, for tracing and for calibration."""
    numbers = np.random.default_rng(0)
    shape = NETWORKS[name].input_shape
    arrays = [numbers.random(shape, dtype=np.float32) for _ in range(count)]
    if channels_last and len(shape) == 4:
        return [np.ascontiguousarray(array.transpose(0, 2, 3, 1)) for array in arrays]
    return arrays
