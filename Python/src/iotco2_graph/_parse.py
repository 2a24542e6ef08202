"""Reads the command's JSON."""

from __future__ import annotations

import json
from typing import Any

from ._types import (
    Carbon,
    CheckReport,
    Coverage,
    Diagnostic,
    Estimate,
    Layer,
    Report,
    Totals,
    Verdict,
)


def report(text: str) -> Report:
    raw = json.loads(text)
    device = raw.get("device") or {}
    estimates = raw.get("estimate") or {}
    return Report(
        path=raw["model"]["path"],
        format=raw["model"]["format"],
        device=device.get("name"),
        runtime=device.get("runtime"),
        latency=_estimate(estimates.get("latency")),
        energy=_estimate(estimates.get("energy")),
        carbon=_carbon(estimates.get("carbon")),
        is_complete=estimates.get("isComplete", False),
        totals=_totals(raw["totals"]),
        coverage=_coverage(raw["coverage"]),
        layers=tuple(_layer(layer) for layer in raw["layers"]),
        diagnostics=tuple(
            Diagnostic(item["severity"], item["code"], item["message"], item.get("layer"))
            for item in raw["diagnostics"]
        ),
        tool_version=raw["tool"]["version"],
        raw=raw,
    )


def check_report(json_text: str, text: str) -> CheckReport:
    raw = json.loads(json_text)
    return CheckReport(
        passed=raw["brokenRules"] == 0,
        verdicts=tuple(
            _verdict(subject, item) for subject in raw["subjects"] for item in subject["verdicts"]
        ),
        unused_rules=tuple(raw["unusedRules"]),
        text=text,
        raw=raw,
    )


def _estimate(raw: dict[str, Any] | None) -> Estimate | None:
    if raw is None:
        return None
    return Estimate(
        value=raw["value"],
        low=raw["low"],
        high=raw["high"],
        unit=raw["unit"],
        provenance=raw["provenance"],
        sources=tuple(raw["sources"]),
    )


def _carbon(raw: dict[str, Any] | None) -> Carbon | None:
    if raw is None:
        return None
    return Carbon(
        operational=_estimate(raw.get("operational")),
        embodied=_estimate(raw.get("embodied")),
        total=_estimate(raw.get("total")),
    )


def _sum(parts: dict[str, int | None]) -> int | None:
    known = [part for part in parts.values() if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _totals(raw: dict[str, Any]) -> Totals:
    return Totals(
        is_complete=raw["isComplete"],
        macs=raw["macs"],
        other_ops=raw["otherOps"],
        parameters=raw["parameters"],
        weight_bytes=raw["weightBytes"],
        peak_activation_bytes=raw["peakActivationBytes"],
        arena_bytes=raw["arenaBytes"],
        traffic_bytes=_sum(raw["trafficBytes"]),
    )


def _coverage(raw: dict[str, Any]) -> Coverage:
    return Coverage(
        operators=raw["operators"],
        operators_costed=raw["operatorsCosted"],
        tensors=raw["tensors"],
        tensors_with_shape=raw["tensorsWithShape"],
        unknown_operators={item["name"]: item["count"] for item in raw["unknownOperators"]},
        dynamic_dimensions=tuple(item["name"] for item in raw["dynamicDimensions"]),
    )


def _layer(raw: dict[str, Any]) -> Layer:
    return Layer(
        index=raw["index"],
        name=raw["name"],
        operator=raw["operator"],
        precision=raw["precision"],
        # Left out where it is once; null where it is unknown.
        repetitions=raw.get("repetitions", 1),
        macs=raw["macs"],
        other_ops=raw["otherOps"],
        parameters=raw["parameters"],
        traffic_bytes=_sum(raw["trafficBytes"]),
        fused_into=raw.get("fusedInto"),
        folded_as=raw.get("foldedAs"),
        placement=raw.get("placement"),
        bound=raw.get("bound"),
        time=_estimate(raw.get("time")),
        energy=_estimate(raw.get("energy")),
        carbon=_estimate(raw.get("carbon")),
    )


def _verdict(subject: dict[str, Any], raw: dict[str, Any]) -> Verdict:
    return Verdict(
        model=subject["model"],
        device=subject.get("device"),
        rule=raw["rule"],
        metric=raw["metric"],
        layer=raw.get("layer"),
        outcome=raw["outcome"],
        is_broken=raw["isBroken"],
        value=raw.get("value"),
        low=raw.get("low"),
        high=raw.get("high"),
        unit=raw["unit"],
        baseline=raw.get("baseline"),
        message=raw["message"],
    )
