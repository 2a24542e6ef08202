"""Scans of many files: what is lost or done twice when one is killed, and what it takes.

python3 -m pytest -q Tests/Scan        (or: make scan)
"""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("IOTCO2_GRAPH", str(ROOT / ".build-release/release/iotco2-graph"))
if "/" in BINARY:
    BINARY = str((ROOT / BINARY).resolve())
SHARED = ROOT.parent / "shared" / "models"
FIXTURES = sorted(
    path
    for folder in ["tflite", "onnx"]
    for path in (ROOT / "Fixtures" / folder).glob(f"*.{folder}")
    # A link to the first would have no weights beside it; the second is made whole by a test.
    if "external" not in path.name and path.name != "features.tflite"
)


def archive(folder: Path, count: int) -> Path:
    """A tree with links to the fixtures, every tenth file broken."""
    for index in range(count):
        place = folder / f"{index % 7}" / f"{index:05}"
        place.parent.mkdir(parents=True, exist_ok=True)
        if index % 10 == 9:
            place.with_suffix(".onnx").write_bytes(b"no model at all")
        else:
            fixture = FIXTURES[index % len(FIXTURES)]
            place.with_suffix(fixture.suffix).symlink_to(fixture)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if not path.is_dir())


def scan(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BINARY, "scan", *arguments], cwd=ROOT, text=True, capture_output=True, **options
    )


def paths(text: str) -> list[str]:
    return [json.loads(line)["model"]["path"] for line in text.splitlines()]


def test_every_file_has_its_line(tmp_path):
    folder = archive(tmp_path, 60)
    done = scan(str(folder), "--device", "stm32l4r5")
    assert done.returncode == 0, done.stderr
    assert paths(done.stdout) == files(folder)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [line for line in lines if "error" in line]
    assert len(errors) == 6 and "6 of 60 files" in done.stderr
    for line in lines:
        if "error" in line:
            assert line["model"]["path"] in line["error"]["message"]
        else:
            assert "latency" in line["estimate"] and "macs" in line["totals"]


def test_a_line_is_what_analyze_says(tmp_path):
    path = "Fixtures/tflite/ds_cnn_int8.tflite"
    analyzed = subprocess.run(
        [BINARY, "analyze", path, "--device", "stm32l4r5", "--format", "ndjson", "--summary"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    )
    assert scan(path, "--device", "stm32l4r5").stdout == analyzed.stdout


@pytest.mark.parametrize("form", ["ndjson", "csv", "table"])
def test_order_does_not_depend_on_jobs(tmp_path, form):
    folder = archive(tmp_path, 150)
    outputs = {
        scan(str(folder), "--jobs", str(jobs), "--format", form).stdout for jobs in [1, 2, 7]
    }
    assert len(outputs) == 1


def test_csv(tmp_path):
    folder = archive(tmp_path / 'with "quotes", commas', 20)
    rows = list(csv.DictReader(io.StringIO(scan(str(folder), "--format", "csv").stdout)))
    assert [row["model"] for row in rows] == files(folder)
    assert [bool(row["error"]) for row in rows].count(True) == 2
    assert all(row["macs"] or row["error"] or row["operators_costed"] for row in rows)


def test_patterns_lists_and_links(tmp_path):
    folder = archive(tmp_path / "models", 30)
    (folder / "notes.txt").write_text("not a model")
    (folder / "loop").symlink_to(folder)
    every = [path for path in files(folder) if path.endswith((".onnx", ".tflite"))]
    assert paths(scan(str(folder)).stdout) == every
    assert paths(scan(f"{folder}/**/*.tflite").stdout) == [p for p in every if p.endswith("tflite")]
    assert paths(scan(f"{folder}/[0-2]/*").stdout) == [
        p for p in every if Path(p).parent.name in "012"
    ]
    # What may never end is not opened, and a link to nothing has its line.
    os.mkfifo(folder / "pipe.onnx")
    (folder / "zero.onnx").symlink_to("/dev/zero")
    (folder / "nothing.onnx").symlink_to("nowhere")
    with_link = sorted([*every, str(folder / "nothing.onnx")])
    assert sorted(paths(scan(str(folder), timeout=20).stdout)) == with_link
    assert sorted(paths(scan(f"{folder}/**/*", timeout=20).stdout)) == sorted(
        [*with_link, str(folder / "notes.txt")]
    )
    listed = "\r\n".join([every[3], "", "gone.onnx", every[1]])
    done = scan("--list", "-", input=listed)
    assert paths(done.stdout) == [every[3], "gone.onnx", every[1]]
    assert scan(str(folder / "nowhere")).returncode == 2
    assert scan(f"{folder}/*.nothing").returncode == 2


def test_a_killed_scan_goes_on_without_loss_or_duplicates(tmp_path):
    folder = archive(tmp_path / "models", 2000)
    output = tmp_path / "lines.ndjson"
    chance = random.Random(0)
    kills = 0
    while True:
        process = subprocess.Popen(
            [BINARY, "scan", str(folder), "--resume", str(output), "--device", "stm32l4r5"],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=chance.uniform(0.03, 0.25))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            # As a machine that loses power would leave it.
            if kills % 2 and output.exists() and output.stat().st_size > 100:
                os.truncate(output, output.stat().st_size - chance.randrange(1, 90))
        else:
            break
        assert kills < 500
    assert process.returncode == 0
    assert kills >= 3
    assert sorted(paths(output.read_text())) == files(folder)
    # Nothing is left to do.
    before = output.read_bytes()
    assert scan(str(folder), "--resume", str(output), "--device", "stm32l4r5").returncode == 0
    assert output.read_bytes() == before


@pytest.mark.parametrize(
    "other",
    [
        ["--device", "raspberry-pi-4"],
        ["--device", "stm32l4r5", "--region", "FR"],
        [],
        ["--device", "stm32l4r5", "--batch", "2"],
    ],
)
def test_resuming_with_other_settings_is_refused(tmp_path, other):
    folder = archive(tmp_path / "models", 5)
    output = tmp_path / "lines.ndjson"
    assert scan(str(folder), "--resume", str(output), "--device", "stm32l4r5").returncode == 0
    before = output.read_bytes()
    archive(folder / "more", 8)
    done = scan(str(folder), "--resume", str(output), *other)
    assert done.returncode == 2 and "differs from the result of this scan" in done.stderr
    assert output.read_bytes() == before


@pytest.mark.parametrize("text", ["something else\n", "no end of line", '{"a": 1}\n', '{"a"'])
def test_a_file_that_is_no_scan_is_left_alone(tmp_path, text):
    other = tmp_path / "notes"
    other.write_text(text)
    done = scan(str(FIXTURES[0]), "--resume", str(other))
    assert done.returncode == 2 and "line 1" in done.stderr
    assert other.read_text() == text


def test_a_pipe_is_no_scan(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = scan(str(FIXTURES[0]), "--resume", str(tmp_path / "pipe"), timeout=20)
    assert done.returncode == 2 and "cannot be resumed: not a file" in done.stderr


def test_models_are_not_written_over(tmp_path):
    model = tmp_path / "model.tflite"
    model.write_bytes(FIXTURES[0].read_bytes())
    for command in [["scan", str(tmp_path)], ["analyze", str(model)]]:
        done = subprocess.run(
            [BINARY, *command, "--output", str(model)], capture_output=True, text=True
        )
        assert done.returncode == 2 and "refusing to overwrite a model file" in done.stderr
    (tmp_path / "empty").mkdir()
    kept = tmp_path / "kept.ndjson"
    kept.write_text("keep\n")
    assert scan(str(tmp_path / "empty"), "--output", str(kept)).returncode == 2
    assert model.read_bytes() == FIXTURES[0].read_bytes() and kept.read_text() == "keep\n"


def test_names_that_look_alike_are_different_files(tmp_path):
    names = ["\u00e9.tflite", "e\u0301.tflite"]
    for name in names:
        (tmp_path / name).symlink_to(FIXTURES[-1])
    output = tmp_path / "lines.ndjson"
    first = scan(str(tmp_path / names[0]))
    output.write_text(first.stdout)
    assert scan(str(tmp_path), "--resume", str(output)).returncode == 0
    assert sorted(paths(output.read_text())) == sorted(str(tmp_path / name) for name in names)


@pytest.mark.parametrize("jobs", ["1", "2", "8"])
def test_a_slow_list_is_answered_as_it_comes(jobs):
    """One who waits for an answer before naming the next file is not kept waiting."""
    process = subprocess.Popen(
        [BINARY, "scan", "--list", "-", "--jobs", jobs],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    watch = threading.Timer(20, process.kill)
    watch.start()
    for fixture in FIXTURES[:3]:
        process.stdin.write(f"{fixture}\n")
        process.stdin.flush()
        assert paths(process.stdout.readline()) == [str(fixture)]
    process.stdin.close()
    assert process.wait() == 0
    watch.cancel()


def test_a_folder_that_may_not_be_read_has_a_line(tmp_path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "model.tflite").symlink_to(FIXTURES[-1])
    (tmp_path / "closed").chmod(0)
    try:
        os.listdir(tmp_path / "closed")
        pytest.skip("this user may read every folder")
    except PermissionError:
        assert paths(scan(str(tmp_path)).stdout) == [
            str(tmp_path / "closed"),
            str(tmp_path / "model.tflite"),
        ]
    finally:
        (tmp_path / "closed").chmod(0o700)


def peak_memory(folder: Path) -> int:
    """Kilobytes that a scan of a folder has at most."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL,"
        " stderr=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = ["python3", "-c", script, BINARY, "scan", str(folder), "--device", "stm32l4r5"]
    return int(subprocess.run(command, text=True, capture_output=True, check=True).stdout)


def test_memory_does_not_grow_with_files(tmp_path):
    few = peak_memory(archive(tmp_path / "few", 400))
    many = peak_memory(archive(tmp_path / "many", 8000))
    print(f"400 files: {few / 1024:.1f} MiB, 8000 files: {many / 1024:.1f} MiB")
    assert many < 1.15 * few


def test_progress_is_for_terminals_only(tmp_path):
    folder = archive(tmp_path, 3000)
    assert "\r" not in scan(str(folder)).stderr
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [BINARY, "scan", str(folder)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(mine, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    process.wait()
    text = shown.decode()
    assert " of 3000 files, " in text and " a second" in text and " left" in text
    # Nothing of it stays on the terminal.
    assert (
        text.split("\r\x1b[K")[-1].strip()
        == "300 of 3000 files could not be analysed; their lines have the reasons"
    )


@pytest.mark.skipif("IOTCO2_TIMED" not in os.environ, reason="timed: make scan runs it")
@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus of real models is not here")
def test_two_jobs_on_real_models():
    """Two jobs take at most 0.6 of the time of one, on a machine with two cores that are free."""

    def best(jobs: int) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            assert (
                scan(str(SHARED), "--device", "raspberry-pi-4", "--jobs", str(jobs)).returncode == 0
            )
            times.append(time.perf_counter() - start)
        return min(times)

    one, two = best(1), best(2)
    print(f"1 job: {one:.2f} s, 2 jobs: {two:.2f} s, {two / one:.2f}")
    if (os.cpu_count() or 1) < 2:
        pytest.skip("one core")
    assert two <= 0.6 * one


@pytest.mark.parametrize("arguments", [["--help"], ["help"], ["analyze", "--help"], ["--version"]])
def test_help_that_cannot_be_written_is_an_error(arguments):
    with open("/dev/full", "w") as full:
        run = subprocess.run([BINARY, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 3
    assert run.stderr.startswith("error: standard output: ")
