"""optimum-onnx: export of a transformers model, and its quantizer."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import huggingface
import making
import onnx


def exported(kind: str, **options: object) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from optimum.exporters.onnx import main_export

        task = "feature-extraction" if kind == "bert" else "text-generation-with-past"
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "in").mkdir()
            getattr(huggingface, kind)(folder / "in")
            main_export(
                folder / "in",
                folder / "out",
                task=task,
                library_name="transformers",
                do_validation=False,
                **options,
            )
            onnx.save(onnx.load(folder / "out/model.onnx"), path)

    return make


def quantized(path: Path) -> None:
    from optimum.onnxruntime import ORTQuantizer
    from optimum.onnxruntime.configuration import AutoQuantizationConfig

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        huggingface.bert(folder)
        shutil.copy(path.with_name("optimum-bert.onnx"), folder / "model.onnx")
        quantizer = ORTQuantizer.from_pretrained(folder, file_name="model.onnx")
        config = AutoQuantizationConfig.avx512_vnni(is_static=False, per_channel=True)
        quantizer.quantize(save_dir=folder / "out", quantization_config=config)
        shutil.copy(folder / "out/model_quantized.onnx", path)


EXPORTS = {
    "optimum-bert.onnx": exported("bert"),
    "optimum-bert-o2.onnx": exported("bert", optimize="O2"),
    "optimum-bert-dynamic_int8.onnx": quantized,
    "optimum-llama.onnx": exported("llama"),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
