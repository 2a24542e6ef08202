"""xmos-ai-tools: ai-edge-quantizer's int8 file with the operators of xcore."""

from pathlib import Path

import making
from xmos_ai_tools import xformer


def converted(path: Path) -> None:
    source = path.with_name("ai_edge_quantizer-cnn-static_wi8_ai8.tflite")
    xformer.convert(str(source), str(path), [("xcore-thread-count", "1")])


EXPORTS = {"xmos-cnn.tflite": converted}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
