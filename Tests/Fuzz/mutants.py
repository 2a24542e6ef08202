"""Damages the fixtures byte by byte and has the tool analyse what is left.

  IOTCO2_GRAPH=... mutants.py [--count 20000] [--seed 0]

Every mutant must end in a report or in one line of error that names the file, within 2 s and 64 MiB
plus four times the file's size. A mutant that does not is kept beside this project's build folders.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / ".build-mutants"
SECONDS = 2.0
BASE_BYTES = 64 << 20


def seeds() -> list[Path]:
    found = [
        path
        for folder in ("onnx", "tflite")
        for path in sorted((ROOT / "Fixtures" / folder).iterdir())
    ]
    return [path for path in found if path.suffix in (".onnx", ".tflite")]


def damaged(data: bytes, random_: random.Random) -> bytes:
    """Up to eight changes: bytes, numbers of 4 or 8 bytes at their limits, moved or lost parts."""
    result = bytearray(data)
    for _ in range(random_.choice([1, 1, 1, 2, 3, 8])):
        if not result:
            break
        place = random_.randrange(len(result))
        # Weights are not read, so half of the changes go where structure is: the ends.
        if random_.random() < 0.5:
            near = min(len(result), 4096)
            place = random_.choice(
                [random_.randrange(near), len(result) - 1 - random_.randrange(near)]
            )
        match random_.choices(range(7), [6, 6, 2, 2, 1, 1, 1])[0]:
            case 0:
                result[place] ^= 1 << random_.randrange(8)
            case 1:
                result[place] = random_.randrange(256)
            case 2 | 3:
                width = random_.choice([4, 8])
                value = random_.choice([0, 1, 0x7F, 0x80, -1, 1 << 31, (1 << 31) - 1, 1 << 62])
                number = (value % (1 << 8 * width)).to_bytes(width, "little")
                result[place : place + width] = number
            case 4:
                del result[place:]
            case 5:
                del result[place : place + random_.randint(1, 32)]
            case 6:
                start = random_.randrange(len(result))
                result[place:place] = result[start : start + random_.randint(1, 64)]
    return bytes(result)


def run(path: Path, folder: Path) -> tuple[str, str]:
    """How an analysis ends, and what is wrong with that, if anything."""
    out, err = folder / "out", folder / "err"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, str(out), flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, str(err), flags, 0o600),
    ]
    binary = os.environ["IOTCO2_GRAPH"]
    start = time.monotonic()
    process = os.posix_spawn(
        binary, [binary, "analyze", str(path), "--format", "json"], os.environ, file_actions=actions
    )
    timer = threading.Timer(5 * SECONDS, lambda: os.kill(process, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(process, 0)
    timer.cancel()
    seconds = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    limit = BASE_BYTES + 4 * path.stat().st_size
    error = err.read_text(errors="replace")
    if code not in (0, 2):
        return "crash", f"ends with {code}: {error[-300:]}"
    # The machine's other work counts in the time that passes, not in the processor's.
    if usage.ru_utime + usage.ru_stime > SECONDS:
        return "slow", f"takes {seconds:.1f} s"
    if usage.ru_maxrss * 1024 > limit:
        return "large", f"takes {usage.ru_maxrss >> 10} MiB"
    if code == 0:
        return ("report", "") if out.stat().st_size > 2 and not error else ("report", error[:300])
    is_clear = error.count("\n") == 1 and error.startswith(f"error: {path}: ")
    if not is_clear or out.stat().st_size:
        return "unclear", f"prints {error[:300]!r}"
    return "error", ""


def work(numbers: range, seed: int) -> Counter:
    """Runs some of the mutants; each depends on the seed and its own number only."""
    outcomes: Counter = Counter()
    originals = [(path, path.read_bytes()) for path in seeds()]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        folder = Path(name)
        for number in numbers:
            original, data = originals[number % len(originals)]
            mutant = damaged(data, random.Random(f"{seed}/{number}"))
            path = folder / f"mutant{original.suffix}"
            path.write_bytes(mutant)
            if not mutant:
                continue
            outcome, problem = run(path, folder)
            outcomes[outcome] += 1
            if problem:
                outcomes["wrong"] += 1
                KEPT.mkdir(exist_ok=True)
                kept = KEPT / f"{original.stem}.{seed}.{number}{original.suffix}"
                kept.write_bytes(mutant)
                print(f"{kept}: {problem}", flush=True)
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        parts = pool.map(
            lambda core: work(range(core, arguments.count, cores), arguments.seed), range(cores)
        )
        outcomes = sum(parts, Counter())
    print(
        f"{arguments.count} mutants of {len(seeds())} files: {outcomes['report']} reports, "
        f"{outcomes['error']} errors, {outcomes['wrong']} not as they should be"
    )
    return 1 if outcomes["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
