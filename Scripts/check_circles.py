#!/usr/bin/env python3
"""Finds files of a module that use one another in a circle.

  check_circles.py [MODULE...] [--limit FILES] [--names]

A file uses another when it has a name that the other defines: a type, function or constant at the
top level, or a nested type whose name is unique in the module. The names are compared as they are
written, without types being checked, and members are left out, so a circle can be larger than the
one found here. What a reader has to know together is the largest circle of a module (a strongly
connected component); one above the limit ends with exit status 1. With --names, it is printed
without which names, or without what one file uses, the circle would fall apart.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

SOURCES = Path(__file__).resolve().parents[1] / "Sources"
TYPE = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)")
VALUE = re.compile(r"\b(?:func|let|var)\s+(\w+)")
#: Of a declaration's own modifiers, those that hide it from other files.
HIDDEN = re.compile(r"\b(?:private|fileprivate)\s+(?:\w+\s+)*$")
#: A name, and what stands around it: a point before it, a colon behind it.
USE = re.compile(r"(?P<point>\.)?(?P<name>\b[A-Za-z_]\w*)(?P<label>\s*:)?")
LITERAL = re.compile(r'//[^\n]*|/\*|(?P<hashes>#*)(?P<quotes>"""|")')

#: Files by the files that they use, with the names for which they do.
Graph = dict[str, dict[str, set[str]]]


def code(text: str) -> str:
    """Swift without comments and the text of literals; what is interpolated in them is kept."""
    kept = []
    place = 0
    while found := LITERAL.search(text, place):
        kept.append(text[place : found.start()])
        if found["quotes"]:
            inner, place = literal(text, found.end(), found["quotes"], found["hashes"])
            kept.append(f'"{inner}"')
        elif found[0] == "/*":
            place = block_comment(text, found.end())
        else:
            place = found.end()
    return "".join(kept) + text[place:]


def block_comment(text: str, place: int) -> int:
    """Where a comment ends, with the comments in it."""
    depth = 1
    while depth and (found := re.compile(r"/\*|\*/").search(text, place)):
        depth += 1 if found[0] == "/*" else -1
        place = found.end()
    return place if depth == 0 else len(text)


def literal(text: str, place: int, quotes: str, hashes: str) -> tuple[str, int]:
    """What is interpolated in a literal, and where it ends."""
    inner = []
    special = re.compile(rf"{quotes}{hashes}|\\{hashes}(?P<interpolation>\()?")
    while found := special.search(text, place):
        if found["interpolation"]:
            end = closing(text, found.end())
            inner.append(f"({code(text[found.end() : end])})")
            place = end + 1
        elif found[0].startswith("\\"):
            place = found.end() + 1
        else:
            return "".join(inner), found.end()
    return "".join(inner), len(text)


def closing(text: str, place: int) -> int:
    """Where the parenthesis that is open ends, past literals with parentheses of their own."""
    depth = 1
    while found := re.compile(rf"{LITERAL.pattern}|[()]").search(text, place):
        place = found.end()
        if found["quotes"]:
            place = literal(text, place, found["quotes"], found["hashes"])[1]
        elif found[0] in "()":
            depth += 1 if found[0] == "(" else -1
            if depth == 0:
                return found.start()
    return len(text)


class File(NamedTuple):
    #: Types, functions and constants that other files can name, at the top level.
    top: set[str]
    #: Types that other files can name, in others.
    nested: set[str]
    #: All that is declared here, which hides other files' functions and constants.
    own: set[str]
    #: Names that stand where a type can, and where a function or constant can.
    types: set[str]
    values: set[str]


def read(text: str) -> File:
    text = code(text)
    depths = []
    depth = 0
    for character in text:
        depths.append(depth)
        depth += (character == "{") - (character == "}")
    top: set[str] = set()
    nested: set[str] = set()
    own: set[str] = set()
    for pattern in (TYPE, VALUE):
        for found in pattern.finditer(text):
            own.add(found[1])
            if HIDDEN.search(text, 0, found.start()):
                continue
            if depths[found.start()] == 0:
                top.add(found[1])
            elif pattern is TYPE:
                nested.add(found[1])
    types = set()
    values = set()
    for found in USE.finditer(text):
        if found["name"][0].isupper():
            types.add(found["name"])
        elif not found["point"] and not found["label"]:
            values.add(found["name"])
        elif found["label"]:
            own.add(found["name"])
    return File(top, nested, own, types, values)


def uses(files: dict[str, File]) -> Graph:
    """Which files use which, for which names."""
    defined: dict[str, set[str]] = defaultdict(set)
    nested: dict[str, set[str]] = defaultdict(set)
    for path, file in files.items():
        for name in file.top:
            defined[name].add(path)
        for name in file.nested:
            nested[name].add(path)
    for name, paths in nested.items():
        if len(paths) == 1 and name not in defined:
            defined[name] = paths
    graph: Graph = {path: defaultdict(set) for path in files}
    for path, file in files.items():
        for name in (file.types | (file.values - file.own)) & defined.keys():
            if path not in defined[name]:
                for other in defined[name]:
                    graph[path][other].add(name)
    return graph


def without_name(graph: Graph, name: str) -> Graph:
    return {
        path: {other: names - {name} for other, names in others.items() if names - {name}}
        for path, others in graph.items()
    }


def largest_circle(graph: Graph) -> list[str]:
    """The largest strongly connected component, by Tarjan's method; one file without a circle."""
    indices: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    is_open: set[str] = set()
    largest: list[str] = []

    def visit(path: str) -> None:
        nonlocal largest
        indices[path] = lowest[path] = len(indices)
        stack.append(path)
        is_open.add(path)
        for other in graph[path]:
            if other not in indices:
                visit(other)
                lowest[path] = min(lowest[path], lowest[other])
            elif other in is_open:
                lowest[path] = min(lowest[path], indices[other])
        if lowest[path] == indices[path]:
            circle = stack[stack.index(path) :]
            del stack[-len(circle) :]
            is_open.difference_update(circle)
            if len(circle) > len(largest):
                largest = circle

    for path in graph:
        if path not in indices:
            visit(path)
    return sorted(largest)


def knots(graph: Graph, limit: int) -> list[tuple[str, int]]:
    """What to take out, one after another, until no circle is above the limit.

    Each is a name, or all that one file uses, as of a list of all rules; the one without which the
    largest circle is smallest, with the size of what is left.
    """
    taken: list[tuple[str, int]] = []
    while len(circle := largest_circle(graph)) > limit:
        homes: dict[str, set[str]] = defaultdict(set)
        for path in circle:
            for other, names in graph[path].items():
                for name in names if other in circle else ():
                    homes[name].add(other)
        choices = [
            (without_name(graph, name), f"{name} ({', '.join(sorted(paths))})")
            for name, paths in sorted(homes.items())
        ] + [({**graph, path: {}}, f"what {path} uses") for path in circle]
        sizes = [len(largest_circle(choice)) for choice, _ in choices]
        best = sizes.index(min(sizes))
        graph, title = choices[best]
        taken.append((title, sizes[best]))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--limit", type=int, default=12)
    parser.add_argument("--names", action="store_true")
    options = parser.parse_args()
    sys.setrecursionlimit(10_000)
    is_above = False
    for module in sorted(path.name for path in SOURCES.iterdir()):
        if options.modules and module not in options.modules:
            continue
        paths = sorted((SOURCES / module).rglob("*.swift"))
        if not paths:
            continue
        files = {
            str(path.relative_to(SOURCES / module)): read(path.read_text(encoding="utf-8"))
            for path in paths
        }
        graph = uses(files)
        circle = largest_circle(graph)
        note = ""
        if len(circle) > options.limit:
            is_above = True
            note = f", above {options.limit}"
        print(f"{module}: largest circle {len(circle)} of {len(paths)} files{note}")
        if options.names:
            print(f"  {', '.join(circle)}")
            for title, left in knots(graph, options.limit):
                print(f"  without {title}: {left}")
    if is_above:
        sys.exit(f"error: files use one another in circles of more than {options.limit}")


if __name__ == "__main__":
    main()
