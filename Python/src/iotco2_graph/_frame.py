"""Tables for pandas, which is not needed until one is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._estimate import Interval

if TYPE_CHECKING:
    import pandas


def frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pandas.DataFrame:
    """A row each, with these columns of these kinds.

    'Int64', 'boolean' and 'float64' can say that a value is unknown, as NA or NaN.
    Raises ImportError without pandas.
    """
    try:
        import pandas
    except ImportError:
        raise ImportError("a frame needs pandas: pip install 'iotco2-graph[pandas]'") from None
    made = pandas.DataFrame(list(rows), columns=list(columns))
    return made.astype({name: kind for name, kind in columns.items() if kind != "object"})


def ends(name: str, unit: str, interval: Interval | None) -> dict[str, float | None]:
    """Columns of a number and of both ends of its interval: ``time_s``, ``time_low_s``, ..."""
    values = interval.ends() if interval else (None, None, None)
    return dict(zip(ends_columns(name, unit), values))


def ends_columns(name: str, unit: str) -> dict[str, str]:
    """The kinds of the columns that ``ends`` makes."""
    return {f"{name}{end}_{unit}": "float64" for end in ("", "_low", "_high")}
