"""Scans of many files: what is lost or done twice, what a bad file does, and what it takes.

python3 -m pytest -q Tests/Scan        (or: make scan)
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import random
import resource
import signal
import subprocess
import sys
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
            # Later ones come later, for a machine that is slow to start a process.
            process.wait(timeout=chance.uniform(0.03, 0.25) * (1 + kills / 20))
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


def workers(scan: int) -> list[int]:
    """The processes in which a scan analyses files."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in brackets may hold anything; state and parent follow it.
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[1]) == scan and fields[0] != "Z":
                found.append(int(status.parent.name))
    return found


def until(condition, seconds: float = 30):
    """Waits for something that happens in another process."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)
    return value


@pytest.fixture
def endless(tmp_path) -> Path:
    """A model file that takes forever to open: nobody writes to the pipe."""
    pipe = tmp_path / "endless.onnx"
    os.mkfifo(pipe)
    return pipe


@pytest.fixture
def start():
    """Starts scans, and ends those that a failed test leaves."""
    processes = []

    def started(*arguments: str, **options) -> subprocess.Popen[str]:
        command = [BINARY, "scan", *map(str, arguments)]
        processes.append(subprocess.Popen(command, cwd=ROOT, text=True, **options))
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (signal.SIGILL, "its analysis crashed with signal 4 (Illegal instruction)"),
        (signal.SIGSEGV, "its analysis crashed with signal 11 (Segmentation fault)"),
        (signal.SIGKILL, "its analysis was killed (signal 9), perhaps for lack of memory"),
    ],
)
def test_a_file_at_which_a_process_ends_has_its_line(
    tmp_path, endless, start, jobs, number, reason
):
    output = tmp_path / "lines.ndjson"
    files = [str(path) for path in [FIXTURES[0], endless, FIXTURES[1], FIXTURES[2]]]
    arguments = [*files, "--jobs", jobs, "--resume", str(output)]
    process = start(*arguments, stderr=subprocess.PIPE)
    until(lambda: output.exists() and output.read_text().count("\n") == 1)

    def reader() -> int | None:
        """The process that reads the pipe."""
        for worker in workers(process.pid):
            for file in Path(f"/proc/{worker}/fd").iterdir():
                if os.path.realpath(file) == str(endless):
                    return worker
        return None

    # A pipe is opened when it has a writer.
    writer = os.open(endless, os.O_RDWR)
    os.kill(until(reader), number)
    errors = process.communicate(timeout=60)[1]
    os.close(writer)
    assert process.returncode == 0 and "1 of 4 files" in errors
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert [line["model"]["path"] for line in lines] == files
    assert [line.get("error") for line in lines] == [
        None,
        {"message": f"{endless}: {reason}"},
        None,
        None,
    ]
    # The file has its line: a scan that goes on does not come to it again.
    assert scan(*arguments, timeout=60).returncode == 0
    assert len(output.read_text().splitlines()) == 4


def test_a_file_that_takes_too_much_memory_has_its_line(endless, start):
    process = start(
        FIXTURES[0], endless, FIXTURES[1], "--jobs", "1", "--memory-limit", "100MiB",
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with contextlib.suppress(BrokenPipeError), open(endless, "wb", buffering=0) as pipe:
        pipe.write(b"\x08\x08")
        for _ in range(1000):
            pipe.write(b"\x12" * (1 << 20))
    lines = [json.loads(line) for line in process.communicate(timeout=60)[0].splitlines()]
    assert [line.get("error") for line in lines] == [
        None,
        {"message": f"{endless}: its analysis took more than 100 MiB of memory (--memory-limit)"},
        None,
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_scan_that_is_ended_takes_its_processes_along(tmp_path, endless, start, number):
    output = tmp_path / "lines.ndjson"
    # A terminal's Ctrl-C goes to the group of processes; a shell's background jobs ignore it.
    process = start(
        FIXTURES[0], endless, "--jobs", "2", "--output", output, start_new_session=True,
        stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    until(lambda: output.exists() and output.read_text().count("\n") == 1)
    children = workers(process.pid)
    assert children
    os.killpg(process.pid, number)
    assert process.wait(timeout=30) == -number
    until(lambda: not any(Path(f"/proc/{child}/exe").exists() for child in children))
    assert process.stderr.read() == ""
    assert len(paths(output.read_text())) == 1


def test_a_reader_that_leaves_ends_the_scan(tmp_path, start):
    folder = archive(tmp_path, 2000)
    process = start(folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    children = workers(process.pid)
    process.stdout.close()
    assert process.wait(timeout=60) == -signal.SIGPIPE
    until(lambda: not any(Path(f"/proc/{child}/exe").exists() for child in children))
    assert process.stderr.read() == ""


@pytest.mark.parametrize("option", ["--resume", "--output"])
@pytest.mark.parametrize("exists", [False, True])
def test_two_scans_into_one_file_are_refused(tmp_path, endless, start, option, exists):
    output = tmp_path / "lines.ndjson"
    if exists:
        assert scan(str(FIXTURES[0]), "--output", str(output)).returncode == 0
    first = start(FIXTURES[0], FIXTURES[1], endless, option, output, stderr=subprocess.DEVNULL)
    until(lambda: output.exists() and output.read_text().count("\n") == 2)
    second = scan(str(FIXTURES[0]), str(FIXTURES[2]), option, str(output), timeout=60)
    assert second.returncode == 2
    assert second.stderr.splitlines()[-1] == f"error: {output}: another scan writes to it"
    assert len(paths(output.read_text())) == 2
    # The lock ends with the process.
    first.kill()
    first.wait()
    assert scan(str(FIXTURES[0]), str(FIXTURES[2]), option, str(output)).returncode == 0
    assert len(paths(output.read_text())) == (3 if option == "--resume" else 2)


@pytest.mark.parametrize("option", ["--resume", "--output", None])
def test_a_full_disk_leaves_whole_lines(tmp_path, option):
    whole = scan(*map(str, FIXTURES[:4]), "--jobs", "2").stdout
    lines = whole.splitlines(keepends=True)
    room = len(lines[0]) + len(lines[1]) // 2

    def limited():
        # A file that may not grow takes a part of a line and then none, as a full disk does.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    output = tmp_path / "lines.ndjson"
    command = [BINARY, "scan", *map(str, FIXTURES[:4])] + ([option, str(output)] if option else [])
    with open(os.devnull if option else output, "w") as stdout:
        done = subprocess.run(
            command, cwd=ROOT, text=True, stdout=stdout, stderr=subprocess.PIPE, preexec_fn=limited
        )
    assert done.returncode == 3 and "cannot be written: File too large" in done.stderr
    assert output.read_text() == lines[0]
    assert scan(*map(str, FIXTURES[:4]), "--resume", str(output)).returncode == 0
    assert output.read_text() == whole


def changing(path: Path, original: bytes, how: str):
    """Changes a file in place."""
    if how == "cut short":
        os.truncate(path, len(original) // 3)
    else:
        with open(path, "r+b") as file:
            file.seek(len(original) // 4)
            file.write(os.urandom(len(original) // 2))


@pytest.mark.parametrize("how", ["cut short", "other bytes"])
def test_a_file_that_changes_while_it_is_read_is_an_error(tmp_path, how):
    """Whenever the change comes, the file has a result or an error, and no signal ends anything."""
    sys.path.insert(0, str(ROOT / "Scripts"))
    from onnx_files import write_deep_model

    path = tmp_path / "deep.onnx"
    write_deep_model(path, 40_000)
    original = path.read_bytes()
    assert len(original) > 1 << 20
    begin = time.perf_counter()
    subprocess.run([BINARY, "analyze", str(path), "--summary"], capture_output=True, check=True)
    whole = time.perf_counter() - begin
    errors = []
    # Denser at the start, where the file is read.
    for delay in [whole / 2 * 0.6**step for step in range(12)]:
        for command, summary in [("analyze", ["--summary"]), ("scan", [])]:
            path.write_bytes(original)
            time.sleep(0.02)
            process = subprocess.Popen(
                [BINARY, command, str(path), *summary],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            time.sleep(delay)
            changing(path, original, how)
            output, error = process.communicate(timeout=120)
            if command == "scan":
                assert process.returncode == 0
                line = json.loads(output)
                error = line.get("error", {"message": ""})["message"]
            else:
                assert process.returncode in [0, 2], (process.returncode, error)
                error = error.removeprefix("error: ").rstrip()
            if error:
                errors.append(error)
                assert error.startswith(f"{path}: ") and "\n" not in error and "signal" not in error
    assert f"{path}: was changed while it was read" in errors


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
