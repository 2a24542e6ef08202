"""The checks of the soak find what they are for, and changes keep what they must."""

import random

import pytest
import yaml

import mutators
import outputs
import seeds
import user_files
from process import Run, broken_ending, broken_limit

BAD = [
    ("json", '{"a": NaN}'),
    ("json", '{"a": 1, "a": 2}'),
    ("json", '{"a": 1'),
    ("ndjson", '{"a": 1}\n{'),
    ("csv", "a,b\n1\n"),
    ("csv", "a,b\n1,=soak()\n"),
    ("csv", "a,b\n1,-soak\n"),
    ("markdown", "a <soak> b"),
    ("markdown", "[a](http://soak)"),
    ("markdown", "| a | b |\n|---|---|\n| a | soak | b |\n"),
    ("html", "<!doctype html><title>a</title><p><soak>"),
    ("html", '<!doctype html><title>a</title><p onclick="soak">'),
    ("html", "<!doctype html><title>a</title><script src=x></script>"),
    ("svg", "<svg><soak/></svg>"),
    ("junit", "<testsuites>"),
    ("dot", 'digraph { "a\\" }'),
    ("dot", "digraph { soak }"),
    ("github", "::error::a\nsoak"),
    ("yaml", ""),
    ("huggingface", "a: [1"),
    ("text", "\x1b[31msoak"),
    ("text", "\u202esoak"),
]
GOOD = [
    ("json", '{"a": 1}'),
    ("ndjson", '{"a": 1}\n[]\n'),
    ("csv", "a,b\n-1e-5,'=soak()\n-,2\n"),
    ("markdown", "| a | b |\n|---|---|\n| a\\|soak | \\<soak> |\n"),
    ("html", "<!doctype html><title>a</title><p>&lt;soak onsoak=1&gt;"),
    ("svg", "<svg><text>soak</text></svg>"),
    ("dot", 'digraph { "a \\"soak\\"" }'),
    ("github", "::error file=a::soak"),
    ("text", "soak\nand more\n"),
]


@pytest.mark.parametrize(("form", "text"), BAD)
def test_unsound(form, text):
    assert outputs.problem(form, text.encode())


@pytest.mark.parametrize(("form", "text"), GOOD)
def test_sound(form, text):
    assert outputs.problem(form, text.encode()) is None


@pytest.mark.parametrize(
    ("promise", "code", "seconds", "size", "error"),
    [
        ("signal", -5, 0.1, 1, ""),
        ("slow", 0, 2.1, 1, ""),
        ("large", 0, 0.1, 80 << 20, ""),
        ("unclear", 2, 0.1, 1, "Fatal error"),
        ("unclear", 2, 0.1, 1, "error: no such thing"),
        ("unclear", 2, 0.1, 1, "error: a.onnx: \x1b[0m"),
        ("unclear", 0, 0.1, 1, "error: a.onnx: is broken"),
        (None, 2, 0.1, 1, "error: a.onnx: is broken"),
        (None, 0, 0.1, 60 << 20, "note: of something"),
    ],
)
def test_promises(promise, code, seconds, size, error):
    run = Run([], code, seconds, size, b"", error)
    found = broken_limit(run, []) or broken_ending(run, ["a.onnx"])
    assert (found[0] if found else None) == promise


def test_keys_are_misspelt_or_doubled():
    chance = random.Random(0)
    faults = [user_files.changed("a:\n  long: 1\n  other: 2\n", chance) for _ in range(300)]
    for text, fault in faults:
        if fault and "written" in fault:
            assert yaml.safe_load(text) != {"a": {"long": 1, "other": 2}}
    words = {fault.split()[-1] if fault and "twice" in fault else fault for _, fault in faults}
    assert "twice" in words and len(words) > 20


@pytest.mark.parametrize("name", ["test_relu.onnx", "convolution_dilated.tflite"])
def test_most_changed_models_are_others_and_stay_models(name):
    models = dict([*seeds.onnx_models(), *seeds.tflite_models()])
    data, suffix = models[name], name[name.index(".") :]
    change = mutators.changed_onnx if suffix == ".onnx" else mutators.changed_tflite
    results = set()
    for number in range(200):
        try:
            results.add(change(data, random.Random(number)))
        except Exception:  # a value that the format has no place for
            continue
    assert len(results) > 80
