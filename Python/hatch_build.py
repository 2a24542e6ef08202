"""Puts the binary that IOTCO2_GRAPH_BINARY names into the wheel, and says where the wheel runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MACHINES = {"EM_X86_64": "x86_64", "EM_AARCH64": "aarch64"}

# A program without libraries asks for a kernel alone. These are the oldest platforms of which all
# have a new enough one: manylinux2014 is defined by CentOS 7 (PEP 599), whose kernel is 3.10, and
# what pip runs on with musl is newer.
PLATFORMS = ["manylinux_2_17", "manylinux2014", "musllinux_1_1"]
OLDEST_KERNEL = (3, 10)


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
    """The platforms that a program runs on, as PEP 425 writes a set of them.

    Raises RuntimeError for what is no executable ELF file or needs any library.
    """
    if not (binary.is_file() and os.access(binary, os.X_OK)):
        raise RuntimeError(f"{binary}: is not an executable file")
    try:
        with binary.open("rb") as file:
            elf = ELFFile(file)
            machine = elf["e_machine"]
            dynamic = elf.get_section_by_name(".dynamic")
            needed = [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")] if dynamic else []
            is_interpreted = any(part["p_type"] == "PT_INTERP" for part in elf.iter_segments())
            kernel = oldest_kernel(elf)
    except ELFError as error:
        raise RuntimeError(f"{binary}: is not an ELF file: {error}") from None
    if needed or is_interpreted:
        raise RuntimeError(f"{binary}: is not static, it needs {', '.join(needed)}")
    if machine not in MACHINES or kernel is None:
        raise RuntimeError(f"{binary}: is no program for Linux on x86-64 or AArch64")
    if kernel > OLDEST_KERNEL:
        raise RuntimeError(f"{binary}: needs Linux {'.'.join(map(str, kernel))} or newer")
    return ".".join(f"{platform}_{MACHINES[machine]}" for platform in PLATFORMS)


def oldest_kernel(elf: ELFFile) -> tuple[int, ...] | None:
    """The oldest Linux that a program runs on, which its C library writes into a note."""
    section = elf.get_section_by_name(".note.ABI-tag")
    for note in section.iter_notes() if section else []:
        if note["n_type"] == "NT_GNU_ABI_TAG" and note["n_desc"]["abi_os"] == "ELF_NOTE_OS_LINUX":
            found = note["n_desc"]
            return (found["abi_major"], found["abi_minor"])
    return None
