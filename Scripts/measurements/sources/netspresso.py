"""NetsPresso Trainer's device matrix: Raspberry Pis with TFLite, Jetsons with TensorRT.

Where TFLite runs a file with weights of half precision, it computes in single precision. Of its
files in 8-bit integers only those of YOLOX are used: the others hold activations that the converter
takes apart in ways that their graphs here do not show.
"""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    result = []
    for row in collected.rows(data, "nota_netspresso", "NetsPresso Trainer device matrix"):
        if row["runtime"] != "tflite":
            result.append(row)
        elif row["model"].endswith(":float16"):
            result.append(row | {"model": row["model"].replace(":float16", ":float32")})
        elif row["network"].startswith("yolox-"):
            result.append(row)
    for row in result:
        if row["device"] == "raspberry-pi-4":
            row["role"] = "check"
            row["note"] = "a hosted board: another unit with other releases than this profile's"
    return result
