"""The commands ``analyze`` and ``check`` as functions."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Union

from . import _parse
from ._run import run
from ._types import CheckReport, Report

File = Union[str, "os.PathLike[str]"]
Model = Union[File, bytes]
"""A model's file (``bundle.task#member`` for one in a ZIP archive), or the bytes of a model."""
Document = Union[File, Mapping[str, Any]]
"""A file in YAML or JSON, or what would be in it."""
Size = Union[int, Sequence[int]]


def analyze(
    model: Model,
    *,
    device: File | None = None,
    runtime: str | None = None,
    region: str | None = None,
    intensity: float | None = None,
    deployment: Document | None = None,
    product: Document | None = None,
    lifetime: float | None = None,
    inferences_per_day: float | None = None,
    power: str | None = None,
    bind: Mapping[str, Size] | None = None,
    batch: int | None = None,
    arguments: Sequence[str] = (),
    stack: str | None = None,
) -> Report:
    """Work and memory of a model, and on a device its time, energy and carbon.

    Args:
        model: A file or its content.
        device: Identifier, ``id:runtime``, or a profile's file.
        runtime: Software that runs the model on the device.
        region: Code of the region whose electricity is used.
        intensity: Of electricity in gCO2e/kWh, instead of a region's.
        deployment: How the device is used; flags win over it.
        product: Product that contains the device: an identifier, a file or its content.
        lifetime: Years that the device serves.
        inferences_per_day: The device's carbon is divided over them.
        power: ``mains``, ``rechargeable``, ``primary`` or ``solar``.
        bind: Sizes of open dimensions, or shapes of inputs, by name.
        batch: First dimension of every input.
        arguments: Further flags of the command, which ``iotco2-graph help analyze`` lists.
        stack: The old name of ``runtime``, deprecated.

    A file ``.iotco2-graph.yml`` is not read: what is not given is as the command has it.

    Raises:
        ModelError: The model or another input is at fault.
        ToolError: The command itself failed.
        FileNotFoundError: There is no command.
    """
    runtime = _renamed(stack, runtime)
    with tempfile.TemporaryDirectory() as folder:
        flags = _flags(
            folder,
            device=device,
            runtime=runtime,
            region=region,
            intensity=intensity,
            deployment=deployment,
            product=product,
            lifetime=lifetime,
            inferences_per_day=inferences_per_day,
            power=power,
            bind=_bindings(bind),
            batch=batch,
        )
        text = run(
            ["analyze", "--format=json", *flags, *arguments, "--", *_paths(model)],
            content=_content(model),
        )
    return _parse.report(text)


def check(
    models: Model | Sequence[File],
    policy: Document,
    *,
    device: File | Sequence[File] | None = None,
    runtime: str | None = None,
    baseline: File | Report | None = None,
    region: str | None = None,
    intensity: float | None = None,
    deployment: Document | None = None,
    product: Document | None = None,
    lifetime: float | None = None,
    inferences_per_day: float | None = None,
    power: str | None = None,
    bind: Mapping[str, Size] | None = None,
    batch: int | None = None,
    arguments: Sequence[str] = (),
    stack: str | None = None,
) -> CheckReport:
    """Holds models against a policy; where it is broken, the report has not ``passed``.

    Args:
        models: One or several files, or the content of one.
        policy: Rules, as ``iotco2-graph schema policy`` describes them.
        device: One or several, instead of the policy's.
        baseline: What ``maxIncreasePercent`` compares with: a report, or a file of some.
        arguments: Further flags of the command, which ``iotco2-graph help check`` lists.

    The other arguments and the errors are those of ``analyze``.
    """
    runtime = _renamed(stack, runtime)
    with tempfile.TemporaryDirectory() as folder:
        flags = _flags(
            folder,
            policy=policy,
            device=device,
            runtime=runtime,
            baseline=baseline.raw if isinstance(baseline, Report) else baseline,
            region=region,
            intensity=intensity,
            deployment=deployment,
            product=product,
            lifetime=lifetime,
            inferences_per_day=inferences_per_day,
            power=power,
            bind=_bindings(bind),
            batch=batch,
        )
        json_text, text = (
            run(
                ["check", f"--format={form}", *flags, *arguments, "--", *_paths(models)],
                content=_content(models),
                successes=(0, 1),
            )
            for form in ("json", "text")
        )
    return _parse.check_report(json_text, text)


def _renamed(stack: str | None, runtime: str | None) -> str | None:
    """The runtime, which was called stack up to version 1 of the reports."""
    if stack is None:
        return runtime
    if runtime is not None:
        raise TypeError("stack is the old name of runtime: give one of them")
    warnings.warn("stack is called runtime now", DeprecationWarning, stacklevel=3)
    return stack


def _flags(folder: str, **values: Any) -> list[str]:
    """A flag for each value that is given, and several for a list; mappings go into files."""
    flags = ["--no-config"]
    for name, value in values.items():
        several = isinstance(value, Sequence) and not isinstance(value, str)
        for one in value if several else [value]:
            if isinstance(one, Mapping):
                file = Path(folder, f"{name}.json")
                file.write_text(json.dumps(one, allow_nan=False), encoding="utf-8")
                one = file
            if one is not None:
                # In one word, so that a value with a leading '-' is not taken for a flag.
                flags.append(f"--{name.replace('_', '-')}={_text(one)}")
    return flags


def _text(value: Any) -> str:
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _bindings(bind: Mapping[str, Size] | None) -> list[str]:
    return [
        f"{name}={size}" if isinstance(size, int) else f"{name}={'x'.join(map(str, size))}"
        for name, size in (bind or {}).items()
    ]


def _paths(models: Model | Sequence[File]) -> list[str]:
    if isinstance(models, bytes):
        return ["-"]
    if isinstance(models, (str, os.PathLike)):
        return [os.fspath(models)]
    return [os.fspath(model) for model in models]


def _content(models: Model | Sequence[File]) -> bytes | None:
    return models if isinstance(models, bytes) else None
