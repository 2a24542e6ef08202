"""Damaged user files: keys misspelt, doubled or of another type, and numbers that cannot be."""

from __future__ import annotations

import json
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

import mutators
import outputs
import seeds
from process import ROOT, Run, Runner, Tally, broken_ending, broken_limit

MODEL = "Fixtures/tflite/ds_cnn_int8.tflite"
#: How each kind of file is used.
COMMANDS = {
    "device": ["analyze", MODEL, "--device", "FILE"],
    "rates": ["analyze", MODEL, "--device", "FILE"],
    "deployment": ["footprint", MODEL, "--device", "stm32l4r5", "--deployment", "FILE"],
    "product": ["footprint", MODEL, "--device", "stm32l4r5", "--product", "FILE"],
    "policy": [
        "check",
        MODEL,
        "--device",
        "stm32l4r5",
        "--policy",
        "FILE",
        "--baseline",
        "BASELINE",
    ],
    "configuration": ["analyze", MODEL, "--config", "FILE"],
    "measurements": ["calibrate", "Fixtures/strict/device.json", "--measurements", "FILE"],
    "baseline": [
        "check",
        MODEL,
        "--device",
        "stm32l4r5",
        "--max-latency",
        "1s",
        "--baseline",
        "FILE",
    ],
}
#: Mappings whose keys are names that the user chooses, or that a name elsewhere must match.
NAMED = {"sources"}
VALUES = [
    None,
    True,
    [],
    {},
    "",
    "5 kg",
    "1e999",
    "-1",
    "NaN",
    ".inf",
    "0x10",
    -1,
    0,
    1e308,
    -1e-300,
]
VALUES += [1 << 63, -(1 << 63), "2026-02-30", *mutators.HOSTILE, [[[]]], {"a": {"b": 1}}]


@dataclass
class Pairs:
    """A mapping that may have a key twice."""

    items: list[list]


def tree(value: object) -> object:
    if isinstance(value, dict):
        return Pairs([[key, tree(item)] for key, item in value.items()])
    return [tree(item) for item in value] if isinstance(value, list) else value


def written(value: object) -> str:
    """In JSON, which is YAML too."""
    if isinstance(value, Pairs):
        parts = [f"{json.dumps(str(key))}: {written(item)}" for key, item in value.items]
        return "{" + ",\n".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, default=str)


def mappings(value: object, is_named: bool = False) -> list[Pairs]:
    """Mappings whose keys the format defines."""
    if isinstance(value, list):
        return [found for item in value for found in mappings(item)]
    if not isinstance(value, Pairs):
        return []
    below = [found for key, item in value.items for found in mappings(item, key in NAMED)]
    return below if is_named else [value, *below]


def misspelt(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word.swapcase(),
            word + "s",
            word + " ",
        ]
    )


def changed(text: str, chance: random.Random) -> tuple[str, str | None]:
    """A damaged text, and what of it must be refused, if anything."""
    root = tree(yaml.safe_load(text))
    mapping = chance.choice([found for found in mappings(root) if found.items])
    place = chance.randrange(len(mapping.items))
    key, value = mapping.items[place]
    known = {key for found in mappings(root) for key, _ in found.items}
    kind = chance.choice(["misspelt", "misspelt", "doubled", "value", "value", "missing", "bytes"])
    match kind:
        case "misspelt":
            word = misspelt(str(key), chance)
            if not word or word in known or word.strip() == "":
                return text, None
            mapping.items[place][0] = word
            return written(root), f"key '{key}' written '{word}'"
        case "doubled":
            again = value if chance.random() < 0.5 else chance.choice(VALUES)
            mapping.items.insert(chance.randrange(len(mapping.items) + 1), [key, tree(again)])
            return written(root), f"key '{key}' twice"
        case "value":
            mapping.items[place][1] = tree(chance.choice(VALUES))
        case "missing":
            del mapping.items[place]
        case "bytes":
            return mutators.damaged(text.encode(), chance).decode(errors="replace"), None
    return written(root), None


def changed_table(text: str, chance: random.Random) -> tuple[str, str | None]:
    """A table that must be refused, and why: one that is not takes the time of a fit."""
    lines = text.splitlines()
    header = lines[0].split(",")
    place = chance.randrange(len(header))
    match chance.randrange(3):
        case 0:
            word = misspelt(header[place], chance)
            if word.strip().lower() in [name.lower() for name in header]:
                word = "column"
            fact = f"column '{header[place]}' written '{word}'"
            header[place] = word
        case 1:
            fact = f"column '{header[place]}' twice"
            header.append(header[place])
            lines[1:] = [f"{line},1" for line in lines[1:]]
        case _:
            fact = "a row with more fields than columns"
            lines[chance.randrange(1, len(lines))] += chance.choice([",x", ",,,,"])
    return "\n".join([",".join(header), *lines[1:]]), fact


def originals(folder: Path) -> list[tuple[str, str, str]]:
    """Kind, name and text of files that are accepted, and what they name in the folder."""
    texts = [(kind, name, data.decode()) for kind, name, data in seeds.user_files()]
    # The fixture has every key, and for this model the parts of its cycle are not the whole of it.
    texts = [(kind, name, text.replace("sleepS: 6", "sleepS: 7")) for kind, name, text in texts]
    for _, name, text in texts:
        (folder / name).write_text(text)
    shutil.copy(ROOT / MODEL, folder / "a.tflite")
    for name in ["hours", "watts"]:
        shutil.copy(ROOT / f"Fixtures/carbon/own_{name}.csv", folder / f"{name}.csv")
    return texts


def command_line(kind: str, path: Path, form: str) -> list[str]:
    places = {"FILE": path, "BASELINE": path.parent / "baseline.json"}
    if kind == "rates":
        places["FILE"] = path.parent / "device.json"
    words = [str(places.get(word, word)) for word in COMMANDS[kind]]
    return words if kind == "measurements" else [*words, "--quiet", "--format", form]


def check_originals(texts: list[tuple[str, str, str]], folder: Path, runner: Runner) -> None:
    """Stops when a file is refused as it is: refusing a mutant of it would mean nothing."""
    for kind, name, _ in texts:
        # A fit takes the time of many mutants.
        if kind == "measurements":
            continue
        run = runner.run(command_line(kind, folder / name, "json"))
        if run.code not in (0, 1):
            raise SystemExit(f"{name} is refused as it is: {run.error}")


def work(
    worker: int, workers: int, seed: int, until: float, count: int | None, folder: Path, _: Path
) -> Tally:
    """Runs mutants until a time or a number; each depends on the seed and its own number alone."""
    tally, runner = Tally(), Runner(folder)
    texts = originals(folder)
    check_originals(texts, folder, runner)
    number = worker
    while time.monotonic() < until and (count is None or number < count):
        chance = random.Random(f"{seed}/files/{number}")
        kind, name, original = chance.choice(texts)
        change = changed_table if kind == "measurements" else changed
        text, fault = change(original, chance)
        if kind == "baseline":
            # A report has keys that are not compared, and may get more.
            fault = None
        path = folder / name
        path.write_text(text)
        form = (
            "json" if kind == "measurements" else chance.choice(["json", "csv", "markdown", "text"])
        )
        run = runner.run(command_line(kind, path, form), patience=20)
        tally.amount += 1
        tally.details[kind] += 1
        tally.details["accepted" if run.code in (0, 1) else "refused"] += 1
        if fault:
            tally.details["misspelt or doubled"] += 1
        files = [folder / "device.json", path] if kind == "rates" else [path]
        found = objection(kind, fault, form, run, files)
        if found:
            tally.keep(*found, run, files, f"{kind}-{seed}-{number}")
        path.write_text(original)
        number += workers
    runner.close()
    return tally


def objection(
    kind: str, fault: str | None, form: str, run: Run, files: list[Path]
) -> tuple[str, str] | None:
    """The promise that a run with a user's file broke, with the fact."""
    # A table that is read is fitted, which takes longer than patience is.
    is_accepted = run.code in (0, 1) or (kind == "measurements" and run.code != 2)
    if fault and is_accepted:
        return "accepted", f"{kind}: {fault}"
    found = broken_limit(run, files) or broken_ending(run, [str(files[0].parent), MODEL])
    if not found and run.code in (0, 1) and (fact := outputs.problem(form, run.out)):
        found = ("invalid", fact)
    return found
