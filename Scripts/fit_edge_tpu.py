"""Fit the rates of the Edge TPU and its host, and print the tables docs/devices.md shows.

The profile has to predict models nobody has measured on a device from very few measured ones, so the fit is a
maximum a posteriori estimate: every coefficient is positive (its logarithm is fitted) and is pulled towards a prior,
for most kinds a ratio to the cost of a dense multiply-accumulate, so that a kind the rows hardly show stays near it.

    time = overhead_inference + kernels * overhead_kernel
         + (sum over kinds of MACs * cycles_per_mac + other_ops * cycles_per_op) / clock
         + weight bytes beyond the on-chip memory / stream bandwidth          (accelerator only)

This is the tool's own model with the traffic term left out of the maximum: in the fitted rows compute governs nearly
every kernel. Errors are leave-one-model-out: all rows of a model are left out together, whatever their release or
precision.

Usage: python3 Scripts/fit_edge_tpu.py [measurements.csv]
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import optimize, stats

Row = dict[str, str]
DATA = Path(__file__).resolve().parent.parent / "Data" / "measurements" / "edge_tpu.csv"
KINDS = ("convolution", "pointwiseConvolution", "depthwiseConvolution", "fullyConnected")
NOISE = 0.05  # log standard deviation a row is trusted to: the form of the model is wrong by more than the jitter
MINIMUM_WIDTH = 0.25  # the profile claims no narrower interval than this


@dataclass(frozen=True)
class Prior:
    """A coefficient's prior: its typical value and its log standard deviation.

    A name `ratio:x` stands for the ratio of coefficient x to the dense multiply-accumulate of its precision.
    """

    name: str
    typical: float
    spread: float


@dataclass(frozen=True)
class Problem:
    """One compute unit of one stack: which rows, at which clock, with which coefficients."""

    stack: str
    unit: str
    clock: float
    priors: tuple[Prior, ...]
    cache_bytes: float | None = None

    def rows(self, rows: list[Row], role: str) -> list[Row]:
        return [
            r for r in rows if (r["stack"], r["unit"], r["role"]) == (self.stack, self.unit, role)
        ]

    def coefficients(self, log_parameters: np.ndarray) -> dict[str, float]:
        """The coefficients themselves: logarithms undone, ratios multiplied out, in the order of the priors."""
        values: dict[str, float] = {}
        for prior, x in zip(self.priors, log_parameters):
            name = prior.name.removeprefix("ratio:")
            dense = (
                values.get(name.partition(" ")[0] + " dense", 1.0) if name != prior.name else 1.0
            )
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
    """A fitted problem; `spread` is the posterior log standard deviation at the noise of `NOISE`."""

    problem: Problem
    coefficients: dict[str, float]
    jacobian: np.ndarray

    def log_errors(self, rows: list[Row]) -> np.ndarray:
        return np.array(
            [np.log(self.problem.seconds(r, self.coefficients) / measured(r)) for r in rows]
        )

    def spread(self, noise: float) -> np.ndarray:
        """Posterior log standard deviation of every parameter when rows are only trusted to `noise`."""
        priors = len(self.problem.priors)
        data, prior = self.jacobian[:-priors] * NOISE / max(NOISE, noise), self.jacobian[-priors:]
        return np.sqrt(np.diag(np.linalg.inv(data.T @ data + prior.T @ prior)))


def measured(row: Row) -> float:
    return float(row["latency_ms"]) / 1e3


def fit(problem: Problem, rows: list[Row]) -> Fit:
    """Rows of one model share one model's weight, so a model measured under three releases does not count three times."""
    typical = np.log([p.typical for p in problem.priors])
    spread = np.array([p.spread for p in problem.priors])
    names = [(r["model"], r["precision"]) for r in rows]
    weight = np.array([1 / np.sqrt(names.count(n)) for n in names]) / NOISE

    def residuals(x: np.ndarray) -> np.ndarray:
        errors = Fit(problem, problem.coefficients(x), np.empty(0)).log_errors(rows)
        return np.concatenate([weight * errors, (x - typical) / spread])

    solution = optimize.least_squares(residuals, typical)
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
                energies.setdefault(name, []).append(
                    np.log(power * seconds / (float(row["energy_uJ"]) / 1e6))
                )
    return {m: float(np.mean(e)) for m, e in times.items()}, {
        m: float(np.mean(e)) for m, e in energies.items()
    }


def factor(errors: np.ndarray) -> float:
    """Factor of the nominal 90 % interval: a Student quantile, as there are few models."""
    width = stats.t.ppf(0.95, len(errors)) * np.sqrt(np.mean(errors**2))
    return float(np.exp(max(width, np.log1p(MINIMUM_WIDTH))))


def line(title: str, log_errors: list[float] | np.ndarray) -> str:
    percent = np.expm1(np.array(log_errors)) * 100
    size = np.abs(percent)
    return (
        f"| {title} | {len(size)} | {np.median(size):.0f} % | {np.quantile(size, 0.9):.0f} % "
        f"| {size.max():.0f} % | {percent.mean():+.0f} % |"
    )


def report(problem: Problem, rows: list[Row]) -> None:
    used, checks = problem.rows(rows, "fit"), problem.rows(rows, "check")
    full = fit(problem, used)
    times, energies = held_out(problem, used)
    errors = np.array(list(times.values()))

    print(f"\n## {problem.stack}, {problem.unit}\n")
    print(f"{len(used)} rows, {problem.clock / 1e6:g} MHz, interval factor {factor(errors):.2f}\n")
    print("| coefficient | value | factor of its own 90 % |\n|---|---|---|")
    for (name, value), s in zip(
        full.coefficients.items(), full.spread(float(np.sqrt(np.mean(errors**2))))
    ):
        print(f"| {name} | {value:.3g} | {np.exp(1.645 * s):.2f} |")
    if power := fit_power(used):
        print(f"| power | {power:.3g} | |")

    print(
        "\n| left out | n | median | 90th percentile | maximum | bias |\n|---|---|---|---|---|---|"
    )
    print(line("time, one model", errors))
    if energies:
        print(line("energy, one model", list(energies.values())))
    for model, e in times.items():
        print(f"- left out: {model}: {np.expm1(e) * 100:+.0f} %")
    for row, e in zip(checks, full.log_errors(checks)):
        print(
            f"- not fitted: {row['model']}, {row['framework']}, {row['source']}: {np.expm1(e) * 100:+.0f} %"
        )


# A depthwise multiply-accumulate costs 3.8 pointwise ones in the per-operator times of one model on an RP2040 with
# CMSIS-NN.
DEPTHWISE = Prior("ratio:int8 depthwiseConvolution", 3.8, 0.5)


def application_processor(int8: float, float32: float) -> tuple[Prior, ...]:
    """Typical cycles per dense MAC; one value of `op` for both precisions, as the profile format has it."""
    return (
        Prior("int8 dense", int8, 1.5),
        DEPTHWISE,
        Prior("float32 dense", float32, 1.5),
        Prior("ratio:float32 depthwiseConvolution", 3.8, 1.5),
        Prior("op", 1.0, 1.5),
        Prior("kernel", 10e-6, 1.0),
        Prior("inference", 100e-6, 1.0),
    )


PROBLEMS = (
    Problem(
        "edgetpu-delegate",
        "edge-tpu",
        500e6,
        (
            Prior("int8 dense", 0.0005, 1.5),
            Prior("ratio:int8 depthwiseConvolution", 3.8, 1.0),
            Prior("op", 0.05, 1.5),
            Prior("kernel", 5e-6, 1.0),
            Prior("inference", 200e-6, 1.0),
            Prior("stream", 4e8, 0.5),
        ),
        cache_bytes=8e6,
    ),
    Problem("edgetpu-delegate", "host-cpu", 1.5e9, application_processor(0.4, 0.6)),
)


def main() -> None:
    with open(sys.argv[1] if len(sys.argv) > 1 else DATA, newline="") as file:
        rows = list(csv.DictReader(file))
    for problem in PROBLEMS:
        report(problem, rows)


if __name__ == "__main__":
    main()
