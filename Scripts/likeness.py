"""Find how far off the rates of one device are for another, for profiles of a user's own boards.

Each measured device is left out of the joint fit of its family (docs/method/calibration.md), and
its rows are predicted with the rates of each other device that has the same runtime, at its own
clock and in proportion to its multiply-accumulates a cycle. The fit is an implementation of its
own; it prints the median errors of devices that were left out, which the tool's own
`validate --split device` gives, too. For runtimes that nobody measured, times of one model on one
device with two runtimes are compared.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse

ROOT = Path(__file__).parent.parent
DATA = ROOT / "Sources/Calibration/Data"
RESULT = ROOT / "Sources/DeviceProfiles/Data/likeness.json"

# Prior standard deviations of the effects: `RuntimeFit.Spreads`.
SPREADS = {
    **{"family": 0.8, "runtime": 0.6, "core": 0.2, "device": 0.15, "familySpeed": 2.0},
    **{"runtimeSpeed": 0.7, "speed": 0.5, "drift": 0.15, "driftOfTerm": 0.1, "release": 0.2},
    **{"releaseOfTerm": 0.4, "releaseOfCore": 0.1, "unknownRelease": 0.15},
    **{"precision": 0.5, "precisionOfCore": 0.5, "precisionOfTerm": 0.3},
}
NOISE = {"processor": 0.03, "accelerator": 0.1}
PRECISIONS = {"binary": 0.1, "int8": 1, "int16": 1.2, "float16": 2, "hybrid8": 2, "float32": 3}
# Cycles before any measurement: `CostForm.plausibleCycles`.
PLAUSIBLE = {
    "processor": {"result": 8, "operation": 6, "kernel": 3000, "mac": 0.8, "uncachedWeights": 0.4},
    "accelerator": {
        **{"result": 1, "operation": 1, "weights": 1, "mac": 2, "kernel": 4000},
        "inference": 200_000,
    },
}
PLAUSIBLE_KINDS = {
    ("processor", "mac", "shallowConvolution"): 1.2,
    ("processor", "mac", "depthwiseConvolution"): 1,
    ("processor", "result", "depthwiseConvolution"): 28,
    ("accelerator", "mac", "shallowConvolution"): 8,
    ("accelerator", "mac", "depthwiseConvolution"): 20,
}
# Bytes of weights that stay near a processor: `CostTerm.uncached`.
CACHED = 1e6
# Cores without scalar products of bytes, and cycles for want of them: `Subject.nominalFactor`.
WITHOUT_DOT_PRODUCT = {"carmel", "cortex-a7", "cortex-a53", "cortex-a72", "cortex-a73"}
CYCLES_WITHOUT_DOT_PRODUCT = 3

Effect = tuple[object, ...]


def version(text: str) -> tuple[int, ...] | None:
    """The numbers of a release; None for a text that is none."""
    if not re.fullmatch(r"v?\d+(\.\d+)*", text):
        return None
    return tuple(map(int, text.lstrip("v").split(".")))


class Row(NamedTuple):
    """A measured inference."""

    device: str
    core: str
    runtime: str
    family: str
    form: str
    release: str
    width: float
    clock: float
    seconds: float
    terms: dict[str, float]

    def shared(self, term: str) -> str:
        """The term whose rate a fit shares."""
        kind, *rest = term.split(":")
        if kind in ("mac", "result"):
            return f"{kind}:int8:{rest[1]}"
        return "operation:elementwise" if (kind, self.form) == ("operation", "processor") else term

    def mean(self, term: str) -> float:
        """The logarithm of the cycles before any measurement."""
        kind, *rest = self.shared(term).split(":")
        usual = PLAUSIBLE[self.form][kind]
        return math.log(PLAUSIBLE_KINDS.get((self.form, kind, rest[-1] if rest else ""), usual))

    def nominal(self, term: str, core: str) -> float:
        """Cycles over those of a unit that starts two multiply-accumulates a cycle."""
        kind, *rest = term.split(":")
        if kind != "mac" and (self.form == "accelerator" or kind not in ("result", "operation")):
            return 1
        is_slow = kind == "mac" and rest[0] in ("int8", "hybrid8") and core in WITHOUT_DOT_PRODUCT
        return (CYCLES_WITHOUT_DOT_PRODUCT if is_slow else 1) * 2 / self.width


def of_precision(term: str) -> str | None:
    """The term of the factor of a precision; None for 8-bit integers."""
    kind, *rest = term.split(":")
    if kind not in ("mac", "result") or rest[0] == "int8":
        return None
    return f"{kind}:{rest[0]}:pointwiseConvolution"


def charged(amounts: dict[str, float], form: str) -> dict[str, float]:
    """What has a rate in a form: `MeasuredInference.amounts`."""
    if form == "accelerator":
        return amounts
    left = {term: a for term, a in amounts.items() if term not in ("weights", "inference")}
    uncached = amounts.get("weights", 0) - CACHED
    return left | ({"uncachedWeights": uncached} if uncached > 0 else {})


def read() -> list[Row]:
    """The rows that are fitted."""
    amounts: dict[str, dict[str, float]] = defaultdict(dict)
    with (DATA / "terms.csv").open() as file:
        for row in csv.DictReader(file):
            amounts[row["model"]][row["term"]] = float(row["amount"])
    rows = []
    with (DATA / "measurements.csv").open() as file:
        for row in csv.DictReader(file):
            if row["role"] == "check" or not row["latency_ms"] or row["model"] not in amounts:
                continue
            form = row["form"] or "processor"
            rows.append(
                Row(
                    *(row["device"], row["core"] or row["device"], row["runtime"]),
                    *(row["family"], form, row["version"]),
                    *(float(row["nominal_macs_per_cycle"] or 2), float(row["clock_mhz"]) * 1e6),
                    float(row["latency_ms"]) / 1e3,
                    charged(amounts[row["model"]], form),
                )
            )
    return rows


class Fit:
    """The joint fit of a family: the logarithm of a rate is a sum of effects with normal priors."""

    def __init__(self, rows: list[Row], near: Fit | None = None) -> None:
        """Fit rows, starting at the solution of a fit of nearly the same ones."""
        self.releases: dict[str, list[tuple[int, ...]]] = {}
        for runtime in {row.runtime for row in rows}:
            known = {version(row.release) for row in rows if row.runtime == runtime} - {None}
            self.releases[runtime] = sorted(known)
        self.index: dict[Effect, int] = {}
        means, places, owners, amounts = [], [], [], []
        for number, row in enumerate(rows):
            for term, amount in row.terms.items():
                own = []
                for effect in self.effects(term, row, row.device, row.core):
                    if effect not in self.index:
                        self.index[effect] = len(means)
                        means.append(self.prior_mean(effect, term, row))
                    own.append(self.index[effect])
                places.append(own)
                owners.append(number)
                amounts.append(amount * row.nominal(term, row.core))
        self.means = np.array(means)
        start = [
            near.solution[near.index[e]] if near and e in near.index else means[i]
            for e, i in self.index.items()
        ]
        logarithms = np.array([math.log(row.seconds * row.clock) for row in rows])
        self.solution = self.solve(
            np.array(start), (places, np.array(owners), np.array(amounts)), logarithms,
            NOISE[rows[0].form],
        )  # fmt: skip

    @staticmethod
    def prior_mean(effect: Effect, term: str, row: Row) -> float:
        """The mean of an effect: zero but for cycles of the family and factors of precisions."""
        if effect[0] == "family":
            return row.mean(term)
        if effect[0] == "precision" and term.startswith("mac"):
            return math.log(PRECISIONS[term.split(":")[1]])
        return 0.0

    def effects(self, term: str, row: Row, device: str, core: str) -> Iterator[Effect]:
        """The effects of a rate, each as often as it counts."""
        runtime, shared, release = row.runtime, row.shared(term), version(row.release)
        yield from [("family", shared), ("runtime", runtime, shared)]
        yield from [("core", runtime, core, shared), ("device", device, shared)]
        yield from [("familySpeed",), ("runtimeSpeed", runtime), ("speed", runtime, device)]
        if release is None:
            yield ("unknownRelease", runtime, row.release)
        if precision := of_precision(term):
            yield ("precision", runtime, precision)
            yield ("precisionOfCore", runtime, core, precision)
            yield ("precisionOfTerm", runtime, core, term)
        known = self.releases.get(runtime, [])
        before = [i for i, other in enumerate(known) if release and other <= release]
        last = before[-1] if before else 0 if release else max(0, (len(known) - 1) // 2)
        for step in range(1, last + 1):
            yield from [("release", runtime, step), ("releaseOfTerm", runtime, step, shared)]
            yield ("releaseOfCore", runtime, core, step)
            yield from [("drift", runtime), ("driftOfTerm", runtime, shared)]

    def solve(
        self,
        x: np.ndarray,
        parts: tuple[list[list[int]], np.ndarray, np.ndarray],
        logarithms: np.ndarray,
        noise: float,
    ) -> np.ndarray:
        """Damped Gauss-Newton; the normal equations are solved in the space of the rows."""
        places, owners, amounts = parts
        count, rows = len(places), len(logarithms)
        pairs = np.array([(i, place) for i, own in enumerate(places) for place in own]).T
        effects = scipy.sparse.csr_matrix((np.ones(pairs.shape[1]), pairs), (count, len(x)))
        weights = np.array([1 / SPREADS[effect[0]] ** 2 for effect in self.index])

        def residuals(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            cycles = amounts * np.exp(np.clip(effects @ x, -50, 50))
            total = np.bincount(owners, cycles, rows)
            return (np.log(total) - logarithms) / noise, cycles / total[owners] / noise

        def cost(x: np.ndarray, errors: np.ndarray) -> float:
            return errors @ errors + weights @ (x - self.means) ** 2

        (errors, shares), damping = residuals(x), 1e-3
        for _ in range(60):
            sums = scipy.sparse.csr_matrix((shares, (owners, np.arange(count))), (rows, count))
            jacobian = (sums @ effects).toarray()
            gradient = jacobian.T @ errors + weights * (x - self.means)
            before = cost(x, errors)
            while damping < 1e8:
                inverse = 1 / (weights * (1 + damping))
                scaled = jacobian * inverse
                inner = np.linalg.solve(np.eye(rows) + scaled @ jacobian.T, scaled @ gradient)
                new = x - (inverse * gradient - scaled.T @ inner)
                new_errors, new_shares = residuals(new)
                if cost(new, new_errors) <= before:
                    x, errors, shares, damping = new, new_errors, new_shares, damping / 5
                    break
                damping *= 4
            if before - cost(x, errors) <= 1e-8 * before:
                break
        return x

    def error(self, row: Row, device: str, core: str) -> float:
        """The logarithm of the predicted over the measured time, with the rates of a device."""
        seconds = 0.0
        for term, amount in row.terms.items():
            effects = self.effects(term, row, device, core)
            values = [
                self.solution[self.index[effect]]
                if effect in self.index
                else self.prior_mean(effect, term, row)
                for effect in effects
            ]
            seconds += amount * math.exp(sum(values)) * row.nominal(term, core) / row.clock
        return math.log(seconds / row.seconds)


def sort(row: Row) -> str:
    """The sort of unit that a row was measured on."""
    if row.form == "accelerator" or row.family == "armnn-opencl":
        return "accelerator"
    return "microcontroller" if row.family == "microcontroller" else "applicationProcessor"


def quantile(part: float, errors: list[list[float]], of: Callable[[float], float]) -> float:
    """A quantile over rows; each list of them has the same weight."""
    weighted = sorted((of(error), 1 / len(own)) for own in errors for error in own)
    total = 0.0
    for value, weight in weighted:
        total += weight
        if total >= part * len(errors) - 1e-9:
            return value
    return weighted[-1][0]


def summary(errors: dict[str, list[list[float]]]) -> dict[str, float]:
    """What likeness.json says of errors, by the devices that were predicted."""
    lists = [own for of_device in errors.values() for own in of_device]
    return {
        "count": sum(map(len, lists)),
        "devices": len(errors),
        "factor": round(math.exp(quantile(0.9, lists, abs)), 2),
        "median": round(quantile(0.5, lists, lambda e: abs(math.expm1(e))), 2),
        "ninetiethPercentile": round(quantile(0.9, lists, lambda e: abs(math.expm1(e))), 2),
    }


def other_runtimes(rows: list[Row]) -> dict[str, float]:
    """How far times of the same network on the same processor differ between two runtimes."""
    times: dict[tuple, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if sort(row) != "accelerator":
            key = (row.device, row.clock, frozenset(row.terms.items()))
            times[key][row.runtime].append(row.seconds)
    pairs: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for (device, *_), of_runtime in times.items():
        for one, other in itertools.combinations(sorted(of_runtime), 2):
            ratio = statistics.median(of_runtime[other]) / statistics.median(of_runtime[one])
            pairs[device, one, other].append(math.log(ratio))
    errors: dict[str, list[list[float]]] = defaultdict(list)
    for (device, *_), ratios in pairs.items():
        errors[device].append(ratios)
    return summary(errors)


def main() -> None:
    """Write the file, and print the median errors of devices that were left out."""
    rows = read()
    errors: dict[tuple[str, bool], dict[str, list[list[float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for family in sorted({row.family for row in rows}):
        own = [row for row in rows if row.family == family]
        if len({row.device for row in own}) < 2:
            continue
        whole, new = Fit(own), []
        for device in sorted({row.device for row in own}):
            kept = [row for row in own if row.device != device]
            fit = Fit(kept, near=whole)
            left = [row for row in own if row.device == device]
            new += [fit.error(row, device, row.core) for row in left]
            for runtime in sorted({row.runtime for row in left}):
                mine = [row for row in left if row.runtime == runtime]
                others = {(row.device, row.core) for row in kept if row.runtime == runtime}
                for other, core in sorted(others):
                    pair = [fit.error(row, other, core) for row in mine]
                    errors[sort(mine[0]), core == mine[0].core][device].append(pair)
                if mine[0].core not in {core for _, core in others}:
                    # A core that no other device has is taken from all of them together.
                    pair = [fit.error(row, device, mine[0].core) for row in mine]
                    errors[sort(mine[0]), False][device].append(pair)
        print(family, len(new), f"{statistics.median(abs(math.expm1(e)) for e in new):.4f}")
    result: dict[str, dict] = {}
    for unit in ["accelerator", "applicationProcessor", "microcontroller"]:
        other = summary(errors[unit, False])
        same = summary(errors[unit, True]) if errors[unit, True] else other
        # Few pairs have the same core; another one is not nearer.
        other["factor"] = max(other["factor"], same["factor"])
        result[unit] = {"otherCore": other, "sameCore": same}
    result["otherRuntime"] = other_runtimes(rows)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
