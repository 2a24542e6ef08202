"""Errors of single layers: the tool's time of a kernel against onnxruntime's own profile."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
from kernels import Kernel, operators
from product import Product
from tables import Row

#: Shorter kernels are mostly the profile's own cost, and a microsecond is its unit.
LEAST = 10e-6


def kinds(
    product: Product, rows: list[Row], table: Path, by_model: dict[str, list[Kernel]]
) -> list[str]:
    """Errors by kernel kind, with rates that are calibrated with all models (whole inferences, no
    layer among them): kernels, their share of all time, bias, and median and 90th percentile of
    the errors."""
    fitted = product.calibrate(rows, table)
    ratios: dict[str, list[float]] = defaultdict(list)
    shares: dict[str, float] = defaultdict(float)
    for row in rows:
        predicted = layer_seconds(product, fitted, row)
        own = by_model[row.model]
        total = sum(kernel.seconds for kernel in own)
        for kernel in own:
            shares[kernel.kind] += kernel.seconds / total / len(rows)
            if kernel.seconds >= LEAST and kernel.anchor in predicted:
                ratios[kernel.kind].append(predicted[kernel.anchor] / kernel.seconds)
    lines = [
        "| kind | share of time | kernels | bias | median | 90th |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for kind, share in sorted(shares.items(), key=lambda item: -item[1]):
        own = ratios[kind]
        if len(own) < 10:
            lines.append(f"| {kind} | {100 * share:.1f} % | {len(own)} | | | |")
            continue
        errors = [100 * abs(ratio - 1) for ratio in own]
        lines.append(
            f"| {kind} | {100 * share:.1f} % | {len(own)} | {100 * (np.median(own) - 1):+.0f} %"
            f" | {statistics.median(errors):.0f} % | {np.percentile(errors, 90):.0f} % |"
        )
    return lines


def layer_seconds(product: Product, fitted: Path, row: Row) -> dict[str, float]:
    """Seconds of kernels, by the operator of the network whose contraction they are."""
    report = json.loads(
        product.run("analyze", row.model, "--device", str(fitted), "--format", "json")
    )
    contractions, before = operators(product.models / f"{row.network}_float32.onnx")
    found: dict[str, float] = defaultdict(float)
    for kernel in report["kernels"]:
        anchor = kernel["layers"][0]
        while anchor in before and anchor not in contractions and is_activation(anchor):
            anchor = before[anchor]
        if kernel["time"]:
            found[anchor] += kernel["time"]["value"]
    return found


def is_activation(name: str) -> bool:
    return name.partition("_")[0] in ("clip", "relu", "hardswish", "sigmoid", "gelu", "add")
