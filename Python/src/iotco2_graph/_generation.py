"""Texts that a decoder makes, where ``generate`` asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from ._estimate import Estimate, Interval


@dataclass(frozen=True)
class Generation:
    """A prompt and the tokens after it."""

    prompt: int
    tokens: int
    batch: int
    max_length: int | None
    """Tokens of a text with its prompt at which ``max_length`` of the request ends it."""
    first_token: Estimate | None
    """Time until the first token, which reading the prompt gives."""
    tokens_per_second: Interval | None
    """After the first, of all texts of the batch together; like all that follows but the cache,
    None without a device and where one token is made."""
    latency_per_token: Estimate | None
    energy_per_token: Estimate | None
    operational_carbon_per_token: Estimate | None
    cache_bytes: int | None
    """Keys and values at the end of the text, or always if their size is fixed."""

    @staticmethod
    def parse(raw: schema.ReportGeneration | None) -> Generation | None:
        """None where an inference is analysed."""
        if raw is None:
            return None
        token: Mapping[str, Any] = raw.get("perToken") or {}
        return Generation(
            prompt=raw["prompt"],
            tokens=raw["tokens"],
            batch=raw["batch"],
            max_length=raw.get("maxLength"),
            first_token=Estimate.parse(raw["prefill"].get("latency")),
            tokens_per_second=Interval.of(token.get("tokensPerSecond")),
            latency_per_token=Estimate.parse(token.get("latency")),
            energy_per_token=Estimate.parse(token.get("energy")),
            operational_carbon_per_token=Estimate.parse(token.get("operationalCarbon")),
            cache_bytes=raw["cache"]["bytes"],
        )


@dataclass(frozen=True)
class Role:
    """What a part of a decoder takes; shares are of all parts."""

    name: str
    """``encoder``, ``embeddings``, ``attention``, ``feed-forward``, ``head`` and others."""
    prompt_macs: int | None
    prompt_macs_share: float | None
    token_macs: float | None
    """In the mean of the steps; None where one token is made, as for what follows."""
    token_macs_share: float | None
    token_weight_traffic_bytes: float | None
    token_cache_traffic_bytes: float | None
    token_time_share: float | None
    """None without a device."""

    @staticmethod
    def parse(raw: Mapping[str, Any]) -> Role:
        token = raw.get("token") or {}
        return Role(
            name=raw["role"],
            prompt_macs=raw["promptMacs"],
            prompt_macs_share=raw.get("promptMacsShare"),
            token_macs=token.get("macs"),
            token_macs_share=token.get("macsShare"),
            token_weight_traffic_bytes=token.get("weightTrafficBytes"),
            token_cache_traffic_bytes=token.get("cacheTrafficBytes"),
            token_time_share=token.get("timeShare"),
        )


@dataclass(frozen=True)
class TextSaving:
    """What a change saves of a text; negative where it costs more."""

    latency: Interval | None
    """In seconds."""
    energy: Interval | None
    """In joules."""
    carbon: Interval | None
    """In grams of CO2e."""
    tokens_per_second: Interval | None
    """With the change, of all texts of the batch together."""
    memory_bytes: int | None
    """Of weights, activations and caches."""

    @staticmethod
    def parse(raw: Mapping[str, Any] | None) -> TextSaving | None:
        """None where an inference is analysed."""
        if raw is None:
            return None
        return TextSaving(
            latency=Interval.of(raw.get("latency")),
            energy=Interval.of(raw.get("energy")),
            carbon=Interval.of(raw.get("carbon")),
            tokens_per_second=Interval.of(raw.get("tokensPerSecond")),
            memory_bytes=raw.get("memoryBytes"),
        )
