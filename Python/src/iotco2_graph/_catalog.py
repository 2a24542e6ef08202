"""What ``devices``, ``regions`` and ``products`` list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._frame import frame
from ._summary import Displayed, Summary

if TYPE_CHECKING:
    import pandas

Entry = Mapping[str, Any]


class Catalog(Displayed, Mapping[str, Entry]):
    """Entries by identifier, each as ``--format json`` of the command writes it."""

    def __init__(self, title: str, key: str, columns: tuple[str, ...], raw: list[Entry]) -> None:
        self.title = title
        self.key = key
        self.columns = columns
        self.raw = raw
        self._entries = {entry[key]: entry for entry in raw}

    def __getitem__(self, identifier: str) -> Entry:
        return self._entries[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{len(self)} {self.title}>"

    def frame(self) -> pandas.DataFrame:
        """A row for each entry, without what has parts of its own.

        Raises ImportError without pandas.
        """
        names = dict.fromkeys(
            name
            for entry in self.raw
            for name, value in entry.items()
            if not isinstance(value, (list, dict))
        )
        columns = [self.key, *(name for name in names if name != self.key)]
        return frame(self.raw, dict.fromkeys(columns, "object"))

    def summary(self) -> Summary:
        """A row for each entry."""
        return Summary(
            title=f"{len(self)} {self.title}",
            header=self.columns,
            rows=[[str(entry.get(column, "")) for column in self.columns] for entry in self.raw],
        )
