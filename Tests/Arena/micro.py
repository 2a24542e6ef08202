"""What the `tflite-micro` package says of a file: the arena by its recording allocator."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: Enough for every file that runs on a microcontroller, and for most that do not.
ARENA = 256 << 20


@dataclass
class Arena:
    head: int
    total: int


def arena(path: Path) -> Arena | str:
    """The arena of a file, or why TFLite Micro does not run it."""
    from tflite_micro import runtime

    with tempfile.TemporaryFile() as output:
        # It prints from C++, and a file that it does not expect can end the process.
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            try:
                runtime.Interpreter.from_file(str(path), arena_size=ARENA).print_allocations()
            except BaseException as error:
                print(error)
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        text = output.read().decode(errors="replace")
    head, total = (re.search(rf"{part} (\d+) bytes", text) for part in ("head", "total"))
    if head is None or total is None:
        lines = [line for line in text.splitlines() if line.strip()]
        return lines[0][:120] if lines else f"ended by signal {status}"
    return Arena(int(head[1]), int(total[1]))
