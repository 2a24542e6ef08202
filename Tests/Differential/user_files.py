"""Files beside a model that are small for what they ask: policies, tables, profiles, products."""

from __future__ import annotations

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


def table(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


CHECK = ["check", "--policy", FILE, MODEL]
MEASURED = ["analyze", "--device", "raspberry-pi-4", "--measured", FILE, MODEL]
GRID = ["footprint", "--device", "esp32", "--grid", FILE, "--region", "c1", MODEL]
DEPLOYED = ["footprint", "--device", "esp32", "--deployment", FILE, MODEL]
PRODUCED = ["footprint", "--device", "esp32", "--product", FILE, MODEL]
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
}


def model() -> bytes:
    return chain(6000, [1, 64])
