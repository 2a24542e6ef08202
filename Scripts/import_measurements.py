"""Writes the tables that device profiles are calibrated with.

  IOTCO2_GRAPH=... import_measurements.py DATA MODELS [GRAPHS]

DATA has the folders of collected measurements (measured, measured2026), MODELS the model files
that they name. GRAPHS keeps the graphs of Scripts/architectures for the next time. Each module of
Scripts/measurements/sources gives rows of one source. The rows go to
Sources/Calibration/Data/measurements.csv, where they come from to sources.csv, and what the models
have of each term to terms.csv. Rows that are looked at and not fitted have the role `check` and say
why.

What the collected tables do not say in the tool's words is in Data/measurements:

- boards.csv: the device, core and clock of a board. In MLPerf Tiny's results `board` is a part of
  the board's name, elsewhere all of it.
- runtimes.csv: the runtime by parts of the framework's and the system's name, for one board or any;
  a row for one board wins. Core and clock stand there when the runtime does not use the board's;
  the version when the rows do not name one.
- releases.csv: versions that a source names in another way.
- cores.csv: multiply-accumulates that a unit with such cores can start in a cycle.
- families.csv: runtimes that are fitted together; any other is fitted alone.
- accelerators.csv: runtimes whose time has the terms of an accelerator; that of others has those of
  a processor.
- energy.csv: at which supply and clock the energy of a device's rows counts; those at others count
  for time alone. Energy that holds idle time is not that of an inference, and does not count.
- odd_rows.csv: rows that are not fitted.
- networks.csv: the network, and where a table does not name it the model's file.
- architectures.csv: the architecture of networks, by how their names begin.
"""

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

from measurements import sources
from measurements.lookups import ACCELERATORS, FAMILIES, NOMINAL, architecture, odd
from measurements.models import Models
from measurements.tables import write_measurements, write_terms


def main() -> None:
    data, models = Path(sys.argv[1]), Path(sys.argv[2])
    rows = []
    for name in sorted(module.name for module in pkgutil.iter_modules(sources.__path__)):
        module = importlib.import_module(f"measurements.sources.{name}")
        rows += [
            {"energy_uj": "", "role": "fit", "note": ""}
            | row
            | odd(row)
            | {
                "module": name,
                "nominal_macs_per_cycle": NOMINAL[row["core"]],
                "family": FAMILIES.get(row["runtime"], row["runtime"]),
                "form": "accelerator" if row["runtime"] in ACCELERATORS else "processor",
                "architecture": architecture(row["network"]),
            }
            for row in module.rows(data, models)
        ]
    names = sorted({row["model"] for row in rows})
    with tempfile.TemporaryDirectory() as scratch:
        graphs = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(scratch)
        graphs.mkdir(parents=True, exist_ok=True)
        files = Models(models, graphs)
        write_terms([line for name in names for line in files.terms(name)])
    write_measurements(rows)
    print(
        f"{len(rows)} rows of {len({row['device'] for row in rows})} devices, {len(names)} models"
    )


if __name__ == "__main__":
    main()
