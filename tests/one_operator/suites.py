# SPDX-License-Identifier: Apache-2.0
"""The cases of cases/*.py by operator and type, the inputs that they are run on, and where their results lie."""

import importlib.util
import pathlib
import sys
import zlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "models"))
from oracle import lcg  # noqa: E402

EXPECTED = HERE.parent / "data" / "one_operator"
DTYPES = {"int16": np.int16, "int8": np.int8, "uint8": np.uint8}
OPERATORS = sorted(file.stem for file in (HERE / "cases").glob("*.py"))
SAMPLES = ("random", "ramp", "extremes")


def cases_of(operator, type_name):
    """The list of cases; empty where TFLite has no kernel of this type."""
    spec = importlib.util.spec_from_file_location(f"cases_{operator}", HERE / "cases" / f"{operator}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if type_name == "int16" and not getattr(module, "HAS_INT16", False):
        return []
    found = list(module.cases(DTYPES[type_name]))
    assert len({case.name for case in found}) == len(found), "two cases of one name"
    return found


SUITES = [(op, kind) for op in OPERATORS for kind in DTYPES if cases_of(op, kind)]


def _input(sample, seed, tensor):
    """random: any values; ramp: every value of a byte, or values all over those of 16 bits, in an order of the tensor's own;
    extremes: the least and most."""
    if sample == "random":
        return lcg(seed, tensor.shape, tensor.dtype)
    if sample == "ramp":
        bits = 8 * np.dtype(tensor.dtype).itemsize
        ramp = np.arange(int(np.prod(tensor.shape))) * (2 * (seed % 128) + 1) * (1 if bits == 8 else 181)
        return ramp.astype(f"u{bits // 8}").view(tensor.dtype).reshape(tensor.shape)
    limits = np.iinfo(tensor.dtype)
    return np.where(lcg(seed, tensor.shape, np.int8) < 0, limits.min, limits.max).astype(tensor.dtype)


def inputs_of(cases, sample):
    """The arrays of all cases' inputs that are not constant, in order."""
    return [
        _input(sample, zlib.crc32(case.name.encode()) + i, tensor)
        for case in cases
        for i, tensor in enumerate(case.inputs)
        if tensor is not None and tensor.data is None
    ]


def results_file(operator, type_name):
    """An .npz with arrays "<case>.<output>.<sample>"."""
    return EXPECTED / f"{operator}_{type_name}.npz"


def by_key(cases, outputs, sample, tensor):
    """{key of the results file: tensor(index)} for the indices that write_cases gives."""
    return {
        f"{case.name}.{position}.{sample}": tensor(index)
        for case, indices in zip(cases, outputs)
        for position, index in enumerate(indices)
    }
