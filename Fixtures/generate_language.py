"""Write the decoders of language/ with the exporters that people use; weights are random.

    python3 -m venv optimum && optimum/bin/pip install -r requirements-language-optimum.txt
    optimum/bin/python generate_language.py optimum
    python3 -m venv genai && genai/bin/pip install -r requirements-language-genai.txt
    genai/bin/python generate_language.py genai
    python3 -m venv litert && litert/bin/pip install -r requirements-language-litert.txt
    litert/bin/python generate_language.py litert

Environments of their own, since the exporters need different versions of transformers. Decoders
have two blocks of width 32, four heads of 8 that share two of keys and values (Qwen2: two of 16
that share one), a feed-forward width of 64, and a vocabulary of 128. Encoders with decoders are of
width 16, with two heads of 8, a feed-forward width of 32, and a vocabulary of 64: Whisper with two
blocks on each side, 8 bands and 40 frames, Marian with one. The builder of onnxruntime-genai writes
Whisper for 3,000 frames alone; it takes the vocabulary, of 96 there, by its size.
"""

from __future__ import annotations

import importlib.machinery
import shutil
import subprocess
import sys
import tempfile
import types
from pathlib import Path

import tokenizers
import torch
import transformers

FOLDER = Path(__file__).parent / "language"
SEED = 20
SIZES = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 128,
    "max_position_embeddings": 512,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 2,
}


def model(family: str) -> transformers.PreTrainedModel:
    """A network of a family with random weights."""
    torch.manual_seed(SEED)
    if family == "llama":
        config = transformers.LlamaConfig(**SIZES, tie_word_embeddings=False)
        return transformers.LlamaForCausalLM(config).eval()
    if family == "qwen2":
        # onnxruntime's GroupQueryAttention needs heads whose width is a multiple of 16.
        heads = {"num_attention_heads": 2, "num_key_value_heads": 1}
        config = transformers.Qwen2Config(**SIZES | heads, tie_word_embeddings=True)
        return transformers.Qwen2ForCausalLM(config).eval()
    kinds = ["sliding_attention", "full_attention"]
    config = transformers.Gemma3TextConfig(
        **SIZES, head_dim=8, sliding_window=64, layer_types=kinds
    )
    return transformers.Gemma3ForCausalLM(config).eval()


PAIR_SIZES = {
    "d_model": 16,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "vocab_size": 64,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 2,
    "decoder_start_token_id": 3,
}
FRAMES = 40


def pair(family: str) -> transformers.PreTrainedModel:
    """An encoder with a decoder, with random weights."""
    torch.manual_seed(SEED)
    if family.endswith("whisper"):
        sizes = PAIR_SIZES | ({"vocab_size": 96} if family == "genai_whisper" else {})
        config = transformers.WhisperConfig(
            **sizes,
            encoder_layers=2,
            decoder_layers=2,
            num_mel_bins=8,
            max_source_positions=1500 if family == "genai_whisper" else FRAMES // 2,
            max_target_positions=64,
            suppress_tokens=None,
            begin_suppress_tokens=None,
        )
        return transformers.WhisperForConditionalGeneration(config).eval()
    config = transformers.MarianConfig(
        **PAIR_SIZES, encoder_layers=1, decoder_layers=1, max_position_embeddings=64
    )
    return transformers.MarianMTModel(config).eval()


def optimum_pair(family: str, task: str, files: list[str]) -> None:
    """optimum-onnx: an encoder, and its decoder in one file or in two."""
    from optimum.exporters.onnx import main_export

    with tempfile.TemporaryDirectory() as folder:
        pair(family).save_pretrained(f"{folder}/weights")
        main_export(
            f"{folder}/weights",
            output=f"{folder}/onnx",
            task=f"{task}-with-past",
            library_name="transformers",
            do_validation=False,
            nb_max_frames=FRAMES,
        )
        target = FOLDER / f"optimum_{family}"
        target.mkdir(exist_ok=True)
        for name in ["encoder_model.onnx", *files, "config.json"]:
            shutil.copy(f"{folder}/onnx/{name}", target / name)


def optimum(family: str) -> None:
    """optimum-onnx: one file, whose keys and values grow by a Concat."""
    from optimum.exporters.onnx import main_export

    with tempfile.TemporaryDirectory() as folder:
        model(family).save_pretrained(f"{folder}/weights")
        main_export(
            f"{folder}/weights",
            output=f"{folder}/onnx",
            task="text-generation-with-past",
            do_validation=False,
        )
        shutil.copy(f"{folder}/onnx/model.onnx", FOLDER / f"optimum_{family}.onnx")


def genai(family: str) -> None:
    """onnxruntime-genai's builder, int4: MatMulNBits, GroupQueryAttention, weights in a file."""
    with tempfile.TemporaryDirectory() as folder:
        model(family).save_pretrained(f"{folder}/weights")
        options = f"-i {folder}/weights -o {folder}/onnx -p int4 -e cpu -c {folder}/cache"
        subprocess.run(
            [sys.executable, "-m", "onnxruntime_genai.models.builder", *options.split()]
            + ["--extra_options", "int4_block_size=16"],
            check=True,
        )
        target = FOLDER / f"genai_{family}_int4"
        target.mkdir(exist_ok=True)
        for name in ("model.onnx", "model.onnx.data", "genai_config.json"):
            shutil.copy(f"{folder}/onnx/{name}", target / name)


def genai_pair() -> None:
    """onnxruntime-genai's builder: Whisper, whose encoder makes keys and values of its result."""
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, "weights")
        pair("genai_whisper").save_pretrained(weights)
        # What the builder reads beside the weights, and does not put into the graphs.
        words = tokenizers.models.WordLevel({f"t{i}": i for i in range(96)}, unk_token="t0")
        transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizers.Tokenizer(words), unk_token="t0", eos_token="t1"
        ).save_pretrained(weights)
        transformers.WhisperFeatureExtractor(feature_size=8).save_pretrained(weights)
        options = f"-i {weights} -o {folder}/onnx -p fp32 -e cpu -c {folder}/cache"
        subprocess.run(
            [sys.executable, "-m", "onnxruntime_genai.models.builder", *options.split()],
            check=True,
        )
        target = FOLDER / "genai_whisper"
        target.mkdir(exist_ok=True)
        for part in ("encoder", "decoder"):
            shutil.copy(f"{folder}/onnx/{part}.onnx", target)
            shutil.copy(f"{folder}/onnx/{part}.onnx.data", target)
        shutil.copy(f"{folder}/onnx/genai_config.json", target)


def litert(family: str) -> None:
    """litert-torch: signatures for parts of a prompt and for a step, in a LiteRT-LM container."""
    # Its exporter imports TensorFlow for the classes of the schema, which LiteRT has too.
    from ai_edge_litert import schema_py_generated

    for name in ("tensorflow", "tensorflow.lite", "tensorflow.lite.python"):
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
        module.__path__ = []
        sys.modules[name] = module
    name = "tensorflow.lite.python.schema_py_generated"
    sys.modules[name] = schema_py_generated
    sys.modules["tensorflow.lite.python"].schema_py_generated = schema_py_generated
    from litert_torch.generative.export_hf import export

    with tempfile.TemporaryDirectory() as folder:
        model(family).save_pretrained(f"{folder}/weights")
        words = tokenizers.models.WordLevel({f"t{i}": i for i in range(128)}, unk_token="t0")
        transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizers.Tokenizer(words), unk_token="t0", eos_token="t1"
        ).save_pretrained(f"{folder}/weights")
        export.export(
            model=f"{folder}/weights",
            output_dir=f"{folder}/litert",
            prefill_lengths=[16],
            cache_length=64,
        )
        shutil.copy(f"{folder}/litert/model.litertlm", FOLDER / f"litert_{family}.litertlm")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    if sys.argv[1] == "optimum":
        optimum("llama")
        optimum("gemma3")
        optimum_pair("whisper", "automatic-speech-recognition", ["decoder_model_merged.onnx"])
        parts = ["decoder_model.onnx", "decoder_with_past_model.onnx"]
        optimum_pair("marian", "text2text-generation", parts)
    elif sys.argv[1] == "genai":
        genai("qwen2")
        genai_pair()
    else:
        litert("llama")
