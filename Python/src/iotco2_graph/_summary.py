"""How results show themselves: as text when printed, as HTML in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Row = Sequence[str]

_CELL = "padding: 2px 12px 2px 0; border: 0; vertical-align: top"


@dataclass(frozen=True)
class Summary:
    """What a reader wants to see first."""

    title: str
    verdict: str = ""
    is_failure: bool = False
    """Whether the verdict is bad news."""
    facts: Sequence[Row] = ()
    """Rows that begin with what they are about."""
    header: Row = ()
    rows: Sequence[Row] = ()
    """A table below the header; columns of numbers are aligned to the right."""
    notes: Sequence[str] = ()

    def text(self) -> str:
        """A few lines for a terminal."""
        lines = [self.title, *([self.verdict] if self.verdict else [])]
        lines += _aligned(self.facts)
        if self.rows:
            lines += ["", *_aligned(self.rows, self.header)]
        return "\n".join([*lines, *self.notes])

    def html(self) -> str:
        """Complete in itself: no style sheet, no script, and no colour but that of a failure."""
        parts = [f"<strong>{escape(self.title)}</strong>"]
        if self.verdict:
            style = ' style="color: #c0392b; font-weight: bold"' if self.is_failure else ""
            parts.append(f"<div{style}>{escape(self.verdict)}</div>")
        parts.append(_table(self.facts))
        if self.rows:
            parts.append(_table(self.rows, self.header))
        parts += [f"<div>{escape(note)}</div>" for note in self.notes]
        return f"<div>{''.join(parts)}</div>"


class Displayed:
    """What has a summary."""

    def summary(self) -> Summary:
        """What is shown of it."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.summary().text()

    def _repr_html_(self) -> str:
        return self.summary().html()


def _numeric(rows: Sequence[Row], header: Row) -> list[bool]:
    """Which columns of a table hold numbers; rows without a header are no table of them."""
    return [
        bool(header)
        and all(cell in ("", "unknown") or cell[0] in "+-0123456789" for cell in column)
        for column in zip(*rows)
    ]


def _aligned(rows: Sequence[Row], header: Row = ()) -> list[str]:
    numeric = _numeric(rows, header)
    lines = [header, *rows] if header else rows
    widths = [max(map(len, column)) for column in zip(*lines)]
    aligned = []
    for line in lines:
        cells = [
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(line, widths, numeric)
        ]
        aligned.append("  " + "  ".join(cells).rstrip())
    return aligned


def _table(rows: Sequence[Row], header: Row = ()) -> str:
    numeric = _numeric(rows, header)

    def line(tag: str, row: Row) -> str:
        cells = []
        for cell, is_number in zip(row, numeric):
            align = "right" if is_number else "left"
            cells.append(f'<{tag} style="{_CELL}; text-align: {align}">{escape(cell)}</{tag}>')
        return f"<tr>{''.join(cells)}</tr>"

    head = f"<thead>{line('th', header)}</thead>" if header else ""
    body = "".join(line("td", row) for row in rows)
    return f'<table style="border: 0">{head}<tbody>{body}</tbody></table>' if rows else ""
