"""Profiles as runtimes write them, of the models in onnx/ and tflite/.

    python generate_profiles.py            the samples that need no tool
    python generate_profiles.py onnxruntime litert vela

The real ones are made by the tool whose name and release their names have: onnxruntime, LiteRT and
Vela. Times differ in each run, so a second run writes other files. The others are written in the
form that the tools' sources or manuals show, with round numbers that a reader can add up, because
these tools need a board, a GPU or a build of their own: benchmark_model, MicroProfiler, trtexec,
ST Edge AI and ESP-DL.
"""

from __future__ import annotations

import ctypes
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / "profiles"
RUNS = 5


def write(name: str, text: str) -> None:
    (FOLDER / name).write_text(text, encoding="utf-8")


def onnxruntime(name: str) -> None:
    """What is read of each event, without the identifiers of the process."""
    import numpy as np
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.enable_profiling = True
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = f"{folder}/profile"
        session = ort.InferenceSession(
            HERE / f"onnx/{name}.onnx", options, providers=["CPUExecutionProvider"]
        )
        feeds = {i.name: np.ones(i.shape, np.float32) for i in session.get_inputs()}
        for _ in range(RUNS):
            session.run(None, feeds)
        events = json.loads(pathlib.Path(session.end_profiling()).read_text(encoding="utf-8"))
    lines = []
    for event in events:
        arguments = event.get("args", {})
        kept = {
            k: arguments[k]
            for k in ("op_name", "node_index", "output_type_shape")
            if k in arguments
        }
        lines.append(json.dumps({**event, "pid": 1, "tid": 1, "args": kept}))
    write(f"onnxruntime_1_32_{name}.json", "[" + ",\n".join(lines) + "]\n")


def litert(name: str) -> None:
    """LiteRT's own summary, through its C interface: the Python package has no function for it."""
    import ai_edge_litert

    path = pathlib.Path(ai_edge_litert.__file__).parent / "libLiteRt.so"
    library = ctypes.CDLL(str(path))
    pointer, reference, size = ctypes.c_void_p, ctypes.byref, ctypes.c_size_t

    def call(function: str, *arguments: object) -> None:
        status = getattr(library, function)(*arguments)
        if status:
            sys.exit(f"{function}: status {status}")

    class Layout(ctypes.Structure):
        _fields_ = [
            ("rank", ctypes.c_uint, 7), ("has_strides", ctypes.c_uint, 1),
            ("dimensions", ctypes.c_int32 * 8), ("strides", ctypes.c_uint32 * 8),
        ]  # fmt: skip

    class TensorType(ctypes.Structure):
        _fields_ = [("element", ctypes.c_int), ("layout", Layout)]

    environment, model, options, opaque = pointer(), pointer(), pointer(), pointer()
    call("LiteRtCreateEnvironment", 0, None, reference(environment))
    file = str(HERE / f"tflite/{name}.tflite").encode()
    call("LiteRtCreateModelFromFile", environment, file, reference(model))
    call("LiteRtCreateOptions", reference(options))
    call("LiteRtSetOptionsHardwareAccelerators", options, 1)
    payload = ctypes.create_string_buffer(b"enable_profiling = true\n")
    keep = ctypes.CFUNCTYPE(None, pointer)(lambda _: None)
    content = ctypes.cast(payload, pointer)
    call("LiteRtCreateOpaqueOptions", b"runtime_options_string", content, keep, reference(opaque))
    call("LiteRtAddOpaqueOptions", options, opaque)
    compiled, profiler, signature = pointer(), pointer(), pointer()
    call("LiteRtCreateCompiledModel", environment, model, options, reference(compiled))
    call("LiteRtCompiledModelGetProfiler", compiled, reference(profiler))
    call("LiteRtGetModelSignature", model, size(0), reference(signature))

    def buffers(kind: str) -> tuple[ctypes.c_size_t, object]:
        count = size()
        call(f"LiteRtGetNumSignature{kind}s", signature, reference(count))
        made = (pointer * count.value)()
        for place in range(count.value):
            tensor, requirements, buffer, kind_of = pointer(), pointer(), pointer(), TensorType()
            get = f"LiteRtGetSignature{kind}TensorByIndex"
            call(get, signature, size(place), reference(tensor))
            call("LiteRtGetRankedTensorType", tensor, reference(kind_of))
            get = f"LiteRtGetCompiledModel{kind}BufferRequirements"
            call(get, compiled, size(0), size(place), reference(requirements))
            make = "LiteRtCreateManagedTensorBufferFromRequirements"
            call(make, environment, reference(kind_of), requirements, reference(buffer))
            made[place] = buffer.value
        return count, made

    inputs, outputs = buffers("Input"), buffers("Output")

    def run() -> None:
        call("LiteRtRunCompiledModel", compiled, size(0), *inputs, *outputs)

    run()
    call("LiteRtStartProfiler", profiler)
    for _ in range(RUNS):
        run()
    call("LiteRtStopProfiler", profiler)
    summary = ctypes.c_char_p()
    call("LiteRtGetProfileSummary", profiler, compiled, reference(summary))
    write(f"litert_2_3_{name}.txt", summary.value.decode())


def vela(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                pathlib.Path(sys.executable).parent / "vela",
                HERE / f"tflite/{name}.tflite", "--accelerator-config", "ethos-u55-128",
                "--output-dir", folder, "--verbose-performance",
            ],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        table = pathlib.Path(folder) / f"{name}_per-layer.csv"
        write(f"vela_5_2_{name}.csv", table.read_text(encoding="utf-8"))


# The operators of ds_cnn_int8.tflite, with round numbers of microseconds.
OPERATORS = [
    ("CONV_2D", 800), ("DEPTHWISE_CONV_2D", 300), ("CONV_2D", 400), ("DEPTHWISE_CONV_2D", 310),
    ("CONV_2D", 410), ("DEPTHWISE_CONV_2D", 320), ("CONV_2D", 420), ("DEPTHWISE_CONV_2D", 330),
    ("CONV_2D", 430), ("AVERAGE_POOL_2D", 50), ("FULLY_CONNECTED", 20),
    ("SOFTMAX", 9),
]  # fmt: skip


def micro_profiler() -> None:
    """MicroProfiler::Log and LogCsv of tflite-micro, twice an inference; ticks at 100 MHz."""
    runs = [1, 1.5]
    blocks = [
        "".join(
            f"{tag} took {int(100 * us * run)} ticks ({int(us * run) // 1000} ms).\n"
            for tag, us in OPERATORS
        )
        for run in runs
    ]
    write("micro_profiler_log.txt", "boot\n" + "\nnext inference\n".join(blocks))
    rows = [
        '"Event","Tag","Ms","Ticks"\n'
        + "".join(
            f"{place},{tag},{int(us * run) // 1000},{int(100 * us * run)}\n"
            for place, (tag, us) in enumerate(OPERATORS)
        )
        for run in runs
    ]
    write("micro_profiler.csv", "\n".join(rows))
    esp = "".join(f"{place},{tag},{us}\n" for place, (tag, us) in enumerate(OPERATORS))
    write("micro_profiler_esp_nn.csv", '"Event","Tag","microseconds"\n' + esp)


def benchmark_model() -> None:
    """Text and CSV of benchmark_model --enable_op_profiling=true, without a delegate."""
    total = sum(us for _, us in OPERATORS)
    title = "============================== {} ==============================\n"
    text, table, start = "", "", 0
    for place, (tag, us) in enumerate(OPERATORS):
        share, now = 100 * us / total, 100 * (start + us) / total
        text += (
            f"\t{tag:>24}\t{start / 1000:17.3f}\t{us / 1000:9.3f}\t{us / 1000:9.3f}\t{share:7.3f}%"
            f"\t{now:7.3f}%\t{0:10.3f}\t{1:9}\t[tensor]:{place}\n"
        )
        table += f"{tag}, {start / 1000}, {us / 1000}, {us / 1000}, {share}%, {now}%, 0, 1, "
        table += f"[tensor]:{place}\n"
        start += us
    preparation = (
        "Profiling Info for Benchmark Initialization:\n" + title.format("Run Order") + "{header}\n"
        "{row}\n\n" + title.format("Top by Computation Time") + "{header}\n{row}\n\n"
    )
    measured = "Operator-wise Profiling Info for Regular Benchmark Runs:\n" + title.format(
        "Run Order"
    )
    average = "Inference timings in us: Init: 1200, First inference: 5000, Warmup (avg): 4000, "
    average += f"Inference (avg): {total + 20}\n"
    header = (
        "\t[node type]\t[start]\t[first]\t[avg ms]\t[%]\t[cdf%]\t[mem KB]\t[times called]\t[Name]"
    )
    row = "\tAllocateTensors\t0.000\t1.102\t1.102\t100.000%\t100.000%\t0.000\t1\tAllocateTensors/0"
    end = title.format("Top by Computation Time")
    write(
        "tflite_benchmark_model.txt",
        average
        + preparation.format(header=header, row=row)
        + measured
        + header
        + "\n"
        + text
        + "\n"
        + end
        + header
        + "\n",
    )
    header = "node type, start, first, avg_ms, %, cdf%, mem KB, times called, name"
    row = "AllocateTensors, 0, 1.102, 1.102, 100%, 100%, 0, 1, AllocateTensors/0"
    write(
        "tflite_benchmark_model.csv",
        average
        + preparation.format(header=header, row=row)
        + measured
        + header
        + "\n"
        + table
        + "\n"
        + end
        + header
        + "\n",
    )


def tensorrt() -> None:
    """trtexec --exportProfile of TensorRT 8 and later, of resnet8.onnx."""
    layers = [
        ("Reformatting CopyNode for Input Tensor 0 to /0/0.0/Conv + /0/0.2/Relu", 0.004),
        ("/0/0.0/Conv + /0/0.2/Relu", 0.020),
        ("/1/layers/layers.0/layers.0.0/Conv + /1/layers/layers.0/layers.0.2/Relu", 0.030),
        ("/1/layers/layers.1/layers.1.0/Conv + /1/Add + /1/Relu", 0.031),
        ("/2/shortcut/Conv", 0.010),
        ("/2/layers/layers.0/layers.0.1/Conv + /2/layers/layers.0/layers.0.3/Relu", 0.022),
        ("/2/layers/layers.1/layers.1.0/Conv", 0.024),
        ("PWN(/2/Add, /2/Relu)", 0.006),
        ("{ForeignNode[/3/shortcut/Conv.../6/Gemm]}", 0.090),
        ("/7/Softmax", 0.003),
    ]
    total = sum(time for _, time in layers)
    rows = "".join(
        f', {{ "name" : "{name}", "timeMs" : {100 * time}, "averageMs" : {time}'
        f', "medianMs" : {time}, "percentage" : {100 * time / total} }}\n'
        for name, time in layers
    )
    write("tensorrt_10.json", '[\n  { "count" : 100 }\n' + rows + "]\n")


def st_edge_ai() -> None:
    """stedgeai validate --mode target of ST Edge AI Core 2, and the table of X-CUBE-AI 7."""
    kinds = {
        "CONV_2D": "Conv2D (0x103)", "DEPTHWISE_CONV_2D": "Conv2D_depthwise (0x103)",
        "AVERAGE_POOL_2D": "Pool (0x10b)", "FULLY_CONNECTED": "Dense (0x104)",
        "SOFTMAX": "Softmax (0x108)",
    }  # fmt: skip
    rows, old, total = "", "", sum(us for tag, us in OPERATORS if tag in kinds)
    done = 0
    for place, (tag, us) in enumerate((tag, us) for tag, us in OPERATORS if tag in kinds):
        done += us
        kind = kinds[tag]
        rows += f"   {place:<7} {place:<6} {kind:<25} {us / 1000:9.3f} {100 * us / total:7.1f}%"
        rows += f" {100 * done / total:7.1f}%  [ {us * 100:>10,} ]  ai_node_{place}\n"
        old += f"   {place:<7} {place:<3} 10{place:03}/({kind.split()[0]})"
        old += f"   (1,25,5,64)   INT8   {us / 1000:.3f}\n"
    line = "   " + "-" * 90 + "\n"
    head = f"   duration    : {total / 1000:.3f} ms (average)\n   CPU cycles  : {total * 100}\n"
    write(
        "st_edge_ai_2.txt",
        head
        + "\n   Inference time per node\n"
        + line
        + "   c_id    m_id   type                        dur (ms)       %    cumul"
        + "  CPU cycles       name\n"
        + line
        + rows
        + line
        + f"   total{total / 1000:>32.3f}\n"
        + line,
    )
    write(
        "x_cube_ai_7.txt", head + "\n   Clayer  id  desc   oshape   fmt   ms\n" + line + old + line
    )


def esp_dl() -> None:
    """model->profile_module() of ESP-DL 3, of resnet8.onnx."""
    modules = [
        ("/0/0.0/Conv", "Conv", 5000), ("/1/layers/layers.0/layers.0.0/Conv", "Conv", 9000),
        ("/1/layers/layers.1/layers.1.0/Conv", "Conv", 9100), ("/1/Add", "Add", 300),
        ("/2/shortcut/Conv", "Conv", 700), ("/2/layers/layers.0/layers.0.1/Conv", "Conv", 4600),
        ("/2/layers/layers.1/layers.1.0/Conv", "Conv", 8800), ("/2/Add", "Add", 160),
        ("/3/shortcut/Conv", "Conv", 650), ("/3/layers/layers.0/layers.0.1/Conv", "Conv", 4500),
        ("/3/layers/layers.1/layers.1.0/Conv", "Conv", 8700), ("/3/Add", "Add", 90),
        ("/4/AveragePool", "AveragePool", 60), ("/6/Gemm", "Gemm", 15),
        ("/7/Softmax", "Softmax", 25),
    ]  # fmt: skip
    modules.append(("total", "", sum(us for _, _, us in modules)))
    log = "I (2375) dl::Model: "
    line = f"{log}+{'-' * 40}+{'-' * 13}+{'-' * 9}+\n"
    rows = [("name", "type", "latency")] + [(name, kind, f"{us}us") for name, kind, us in modules]
    text = "".join(
        f"{log}| {name:<38} | {kind:<11} | {time:<7} |\n{line}" for name, kind, time in rows
    )
    write("esp_dl_3.txt", f"{log}model:resnet8, version:0\n{line}{text}\n")


def main(tools: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    if not tools:
        for documented in (micro_profiler, benchmark_model, tensorrt, st_edge_ai, esp_dl):
            documented()
    if "onnxruntime" in tools:
        onnxruntime("resnet8")
        onnxruntime("resnet8_qdq")
    if "litert" in tools:
        litert("resnet8_int8")
    if "vela" in tools:
        vela("resnet8_int8")


if __name__ == "__main__":
    main(sys.argv[1:])
