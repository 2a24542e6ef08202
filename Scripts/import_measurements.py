"""Writes the tables that device profiles are calibrated with.

  IOTCO2_GRAPH=... import_measurements.py DATA MODELS

DATA has the collected measurements (mlperf_tiny.csv, microgreen.csv, st_modelzoo.csv and others), MODELS the
model files that they name. The rows that are used go to Sources/Calibration/Data/measurements.csv with their
sources, what the models have of each term to terms.csv beside it. Rows that are looked at and not fitted
have the role `check` and say why.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "Sources" / "Calibration" / "Data"
COLUMNS = [
    "device",
    "core",
    "runtime",
    "family",
    "version",
    "network",
    "model",
    "clock_mhz",
    "nominal_macs_per_cycle",
    "latency_ms",
    "energy_uj",
    "role",
    "source",
    "locator",
    "note",
]

MLPERF = {
    "AD": "ad01_int8.tflite",
    "IC": "pretrainedResnet_quant.tflite",
    "KWS": "kws_ref_model.tflite",
    "VWW": "vww_96_int8.tflite",
}
#: Part of the board's name, framework and system of MLPerf Tiny's closed division by device, core and
#: runtime.
MLPERF_DEVICES = [
    (board, *software)
    for board, device, core in [
        ("H7A3ZI", "stm32h7a3", "cortex-m7"),
        ("L4R5ZI", "stm32l4r5", "cortex-m4"),
        ("U575ZI", "stm32u575", "cortex-m33"),
        ("B_U585I", "stm32u575", "cortex-m33"),
        ("F746NG", "stm32f746", "cortex-m7"),
        ("CY8CPROTO-062", "psoc62", "cortex-m4"),
        ("nRF5340", "nrf5340", "cortex-m33"),
        ("G0B1RE", "stm32g0b1", "cortex-m0plus"),
        ("M467HJ", "m467", "cortex-m4"),
    ]
    for software in [
        ("X-CUBE-AI", "", device, core, "x-cube-ai"),
        ("Plumerai", "", device, core, "plumerai"),
        ("Bosch", "", device, core, "bosch-hale"),
        ("microTVM", "cmsis", device, core, "microtvm-cmsis-nn"),
        ("microTVM", "native", device, core, "microtvm"),
        ("ONNC", "mbed", device, core, "onnc-mbed"),
        ("ONNC", "zephyr", device, core, "onnc-zephyr"),
    ]
] + [
    ("L4R5ZI", "TensorFlow Lite for Micro", "", "stm32l4r5", "cortex-m4", "tflm"),
    ("EK-RA6M4", "tflite-micro", "", "ra6m4", "cortex-m33", "tflm-cmsis-nn"),
    ("RX65N", "tflite-micro", "", "rx65n", "rxv2", "tflm-cmsis-nn"),
    ("xG24", "TensorFlow Lite for Micro", "", "efr32xg24", "mvp", "tflm-mvp"),
    ("GAP9", "N/A", "", "gap9", "ne16", "gapflow"),
    ("NDP9120", "N/A", "", "ndp120", "syntiant-core-2", "syntiant"),
]
#: Runtimes for processors so alike that they are fitted together; any other is fitted alone.
MICROCONTROLLER_RUNTIMES = {
    "x-cube-ai",
    "tflm",
    "tflm-reference",
    "tflm-cmsis-nn",
    "tflm-esp-nn",
    "plumerai",
    "bosch-hale",
    "microtvm",
    "microtvm-cmsis-nn",
    "onnc-mbed",
    "onnc-zephyr",
    "tflm-mvp",
}
#: Multiply-accumulates that the processor can start in a cycle, all cores together: 8-bit integers on
#: microcontrollers (one a multiplication without instructions for it and the addition; two with those of
#: 16-bit halves, of which a Cortex-M7 issues two; eight in a vector of 128 bits), 32-bit reals on application processors and GPUs (lanes of
#: vector units, times cores).
NOMINAL = {
    "cortex-m0plus": 0.5,
    "cortex-m4": 2,
    "cortex-m33": 2,
    "cortex-m7": 4,
    "rxv2": 2,
    "xtensa-lx6": 1,
    "xtensa-lx7": 8,
    "rv32imac": 0.5,
    "mvp": 4,
    "ne16": 144,
    "syntiant-core-2": 64,
    "cortex-a7": 4,
    "cortex-a72": 16,
    "cortex-a73": 16,
    "cortex-a76": 32,
    "carmel": 64,
    "cortex-a78ae": 96,
    "mali-g52": 96,
    "mali-g610": 256,
}
#: Supply in millivolts that a device's energy is fitted at; rows at another count for time alone.
SUPPLY = {
    "stm32h7a3": "3000",
    "stm32l4r5": "1800",
    "stm32u575": "1800",
    "ra6m4": "3000",
    "rx65n": "3000",
    "efr32xg24": "1800",
    "gap9": "1800",
    "ndp120": "1800",
}
#: Clock in megahertz that it is fitted at, where a device was measured at several supplies inside.
ENERGY_CLOCK = {"gap9": "370", "ndp120": "98.7"}
#: The same visual wake words model took 41 to 46 % less time in this release than in the one before, the
#: other models 3 to 13 %: another form of the model, or of the test, that the source does not tell.
ODD_MLPERF = {
    ("stm32h7a3", "8.1.0", "VWW"),
    ("stm32u575", "8.1.0", "VWW"),
    ("stm32f746", "2023.05", "VWW"),
    ("stm32h7a3", "2023.05", "VWW"),
    ("stm32u575", "2023.05", "VWW"),
}

ST_DEVICES = {
    "STM32H747I-DISCO": ("stm32h747", "cortex-m7", "x-cube-ai"),
    "STM32F769I-DISCO": ("stm32f769", "cortex-m7", "x-cube-ai"),
    "STM32H769I-DISCO": ("stm32f769", "cortex-m7", "x-cube-ai"),
    "B-U585I-IOT02A": ("stm32u575", "cortex-m33", "x-cube-ai"),
    "STM32MP157F-DK2": ("stm32mp157", "cortex-a7", "x-linux-ai"),
}
MICROGREEN = {
    "ESP32": ("esp32", "xtensa-lx6", "tflm-esp-nn", 160),
    "ESP32-C6": ("esp32-c6", "rv32imac", "tflm-esp-nn", 160),
    "ESP32-S3": ("esp32-s3", "xtensa-lx7", "tflm-esp-nn", 160),
    "nRF52840-DK": ("nrf52840", "cortex-m4", "tflm-reference", 64),
    "STM32F411E-DISCO": ("stm32f411", "cortex-m4", "tflm-reference", 100),
    "Raspberry Pi Pico (RP2040)": ("rp2040", "cortex-m0plus", "tflm-cmsis-nn", 125),
    "Raspberry Pi Pico 2 (RP2350)": ("rp2350", "cortex-m33", "tflm-cmsis-nn", 150),
}
#: Whose energy holds idle time between inferences, so that it is none of an inference's.
IDLE_IN_ENERGY = {"esp32", "esp32-c6", "esp32-s3", "nrf52840"}
NETWORKS = {"kws-l": "KWS", "ppd-l": "VWW", "kws-s": "micro speech", "ppd-s": "person detection"}
EDGE_DEVICES = {
    ("Raspberry Pi 4", "TFLite"): ("raspberry-pi-4", "cortex-a72", "tflite", 1500),
    ("Raspberry Pi 4", "ArmNN"): ("raspberry-pi-4", "cortex-a72", "armnn-neon", 1500),
    ("Firefly-RK3588S (firefly)", "TFLite"): ("rk3588s", "cortex-a76", "tflite", 2400),
    ("Firefly-RK3588S (firefly)", "Neon"): ("rk3588s", "cortex-a76", "armnn-neon", 2400),
    ("Firefly-RK3588S (firefly)", "OpenCL"): ("rk3588s", "mali-g610", "armnn-opencl", 1000),
    ("Odroid N2+ (relabelled, see notes)", "TFLite"): (
        "odroid-n2-plus",
        "cortex-a73",
        "tflite",
        2208,
    ),
    ("Odroid N2+ (relabelled, see notes)", "Neon"): (
        "odroid-n2-plus",
        "cortex-a73",
        "armnn-neon",
        2208,
    ),
    ("Odroid N2+ (relabelled, see notes)", "OpenCL"): (
        "odroid-n2-plus",
        "mali-g52",
        "armnn-opencl",
        800,
    ),
    ("NVIDIA Jetson AGX Xavier", "TFLite"): ("jetson-agx-xavier", "carmel", "tflite", 2265.6),
    ("NVIDIA Jetson AGX Xavier", "ArmNN"): ("jetson-agx-xavier", "carmel", "armnn-neon", 2265.6),
    ("NVIDIA Jetson AGX Orin", "TFLite"): ("jetson-agx-orin", "cortex-a78ae", "tflite", 2201.6),
    ("NVIDIA Jetson AGX Orin", "ArmNN"): ("jetson-agx-orin", "cortex-a78ae", "armnn-neon", 2201.6),
}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def mlperf(data: Path) -> list[dict]:
    rows = []
    for row in table(data / "mlperf_tiny.csv"):
        if row["duplicate_of_round"] or row["division"] != "closed":
            continue
        for board, framework, system, device, core, runtime in MLPERF_DEVICES:
            if (
                board not in row["board"]
                or framework not in row["inference_framework"]
                or system not in row["system"].lower()
            ):
                continue
            if row["benchmark"] not in MLPERF:
                continue
            version = row["inference_framework"].rsplit(" ", 1)[-1].lstrip("v")
            # Rounds stand for releases that are not named, but of one runtime for one release.
            version = (
                version
                if version[0].isdigit()
                else ("not stated" if "microtvm" in runtime or "onnc" in runtime else row["round"])
            )
            clock = "".join(
                c for c in row["processor_clock"].upper().split("M")[0] if c.isdigit() or c == "."
            )
            has_energy = row["energy_mode_supply_mV"] == SUPPLY.get(
                device
            ) and clock == ENERGY_CLOCK.get(device, clock)
            odd = (device, version, row["benchmark"]) in ODD_MLPERF
            rows.append(
                {
                    "device": device,
                    "core": core,
                    "runtime": runtime,
                    "version": version,
                    "network": row["benchmark"],
                    "model": MLPERF[row["benchmark"]],
                    "clock_mhz": clock,
                    "latency_ms": row["latency_ms"],
                    "energy_uj": row["energy_uJ"] if has_energy else "",
                    "role": "check" if odd else "fit",
                    "source": f"MLPerf Tiny {row['round']} closed, {row['submitter']}",
                    "locator": f"{row['repo']}@{row['commit'][:12]}:{row['perf_source']}",
                    "note": "another form of the model or of the test" if odd else "",
                }
            )
    return rows


def network(model: str) -> str:
    """The network of one of ST's files, whatever data it was trained with or head it got."""
    name = model.removesuffix("_int8.tflite")
    for part in ("_fft", "_tfs", "_tl"):
        name = name.replace(part, "")
    return {"resnet_v1_8_32": "IC", "st_mnist_v1_28": "stmnist", "stmnist_v1": "stmnist"}.get(
        name, name
    )


def st(data: Path, models: Path) -> list[dict]:
    rows = []
    for row in table(data / "st_modelzoo.csv"):
        if row["device"] not in ST_DEVICES or row["precision"].lower() != "int8":
            continue
        path = models / "measured" / row["model_file"].removeprefix("models/")
        if not row["model_file"] or not path.exists():
            continue
        device, core, runtime = ST_DEVICES[row["device"]]
        version = row["framework"].rsplit(" ", 1)[-1] if row["framework"] else "not stated"
        if runtime == "x-linux-ai":
            version = "5.0.0"
        # A board of its own with the same chip but for its memory.
        rows.append(
            {
                "device": device,
                "core": core,
                "runtime": runtime,
                "version": version,
                "network": network(path.name),
                "model": path.name,
                "clock_mhz": row["clock_mhz"],
                "latency_ms": row["latency_ms"],
                "energy_uj": "",
                "role": "fit",
                "source": "ST model zoo",
                "locator": row["url_or_repo_path"],
                "note": "",
            }
        )
    return rows


def microgreen(data: Path) -> list[dict]:
    rows = []
    for row in table(data / "microgreen.csv"):
        if row["device"] not in MICROGREEN or not row["latency_ms"]:
            continue
        device, core, runtime, clock = MICROGREEN[row["device"]]
        model = Path(row["model_file"]).name
        rows.append(
            {
                "device": device,
                "core": core,
                "runtime": runtime,
                "version": "MicroGreen",
                "network": NETWORKS[Path(model).stem],
                "model": model,
                "clock_mhz": clock,
                "latency_ms": row["latency_ms"],
                "energy_uj": "" if device in IDLE_IN_ENERGY else row["energy_uJ"],
                "role": "fit",
                "source": "MicroGreen",
                "locator": row["url_or_repo_path"],
                "note": "",
            }
        )
    return rows


def edge(data: Path) -> list[dict]:
    """One release of each runtime on each device: the newest."""
    rows = {}
    for row in table(data / "mlperf_inference_edge.csv"):
        for (name, part), (device, core, runtime, clock) in EDGE_DEVICES.items():
            if row["device"] != name or part not in row["framework"]:
                continue
            version = row["framework"].split()[1].lstrip("v")
            key = device, runtime, row["model"]
            if key in rows and rows[key]["version"] >= version:
                continue
            width, size = row["model"].split("-")[2:4]
            kind = row["model"].split("-")[1]
            rows[key] = {
                "device": device,
                "core": core,
                "runtime": runtime,
                "version": version,
                "network": f"mobilenet-{kind}-{width}-{size}",
                "model": f"mobilenet-{kind}-{width}-{size}-{row['precision']}",
                "clock_mhz": clock,
                "latency_ms": row["latency_ms"],
                "energy_uj": row["energy_uJ"],
                "role": "fit",
                "source": row["source"],
                "locator": row["origin_csv"],
                "note": "",
            }
    return list(rows.values())


def terms(arguments: list[str]) -> list[str]:
    return subprocess.run(
        [os.environ["IOTCO2_GRAPH"], "terms", *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()[1:]


def main() -> None:
    data, models = Path(sys.argv[1]), Path(sys.argv[2])
    rows = mlperf(data) + st(data, models) + microgreen(data) + edge(data)
    for row in rows:
        row["nominal_macs_per_cycle"] = NOMINAL[row["core"]]
        row["family"] = (
            "microcontroller" if row["runtime"] in MICROCONTROLLER_RUNTIMES else row["runtime"]
        )
    files = {path.name: path for path in (models / "measured").rglob("*.tflite")}
    needed = sorted({row["model"] for row in rows})
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for model in needed:
            if model.startswith("mobilenet-") and model not in files:
                from mobilenets import write  # noqa: PLC0415 - needs the onnx package

                files[model] = write(model, Path(folder))
            lines += terms([str(files[model])])
    (TARGET / "terms.csv").write_text("\n".join(["model,term,amount", *sorted(set(lines))]) + "\n")
    with (TARGET / "measurements.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [str(row[c]) for c in COLUMNS]))
    print(
        f"{len(rows)} rows of {len({row['device'] for row in rows})} devices, {len(needed)} models"
    )


if __name__ == "__main__":
    main()
