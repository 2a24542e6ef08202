#!/usr/bin/env python3
"""Exports real networks to ONNX in the ways that people do it, with random weights.

  python export.py FOLDER [--match PATTERN]

Nothing is downloaded. A file that is there is not made again; one that cannot be made is reported
and the others go on.
"""

import argparse
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
import torchvision

warnings.filterwarnings("ignore")
torch.manual_seed(0)
# The fused kernel of attention layers has no place in ONNX.
torch.backends.mha.set_fastpath_enabled(False)

#: How each file is made; the function writes it to the path.
EXPORTS: dict[str, Callable[[Path], None]] = {}


def export(
    module: torch.nn.Module, path: Path, inputs: tuple, dynamo: bool = False, **options: object
) -> None:
    module.eval()
    if dynamo:
        options["verbose"] = False
    with torch.no_grad():
        torch.onnx.export(module, inputs, str(path), dynamo=dynamo, **options)


# --- Images

IMAGES = [
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "resnet18",
    "efficientnet_b0",
    "vit_b_16",
    "swin_t",
]
#: Networks that are exported for their published totals only.
MORE_IMAGES = [
    "alexnet",
    "resnet50",
    "resnext50_32x4d",
    "squeezenet1_1",
    "densenet121",
    "inception_v3",
    "shufflenet_v2_x1_0",
    "vgg16",
    "mnasnet1_0",
    "googlenet",
    "convnext_tiny",
    "regnet_y_400mf",
]


def image_network(name: str, dynamo: bool) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        options = {"init_weights": False} if name in ("inception_v3", "googlenet") else {}
        module = torchvision.models.get_model(name, weights=None, **options)
        size = 299 if name == "inception_v3" else 224
        export(module, path, (torch.zeros(1, 3, size, size),), dynamo)

    return make


for _name in IMAGES + MORE_IMAGES:
    EXPORTS[f"{_name}.onnx"] = image_network(_name, dynamo=False)
for _name in IMAGES:
    EXPORTS[f"{_name}_dynamo.onnx"] = image_network(_name, dynamo=True)


def detector(path: Path) -> None:
    """Boxes are selected by NonMaxSuppression, so sizes after it depend on the image."""
    module = torchvision.models.detection.ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None
    )
    export(module, path, (torch.rand(1, 3, 320, 320),))


EXPORTS["ssdlite320.onnx"] = detector

# --- Text and speech


class Plain(torch.nn.Module):
    """A transformers model that gives a tuple of tensors."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tensor: torch.Tensor) -> tuple:
        # Without a mask, the library looks for one in the positions, in a way that has no export.
        options = {} if tensor.is_floating_point() else {"attention_mask": torch.ones_like(tensor)}
        return self.model(tensor, return_dict=False, **options)[:1]


def text_network(
    kind: str, length: int = 128, dynamo: bool = False, dynamic: bool = False, **sizes: int
) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import transformers

        config = getattr(transformers, f"{kind}Config")(**sizes, attn_implementation="eager")
        if kind == "GPT2":
            config.use_cache = False
        module = Plain(getattr(transformers, f"{kind}Model")(config))
        tokens = torch.zeros(1, length, dtype=torch.int64)
        options: dict[str, object] = {}
        if dynamic and dynamo:
            options["dynamic_shapes"] = (
                {0: torch.export.Dim("batch"), 1: torch.export.Dim("seq")},
            )
        elif dynamic:
            options |= {
                "input_names": ["input_ids"],
                "dynamic_axes": {"input_ids": {0: "batch", 1: "seq"}},
            }
        export(module, path, (tokens,), dynamo, **options)

    return make


MINI = {
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 1024,
}
EXPORTS |= {
    "bert_base_128.onnx": text_network("Bert"),
    "distilbert_128.onnx": text_network("DistilBert"),
    "gpt2_128.onnx": text_network("GPT2"),
    "bert_mini.onnx": text_network("Bert", **MINI),
    "bert_mini_dynamic.onnx": text_network("Bert", dynamic=True, **MINI),
    "bert_mini_dynamo.onnx": text_network("Bert", dynamo=True, **MINI),
    "bert_mini_dynamo_dynamic.onnx": text_network("Bert", dynamo=True, dynamic=True, **MINI),
}


class WithPast(torch.nn.Module):
    """A decoder that takes and gives keys and values as plain tensors."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: torch.Tensor, *past: torch.Tensor) -> tuple:
        from transformers.cache_utils import DynamicCache

        cache = DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        result = self.model(tokens, past_key_values=cache, use_cache=True)
        kept = [t for layer in result.past_key_values.layers for t in (layer.keys, layer.values)]
        return (result.logits, *kept)


def decoder_with_past(path: Path) -> None:
    import transformers

    config = transformers.GPT2Config(n_layer=4, vocab_size=1000, attn_implementation="eager")
    past = tuple(torch.zeros(1, 12, 16, 64) for _ in range(8))
    names = [f"past.{index}" for index in range(8)]
    axes = {name: {0: "batch", 2: "past_length"} for name in names}
    export(
        WithPast(transformers.GPT2LMHeadModel(config)),
        path,
        (torch.zeros(1, 4, dtype=torch.int64), *past),
        input_names=["input_ids", *names],
        dynamic_axes={"input_ids": {0: "batch", 1: "length"}, **axes},
    )


def speech(part: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import transformers

        config = transformers.WhisperConfig(
            d_model=384,
            encoder_layers=4,
            decoder_layers=4,
            encoder_attention_heads=6,
            decoder_attention_heads=6,
            encoder_ffn_dim=1536,
            decoder_ffn_dim=1536,
            attn_implementation="eager",
            use_cache=False,
        )
        model = transformers.WhisperModel(config)
        if part == "encoder":
            export(Plain(model.encoder), path, (torch.zeros(1, 80, 3000),))
            return

        class Decoder(torch.nn.Module):
            def forward(self, tokens: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
                mask = torch.ones_like(tokens)
                result = model.decoder(tokens, mask, encoder_hidden_states=states)
                return result.last_hidden_state

        module = Decoder()
        module.model = model
        export(
            module,
            path,
            (torch.zeros(1, 8, dtype=torch.int64), torch.zeros(1, 1500, 384)),
            input_names=["tokens", "states"],
            dynamic_axes={"tokens": {0: "batch", 1: "length"}, "states": {0: "batch"}},
        )

    return make


EXPORTS |= {
    "gpt2_past.onnx": decoder_with_past,
    "whisper_encoder.onnx": speech("encoder"),
    "whisper_decoder.onnx": speech("decoder"),
}

# --- Recurrence and control flow


def recurrent(kind: str, dynamo: bool) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        module = getattr(torch.nn, kind)(16, 32, num_layers=2, bidirectional=True)
        export(module, path, (torch.zeros(20, 1, 16),), dynamo)

    return make


for _kind in ("LSTM", "GRU"):
    EXPORTS[f"{_kind.lower()}.onnx"] = recurrent(_kind, dynamo=False)
    EXPORTS[f"{_kind.lower()}_dynamo.onnx"] = recurrent(_kind, dynamo=True)


class Repeated(torch.nn.Module):
    """A loop and a condition, which scripting keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(16, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for _ in range(5):
            x = torch.relu(self.layer(x))
        if bool(x.sum() > 0):
            x = self.layer(x)
        else:
            x = x + 1
        return x


def scripted(path: Path) -> None:
    export(torch.jit.script(Repeated()), path, (torch.zeros(4, 16),))


EXPORTS["scripted.onnx"] = scripted

# --- Quantization by onnxruntime


class Readings:
    """Random inputs for calibration."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(path, load_external_data=False).graph
        self.feeds = []
        for _ in range(2):
            feed = {}
            for value in graph.input:
                shape = [d.dim_value for d in value.type.tensor_type.shape.dim]
                kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
                feed[value.name] = np.random.default_rng(0).random(shape).astype(kind)
            self.feeds.append(feed)

    def get_next(self) -> dict | None:
        return self.feeds.pop() if self.feeds else None


def quantized(source: str, how: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from onnxruntime import quantization as q

        origin = path.with_name(source)
        if how == "dynamic":
            q.quantize_dynamic(origin, path)
        elif how.startswith("int4"):
            from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

            kind = q.QuantFormat.QDQ if how == "int4_qdq" else q.QuantFormat.QOperator
            quantizer = MatMulNBitsQuantizer(
                onnx.load(origin), block_size=32, is_symmetric=True, quant_format=kind
            )
            quantizer.process()
            quantizer.model.save_model_to_file(str(path))
        else:
            # The operators' own form wants shapes stated and parameters stored.
            prepared = path.with_suffix(".prepared")
            q.shape_inference.quant_pre_process(origin, prepared)
            q.quantize_static(
                prepared,
                path,
                Readings(origin),
                quant_format=q.QuantFormat[how],
                per_channel=how == "QDQ",
            )
            prepared.unlink()

    return make


for _name in ("mobilenet_v2", "resnet18"):
    EXPORTS[f"{_name}_qdq.onnx"] = quantized(f"{_name}.onnx", "QDQ")
    EXPORTS[f"{_name}_qoperator.onnx"] = quantized(f"{_name}.onnx", "QOperator")
EXPORTS["bert_mini_int8.onnx"] = quantized("bert_mini.onnx", "dynamic")
EXPORTS["lstm_int8.onnx"] = quantized("lstm.onnx", "dynamic")
for _how in ("int4", "int4_qdq"):
    EXPORTS[f"bert_mini_{_how}.onnx"] = quantized("bert_mini.onnx", _how)


def fused(source: str, kind: str) -> Callable[[Path], None]:
    """What onnxruntime's transformer optimizer makes of an export."""

    def make(path: Path) -> None:
        from onnxruntime.transformers import optimizer

        sizes = (
            {"num_heads": 4, "hidden_size": 256}
            if kind == "bert"
            else {"num_heads": 12, "hidden_size": 768}
        )
        optimizer.optimize_model(str(path.with_name(source)), kind, **sizes).save_model_to_file(
            str(path)
        )

    return make


EXPORTS["bert_mini_fused.onnx"] = fused("bert_mini_dynamic.onnx", "bert")
EXPORTS["gpt2_past_fused.onnx"] = fused("gpt2_past.onnx", "gpt2")

# --- Classical models


def pipeline(name: str, zipmap: bool = True) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from skl2onnx import to_onnx
        from sklearn import (
            cluster,
            compose,
            decomposition,
            ensemble,
            feature_extraction,
            gaussian_process,
            linear_model,
            mixture,
            naive_bayes,
            neighbors,
            neural_network,
            preprocessing,
            svm,
            tree,
        )
        from sklearn import (
            pipeline as pipelines,
        )

        numbers = np.random.default_rng(0)
        x = numbers.random((60, 4)).astype(np.float32)
        labels = numbers.integers(0, 3, 60)
        models = {
            "logistic": linear_model.LogisticRegression(),
            "ridge": linear_model.Ridge(),
            "tree": tree.DecisionTreeClassifier(),
            "forest": ensemble.RandomForestClassifier(5),
            "boosting": ensemble.GradientBoostingClassifier(n_estimators=5),
            "support_vectors": svm.SVC(probability=True),
            "linear_support": svm.LinearSVC(),
            "support_regressor": svm.SVR(),
            "neighbors": neighbors.KNeighborsClassifier(),
            "perceptron": neural_network.MLPClassifier((8,), max_iter=20),
            "mixture": mixture.GaussianMixture(2),
            "isolation": ensemble.IsolationForest(n_estimators=5),
            "bayes": naive_bayes.GaussianNB(),
            "means": cluster.KMeans(3),
            "process": gaussian_process.GaussianProcessRegressor(),
            "scaled": pipelines.make_pipeline(
                preprocessing.StandardScaler(),
                decomposition.PCA(2),
                linear_model.LogisticRegression(),
            ),
            "columns": pipelines.make_pipeline(
                compose.ColumnTransformer(
                    [
                        ("scale", preprocessing.MinMaxScaler(), [0, 1]),
                        ("bins", preprocessing.KBinsDiscretizer(3, encode="ordinal"), [2, 3]),
                    ]
                ),
                ensemble.VotingClassifier(
                    [
                        ("a", tree.DecisionTreeClassifier()),
                        ("b", linear_model.LogisticRegression()),
                    ],
                    flatten_transform=False,
                ),
            ),
            "categories": pipelines.make_pipeline(
                preprocessing.OneHotEncoder(handle_unknown="ignore"),
                linear_model.LogisticRegression(),
            ),
            "words": feature_extraction.text.TfidfVectorizer(),
        }
        model = models[name]
        if name == "categories":
            x = np.array([["a", "b"], ["c", "d"]] * 30)
        if name == "words":
            from skl2onnx.common.data_types import StringTensorType

            model.fit(["a model of words", "and of more words"])
            onnx.save(to_onnx(model, initial_types=[("x", StringTensorType([None, 1]))]), path)
            return
        model.fit(x, labels)
        options = {} if zipmap else {"zipmap": False}
        onnx.save(
            to_onnx(model, x[:1], options=options or None, target_opset={"": 17, "ai.onnx.ml": 3}),
            path,
        )

    return make


for _name in (
    "logistic",
    "ridge",
    "tree",
    "forest",
    "boosting",
    "support_vectors",
    "linear_support",
    "support_regressor",
    "neighbors",
    "perceptron",
    "mixture",
    "isolation",
    "bayes",
    "means",
    "process",
    "scaled",
    "columns",
    "categories",
    "words",
):
    EXPORTS[f"sklearn_{_name}.onnx"] = pipeline(_name)
EXPORTS["sklearn_logistic_columns_only.onnx"] = pipeline("logistic", zipmap=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--match", default="")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name, make in EXPORTS.items():
        path = arguments.folder / name
        if path.exists() or not re.search(arguments.match, name):
            continue
        try:
            make(path)
            print(f"made {name}", flush=True)
        except Exception as error:
            failed += 1
            path.unlink(missing_ok=True)
            print(f"not made: {name}: {type(error).__name__}: {str(error)[:300]}", flush=True)
            traceback.print_exc(limit=-2, file=sys.stderr)
    print(f"{failed} could not be made")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
