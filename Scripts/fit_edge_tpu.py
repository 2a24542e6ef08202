"""Fits the rates of the Edge TPU and of its host to the rows of Data/measurements/edge_tpu.csv.

  fit_edge_tpu.py           print the fit and its errors, which docs/devices.md states
  fit_edge_tpu.py --write   put the rates into the profiles
  fit_edge_tpu.py --check   exit status 1 when the profiles have other rates

The profile has to predict models that nobody has measured on a device from very few measured ones,
so the fit is a maximum a posteriori estimate: every coefficient is positive (its logarithm is
fitted) and is pulled towards a prior, for most kinds a ratio to the cost of a dense
multiply-accumulate, so that a kind that the rows hardly show stays near it.

    time = overhead_inference + kernels * overhead_kernel
         + (sum over kinds of MACs * cycles_per_mac + other_ops * cycles_per_op) / clock
         + weight bytes beyond the on-chip memory / stream bandwidth          (accelerator only)

This is the tool's own model with the traffic term left out of the maximum: in the fitted rows
compute governs nearly every kernel. Errors are leave-one-model-out: all rows of a model are left
out together, whatever their release or precision.

Data/edge_tpu has the priors (coefficients.csv), which rate of a profile is which coefficient with
which interval (rates.csv), and inferences with other hosts (hosts.csv): what they take beyond the
accelerator's own time is the overhead of an inference there. An interval is a factor either way:
`own` of the coefficient's posterior, `errors` of the errors of models left out, or a number that
was set for a reason.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import optimize, stats

Row = dict[str, str]
ROOT = Path(__file__).resolve().parent.parent
MEASUREMENTS = ROOT / "Data/measurements/edge_tpu.csv"
FACTS = ROOT / "Data/edge_tpu"
PROFILES = next(ROOT.glob("Sources/*/Devices"))
#: The profile whose facts the fit takes, and the others that have the Edge TPU's rates.
DEVICES = ("coral-edge-tpu", "coral-usb-accelerator", "coral-dev-board-micro")
RUNTIME = "edgetpu-delegate"
#: How the profiles name the source of a rate that is made here.
SOURCES = {"edge-tpu": "coral-tpu", "host-cpu": "coral-cpu"}
#: The same of the overhead of an inference with another host.
HOST_SOURCE = "coral-host"
#: The interval of a host's overhead: its least row over this to its largest times this.
HOST_FACTOR = 2
KINDS = ("convolution", "pointwiseConvolution", "depthwiseConvolution", "fullyConnected")
#: Log standard deviation that a row is trusted to: the form of the model is wrong by more than the
#: jitter.
NOISE = 0.05
#: No interval of the errors is narrower than this.
MINIMUM_WIDTH = 0.25
#: Far below the three digits of a rate, so that these do not depend on the machine.
TOLERANCE = 1e-12


def table(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def profile(device: str) -> dict:
    return json.loads((PROFILES / f"{device}.json").read_text(encoding="utf-8"))


def runtime(profile: dict) -> dict:
    return next(r for r in profile["runtimes"] if r["name"] == RUNTIME)


@dataclass(frozen=True)
class Prior:
    """A coefficient's prior: its typical value and its log standard deviation.

    A name `ratio:x` stands for the ratio of coefficient x to the dense multiply-accumulate of its
    precision.
    """

    name: str
    typical: float
    spread: float


@dataclass(frozen=True)
class Problem:
    """One compute unit: at which clock, with which on-chip memory, with which coefficients."""

    unit: str
    clock: float
    cache_bytes: float | None
    priors: tuple[Prior, ...]

    def rows(self, rows: list[Row], role: str) -> list[Row]:
        key = RUNTIME, self.unit, role
        return [r for r in rows if (r["runtime"], r["unit"], r["role"]) == key]

    def coefficients(self, log_parameters: np.ndarray) -> dict[str, float]:
        """The coefficients themselves, in the order of the priors.

        Logarithms are undone and ratios multiplied out.
        """
        values: dict[str, float] = {}
        for prior, x in zip(self.priors, log_parameters, strict=True):
            name = prior.name.removeprefix("ratio:")
            precision = name.partition(" ")[0]
            dense = values[f"{precision} dense"] if name != prior.name else 1.0
            values[name] = float(np.exp(x)) * dense
        return values

    def seconds(self, row: Row, c: dict[str, float]) -> float:
        """Predicted time of a row."""
        precision = row["precision"]
        cycles = sum(
            float(row[f"macs_{kind}"]) * c.get(f"{precision} {kind}", c[f"{precision} dense"])
            for kind in KINDS
        )
        cycles += sum(float(v) for k, v in row.items() if k.startswith("ops_")) * c["op"]
        streamed = 0.0
        if self.cache_bytes is not None:
            streamed = max(0.0, float(row["bytes_weights"]) - self.cache_bytes) / c["stream"]
        return cycles / self.clock + float(row["kernels"]) * c["kernel"] + c["inference"] + streamed


@dataclass(frozen=True)
class Fit:
    """A fitted problem."""

    problem: Problem
    coefficients: dict[str, float]
    jacobian: np.ndarray

    def log_errors(self, rows: list[Row]) -> np.ndarray:
        return np.array(
            [np.log(self.problem.seconds(r, self.coefficients) / measured(r)) for r in rows]
        )

    def factors(self, noise: float) -> dict[str, float]:
        """Factors of the coefficients' own 90 % intervals when rows are only trusted to `noise`."""
        priors = len(self.problem.priors)
        data, prior = self.jacobian[:-priors] * NOISE / max(NOISE, noise), self.jacobian[-priors:]
        spreads = np.sqrt(np.diag(np.linalg.inv(data.T @ data + prior.T @ prior)))
        return {
            name: float(np.exp(1.645 * spread))
            for name, spread in zip(self.coefficients, spreads, strict=True)
        }


def measured(row: Row) -> float:
    return float(row["latency_ms"]) / 1e3


def problems() -> list[Problem]:
    """The two units, with clock and memory as the profile has them."""
    facts = profile(DEVICES[0])
    memories = {m["name"]: m["capacity"]["value"] for m in facts["memories"]}
    priors = table(FACTS / "coefficients.csv")
    return [
        Problem(
            unit["name"],
            unit["clock"]["value"],
            memories["edge-tpu-sram"] if unit["name"] == "edge-tpu" else None,
            tuple(
                Prior(row["coefficient"], float(row["typical"]), float(row["spread"]))
                for row in priors
                if row["unit"] == unit["name"]
            ),
        )
        for unit in runtime(facts)["units"]
    ]


def fit(problem: Problem, rows: list[Row]) -> Fit:
    """The fit; rows of one model share one model's weight, however many releases were measured."""
    typical = np.log([p.typical for p in problem.priors])
    spread = np.array([p.spread for p in problem.priors])
    names = [(r["model"], r["precision"]) for r in rows]
    weight = np.array([1 / np.sqrt(names.count(n)) for n in names]) / NOISE

    def residuals(x: np.ndarray) -> np.ndarray:
        errors = Fit(problem, problem.coefficients(x), np.empty(0)).log_errors(rows)
        return np.concatenate([weight * errors, (x - typical) / spread])

    solution = optimize.least_squares(
        residuals, typical, ftol=TOLERANCE, xtol=TOLERANCE, gtol=TOLERANCE
    )
    return Fit(problem, problem.coefficients(solution.x), solution.jac)


def fit_power(rows: list[Row]) -> float | None:
    """Mean power in W; None where no row has it."""
    watts = [float(r["power_mW"]) / 1e3 for r in rows if r["power_mW"]]
    return float(np.mean(watts)) if watts else None


def held_out(problem: Problem, rows: list[Row]) -> tuple[dict[str, float], dict[str, float]]:
    """Log errors of time and of energy by model, each with all its rows left out of every fit."""
    times: dict[str, list[float]] = {}
    energies: dict[str, list[float]] = {}
    for left in sorted({r["model"] for r in rows}):
        rest = [r for r in rows if r["model"] != left]
        model, power = fit(problem, rest), fit_power(rest)
        for row in (r for r in rows if r["model"] == left):
            name = f"{row['model']} {row['precision']}"
            seconds = problem.seconds(row, model.coefficients)
            times.setdefault(name, []).append(np.log(seconds / measured(row)))
            if row["energy_uJ"] and power:
                joules = float(row["energy_uJ"]) / 1e6
                energies.setdefault(name, []).append(np.log(power * seconds / joules))
    return tuple(
        {model: float(np.mean(e)) for model, e in errors.items()} for errors in (times, energies)
    )


@dataclass(frozen=True)
class Result:
    """The fit of a unit to all its rows, with its errors without each model."""

    fit: Fit
    times: dict[str, float]
    energies: dict[str, float]

    @classmethod
    def of(cls, problem: Problem, rows: list[Row]) -> Result:
        used = problem.rows(rows, "fit")
        return cls(fit(problem, used), *held_out(problem, used))

    @property
    def own_factors(self) -> dict[str, float]:
        errors = np.array(list(self.times.values()))
        return self.fit.factors(float(np.sqrt(np.mean(errors**2))))

    @property
    def error_factor(self) -> float:
        """Factor of the nominal 90 % interval: a Student quantile, as there are few models."""
        errors = np.array(list(self.times.values()))
        width = stats.t.ppf(0.95, len(errors)) * np.sqrt(np.mean(errors**2))
        return float(np.exp(max(width, np.log1p(MINIMUM_WIDTH))))

    def interval(self, rate: Row) -> tuple[float, float, float]:
        """Value, low and high of a row of rates.csv."""
        value = rounded(self.fit.coefficients[rate["coefficient"]])
        match rate["interval"]:
            case "own":
                factor = self.own_factors[rate["coefficient"]]
            case "errors":
                factor = self.error_factor
            case number:
                factor = float(number)
        factor *= float(rate["times"])
        return value, rounded(value / factor), rounded(value * factor)


def rounded(value: float) -> float:
    """Three digits, whole where that is a whole number, as profiles write it."""
    number = float(f"{value:.3g}")
    return int(number) if number.is_integer() else number


def line(title: str, log_errors: list[float]) -> str:
    percent = np.expm1(np.array(log_errors)) * 100
    size = np.abs(percent)
    return (
        f"| {title} | {len(size)} | {np.median(size):.0f} % | {np.quantile(size, 0.9):.0f} % "
        f"| {size.max():.0f} % | {percent.mean():+.0f} % |"
    )


def report(result: Result, rows: list[Row]) -> None:
    problem = result.fit.problem
    used, checks = problem.rows(rows, "fit"), problem.rows(rows, "check")
    print(f"\n## {RUNTIME}, {problem.unit}\n")
    print(
        f"{len(used)} rows, {problem.clock / 1e6:g} MHz, interval factor {result.error_factor:.2f}"
    )
    print("\n| coefficient | value | factor of its own 90 % |\n|---|---|---|")
    for name, factor in result.own_factors.items():
        print(f"| {name} | {result.fit.coefficients[name]:.3g} | {factor:.2f} |")
    if power := fit_power(used):
        print(f"| power | {power:.3g} | |")

    print(
        "\n| left out | n | median | 90th percentile | maximum | bias |\n|---|---|---|---|---|---|"
    )
    print(line("time, one model", list(result.times.values())))
    if result.energies:
        print(line("energy, one model", list(result.energies.values())))
    for model, e in result.times.items():
        print(f"- left out: {model}: {np.expm1(e) * 100:+.0f} %")
    for row, e in zip(checks, result.fit.log_errors(checks), strict=True):
        name = f"{row['model']}, {row['framework']}, {row['source']}"
        print(f"- not fitted: {name}: {np.expm1(e) * 100:+.0f} %")


def fitted_rates(runtime: dict) -> Iterator[tuple[str, str, dict]]:
    """Unit, path and value of all rates of a runtime that name this fit as their source."""

    def walk(unit: str, node: object, path: str) -> Iterator[tuple[str, str, dict]]:
        if not isinstance(node, dict):
            return
        if "value" not in node:
            for key, inner in node.items():
                yield from walk(unit, inner, f"{path}.{key}" if path else key)
        elif node["sources"] == [SOURCES[unit]]:
            yield unit, path, node

    yield from walk("edge-tpu", {k: v for k, v in runtime.items() if k != "units"}, "runtime")
    for unit in runtime["units"]:
        if unit["name"] in SOURCES:
            yield from walk(unit["name"], unit, "")


def host_overhead(device: str, result: Result) -> tuple[float, float, float]:
    """Overhead of an inference with the host of a profile: value, low and high.

    It is what rows have beyond the accelerator's own time; of models without terms, which take the
    accelerator a small part of that, it is the whole.
    """
    problem = result.fit.problem
    models = {row["model"]: row for row in problem.rows(table(MEASUREMENTS), "fit")}
    coefficients = result.fit.coefficients
    overheads = []
    for row in (r for r in table(FACTS / "hosts.csv") if r["profile"] == device):
        own = 0.0
        if row["model"]:
            own = problem.seconds(models[row["model"]], coefficients) - coefficients["inference"]
        overheads.append(measured(row) - own)
    mean = float(np.exp(np.mean(np.log(overheads))))
    ends = min(overheads) / HOST_FACTOR, max(overheads) * HOST_FACTOR
    return rounded(mean), rounded(ends[0]), rounded(ends[1])


def updated(device: str, results: dict[str, Result]) -> tuple[dict, list[str]]:
    """A profile with the fitted rates, and what differs from those it has."""
    rates = {(row["unit"], row["rate"]): row for row in table(FACTS / "rates.csv")}
    differences = []
    new = profile(device)
    places = [
        (unit, path, rate, results[unit].interval(rates[unit, path]))
        for unit, path, rate in fitted_rates(runtime(new))
    ]
    overhead = runtime(new)["overheadPerInference"]
    if overhead["sources"] == [HOST_SOURCE]:
        result = results["edge-tpu"]
        fitted = host_overhead(device, result)
        places.append(("edge-tpu", "runtime.overheadPerInference", overhead, fitted))
    for unit, path, rate, fitted in places:
        for key, value in zip(("value", "low", "high"), fitted, strict=True):
            if rate[key] != value:
                differences.append(f"{device}, {unit}: {path}: {key} {rate[key]}, fitted {value}")
                rate[key] = value
    return new, differences


def main() -> None:
    mode = sys.argv[1] if len(sys.argv) == 2 else ""
    if len(sys.argv) > 2 or mode not in ("", "--write", "--check"):
        sys.exit(__doc__)
    rows = table(MEASUREMENTS)
    results = {problem.unit: Result.of(problem, rows) for problem in problems()}
    if not mode:
        for result in results.values():
            report(result, rows)
        return
    found = []
    for device in DEVICES:
        new, differences = updated(device, results)
        found += differences
        if mode == "--write" and differences:
            text = json.dumps(new, indent=2, separators=(",", " : "), ensure_ascii=False)
            (PROFILES / f"{device}.json").write_text(text + "\n", encoding="utf-8")
    print(*found, sep="\n", end="\n" if found else "")
    if mode == "--check" and found:
        sys.exit("error: the Edge TPU's rates are not what the fit gives: run 'make edge-tpu'")


if __name__ == "__main__":
    main()
