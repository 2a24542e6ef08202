"""Olive: single passes on the file of PyTorch's exporter."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import making
import onnx
from olive.model import ONNXModelHandler
from olive.passes.olive_pass import create_pass_from_dict
from olive.passes.onnx.float16_conversion import OnnxFloatToFloat16
from olive.passes.onnx.hqq_quantization import OnnxHqqQuantization
from olive.passes.onnx.mnb_to_qdq import MatMulNBitsToQDQ
from olive.passes.onnx.quantization import OnnxDynamicQuantization
from olive.passes.onnx.rtn_quantization import OnnxBlockWiseRtnQuantization


def passed(source: str, kind: type, **options: object) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            step = create_pass_from_dict(kind, options, disable_search=True)
            made = step.run(ONNXModelHandler(str(path.with_name(source))), f"{folder}/out")
            if Path(made.model_path).with_suffix(".onnx.data").exists():
                onnx.save(onnx.load(made.model_path), path)
            else:
                shutil.copy(made.model_path, path)

    return make


EXPORTS = {
    "olive-block-fp16.onnx": passed("torch-block-dynamo.onnx", OnnxFloatToFloat16),
    "olive-block-dynamic_int8.onnx": passed("torch-block-dynamo.onnx", OnnxDynamicQuantization),
    "olive-block-rtn_int4.onnx": passed(
        "torch-block-dynamo.onnx", OnnxBlockWiseRtnQuantization, block_size=32
    ),
    "olive-block-hqq_int4.onnx": passed(
        "torch-block-dynamo.onnx", OnnxHqqQuantization, block_size=32
    ),
    "olive-block-int4_qdq.onnx": passed("olive-block-rtn_int4.onnx", MatMulNBitsToQDQ),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
