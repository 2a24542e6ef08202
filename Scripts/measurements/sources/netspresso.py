"""NetsPresso Trainer's device matrix: Raspberry Pis with TFLite, Jetsons with TensorRT.

Where TFLite runs a file with weights of half precision, it computes in single precision.
"""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    result = collected.rows(data, "nota_netspresso", "NetsPresso Trainer device matrix")
    for row in result:
        if row["runtime"] == "tflite":
            row["model"] = row["model"].replace(":float16", ":float32")
    return result
