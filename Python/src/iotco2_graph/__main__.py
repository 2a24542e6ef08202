"""The command itself: ``iotco2-graph`` or ``python -m iotco2_graph``."""

import os
import sys
from typing import NoReturn

from ._run import find_binary


def main() -> NoReturn:
    """Becomes the command, with the arguments of this process."""
    binary = find_binary()
    os.execv(binary, [binary, *sys.argv[1:]])


if __name__ == "__main__":
    main()
