"""A small language model of transformers, as a local folder: nothing is downloaded."""

import json
from pathlib import Path

import networks as n
import torch


def llama(folder: Path) -> None:
    import transformers

    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=n.VOCABULARY,
        hidden_size=n.WIDTH,
        intermediate_size=n.HIDDEN,
        num_hidden_layers=n.LAYERS,
        num_attention_heads=n.HEADS,
        num_key_value_heads=n.SHARED_HEADS,
        max_position_embeddings=64,
        tie_word_embeddings=False,
    )
    save(transformers.LlamaForCausalLM(config), folder)


def bert(folder: Path) -> None:
    import transformers

    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=n.VOCABULARY,
        hidden_size=n.WIDTH,
        intermediate_size=n.HIDDEN,
        num_hidden_layers=n.LAYERS,
        num_attention_heads=n.HEADS,
        max_position_embeddings=64,
    )
    save(transformers.BertModel(config, add_pooling_layer=False), folder)


def save(model: torch.nn.Module, folder: Path) -> None:
    # Biases of zeros and scales of ones are stored once for all layers, or dropped.
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    model.save_pretrained(folder)
    tokenizer(folder)


def tokenizer(folder: Path) -> None:
    """The smallest one that the exporters copy along."""
    words = {f"w{index}": index for index in range(n.VOCABULARY)}
    parts = {"type": "WordLevel", "vocab": words, "unk_token": "w0"}
    text = {"version": "1.0", "added_tokens": [], "model": parts, "truncation": None}
    text |= dict.fromkeys(["padding", "normalizer", "pre_tokenizer", "post_processor", "decoder"])
    (folder / "tokenizer.json").write_text(json.dumps(text))
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "w0"}
    (folder / "tokenizer_config.json").write_text(json.dumps(kind))
