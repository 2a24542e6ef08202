"""The commands as functions. ``Options`` describes the arguments that they share."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._catalog import Catalog
from ._check import CheckReport
from ._comparison import Comparison
from ._diff import Diff
from ._footprint import Footprint
from ._hotspots import Hotspots
from ._options import Document, File, Model, Options, checked, flags, optional, shared, with_options
from ._report import Report
from ._run import run

if TYPE_CHECKING:
    from typing_extensions import Unpack


@with_options
def analyze(model: Model, *, device: File | None = None, **options: Unpack[Options]) -> Report:
    """Work and memory of a model, and on a device its time, energy and carbon.

    ``device`` is an identifier, ``id:runtime``, or a profile's file. ``iotco2_graph.Options``
    describes the other arguments.

    Raises TypeError for an argument of a wrong type, ModelError where a model or another input is
    at fault, ToolError where the command itself fails, and FileNotFoundError where there is none.
    """
    own = {"device": optional("device", device)}
    (written,) = _run("analyze", [checked("model", model)], own, options)
    return Report.parse(json.loads(written))


@with_options
def footprint(
    model: Model,
    *,
    device: File,
    what_if: str | Sequence[str] = (),
    **options: Unpack[Options],
) -> Footprint:
    """Life-cycle carbon of a model on a device: operational and embodied.

    ``what_if`` are changes such as ``"lifetime=10"`` with which it is computed again. The other
    arguments and the errors are those of ``analyze``.
    """
    own = {"device": checked("device", device), "what_if": checked("what_if", what_if)}
    (written,) = _run("footprint", [checked("model", model)], own, options)
    return Footprint.parse(json.loads(written))


@with_options
def compare(
    models: Model | Sequence[Model],
    *,
    device: File | Sequence[File],
    by: str | None = None,
    **options: Unpack[Options],
) -> Comparison:
    """Models across devices, with the Pareto-optimal ones marked.

    ``by`` is the metric that orders the rows. The other arguments and the errors are those of
    ``analyze``.
    """
    own = {"device": checked("device", device, "devices"), "by": optional("by", by)}
    (written,) = _run("compare", _several(models), own, options)
    return Comparison.parse(json.loads(written))


@with_options
def hotspots(
    model: Model,
    *,
    device: File | None = None,
    by: str | None = None,
    group: str | None = None,
    depth: int | None = None,
    top: int | None = None,
    **options: Unpack[Options],
) -> Hotspots:
    """The costliest layers, and changes that save something.

    ``by`` is the metric of the ranking, ``group`` one of ``layer``, ``operator``, ``module`` and
    ``block``, ``depth`` the parts of a name that form a module, and ``top`` the number of entries.
    The other arguments and the errors are those of ``analyze``.
    """
    given = {"device": device, "by": by, "group": group, "depth": depth, "top": top}
    own = {name: optional(name, value) for name, value in given.items()}
    (written,) = _run("hotspots", [checked("model", model)], own, options)
    return Hotspots.parse(json.loads(written))


@with_options
def diff(old: Model, new: Model, *, device: File | None = None, **options: Unpack[Options]) -> Diff:
    """Differences between two models, in total and layer by layer.

    One of them may be bytes. The other arguments and the errors are those of ``analyze``.
    """
    models = [checked("old", old, "model"), checked("new", new, "model")]
    own = {"device": optional("device", device)}
    (written,) = _run("diff", models, own, options)
    return Diff.parse(json.loads(written))


@with_options
def check(
    models: Model | Sequence[Model],
    policy: Document,
    *,
    device: File | Sequence[File] | None = None,
    baseline: File | Report | None = None,
    **options: Unpack[Options],
) -> CheckReport:
    """Checks models against a policy; on a violation the report has not ``passed``.

    ``policy`` holds rules, as ``iotco2-graph schema policy`` describes them. ``device`` replaces
    the policy's, and can be several. ``baseline`` is what ``maxIncreasePercent`` compares with: a
    report, or a file of some. The other arguments and the errors are those of ``analyze``.
    """
    own = {
        "policy": checked("policy", policy),
        "device": optional("device", device, "devices"),
        "baseline": baseline.raw
        if isinstance(baseline, Report)
        else optional("baseline", baseline),
    }
    written, text = _run(
        "check", _several(models), own, options, forms=("json", "text"), successes=(0, 1)
    )
    return CheckReport.parse(json.loads(written), text)


def devices() -> Catalog:
    """The built-in device profiles, by identifier."""
    return _catalog("devices", "name", ("name", "title", "defaultRuntime"))


def regions() -> Catalog:
    """Regions and the carbon intensity of their electricity, by code."""
    return _catalog("regions", "code", ("code", "name", "gramsPerKilowattHour", "year"))


def products() -> Catalog:
    """The built-in products with their parts and embodied carbon, by identifier."""
    return _catalog("products", "name", ("name", "title", "method"))


def _catalog(command: str, key: str, columns: tuple[str, ...]) -> Catalog:
    return Catalog(command, key, columns, json.loads(run([command, "list", "--format=json"])))


def _several(models: Model | Sequence[Model]) -> list[Model]:
    checked("models", models)
    is_one = isinstance(models, (str, bytes, os.PathLike))
    return [models] if is_one else list(models)  # type: ignore[list-item, arg-type]


def _run(
    command: str,
    models: Sequence[Model],
    own: dict[str, Any],
    options: Options,
    *,
    forms: Sequence[str] = ("json",),
    successes: Sequence[int] = (0,),
) -> list[str]:
    """What the command writes about models, in each form."""
    contents = [model for model in models if isinstance(model, bytes)]
    if len(contents) > 1:
        raise TypeError("only one model can be bytes: give paths of the others")
    content = contents[0] if contents else None
    paths = ["-" if isinstance(model, bytes) else os.fspath(model) for model in models]
    values, further = shared(command, options)
    with tempfile.TemporaryDirectory() as folder:
        words = [*flags(folder, {**own, **values}), *further, "--", *paths]
        return [
            run([command, f"--format={form}", *words], content=content, successes=successes)
            for form in forms
        ]
