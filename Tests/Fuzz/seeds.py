"""Writes the small files that fuzzers and mutants start from.

  seeds.py FOLDER

FOLDER/models gets models as they are; FOLDER/onnx, FOLDER/tflite and FOLDER/files get inputs of
libFuzzer, whose last bytes say what is done with the file (see Models/ and Files/), and each a
dictionary.
"""

import copy
import io
import json
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Inputs that once broke a promise.
FOUND = ROOT / "Tests/Fuzz/Found"
sys.path += [str(ROOT / "Tests/Differential")]
#: Longer models are mostly weights, and the fuzzers' inputs are no longer.
LONGEST = 6000

#: The kinds of files that users write, in the order in which Files/ has them.
USER_FILES = {
    "device": ["strict/device.json"],
    "rates": ["strict/device.rates.json"],
    "deployment": ["strict/deployment_*.yaml", "carbon/*spotter.yaml", "carbon/*camera.yaml"],
    "product": ["strict/product_*.yaml", "carbon/*product.yaml", "carbon/*sheet.yaml"],
    "policy": ["strict/policy.yaml", "policies/*.yaml"],
    "configuration": ["strict/configuration.yml"],
}
MEASUREMENTS = """device,runtime,model,clock_mhz,latency_ms,energy_uj,layer,core,network,source
trial-board,tflm-reference,a.tflite,120,43.6,1880,,cortex-m4,ds_cnn,own
trial-board,tflm-reference,a.tflite,80,8.83,,2,cortex-m4,"a ""quoted"" name",own
"""
BASELINE = """{"tool": {"version": "0.1.0"}, "model": {"path": "features.tflite"},
"coverage": {"operators": 2, "operatorsCosted": 2},
"totals": {"macs": 1000, "weightBytes": 512, "arenaBytes": 4096, "trafficBytes": {"weight": 512}},
"device": {"name": "stm32l4r5"},
"estimate": {"latency": {"value": 0.1, "low": 0.05, "high": 0.2}},
"layers": [{"operator": "Conv2D", "macs": 1000, "time": {"value": 0.1, "low": 0.05, "high": 0.2}}]}
"""


def user_files() -> Iterator[tuple[str, str, bytes]]:
    """The kind, the name and the contents of valid files."""
    for kind, patterns in USER_FILES.items():
        for pattern in patterns:
            for path in sorted((ROOT / "Fixtures").glob(pattern)):
                # Files of Fixtures/strict refer to each other.
                folder = path.parent.name
                name = path.name if folder == "strict" else f"{folder}-{path.name}"
                yield kind, name, path.read_bytes()
    yield "measurements", "rows.csv", MEASUREMENTS.encode()
    yield "baseline", "baseline.json", BASELINE.encode()


def profiles(whole: dict) -> Iterator[tuple[str, dict]]:
    """A device profile in parts, each valid: a compute unit with the last, or an NPU's own keys."""
    *others, last = whole["runtimes"][0]["units"]
    parts = {last["name"]: [last]}
    for unit in others:
        plain = {key: value for key, value in unit.items() if key != "ethosU"}
        parts[unit["name"]] = [plain, last]
        if "ethosU" in unit:
            own = {key: unit[key] for key in (*last, "ethosU") if key in unit}
            parts[f"{unit['name']}-own"] = [own]
    for name, units in parts.items():
        profile = copy.deepcopy(whole)
        profile["runtimes"][0]["units"] = units
        yield name, profile


def fuzzed_files() -> Iterator[tuple[str, str, bytes]]:
    """User files without blanks and in parts: the longer an input takes, the fewer are tried."""
    for kind, name, data in user_files():
        if not name.endswith(".json"):
            yield kind, name, data
            continue
        content = json.loads(data)
        parts = profiles(content) if kind == "device" else [("whole", content)]
        for part, smaller in parts:
            compact = json.dumps(smaller, separators=(",", ":"))
            yield kind, f"{part}-{name}", compact.encode()


def onnx_models() -> Iterator[tuple[str, bytes]]:
    """The models of ONNX's tests of its operators, and this project's small fixtures."""
    from onnx.backend.test.case.node import collect_testcases

    from small_decoders import decoders

    # The tests compute what operators give, and print and warn while they do.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for case in collect_testcases(None):
            yield f"{case.name}.onnx", case.model.SerializeToString()
    yield from ((name, data) for name, data in decoders() if name.endswith(".onnx"))
    for path in [*(ROOT / "Fixtures/onnx").glob("*.onnx"), *FOUND.glob("*.onnx")]:
        yield path.name, path.read_bytes()


def tflite_models() -> Iterator[tuple[str, bytes]]:
    """The models of the hand-counted cases, and this project's small fixtures."""
    from small_decoders import decoders
    from tflite_cases import CASES

    for make in CASES:
        case = make()
        yield f"{case.name}.tflite", bytes(case.file.bytes())
    yield from ((name, data) for name, data in decoders() if name.endswith(".tflite"))
    for path in [*(ROOT / "Fixtures/tflite").glob("*.tflite"), *FOUND.glob("*.tflite")]:
        yield path.name, path.read_bytes()


def write(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def dictionary(path: Path, texts: list[bytes], pattern: bytes) -> None:
    """The words of some files, in libFuzzer's form."""
    words = {word for text in texts for word in re.findall(pattern, text)}
    lines = [f'"{word.decode()}"\n' for word in sorted(words) if len(word) < 40]
    path.write_text("".join(lines))


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for form, models in (("onnx", onnx_models()), ("tflite", tflite_models())):
        short = {name: data for name, data in models if len(data) <= LONGEST}
        for place, (name, data) in enumerate(sorted(short.items())):
            write(folder / "models", name, data)
            # Each asks something else.
            write(folder / form, name, data + bytes([place * 7 % 256, place * 13 % 256]))
        dictionary(folder / f"{form}.dict", list(short.values()), rb"[A-Za-z][A-Za-z_]{2,}")
    kinds = [*USER_FILES, "measurements", "baseline"]
    for kind, name, data in fuzzed_files():
        write(folder / "files", f"{kind}-{name}", data + bytes([kinds.index(kind)]))
    for path in FOUND.iterdir():
        kind = path.name.partition("-")[0]
        if kind in kinds:
            write(folder / "files", path.name, path.read_bytes() + bytes([kinds.index(kind)]))
    texts = [data for _, _, data in user_files()]
    dictionary(folder / "files.dict", texts, rb"[A-Za-z][A-Za-z0-9]{2,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
