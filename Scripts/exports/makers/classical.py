"""skl2onnx and onnxmltools, for models that are no networks of layers."""

from collections.abc import Callable
from pathlib import Path

import making
import networks as n
import numpy as np
import onnx


def data(columns: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(0)
    return numbers.random((90, columns), dtype=np.float32), np.arange(90) % n.SPECIES


def by_skl2onnx(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from skl2onnx import to_onnx
        from sklearn import linear_model, neural_network, pipeline, preprocessing

        x, labels = data(n.COLUMNS)
        if name == "mlp":
            x = np.random.default_rng(0).random((90, n.WIDTH), dtype=np.float32)
            y = np.random.default_rng(1).random((90, n.CLASSES), dtype=np.float32)
            model = neural_network.MLPRegressor(hidden_layer_sizes=(n.INNER,), max_iter=5).fit(x, y)
            onnx.save(to_onnx(model, x[:1]), path)
            return
        steps = preprocessing.StandardScaler(), linear_model.LogisticRegression()
        model = pipeline.make_pipeline(*steps).fit(x, labels)
        onnx.save(to_onnx(model, x[:1], options={"zipmap": False}), path)

    return make


def by_onnxmltools(path: Path) -> None:
    import lightgbm
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(*data(n.COLUMNS))
    types = [("x", FloatTensorType([None, n.COLUMNS]))]
    onnx.save(onnxmltools.convert_lightgbm(model, initial_types=types, zipmap=False), path)


EXPORTS = {
    "skl2onnx-mlp.onnx": by_skl2onnx("mlp"),
    "skl2onnx-logistic.onnx": by_skl2onnx("logistic"),
    "onnxmltools-trees-lightgbm.onnx": by_onnxmltools,
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
