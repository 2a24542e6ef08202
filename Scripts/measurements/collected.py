"""Rows of collected tables that name boards, runtimes and networks."""

from pathlib import Path

from measurements.lookups import named, subject, table

#: Words of the tables for a precision, and the tool's.
PRECISIONS = {"int8": "int8", "w8a8": "int8", "fp16": "float16", "fp32": "float32"}


def rows(
    data: Path, name: str, title: str, precision: str = "", folder: str = "measured2026"
) -> list[dict]:
    """Rows at batch 1 of boards, runtimes and networks that Data/measurements has.

    `precision` is that of all rows where the table states it in other words. Where a table has a
    network twice, the first row counts.
    """
    result: dict[tuple, dict] = {}
    for row in table(data / folder / f"{name}.csv"):
        found = subject(name, row["device"], row["framework"], row["accelerator"])
        known = named(name, row["model"], row["input_shape"])
        word = precision or PRECISIONS.get(row["precision"])
        if found is None or known is None or word is None or row["batch"] != "1":
            continue
        if not row["latency_ms"]:
            continue
        key = found["device"], found["runtime"], known, word
        result.setdefault(
            key,
            found
            | {
                "network": known,
                "model": f"{known}:{word}",
                "latency_ms": row["latency_ms"],
                "source": title,
                "locator": row["source_url"],
            },
        )
    return list(result.values())
