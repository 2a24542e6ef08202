"""Files of the repository that the tests share."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "Examples" / "python"
DS_CNN = ROOT / "Fixtures" / "tflite" / "ds_cnn_int8.tflite"
DS_CNN_FLOAT = ROOT / "Fixtures" / "tflite" / "ds_cnn_float32.tflite"
MARIAN = ROOT / "Fixtures" / "language" / "optimum_marian"
DS_CNN_DYNAMIC = ROOT / "Fixtures" / "onnx" / "ds_cnn_dynamic.onnx"
POLICY = ROOT / "Fixtures" / "policies" / "keyword_spotter.yaml"
DEPLOYMENT = ROOT / "Fixtures" / "carbon" / "keyword_spotter.yaml"
DEVICE = "stm32l4r5"
