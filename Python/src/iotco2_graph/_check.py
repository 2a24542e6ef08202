"""What ``check`` finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ._summary import Displayed, Summary


@dataclass(frozen=True)
class Verdict:
    """The outcome of one rule of a policy."""

    model: str
    device: str | None
    rule: str
    metric: str
    layer: str | None
    outcome: str
    """``pass``, ``fail`` or ``unknown``."""
    is_broken: bool
    """Whether it fails the policy: an ``unknown`` does, unless its rule allows it."""
    value: float | None
    low: float | None
    high: float | None
    unit: str
    baseline: float | None
    message: str
    """The reason of a failure; empty for a pass."""

    @staticmethod
    def parse(subject: Mapping[str, Any], raw: Mapping[str, Any]) -> Verdict:
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


@dataclass(frozen=True)
class CheckReport(Displayed):
    """What ``check`` finds."""

    passed: bool
    verdicts: tuple[Verdict, ...]
    unused_rules: tuple[str, ...]
    """Rules that matched no model on any device."""
    text: str = field(repr=False)
    """The command's report for readers."""
    raw: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def parse(raw: Mapping[str, Any], text: str) -> CheckReport:
        return CheckReport(
            passed=raw["brokenRules"] == 0,
            verdicts=tuple(
                Verdict.parse(subject, item)
                for subject in raw["subjects"]
                for item in subject["verdicts"]
            ),
            unused_rules=tuple(raw["unusedRules"]),
            text=text,
            raw=raw,
        )

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The verdicts that break the policy."""
        return tuple(verdict for verdict in self.verdicts if verdict.is_broken)

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    def summary(self) -> Summary:
        """The rules that are broken."""
        return Summary(
            title="PASS" if self.passed else "FAIL",
            verdict=f"{len(self.broken)} of {len(self.verdicts)} checks failed",
            is_failure=not self.passed,
            header=("model", "device", "rule", "reason"),
            rows=[
                (verdict.model, verdict.device or "", verdict.rule, verdict.message)
                for verdict in self.broken
            ],
            notes=[f"rule matched nothing: {rule}" for rule in self.unused_rules],
        )
