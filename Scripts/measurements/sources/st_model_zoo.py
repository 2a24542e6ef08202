"""ST's model zoo: the files of 2024, and those of 2026 with a structure that is known."""

from pathlib import Path

from measurements.lookups import ACCELERATORS, NETWORKS, named, release, subject, table

#: How many classes the data of a row have; ImageNet's where none of these is named.
CLASSES = {"101 classes": 101, "flowers": 5, "person": 2}


def rows(data: Path, models: Path) -> list[dict]:
    return of_2024(data, models) + of_2026(data)


def network(model: str) -> str:
    """The network of one of ST's files, whatever data it was trained with or head it got."""
    name = model.removesuffix("_int8.tflite")
    for part in ("_fft", "_tfs", "_tl"):
        name = name.replace(part, "")
    known = NETWORKS.get(("st_modelzoo", name))
    return known["network"] if known else name


def of_2024(data: Path, models: Path) -> list[dict]:
    result = []
    for row in table(data / "measured" / "st_modelzoo.csv"):
        found = subject("st_modelzoo", row["device"], row["framework"])
        path = models / "measured" / row["model_file"].removeprefix("models/")
        if (
            found is None
            or row["precision"].lower() != "int8"
            or not row["model_file"]
            or not path.exists()
        ):
            continue
        stated = row["framework"].rsplit(" ", 1)[-1] if row["framework"] else "not stated"
        result.append(
            found
            | {
                "version": found["version"] or stated,
                "network": network(path.name),
                "model": path.name,
                "clock_mhz": row["clock_mhz"],
                "latency_ms": row["latency_ms"],
                "source": "ST model zoo",
                "locator": row["url_or_repo_path"],
            }
        )
    return result


def of_2026(data: Path) -> list[dict]:
    result = []
    for row in table(data / "measured2026" / "st_stm32n6_mp2.csv"):
        found = subject("st_modelzoo", row["device"], row["framework"])
        # The rows give an architecture, the data and the image size.
        name = f"{row['model']} {row['input_shape']}"
        known = NETWORKS.get(("st_stm32n6_mp2", name))
        if found and known is None and found["runtime"] in ACCELERATORS:
            known = by_name(row)
        if found is None or known is None or "per-tensor" in row["precision"]:
            continue
        version = release(found["runtime"], row["framework_version"])
        result.append(
            found
            | {
                "version": version,
                "network": known["network"],
                "model": known["model"],
                "clock_mhz": row["clock_mhz"],
                "latency_ms": row["latency_ms"],
                "source": "ST model zoo",
                "locator": row["source_url"],
            }
            | outside(row)
        )
    return result


def by_name(row: dict[str, str]) -> dict[str, str] | None:
    """The network that a row names, in the number of classes of its data."""
    network = named("st_stm32n6_mp2", row["model"], row["input_shape"])
    # The graph of EfficientNet v2 computes its pads, so that its costs are not known.
    if network is None or network.startswith("tf-"):
        return None
    classes = next((number for data, number in CLASSES.items() if data in row["model"]), None)
    if classes and network.startswith(("mobilenet", "squeezenet", "efficientnet")):
        return {"network": network, "model": f"{network}-{classes}classes:int8"}
    return {"network": network, "model": f"{network}:int8"}


def outside(row: dict[str, str]) -> dict[str, str]:
    """Rows with activations in external RAM are not fitted: the rates are those of the internal."""
    if "external RAM" not in row["notes"]:
        return {}
    return {"role": "check", "note": "activations lie in part in the external RAM"}
