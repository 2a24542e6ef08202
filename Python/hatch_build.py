"""Puts the binary that IOTCO2_GRAPH_BINARY names into the wheel, and says where the wheel runs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MACHINES = {"EM_X86_64": "x86_64", "EM_AARCH64": "aarch64"}

# What every Linux with glibc has, of the libraries that PEP 600 lets a wheel need.
SYSTEM_LIBRARY = re.compile(r"(libc|libm|libdl|librt|libpthread|libgcc_s|ld-linux-[\w-]+)\.so\.\d+")


class BinaryHook(BuildHookInterface[Any]):
    """Hatchling's hook, which it finds by its base class."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the binary and the tag before the wheel is written."""
        path = os.environ.get("IOTCO2_GRAPH_BINARY")
        if not path:
            raise RuntimeError("IOTCO2_GRAPH_BINARY does not name the static binary (make static)")
        binary = Path(path).resolve()
        build_data["tag"] = f"py3-none-{platform_tag(binary)}"
        build_data["pure_python"] = False
        build_data["force_include"][str(binary)] = "iotco2_graph/bin/iotco2-graph"
        # The licences of what the binary holds, which `make static` writes beside it.
        notices = binary.with_name("NOTICES.txt")
        if not notices.is_file():
            raise RuntimeError(f"{notices}: is missing, and a binary is not passed on without it")
        build_data["force_include"][str(notices)] = "iotco2_graph/bin/NOTICES.txt"


def platform_tag(binary: Path) -> str:
    """The oldest glibc and the machine that a binary runs on, as PEP 600 writes them.

    Raises RuntimeError for what is no executable ELF file or needs libraries of other packages.
    """
    if not (binary.is_file() and os.access(binary, os.X_OK)):
        raise RuntimeError(f"{binary}: is not an executable file")
    try:
        with binary.open("rb") as file:
            elf = ELFFile(file)
            machine = elf["e_machine"]
            dynamic = elf.get_section_by_name(".dynamic")
            versions = elf.get_section_by_name(".gnu.version_r")
            if machine not in MACHINES or dynamic is None or versions is None:
                raise RuntimeError(f"{binary}: is no program for glibc on x86-64 or AArch64")
            needed = [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")]
            names = [version.name for _, some in versions.iter_versions() for version in some]
    except ELFError as error:
        raise RuntimeError(f"{binary}: is not an ELF file: {error}") from None
    foreign = [name for name in needed if not SYSTEM_LIBRARY.fullmatch(name)]
    if foreign:
        raise RuntimeError(f"{binary}: is not static, it needs {', '.join(foreign)}")
    minor = max(int(found[1]) for name in names if (found := re.match(r"GLIBC_2\.(\d+)", name)))
    return f"manylinux_2_{minor}_{MACHINES[machine]}"
