"""Damaged models, each given to a command with a device and a form."""

from __future__ import annotations

import json
import random
import re
import subprocess
import time
from functools import cache
from pathlib import Path

import mutators
import outputs
import small_decoders
from process import BINARY, ROOT, Run, Runner, Tally, broken_ending, broken_limit

#: Commands that take models, by how often each is asked.
COMMANDS = {
    "analyze": 8,
    "footprint": 4,
    "hotspots": 3,
    "check": 3,
    "compare": 2,
    "inspect": 2,
    "diff": 2,
    "scan": 2,
}
#: A form that is checked slowly is asked for less often.
SLOW_FORMS = {"html": 0.2}
LIMITS = ["--max-latency=1ms", "--max-energy=1uJ", "--max-ram=50%", "--max-flash=1KiB"]
OTHER = ROOT / "Fixtures/tflite/ds_cnn_int8.tflite"
#: Of no step, one, several, and more than are estimated.
TEXTS = ["prompt=3,tokens=1", "prompt=4,tokens=2", "prompt=5,tokens=3", "prompt=99,tokens=300"]
SHARE_OF_DECODERS = 0.1
#: Commands that cost a text, of decoders; each is asked as often.
TEXT_COMMANDS = ["analyze", "footprint", "hotspots", "check", "compare"]


@cache
def forms(command: str) -> list[str]:
    """The forms that a command states in its help."""
    text = subprocess.run([BINARY, command, "--help"], capture_output=True, text=True, check=True)
    words = re.search(r"--format <format>[^(]*\(values: ([^;]*);", text.stdout)[1]
    return re.sub(r"\s+", " ", words).split(", ")


@cache
def devices() -> list[str]:
    """Every device, alone and with each of its runtimes."""
    text = subprocess.run(
        [BINARY, "devices", "--format", "json"], capture_output=True, text=True, check=True
    )
    profiles = json.loads(text.stdout)
    runtimes = [f"{p['name']}:{r['name']}" for p in profiles for r in p["runtimes"]]
    return [p["name"] for p in profiles] + runtimes


def options(command: str, form: str, chance: random.Random) -> list[str]:
    """Options that go with a command, some of them."""
    result = []

    def perhaps(share: float, *words: str) -> None:
        if chance.random() < share:
            result.extend(words)

    perhaps(0.15, "--batch", str(chance.choice([1, 2, 1 << 16, 1 << 31])))
    perhaps(0.1, "--maxima")
    perhaps(0.1, chance.choice(["--weights", "--drop-zero-filters"]))
    needs_device = command in ("footprint", "compare") or form == "trace"
    if needs_device or chance.random() < 0.7:
        result += ["--device", chance.choice(devices())]
        perhaps(0.3, "--inferences-per-day", chance.choice(["1", "1000", "1000k"]))
        perhaps(0.2, "--region", chance.choice(["DE", "SE", "US-CA"]))
        if command == "footprint":
            perhaps(0.3, "--tornado")
            perhaps(0.2, "--what-if", chance.choice(["usual", "lifetime=8y,region=SE"]))
            if form == "pact":
                result += [
                    "--company",
                    "C",
                    "--company-id",
                    "urn:company:1",
                    "--standard",
                    "ISO14067",
                ]
    if command == "check":
        result.append(
            chance.choice(LIMITS[: None if "--device" in result else 0] or ["--max-ram=1KiB"])
        )
    if command == "analyze" and form not in ("html", "trace", "dot", "model-explorer"):
        perhaps(0.2, "--convention", chance.choice(["thop", "fvcore"]))
        perhaps(0.2, chance.choice(["--summary", "--per-layer"]))
        perhaps(0.2, "--sources")
    if command == "hotspots":
        perhaps(0.3, "--group", "module", "--depth", "1")
        perhaps(0.3, "--by", chance.choice(["macs", "traffic", "memory"]))
    return result


def command_line(
    path: Path, chance: random.Random, *, is_decoder: bool
) -> tuple[str, str, list[str]]:
    """A command, a form, and all arguments."""
    if is_decoder:
        command = chance.choice(TEXT_COMMANDS)
        form = chance.choice([form for form in forms(command) if form not in ("pact", "trace")])
        more = ["--generate", chance.choice(TEXTS), "--device", chance.choice(devices())]
        if command == "check":
            more.append("--max-latency=1ms")
        return command, form, [command, str(path), "--quiet", "--format", form, *more]
    command = chance.choices(list(COMMANDS), list(COMMANDS.values()))[0]
    known = forms(command)
    form = chance.choices(known, [SLOW_FORMS.get(form, 1.0) for form in known])[0]
    models = [str(path)]
    if command in ("diff", "compare"):
        models.insert(chance.randrange(2), str(OTHER))
    more = options(command, form, chance)
    return command, form, [command, *models, "--quiet", "--format", form, *more]


def objection(command: str, form: str, run: Run, path: Path) -> tuple[str, str] | None:
    """The promise that a run about a model broke, with the fact."""
    if command == "scan":
        # Files that cannot be read are lines of a scan, not errors of the command.
        run.error = re.sub(r"^\d+ of \d+ files? could not .*\n", "", run.error)
    found = broken_limit(run, [path, OTHER]) or broken_ending(run, [str(path), str(OTHER)])
    if found:
        return found
    if run.code == 1 and command != "check":
        return "unclear", f"ends with 1: {run.error[-200:]}"
    if run.code != 2 or run.out:
        fact = outputs.problem(form, run.out)
        if fact:
            return "invalid", fact
    if run.code == 2 and run.out and command not in ("compare", "footprint"):
        return "unclear", f"prints a report and ends with 2: {run.error[:200]!r}"
    return None


def work(
    worker: int, workers: int, seed: int, until: float, count: int | None, folder: Path, seeds: Path
) -> Tally:
    """Runs mutants until a time or a number; each depends on the seed and its own number alone."""
    tally, runner = Tally(), Runner(folder)
    originals = [(path.suffix, path.read_bytes()) for path in sorted(seeds.iterdir())]
    fixtures = [
        p for form in ("onnx", "tflite") for p in sorted((ROOT / "Fixtures" / form).iterdir())
    ]
    originals += [
        (path.suffix, path.read_bytes()) for path in fixtures if path.suffix in (".onnx", ".tflite")
    ]
    small = [(Path(name).suffix, data) for name, data in small_decoders.decoders()]
    number = worker
    while time.monotonic() < until and (count is None or number < count):
        chance = random.Random(f"{seed}/{number}")
        is_decoder = chance.random() < SHARE_OF_DECODERS
        suffix, data = chance.choice(small if is_decoder else originals)
        path = folder / f"mutant{suffix}"
        path.write_bytes(mutators.mutant(data, suffix, chance))
        command, form, arguments = command_line(path, chance, is_decoder=is_decoder)
        run = runner.run(arguments)
        tally.amount += 1
        tally.details[command] += 1
        tally.details["answered" if run.code in (0, 1) else "refused"] += 1
        found = objection(command, form, run, path)
        if found:
            tally.keep(*found, run, [path], f"model-{seed}-{number}")
        number += workers
    runner.close()
    return tally
