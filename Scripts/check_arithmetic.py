#!/usr/bin/env python3
"""Finds arithmetic on numbers of a file that could end the process.

Numbers of a file may be anything, and Swift's integers trap when a result does not fit. Sizes and
counts are therefore of the type SymbolicInt, which does not. This check finds every use of Int's
own operators where code takes numbers of a file as they are (CHECKED). It asks the compiler, so
it knows the types: the modules are compiled to SIL, where each use is a reference to an operator
of Int with its line. A file with known faults is compiled along, and the check fails if it does
not find exactly these.

Allowed without a word is the arithmetic of places in arrays, which memory bounds: operands that
are a literal, that end in `count` or `rank`, or that are called `index`, `place`, `axis` or
`axes` (an axis of a file becomes one by `resolvedAxis`); and a division by a literal. Anything
else has to say what bounds it, in a comment that begins with "bounded:": at its line, above it,
or above the declaration that it lies in.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "Sources"
#: By module, in the order in which they import each other, the files that are checked.
CHECKED = {
    "Quantities": [],
    "OpGraph": ["Operators/**/*.swift"],
    "GraphImport": ["**/*Lowerings*.swift", "**/*Contractions.swift"],
    "Statistics": [],
    "Documents": [],
    "Analysis": ["TFLiteMicro/*.swift", "Conventions/*.swift"],
    "DeviceProfiles": [],
    "HardwareMapping": ["EthosU/*.swift"],
}
#: Modules of C without a module map of their own: SwiftPM writes theirs.
UNMAPPED = ["CProtobuf", "CFlatBuffers"]
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

// bounded: a test of a whole declaration
func plantedAsBounded(_ size: Int) -> Int {
  size * size
}

func plantedBehind(_ size: Int) -> Int {
  size * size  // fault
}
"""
#: In place of the data files that a plugin embeds into modules.
EMBEDDED = """
enum EmbeddedResources {
  static let files: [(name: String, contents: StaticString)] = []
  static func text(_ name: String) -> String { name }
  static func contents(_ name: String) -> StaticString? { nil }
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
PLACE = re.compile(r"(?:.*\.)?(?:count|rank|bitWidth|leadingZeroBitCount)|index|place|axis|axes")
BOUNDED = re.compile(r"//.*\bbounded: \w")


class Use(NamedTuple):
    file: str
    line: int
    column: int
    #: Empty for a sign, a magnitude or a conversion.
    operator: str


def compile_to_sil(folder: Path) -> dict[str, str]:
    """The SIL of each module with files that are checked; the folder is for what is made."""
    planted, embedded = folder / "Planted.swift", folder / "Embedded.swift"
    planted.write_text(PLANTED)
    embedded.write_text(EMBEDDED)
    flags: list[object] = ["-I", folder]
    for module in UNMAPPED:
        (folder / module).mkdir()
        text = f'module {module} {{ umbrella "{SOURCES / module}/include" export * }}'
        (folder / module / "module.modulemap").write_text(text)
        flags += ["-I", folder / module]
    for path in sorted(SOURCES.glob("*/module.modulemap")):
        flags += ["-I", path.parent]
    texts = {}
    for module, patterns in CHECKED.items():
        # What other modules see of it does not need the code.
        files = sorted((SOURCES / module).rglob("*.swift"))
        swiftc(
            *("-emit-module", "-module-name", module, *flags),
            *("-Xfrontend", "-experimental-skip-all-function-bodies"),
            *("-o", folder / f"{module}.swiftmodule", embedded, *files),
        )
        if patterns:
            extra = [embedded, planted] if module == "OpGraph" else [embedded]
            sil = folder / f"{module}.sil"
            swiftc(
                *("-emit-silgen", "-wmo", "-g", "-module-name", module, *flags),
                *("-o", sil, *extra, *files),
            )
            texts[module] = sil.read_text()
    return texts


def swiftc(*arguments: object) -> None:
    subprocess.run(["swiftc", *FLAGS, *map(str, arguments)], cwd=ROOT, check=True)


def checked(module: str) -> set[Path]:
    """The files of a module that are checked."""
    return {path for pattern in CHECKED[module] for path in (SOURCES / module).glob(pattern)}


def uses(sil: str, files: set[Path]) -> list[Use]:
    """The arithmetic in some files."""
    found = set()
    for match in REFERENCE.finditer(sil):
        file = ROOT / match["file"]
        if file in files:
            operator = SYMBOLS.get(match["operator"] or "", "") + ("=" if match["assigns"] else "")
            place = int(match["line"]), int(match["column"])
            found.add(Use(str(file), *place, operator))
    return sorted(found)


def is_allowed(use: Use, lines: list[str]) -> bool:
    line = lines[use.line - 1]
    above = lines[use.line - 2] if use.line > 1 else ""
    if BOUNDED.search(line) or (BOUNDED.search(above) and above.strip().startswith("//")):
        return True
    if is_in_bounded_declaration(use.line - 1, lines):
        return True
    if not use.operator:
        return False
    left = LEFT.search(line[: use.column - 1] or above)
    right = RIGHT.search(line[use.column - 1 + len(use.operator) :])
    operands = [match[1] if match else "" for match in (left, right)]
    if use.operator[0] in "/%":
        return bool(LITERAL.fullmatch(operands[1])) and int(operands[1]) != 0
    return all(LITERAL.fullmatch(part) or PLACE.fullmatch(part) for part in operands)


def is_in_bounded_declaration(place: int, lines: list[str]) -> bool:
    """Whether a declaration around a line is below a comment that says what bounds all of it."""
    indent = len(lines[place]) - len(lines[place].lstrip())
    for above in range(place - 1, -1, -1):
        text = lines[above].lstrip()
        own = len(lines[above]) - len(text)
        if text and own < indent:
            # A header of several lines ends with a bracket and begins as far in.
            indent = own + 1 if text.startswith(")") else own
            comments = itertools.takewhile(
                lambda line: line.lstrip().startswith("//"), reversed(lines[:above])
            )
            if any(BOUNDED.search(line) for line in comments):
                return True
    return False


def faults(sil: str, files: set[Path]) -> list[tuple[str, int, str]]:
    """File, number and text of each line with arithmetic that nothing bounds."""
    found = {}
    for use in uses(sil, files):
        lines = Path(use.file).read_text().splitlines()
        if not is_allowed(use, lines):
            found[use.file, use.line] = lines[use.line - 1].strip()
    return [(*place, text) for place, text in found.items()]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = compile_to_sil(folder)
        found = faults(texts["OpGraph"], {folder / "Planted.swift"})
        planted = {line for _, line, _ in found}
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
    found = [fault for module, sil in texts.items() for fault in faults(sil, checked(module))]
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
