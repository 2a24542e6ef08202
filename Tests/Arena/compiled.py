"""Writes Fixtures/compiled: a network, and what a compiler for an Ethos-U85 could make of it.

Run with the packages of Tests/Differential/requirements.txt. The compiled file has the form
that Vela's has (commands, weights, working memory twice, operands), with two parts that each
write a half of one result, and a plan.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Differential"))
from cases import plan
from tflite_build import File, Graph, Type, options

INT8 = {"kind": Type.INT8, "scale": 0.5}
FOLDER = Path(__file__).parents[2] / "Fixtures" / "compiled"


def dense(g: Graph, x: int, name: str) -> int:
    w, b = g.weights([8, 8], Type.INT8, scale=0.5), g.weights([8], Type.INT32, scale=0.25)
    y = g.tensor([1, 8], name=name, **INT8)
    g.node("FULLY_CONNECTED", [x, w, b], [y], options("FullyConnected"))
    return y


def original() -> File:
    file = File()
    g = file.graph()
    a = dense(g, g.input([1, 8], name="x", **INT8), "a")
    b = g.tensor([1, 8], name="b", **INT8)
    g.node("TANH", [a], [b])
    c = dense(g, b, "c")
    both = g.tensor([1, 16], name="both", **INT8)
    g.node("CONCATENATION", [a, c], [both], options("Concatenation", axis=1))
    g.result(c, both)
    return file


def compiled() -> File:
    file = File()
    g = file.graph()
    # Two SRAM ports, one external port, two weight decoders, 512 MACs a cycle, Ethos-U85.
    configuration = 9 | 1 << 8 | 2 << 11 | 2 << 28
    commands = g.tensor([16], Type.UINT8, name="commands")
    g.store(commands, b"COP1" + bytes(4) + configuration.to_bytes(4, "little") + bytes(4))
    weights = g.weights([160], Type.UINT8, name="read_only")
    scratch = g.tensor([512], Type.UINT8, name="scratch")
    x = g.input([1, 8], name="x", **INT8)
    a, b = g.tensor([1, 8], name="a", **INT8), g.tensor([1, 8], name="b", **INT8)
    c, both = g.tensor([1, 8], name="c", **INT8), g.tensor([1, 16], name="both", **INT8)
    code = [commands, weights, scratch, scratch]
    g.node("ethos-u", [*code, x], [both, a], custom=b"\x01")
    g.node("TANH", [a], [b])
    g.node("ethos-u", [*code, b], [both, c], custom=b"\x01")
    g.result(c, both)
    plan(file, [-1, -1, 0, 16, 32, 48, 64, 496])
    return file


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "original.tflite").write_bytes(original().bytes())
    (FOLDER / "parts_ethos_u85.tflite").write_bytes(compiled().bytes())
