"""Whether what a command printed is sound in its form, and whether a name in it became markup."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import html5lib
import yaml
from lxml import etree
from markdown_it import MarkdownIt

#: Part of every name that must stay text; see mutators.HOSTILE.
MARK = "soak"
#: What spreadsheets take for a formula.
FORMULA = re.compile(r"[=+\-@\t\r]")


class Invalid(Exception):
    """What is wrong with an output."""


def require(condition: object, fact: str) -> None:
    if not condition:
        raise Invalid(fact)


def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in items]
    require(len(keys) == len(set(keys)), f"a key stands twice in {keys[:9]}")
    return dict(items)


def no_constant(word: str) -> None:
    raise Invalid(f"{word} is no JSON")


def check_json(text: str) -> None:
    json.loads(text, object_pairs_hook=pairs, parse_constant=no_constant)


def check_lines(text: str) -> None:
    for line in text.splitlines():
        check_json(line)


def check_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    require(len({len(row) for row in rows}) == 1, "rows have different numbers of columns")
    for cell in (cell for row in rows for cell in row):
        if FORMULA.match(cell) and cell != "-":
            try:
                float(cell)
            except ValueError:
                raise Invalid(f"a formula: {cell[:60]!r}") from None


def check_markdown(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for token in [inner for outer in tokens for inner in [outer, *(outer.children or [])]]:
        if token.type in ("html_block", "html_inline"):
            require(MARK not in token.content, f"a raw tag: {token.content[:60]!r}")
        require(
            MARK not in "".join(map(str, token.attrs.values())),
            f"a link out of a name: {token.attrs}",
        )
    for table in re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE):
        rows = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        require(len(rows) == 1, f"rows of different lengths: {table[:90]!r}")


def check_html(text: str) -> None:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"))
    tree = parser.parse(text)
    require(not parser.errors, f"is no HTML: {parser.errors[:1]}")
    for element in tree.iter(etree.Element):
        name = str(element.tag).rpartition("}")[2]
        require(MARK not in name, f"an element out of a name: {name}")
        for attribute in element.attrib:
            require(not attribute.startswith("on"), f"a handler: {attribute}")
        if name == "script" and element.get("src"):
            raise Invalid("a script that is loaded")


def check_xml(text: str) -> None:
    tree = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    for element in tree.iter(etree.Element):
        require(MARK not in str(element.tag), f"an element out of a name: {element.tag}")
        require(all(not name.startswith("on") for name in element.attrib), "a handler")


def check_yaml(text: str) -> None:
    # A model card's block stands between two lines of three dashes.
    for _ in yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        pass


def check_dot(text: str) -> None:
    parts = re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)
    require(MARK not in parts and '"' not in parts, "a name is not quoted")
    require(parts.startswith("digraph") and parts.count("{") == parts.count("}"), "braces")


def check_github(text: str) -> None:
    for line in text.splitlines():
        require(line.startswith("::") and not line.startswith("::error::soak"), f"{line[:60]!r}")


def check_text(text: str) -> None:
    for line in text.split("\n"):
        require(line.isprintable(), f"characters that control a terminal: {line[:90]!r}")


CHECKS: dict[str, Callable[[str], None]] = {
    "text": check_text,
    "ndjson": check_lines,
    "csv": check_csv,
    "markdown": check_markdown,
    "html": check_html,
    "svg": check_xml,
    "junit": check_xml,
    "dot": check_dot,
    "github": check_github,
    "huggingface": check_yaml,
    "impact-framework": check_yaml,
}


def problem(form: str, output: bytes) -> str | None:
    """What is wrong with an output in a form; JSON unless the form is another."""
    try:
        text = output.decode()
        require(text, "is empty")
        CHECKS.get(form, check_json)(text)
    except Invalid as error:
        return f"{form}: {error}"
    except (ValueError, csv.Error, yaml.YAMLError, etree.XMLSyntaxError) as error:
        return f"{form}: {error}"
    return None
