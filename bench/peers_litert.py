# SPDX-License-Identifier: Apache-2.0
"""Nibble beside LiteRT with its XNNPACK kernels: one thread, CPU time, the two called in turn in one process.

    python3 -m venv peers && peers/bin/pip install -r requirements-peers.txt
    peers/bin/python bench/peers_litert.py [--model=PATH.tflite ...] [--only=add,mul] [--rounds=N]

Models of one operator are written here; --model adds files. build/bin has gen_kernels and run_model, and a C compiler
is `cc`. Prints a table in Markdown. docs/performance.md says what its columns mean.
"""

import argparse
import ctypes
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "one_operator"), str(ROOT / "tests" / "models")]
from case import Case, activation  # noqa: E402
from tflite_writer import write_cases  # noqa: E402

SHAPE = (1, 28, 28, 256)
SAMPLE_NS = 400_000  # CPU time of one sample
BINARY = {"FusedActivationFunction": 0}
POOL = {**BINARY, "Padding": 1}  # VALID


def _pool(operator, window, stride, dst):
    extents = {"FilterHeight": window, "FilterWidth": window, "StrideH": stride, "StrideW": stride}
    alike = [activation(shape, np.int8, 0.05, -3) for shape in (SHAPE, dst)]
    return Case("x", operator, alike[:1], alike[1:], ("Pool2DOptions", {**POOL, **extents}), version=2)


def _binary(operator, options, dst_scale, fields=None, shape=SHAPE):
    src = [activation(shape, np.int8, 0.05, -3), activation(shape, np.int8, 0.03, 11)]
    if fields is not None:  # operators that want one scale
        src[1] = activation(shape, np.int8, 0.05, -3)
    dst = activation(shape, np.int8, dst_scale, 5 if fields is None else -3)
    return Case("x", operator, src, [dst], (options, BINARY if fields is None else fields), version=2)


def _requantize():
    src, dst = activation(SHAPE, np.int8, 0.05, -3), activation(SHAPE, np.int8, 0.08, 11)
    return Case("x", "QUANTIZE", [src], [dst], ("QuantizeOptions", {}), version=2)


CASES = {
    "call alone": lambda: _binary("ADD", "AddOptions", 0.07, shape=(1, 1, 1, 1)),
    "add": lambda: _binary("ADD", "AddOptions", 0.07),
    "sub": lambda: _binary("SUB", "SubOptions", 0.07),
    "mul": lambda: _binary("MUL", "MulOptions", 0.2),
    "maximum": lambda: _binary("MAXIMUM", "MaximumMinimumOptions", 0.05, {}),
    "average_pool2d, all of the image": lambda: _pool("AVERAGE_POOL_2D", 28, 1, (1, 1, 1, 256)),
    "average_pool2d, 2×2, stride 2": lambda: _pool("AVERAGE_POOL_2D", 2, 2, (1, 14, 14, 256)),
    "average_pool2d, 3×3, stride 1": lambda: _pool("AVERAGE_POOL_2D", 3, 1, (1, 26, 26, 256)),
    "max_pool2d, 2×2, stride 2": lambda: _pool("MAX_POOL_2D", 2, 2, (1, 14, 14, 256)),
    "max_pool2d, 3×3, stride 1": lambda: _pool("MAX_POOL_2D", 3, 1, (1, 26, 26, 256)),
    "requantize": _requantize,
}


def run(*command):
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(result.stderr.strip().splitlines()[-1])
    return result.stdout


class LiteRt:
    def __init__(self, content):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.interpreter = Interpreter(model_content=content, num_threads=1)
        self.interpreter.allocate_tensors()
        self.inputs = self.interpreter.get_input_details()
        self.outputs = self.interpreter.get_output_details()

    def set_inputs(self, arrays):
        for detail, array in zip(self.inputs, arrays):
            self.interpreter.set_tensor(detail["index"], array)

    def call(self, calls):
        for _ in range(calls):
            self.interpreter.invoke()

    def results(self):
        return [self.interpreter.get_tensor(detail["index"]) for detail in self.outputs]


class Nibble:
    def __init__(self, content, folder, programs, target):
        model, out, library = folder / "peer.tflite", folder / "out", folder / "peer.so"
        model.write_bytes(content)
        flags = [f"--model={model}", f"--target={target}", "--name=peer", f"--out={out}", "--quiet"]
        run(programs / "gen_kernels", *flags)
        run("cc", "-O2", "-shared", "-fPIC", f"-I{out}", ROOT / "bench/peers_call.c", out / "libpeer.a", "-o", library)
        self.function = ctypes.CDLL(str(library)).peer_calls
        self.bench = lambda: json.loads(run(programs / "run_model", f"--dir={out}", "--bench=json"))

    def set_buffers(self, inputs, outputs):
        pointers = [(ctypes.c_void_p * len(arrays))(*(a.ctypes.data for a in arrays)) for arrays in (inputs, outputs)]
        self.arguments, self.buffers = pointers, (inputs, outputs)

    def call(self, calls):
        status = self.function(*self.arguments, calls)
        if status != 0:
            raise RuntimeError(f"peer_run: status {status}")


def on_a_line(array):
    """A copy that starts on a cache line, as LiteRT's own tensors do."""
    line = 64
    room = np.empty(array.nbytes + line, np.uint8)
    start = -room.ctypes.data % line
    copy = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def sample_us(call, calls):
    start = time.thread_time_ns()
    call(calls)
    return (time.thread_time_ns() - start) / calls / 1e3


def measure(callers, rounds):
    """For each caller the samples of all rounds, in microseconds a call. A round samples each of them once."""
    calls = [max(1, round(SAMPLE_NS / 1e3 / min(sample_us(call, 3) for _ in range(3)))) for call in callers]
    samples = [[] for _ in callers]
    for _ in range(rounds):
        for call, count, found in zip(callers, calls, samples):
            found.append(sample_us(call, count))
    return samples


def l2_gbytes(cache):
    """What run_model measured in this run."""
    (machine,) = json.loads((cache / "peaks.json").read_text(encoding="utf-8")).values()
    return next(level["gbytes_per_second"] for level in machine["memory"] if level["name"] == "L2")


def compare(name, content, line, folder, cache):
    """One line of the table, or why there is none."""
    theirs, folder = LiteRt(content), folder / str(len(list(folder.iterdir())))
    folder.mkdir()
    try:
        ours = Nibble(content, folder, line.programs, line.target)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return f"| {name} | not compiled |"
    rng = np.random.default_rng(1)
    inputs = [on_a_line(rng.integers(-128, 128, d["shape"]).astype(d["dtype"])) for d in theirs.inputs]
    outputs = [on_a_line(np.zeros(d["shape"], d["dtype"])) for d in theirs.outputs]
    theirs.set_inputs(inputs)
    ours.set_buffers(inputs, outputs)
    mine, other = measure([ours.call, theirs.call], line.rounds)
    if not (cache / "peaks.json").exists():
        ours.bench()
    most = max(int(np.abs(a.astype(int) - b.astype(int)).max()) for a, b in zip(outputs, theirs.results()))
    moved = sum(array.nbytes for array in inputs + outputs)
    share = f"{moved / (statistics.median(mine) * 1e3) / l2_gbytes(cache):.2f}" if name in CASES else ""
    ratio = statistics.median(mine) / statistics.median(other)
    times = " | ".join(f"{value:.1f}" for s in (mine, other) for value in (min(s), statistics.median(s)))
    return f"| {name} | {times} | {ratio:.2f} | {share} | {most} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, action="append", default=[], help="a .tflite file; may be repeated")
    parser.add_argument("--only", default=None, help="operators to measure, by how their names begin")
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--target", default="host")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "bin")
    line = parser.parse_args()
    chosen = tuple((line.only or "").split(","))
    with tempfile.TemporaryDirectory() as scratch:
        folder, cache = pathlib.Path(scratch, "models"), pathlib.Path(scratch, "cache")
        folder.mkdir()
        os.environ["NIBBLE_CACHE"] = str(cache)
        models = [(name, lambda case=case: write_cases([case()])[0]) for name, case in CASES.items() if name.startswith(chosen)]
        models += [(path.name, path.read_bytes) for path in line.model]
        print("| model | Nibble min µs | median | LiteRT min µs | median | ratio | share of L2 | most apart |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        for name, content in models:
            print(compare(name, content(), line, folder, cache), flush=True)
        print(f"\nL2: {l2_gbytes(cache):.0f} GB/s read by one core, measured in this run.")


if __name__ == "__main__":
    main()
