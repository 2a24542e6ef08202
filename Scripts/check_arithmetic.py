#!/usr/bin/env python3
"""Finds arithmetic in the operators that could end the process.

Numbers of a file may be anything, and Swift's integers trap when a result does not fit. Sizes and
counts are therefore of the type SymbolicInt, which does not. This check finds every use of Int's
own operators in Sources/OpGraph/Operators. It asks the compiler, so it knows the types: the
module is compiled to SIL, where each use is a reference to an operator of Int with its line. A
file with known faults is compiled along, and the check fails if it does not find exactly these.

Allowed without a word is the arithmetic of places in arrays, which memory bounds: operands that
are a literal, that end in `count` or `rank`, or that are called `index`, `place` or `axis` (an
axis of a file becomes one by `resolvedAxis`); and a division by a literal. Anything else has to
say what bounds it, in a comment at its line or above it that begins with "bounded:".
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
OPERATORS = ROOT / "Sources/OpGraph/Operators"
#: What must be found, and what must not.
PLANTED = """
func planted(
  _ size: Int, _ list: [Int], _ shape: Shape, _ real: Double, _ sizes: SymbolicInt
) -> Int {
  var sum = size + 1  // fault
  sum += list.count  // fault
  sum = list.reduce(0, +)  // fault
  sum = size * list[0]  // fault
  sum = list.count * 2 - shape.rank
  sum = 7 / size  // fault
  sum = size % 4
  sum = -size  // fault
  sum = abs(size)  // fault
  sum = Int(real)  // fault
  sum = size - list[1]  // bounded: a test
  let product = sizes * sizes + 1
  return product.fixedValue
    ?? sum
    + size  // fault
}
"""
FLAGS = [
    *("-swift-version", "6", "-parse-as-library", "-package-name", "arithmetic"),
    *("-enable-upcoming-feature", "InternalImportsByDefault"),
    *("-enable-upcoming-feature", "MemberImportVisibility"),
    *("-enable-upcoming-feature", "ExistentialAny"),
]
#: The operators that trap, by the letters that stand for them in the names of symbols.
SYMBOLS = {"p": "+", "s": "-", "m": "*", "d": "/", "r": "%"}
INTEGER = r"(?:Si|Su|s\d+U?Int\d+V)"
REFERENCE = re.compile(
    rf"(?:function_ref @\$s(?:{INTEGER}\d(?P<operator>[psmdr])(?P<assigns>e?)oi|s3abs"
    rf"|{INTEGER}y\w*S[df]cfC)"
    r'|witness_method \$U?Int\d*, #\w+\."[-+*/%])'
    r'.*?loc "(?P<file>[^"]+)":(?P<line>\d+):(?P<column>\d+)'
)
PART = r"(?:[\w.$?!]|\[[^\[\]]*\]|\((?:[^()]|\([^()]*\))*\))+"
LEFT = re.compile(rf"({PART})\s*$")
RIGHT = re.compile(rf"^\s*({PART})")
LITERAL = re.compile(r"\d[\d_]*")
PLACE = re.compile(r"(?:.*\.)?(?:count|rank|bitWidth|leadingZeroBitCount)|index|place|axis")
BOUNDED = re.compile(r"//.*\bbounded: \w")


class Use(NamedTuple):
    file: str
    line: int
    column: int
    #: Empty for a sign, a magnitude or a conversion.
    operator: str


def compile_to_sil(folder: str) -> str:
    """The SIL of module OpGraph and the planted faults; the folder is for what is made."""
    Path(folder, "Planted.swift").write_text(PLANTED)
    quantities = sorted((ROOT / "Sources/Quantities").rglob("*.swift"))
    swiftc(
        *("-emit-module", "-module-name", "Quantities"),
        *("-o", f"{folder}/Quantities.swiftmodule", *quantities),
    )
    swiftc(
        *("-emit-silgen", "-wmo", "-g", "-module-name", "OpGraph", "-I", folder),
        *("-o", f"{folder}/OpGraph.sil", f"{folder}/Planted.swift"),
        *sorted((ROOT / "Sources/OpGraph").rglob("*.swift")),
    )
    return Path(folder, "OpGraph.sil").read_text()


def swiftc(*arguments: object) -> None:
    subprocess.run(["swiftc", *FLAGS, *map(str, arguments)], cwd=ROOT, check=True)


def uses(sil: str, folder: Path) -> list[Use]:
    """The arithmetic in the files of a folder."""
    found = set()
    for match in REFERENCE.finditer(sil):
        file = ROOT / match["file"]
        if folder in file.parents:
            operator = SYMBOLS.get(match["operator"] or "", "") + ("=" if match["assigns"] else "")
            place = int(match["line"]), int(match["column"])
            found.add(Use(str(file), *place, operator))
    return sorted(found)


def is_allowed(use: Use, lines: list[str]) -> bool:
    line = lines[use.line - 1]
    above = lines[use.line - 2] if use.line > 1 else ""
    if BOUNDED.search(line) or (BOUNDED.search(above) and above.strip().startswith("//")):
        return True
    if not use.operator:
        return False
    left = LEFT.search(line[: use.column - 1] or above)
    right = RIGHT.search(line[use.column - 1 + len(use.operator) :])
    operands = [match[1] if match else "" for match in (left, right)]
    if use.operator[0] in "/%":
        return bool(LITERAL.fullmatch(operands[1])) and int(operands[1]) != 0
    return all(LITERAL.fullmatch(part) or PLACE.fullmatch(part) for part in operands)


def faults(sil: str, folder: Path) -> list[tuple[str, int, str]]:
    """File, number and text of each line with arithmetic that nothing bounds."""
    found = {}
    for use in uses(sil, folder):
        lines = Path(use.file).read_text().splitlines()
        if not is_allowed(use, lines):
            found[use.file, use.line] = lines[use.line - 1].strip()
    return [(*place, text) for place, text in found.items()]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        sil = compile_to_sil(folder)
        planted = {line for _, line, _ in faults(sil, Path(folder))}
    expected = {
        number for number, line in enumerate(PLANTED.splitlines(), 1) if line.endswith("// fault")
    }
    if planted != expected:
        print(
            f"error: of the planted faults, lines {sorted(planted ^ expected)} were not found "
            "or should not have been: has SIL another form?",
            file=sys.stderr,
        )
        return 1
    found = faults(sil, OPERATORS)
    for file, line, text in found:
        print(f"{file}:{line}: error: {text}")
    if found:
        print(
            "error: this arithmetic traps when a number of the file is large: use SymbolicInt, or "
            "say in a comment what bounds it (// bounded: ...)",
            file=sys.stderr,
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
