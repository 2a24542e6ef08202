"""Files beside a model that are small for what they ask: policies, tables, profiles, products."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import NamedTuple

from large_files import chain

#: The file that a case's arguments name.
FILE = "{file}"
MODEL = "{model}"


class Case(NamedTuple):
    """A command about a model and a file, which ends with one of these codes."""

    arguments: list[str]
    contents: str
    code: int
    #: Part of the error where there is one.
    error: str = ""
    #: A file that stands beside it and that it names.
    table: str = ""


def policy(*rules: str, head: str = "") -> str:
    return head + "rules:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules)


def slices(events: list[tuple[str, int, int]], **others: object) -> str:
    """A trace of names with their starts and durations."""
    keys = ("name", "ts", "dur")
    made = [{"ph": "X"} | dict(zip(keys, event, strict=True)) | others for event in events]
    return json.dumps(made)


def runs_of_other_names(count: int) -> str:
    """A profile of onnxruntime in which each run has an operator of its own."""
    runs = [("model_run", 10 * place, 9) for place in range(count)]
    kernels = [(f"n{place}_kernel_time", 10 * place + 1, 1) for place in range(count)]
    return slices(runs + kernels, cat="Node", args={"op_name": "Relu"})


def micro_log(count: int) -> str:
    """A long run and as many short ones."""
    first = "".join(f"RELU took {place} ticks (1 ms).\n" for place in range(count))
    return first + "-\nRELU took 1 ticks (1 ms).\n" * count


def product(count: int) -> str:
    """As many sources that are words as sources that are described."""
    part = "{{part: pcb, count: {{value: 1, source: word{}}}}}"
    parts = "".join(f"  - {part.format(place)}\n" for place in range(count))
    sources = "".join(f"  list{place}: {{title: t}}\n" for place in range(count))
    return f"name: x\ntitle: X\nparts:\n{parts}sources:\n{sources}"


def parts(items: list[str], more: str = "") -> str:
    """A product of parts."""
    return "name: x\ntitle: X\nparts:\n" + "".join(f"  - {{{item}}}\n" for item in items) + more


def short_sources(count: int) -> str:
    """As many words of three letters as sources that nothing names."""
    words, others = (
        ["".join(letters) for letters in itertools.product(alphabet, repeat=3)][:count]
        for alphabet in ("abcdefghijk", "lmnopqrstuv")
    )
    items = [f"part: casing-steel, massG: {{value: 1, source: {word}}}" for word in words]
    return parts(items, "sources:\n" + "".join(f"  {other}: {{title: t}}\n" for other in others))


def own_sources(count: int) -> str:
    """Parts that each have a source of their own."""
    number = "{{value: 1, low: 0.9, high: 1.1, source: w{}}}"
    return parts([f"part: casing-steel, massG: {number.format(n)}" for n in range(count)])


def table(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


CHECK = ["check", "--policy", FILE, MODEL]
MEASURED = ["analyze", "--device", "raspberry-pi-4", "--measured", FILE, MODEL]
IMPORTED = ["import", "--model", MODEL, FILE]
GRID = ["footprint", "--device", "esp32", "--grid", FILE, "--region", "c1", MODEL]
DEPLOYED = ["footprint", "--device", "esp32", "--deployment", FILE, MODEL]
PRODUCED = ["footprint", "--device", "esp32", "--product", FILE, MODEL]
#: A pair of these makes a flag, so what goes back over them has to count them all.
FLAGS = "\U0001f1e9\U0001f1ea" * 38_000
RANGE = {"name": "{ForeignNode[t1...t6000]}", "averageMs": 1}

CASES: dict[str, Callable[[], Case]] = {
    "400 rules of all layers": lambda: Case(
        CHECK, policy(*['metric: macs, layer: "*", max: 1'] * 400), 0
    ),
    "1990 rules of all layers that break them": lambda: Case(
        CHECK, policy(*['metric: otherOps, layer: "*", max: 1'] * 1990), 1
    ),
    "101 patterns of layers": lambda: Case(
        CHECK, policy(*[f'metric: macs, layer: "*{n}", max: 1' for n in range(101)]), 2, "patterns"
    ),
    "a device 1900 times": lambda: Case(
        CHECK,
        policy("metric: macs, max: 1", head=f"devices: [{', '.join(['esp32'] * 1900)}]\n"),
        2,
        "expected at most 100",
    ),
    "50000 columns": lambda: Case(
        GRID, table(",".join(f"c{n}" for n in range(50_000))), 2, "expected at most 256"
    ),
    "35000 regions": lambda: Case(
        GRID, table("code,gCO2e_per_kWh", *(f"c{n},1" for n in range(35_000))), 0
    ),
    "450000 rows of power": lambda: Case(
        DEPLOYED,
        "powerProfile: {file: power.csv}\n",
        0,
        table=table("time_s,power_W", *(f"{n},1" for n in range(450_000))),
    ),
    "250000 measurements": lambda: Case(
        MEASURED, table("model,latency_ms", *["m,1"] * 250_000), 2, "at most 50,000"
    ),
    "4000 ranges of all layers": lambda: Case(
        MEASURED, json.dumps([{"count": 5}, *[RANGE] * 4000]), 0
    ),
    "3000 names in a run each": lambda: Case(
        MEASURED, runs_of_other_names(3000), 2, "3,000 names in 3,000 runs"
    ),
    "30000 slices in each other": lambda: Case(
        MEASURED, slices([("a", n, 60_000 - 2 * n) for n in range(30_000)], tid=1), 0
    ),
    "20000 runs of other lengths": lambda: Case(MEASURED, micro_log(20_000), 0),
    "1900 sources": lambda: Case(PRODUCED, product(1900), 0),
    "1320 sources of three letters": lambda: Case(PRODUCED, short_sources(1320), 0),
    "1990 parts with a source each": lambda: Case(PRODUCED, own_sources(1990), 0),
    "1990 parts of a region that is not known": lambda: Case(
        PRODUCED, parts(["part: die, areaMm2: 1, nodeNm: 7, fabRegion: Qqxxzzvv"] * 1990), 0
    ),
    "1990 parts of a region": lambda: Case(
        PRODUCED, parts(["part: die, areaMm2: 1, nodeNm: 7, fabRegion: germany"] * 1990), 0
    ),
    "1001 patterns of models": lambda: Case(
        CHECK,
        policy("metric: macs, max: 1, models: [" + ", ".join(['"b*"'] * 1001) + "]"),
        2,
        "1,001 patterns of models and devices",
    ),
    "a long pattern of models": lambda: Case(
        CHECK,
        policy(f'metric: macs, max: 1, models: ["{"?" * 1000}"]'),
        2,
        "has 1000 bytes, expected at most 200 of a pattern",
    ),
    "1990 names of models": lambda: Case(
        CHECK, policy("metric: macs, max: 1, models: [" + ", ".join(["b"] * 1990) + "]"), 0
    ),
    "a metric with 100000 accents": lambda: Case(
        CHECK, policy("metric: a" + "\u0301" * 100_000 + ", max: 1"), 2, "metric"
    ),
    "15000 directives": lambda: Case(
        CHECK,
        "".join(f"%TAG !t{n}! x\n" for n in range(15_000)) + "---\nrules: []\n",
        2,
        "is a second directive",
    ),
    "flags in a log": lambda: Case(
        MEASURED,
        f"| name | type | latency |\n| {FLAGS} | Conv | 5us |\n| total | x | 5us |\n",
        2,
        "is no profile that is known",
    ),
    "flags in a table": lambda: Case(
        MEASURED, f"model,latency_ms,layer\nmodel.onnx,1,{FLAGS}\n", 0
    ),
    "flags in layers of TensorRT": lambda: Case(
        MEASURED,
        json.dumps([{"count": 5}, {"name": FLAGS, "averageMs": 1}], ensure_ascii=False),
        0,
    ),
    "flags in a summary of LiteRT": lambda: Case(
        MEASURED, f"= Run Order =\nheader\n{FLAGS} 1 1 1 1 1 1 {FLAGS}:0\n", 2, "is no profile"
    ),
    "a time below 0": lambda: Case(
        MEASURED,
        "| name | type | latency |\n| a | Conv | -5us |\n| b | Conv | 9us |\n",
        2,
        "the time of 'a' is -",
    ),
    "a time without end": lambda: Case(
        MEASURED,
        "c_id m_id kind ms\n0 1 Conv2D 1.0e400\n0 1 Relu 1.0\nduration : 46.073ms by sample\n",
        2,
        "is inf",
    ),
    "500000 short slices": lambda: Case(
        MEASURED,
        "[" + ",".join(f'{{"ph":"X","name":"a","ts":{n},"dur":1}}' for n in range(500_000)) + "]",
        0,
    ),
    "more lines than a log": lambda: Case(
        MEASURED, "x\n" * 1_000_001, 2, "file: has more than 1,000,000 lines"
    ),
    "more rows than a network": lambda: Case(
        IMPORTED,
        table("model,latency_ms,layer", *(f"m,1,l{n}" for n in range(30_001))),
        2,
        "file: has 30,001 entries",
    ),
    "400000 rows of a log": lambda: Case(
        MEASURED, "c_id m_id kind ms\n" + "0 1 Conv2D 1.0\n" * 400_000, 2, "expected at most 30,000"
    ),
}


def model() -> bytes:
    return chain(6000, [1, 64])
