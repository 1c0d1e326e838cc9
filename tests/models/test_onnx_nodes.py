# SPDX-License-Identifier: Apache-2.0
"""ONNX's own tests of its quantisation operators (tests/data/onnx_node), bit by bit on each processor.

Scales, zero points and weights are inputs of these models, as everything is.
"""

import json

import numpy as np
import pytest

from onnx_runs import TARGETS, generate, run_together
from programs import DATA, run

CASES = DATA / "onnx_node" / "cases"
# What the field WARNING of the case says: wrapped where the operator saturates.
WRONG = {f"test_qlinearmatmul_{rank}_int8_float{bits}" for rank in ("2D", "3D") for bits in (16, 32)}
TWO_BITS = {f"test_{way}linear_{kind}" for way in ("quantize", "dequantize") for kind in ("int2", "uint2")}
# The operator's definition in terms of float operators.
EXPANDED = {f"test_dynamicquantizelinear{kind}_expanded" for kind in ("", "_max_adjusted", "_min_adjusted")}
ALL = {path.stem for path in CASES.glob("*.json")}
NAMES = sorted(ALL - TWO_BITS - EXPANDED)
TYPES = {"float": "<f4", "float16": "<f2", "int8": "i1", "uint8": "u1", "int16": "<i2", "uint16": "<u2", "int32": "<i4"}


def read_case(name):
    """(inputs, outputs by name) of a case; 4-bit tensors as their bytes."""
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    content = (CASES / f"{name}.bin").read_bytes()

    def array(tensor):
        data = content[tensor["offset"] : tensor["offset"] + tensor["nbytes"]]
        if tensor["dtype"] in TYPES:
            return np.frombuffer(data, TYPES[tensor["dtype"]]).reshape(tensor["shape"])
        count = (int(np.prod(tensor["shape"])) + 1) // 2
        return np.frombuffer(data, "u1")[:count]

    tensors = {key: array(tensor) for key, tensor in case["tensors"].items()}
    return [tensors[key] for key in case["inputs"]], {key: tensors[key] for key in case["outputs"]}


def saturated_product(inputs):
    """QLinearMatMul by its text, where the stored result is wrong."""
    a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero = inputs
    sums = np.matmul(a.astype(np.int64) - a_zero, b.astype(np.int64) - b_zero)
    factor = a_scale.astype(np.float32) * b_scale.astype(np.float32) / y_scale.astype(np.float32)
    return np.clip(np.rint(sums.astype(np.float32) * factor) + y_zero, -128, 127).astype(np.int8)


def model_of(name):
    return DATA / "onnx_node" / "node" / name / "model.onnx"


def test_every_case_is_accounted_for():
    assert len(ALL) == 37 and len(NAMES) == 30 and WRONG <= set(NAMES)


@pytest.mark.parametrize("target", TARGETS)
def test_nodes(target, tmp_path):
    found = run_together({name: (model_of(name), read_case(name)[0]) for name in NAMES}, target, tmp_path)
    for name in NAMES:
        inputs, outputs = read_case(name)
        if name in WRONG:
            outputs = {"y": saturated_product(inputs)}
        assert set(found[name]) == set(outputs), name
        for key, want in outputs.items():
            np.testing.assert_array_equal(found[name][key], want, err_msg=f"{name}, {key}", strict=True)
            assert found[name][key].tobytes() == want.tobytes(), f"{name}, {key}: signs of zeros"


@pytest.mark.parametrize("name", sorted(TWO_BITS | EXPANDED))
def test_refused_by_name(name, tmp_path):
    result = run("gen_kernels", f"--model={model_of(name)}", "--target=generic", f"--out={tmp_path / 'out'}", "--quiet")
    word = name.rsplit("_", 1)[1].upper() if name in TWO_BITS else "ReduceM"
    assert result.returncode == 1 and not (tmp_path / "out").exists()
    assert all(f"found {word}" in line for line in result.stderr.splitlines()), result.stderr
    assert result.stderr


def test_a_node_on_a_gpus_loops(tmp_path):
    """The schedules of graphics processors, as loops: they compile."""
    for name in ("test_qlinearconv", "test_dynamicquantizelinear", "test_matmulinteger"):
        generate(model_of(name), "fake-cuda", tmp_path / name)
