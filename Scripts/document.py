"""Tables that scripts write into documents."""

import re
import sys
from pathlib import Path


def fill(page: Path, tables: dict[str, str]) -> None:
    """Puts each table between `<!-- NAME -->` and `<!-- end -->`; stops when one is missing."""
    text = page.read_text()
    for name, table in tables.items():
        text, count = re.subn(
            rf"<!-- {name} -->.*?<!-- end -->",
            lambda _, n=name, t=table: f"<!-- {n} -->\n{t}\n<!-- end -->",
            text,
            flags=re.DOTALL,
        )
        if count != 1:
            sys.exit(f"{page}: expected one place for '{name}', found {count}")
    page.write_text(text)


def show_or_fill(name: str, lines: list[str], page: Path | None) -> None:
    """Prints a table, and puts it into a document where there is one."""
    print("\n".join(lines))
    if page:
        fill(page, {name: "\n".join(lines)})
