"""Sources of measurements, one a module.

Each has `rows(data, models)`. `data` is the folder of collected tables, `models` that of the model
files. It returns dictionaries with the keys `device`, `core`, `runtime`, `version`, `network`,
`model`, `clock_mhz`, `latency_ms`, `source` and `locator`, and where they are known `energy_uj`,
`role` and `note`. A new file in this folder is a new source; nothing lists them.

`source` is a short title, the same for all rows that a fit may name together; `locator` the place
of their numbers, the same for as many rows as possible. `model` is the name of a file, or
`ARCHITECTURE:PRECISION` (`models.py`). A row with the role `check` is looked at and not fitted; its
`note` says why. Those of odd_rows.csv get it from the import.
"""
