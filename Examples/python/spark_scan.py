"""Costs of all models below a folder, as Parquet with a row for each file.

    python spark_scan.py MODELS OUTPUT --device stm32l4r5 --master 'local-cluster[2,1,1024]'

MODELS is a folder or a pattern that Spark can read (s3a:, hdfs:, file:), and OUTPUT does not exist
yet. Workers get the content of files, so they need no shared disk, but the packages of this script.
A file that cannot be analysed is a row with its error. A worker's core holds one file at a time.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

import iotco2_graph
import pyarrow
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, lit

COLUMNS = {
    **dict.fromkeys(["path", "error", "format", "device", "tool_version"], "string"),
    **dict.fromkeys(
        ["macs", "parameters", "weight_bytes", "peak_activation_bytes", "arena_bytes"], "bigint"
    ),
    **{
        f"{name}{end}_{unit}": "double"
        for name, unit in [("latency", "s"), ("energy", "J"), ("carbon", "gCO2e")]
        for end in ("", "_low", "_high")
    },
}
ARROW_TYPES = {
    "string": pyarrow.string(),
    "bigint": pyarrow.int64(),
    "double": pyarrow.float64(),
}


def analyze(path: str, content: bytes, device: str | None) -> dict[str, object]:
    """A row; what it leaves out is unknown."""
    try:
        report = iotco2_graph.analyze(content, device=device)
    except iotco2_graph.Iotco2GraphError as error:
        return {"path": path, "error": str(error)}
    row = {"format": report.format, "device": report.device, "tool_version": report.tool_version}
    return {"path": path, **row, **report.metrics()}


def scan(spark: SparkSession, models: str, device: str | None, max_bytes: int) -> DataFrame:
    """A row for each file; of one with more than ``max_bytes`` it only says that."""
    schema = pyarrow.schema([(name, ARROW_TYPES[kind]) for name, kind in COLUMNS.items()])

    def rows(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            found = [analyze(file["path"], file["content"], device) for file in batch.to_pylist()]
            yield pyarrow.RecordBatch.from_pylist(found, schema=schema)

    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(models)
    # Spark reads no content of the files that this leaves out, nor of those below.
    small = files.where(col("length") <= max_bytes).select("path", "content")
    large = files.where(col("length") > max_bytes).select(
        "path", lit(f"has more than {max_bytes} bytes and was not read").alias("error")
    )
    analyzed = small.mapInArrow(rows, ", ".join(f"{name} {COLUMNS[name]}" for name in COLUMNS))
    return analyzed.unionByName(large, allowMissingColumns=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Costs of all models below a folder, as Parquet.")
    parser.add_argument("models", help="folder or pattern")
    parser.add_argument("output", help="folder for the Parquet files")
    parser.add_argument("--device", help="an identifier of 'iotco2-graph devices'")
    parser.add_argument("--master", default="local[*]", help="Spark's (default: local[*])")
    parser.add_argument("--max-bytes", type=int, default=64 << 20, help="of a file (64 MiB)")
    arguments = parser.parse_args()

    # Workers on this machine are to run the Python that has the packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(arguments.master)
        .appName("iotco2-graph")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 1)
        .getOrCreate()
    )
    found = scan(spark, arguments.models, arguments.device, arguments.max_bytes)
    found.write.parquet(arguments.output)
    spark.stop()


if __name__ == "__main__":
    main()
