"""Arguments that the commands share: what they may be, and the flags that they become."""

from __future__ import annotations

import difflib
import inspect
import json
import numbers
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, TypedDict, TypeVar, Union

File = Union[str, "os.PathLike[str]"]
Model = Union[File, bytes]
"""A model's file (``bundle.task#member`` for one in a ZIP archive), or the bytes of a model."""
Document = Union[File, Mapping[str, Any]]
"""A file in YAML or JSON, or what would be in it."""
Number = Union[float, str]
"""A number, or one with a unit as the command takes it."""
Size = Union[int, Sequence[int]]


class Options(TypedDict, total=False):
    """Arguments that all commands on models take.

    A file ``.iotco2-graph.yml`` is not read: what is None or left out is as the command has it.
    """

    runtime: str | None
    """Software that runs the model on the device."""
    region: str | None
    """Code or name of the region whose electricity is used."""
    intensity: Number | None
    """Of electricity in gCO2e/kWh, instead of a region's."""
    deployment: Document | None
    """How the device is used; other arguments win over it."""
    product: Document | None
    """Product that contains the device: an identifier, a file or its content."""
    lifetime: Number | None
    """Years that the device serves."""
    inferences_per_day: Number | None
    """Embodied carbon is allocated over them."""
    power: str | None
    """``mains``, ``rechargeable``, ``primary`` or ``solar``."""
    bind: Mapping[str, Size] | None
    """Sizes of dynamic dimensions, or shapes of inputs, by name."""
    generate: str | Mapping[str, int] | None
    """A text to generate: ``"prompt=128,tokens=64"``, or these as a mapping; not for ``diff``."""
    batch: int | None
    """First dimension of every input."""
    arguments: Sequence[str]
    """Further flags of the command, which ``iotco2-graph help`` lists."""
    stack: str | None
    """The old name of ``runtime``, deprecated."""


@dataclass(frozen=True)
class Kind:
    """What an argument may be."""

    types: tuple[type, ...]
    expected: str
    several: bool = False
    """Whether a sequence of them will do, too."""

    def accepts(self, value: object) -> bool:
        """Whether it is one of them, or a sequence of them where several will do."""
        if self.several and isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            return all(map(self.accepts_one, value))
        return self.accepts_one(value)

    def accepts_one(self, value: object) -> bool:
        """Whether it is one of them; a truth value is a number to Python, but not here."""
        return isinstance(value, self.types) and not isinstance(value, bool)


_FILE = (str, os.PathLike)
_NUMBER = (numbers.Real, str)

KINDS: Mapping[str, Kind] = {
    "model": Kind((*_FILE, bytes), "a path or the bytes of a model"),
    "models": Kind((*_FILE, bytes), "a path, several, or the bytes of a model", several=True),
    "policy": Kind((*_FILE, Mapping), "a path or a mapping of rules"),
    "baseline": Kind((*_FILE, Mapping), "a path or a report of analyze()"),
    "device": Kind(_FILE, "the identifier of a device or a path"),
    "devices": Kind(_FILE, "the identifier of a device or a path, or several", several=True),
    "runtime": Kind((str,), "the name of a runtime"),
    "region": Kind((str,), "the code or name of a region"),
    "intensity": Kind(_NUMBER, "a number in gCO2e/kWh"),
    "deployment": Kind((*_FILE, Mapping), "a path or a mapping of a deployment's keys"),
    "product": Kind((*_FILE, Mapping), "an identifier, a path or a mapping of a product's keys"),
    "lifetime": Kind(_NUMBER, "a number of years"),
    "inferences_per_day": Kind(_NUMBER, "a number"),
    "power": Kind((str,), "the name of a power source"),
    "bind": Kind((Mapping,), "a mapping of names to sizes or shapes"),
    "generate": Kind((str, Mapping), "a text such as 'prompt=128,tokens=64', or a mapping"),
    "size": Kind((numbers.Integral,), "a size or a sequence of sizes", several=True),
    "batch": Kind((numbers.Integral,), "a whole number"),
    "by": Kind((str,), "the name of a metric"),
    "group": Kind((str,), "the name of a grouping"),
    "depth": Kind((numbers.Integral,), "a whole number"),
    "top": Kind((numbers.Integral,), "a whole number"),
    "what_if": Kind((str,), "a text such as 'lifetime=10', or several", several=True),
}


def checked(name: str, value: Any, kind: str | None = None) -> Any:
    """The value, if it is what the argument may be.

    Raises TypeError, which says what is expected.
    """
    expected = KINDS[kind or name]
    if not expected.accepts(value):
        raise TypeError(f"{name}: expected {expected.expected}, found {_described(value)}")
    return value


def optional(name: str, value: Any, kind: str | None = None) -> Any:
    """None, or the value if it is what the argument may be."""
    return None if value is None else checked(name, value, kind)


def flags(folder: str, options: Mapping[str, Any]) -> list[str]:
    """A flag for each value that is given, and several for a list; mappings go into files."""
    words = ["--no-config"]
    for name, value in options.items():
        several = isinstance(value, Sequence) and not isinstance(value, str)
        for one in value if several else [value]:
            if isinstance(one, Mapping):
                file = Path(folder, f"{name}.json")
                file.write_text(json.dumps(one, allow_nan=False), encoding="utf-8")
                one = file
            if one is not None:
                # In one word, so that a value with a leading '-' is not taken for a flag.
                words.append(f"--{name.replace('_', '-')}={_text(one)}")
    return words


def shared(command: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Values for ``flags``, and further flags, of the arguments that the commands share.

    Raises TypeError for what is not among them.
    """
    for name in options:
        if name not in Options.__annotations__:
            near = difflib.get_close_matches(name, Options.__annotations__, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{command}() has no argument {name!r}{hint}")
    values = {
        name: optional(name, value)
        for name, value in options.items()
        if name not in ("arguments", "stack")
    }
    further = options.get("arguments", ())
    if not isinstance(further, Sequence) or isinstance(further, (str, bytes)):
        raise TypeError(f"arguments: expected a sequence of flags, found {_described(further)}")
    if options.get("stack") is not None:
        if values.get("runtime") is not None:
            raise TypeError("stack is the old name of runtime: give one of them")
        warnings.warn("stack is called runtime now", DeprecationWarning, stacklevel=4)
        values["runtime"] = options["stack"]
    values["bind"] = _bindings(values.get("bind"))
    if isinstance(values.get("generate"), Mapping):
        numbers_of_text = {
            key: checked(f"generate[{key!r}]", number, "batch")
            for key, number in values["generate"].items()
        }
        values["generate"] = ",".join(f"{key}={n}" for key, n in numbers_of_text.items())
    return values, list(further)


Function = TypeVar("Function", bound=Callable[..., Any])


def with_options(function: Function) -> Function:
    """Shows the shared arguments in the signature that ``help`` and notebooks read."""
    signature = inspect.signature(function)
    own = [item for item in signature.parameters.values() if item.name != "options"]
    keyword = inspect.Parameter.KEYWORD_ONLY
    ours = [
        # As text, like the annotations of the function itself.
        inspect.Parameter(name, keyword, default=None, annotation=annotation.__forward_arg__)
        for name, annotation in Options.__annotations__.items()
    ]
    function.__signature__ = signature.replace(parameters=[*own, *ours])  # type: ignore[attr-defined]
    return function


def _bindings(bind: Mapping[str, Size] | None) -> list[str]:
    words = []
    for name, size in (bind or {}).items():
        checked(f"bind[{name!r}]", size, "size")
        sizes = size if isinstance(size, Sequence) else [size]
        words.append(f"{name}={'x'.join(map(str, sizes))}")
    return words


def _described(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 40 else text[:39] + '…'}"


def _text(value: Any) -> str:
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)
