"""D-Robotics' model zoo: RDK X5, one thread, BPU alone."""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    return collected.rows(data, "drobotics_rdk_x5", "D-Robotics RDK model zoo")
