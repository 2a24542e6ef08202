#!/usr/bin/env python3
"""Checks what the library promises: its public declarations.

  check_public.py [--limit NUMBER] [--list]

There are few of them, each has a documentation comment, and none has a name at the top level that
a client finds twice: in two modules, or in one of them and in Foundation or the standard library. A
name that two imported modules have does not compile without its module's name before it. The
example of a client uses each by its bare name, so the compiler has the last word.

Cases of a public enum and requirements of a public protocol are public without the word. What
shares a line with another declaration is documented by that one's comment. The lines are those of a
formatted file: declarations at the top level begin in the first column.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
#: Where a client uses each public type.
CLIENT = ROOT / "Examples/swift/Sources/Client/Names.swift"
ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
KIND = (
    r"(?:struct|class|enum|actor|protocol|typealias|associatedtype"
    r"|func|var|let|init|subscript|case)"
)
MODIFIERS = (
    r"(?:(?:static|final|override|required|convenience|mutating|nonisolated|indirect|lazy"
    r"|prefix|postfix|infix)\s+)*"
)
PUBLIC = re.compile(
    rf"^(?P<indent>\s*){ATTRIBUTES}(?:public|open)\s+{MODIFIERS}(?P<kind>{KIND})\b\s*(?P<name>[^\s:(<{{]*)"
)
#: Cases and requirements, which have their type's access.
IMPLIED = re.compile(
    rf"^(?P<indent>\s*){ATTRIBUTES}{MODIFIERS}(?P<kind>{KIND})\b\s*(?P<name>[^\s:(<{{]*)"
)
#: Names of Foundation and of the standard library that clients use without a module's name.
TAKEN = frozenset(
    """
    Bundle Calendar Comparator Condition Data Date DateComponents DateInterval Decimal Dimension
    Double Duration Error Expression Formatter Host IndexPath IndexSet JSONDecoder JSONEncoder
    Locale Lock Measurement Model Notification Operation OperationQueue Operator OutputStream Pipe
    Port Predicate Process Progress Range Result Scanner Sequence Stream String Task Thread
    TimeInterval TimeZone Timer URL UUID Unit UnitArea UnitDuration UnitEnergy UnitFrequency
    UnitMass UnitPower UserDefaults
    """.split()
)


class Declaration(NamedTuple):
    path: str
    line: int
    kind: str
    name: str
    is_top: bool
    is_documented: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind} {self.name}".rstrip()


def is_documented(lines: list[str], index: int) -> bool:
    """Whether a documentation comment stands before a line or its attributes."""
    while index > 0 and re.match(r"\s*@\w+(\([^)]*\))?\s*$", lines[index - 1]):
        index -= 1
    above = lines[index - 1].strip() if index > 0 else ""
    return above.startswith("///") or above.endswith("*/")


def declarations(path: Path) -> list[Declaration]:
    """The public declarations of a file; of two on one line, only the first."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    #: The indent of the public enum or protocol that a line stands in.
    owner: tuple[str, str] | None = None
    for index, line in enumerate(lines):
        if owner and line.startswith(owner[0] + "}"):
            owner = None
        match = PUBLIC.match(line)
        if not match and owner:
            match = IMPLIED.match(line)
            own = match and match["indent"] == owner[0] + "  "
            if not own or (owner[1] == "enum" and match["kind"] != "case"):
                match = None
        if not match:
            continue
        if match["kind"] in ("enum", "protocol") and line.endswith("{"):
            owner = (match["indent"], match["kind"])
        shares = match["kind"] == "case" and "," in re.sub(r"\(.*\)|\".*\"", "", line)
        found.append(
            Declaration(
                str(path.relative_to(ROOT)),
                index + 1,
                match["kind"],
                match["name"],
                match["indent"] == "",
                shares or is_documented(lines, index),
            )
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--list", action="store_true", help="print each declaration")
    options = parser.parse_args()
    problems = []
    total = 0
    modules: dict[str, set[str]] = defaultdict(set)
    for folder in sorted((ROOT / "Sources").iterdir()):
        for path in sorted(folder.rglob("*.swift")):
            for declaration in declarations(path):
                total += 1
                if options.list:
                    print(declaration)
                if not declaration.is_documented:
                    problems.append(f"{declaration} has no documentation comment")
                # Functions and operators are told apart by their types.
                if declaration.is_top and declaration.kind != "func":
                    modules[declaration.name].add(folder.name)
                    if declaration.name in TAKEN:
                        problems.append(f"{declaration} has a name of Foundation or Swift")
    used = set(re.findall(r"\w+", CLIENT.read_text(encoding="utf-8")))
    for name, homes in sorted(modules.items()):
        if name not in used:
            problems.append(f"{name} is not in {CLIENT.relative_to(ROOT)}")
        if len(homes) > 1:
            problems.append(f"{name} is public in {' and '.join(sorted(homes))}")
    if total > options.limit:
        problems.append(f"{total} public declarations, expected at most {options.limit}")
    print(f"{total} public declarations, at most {options.limit}")
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))


if __name__ == "__main__":
    main()
