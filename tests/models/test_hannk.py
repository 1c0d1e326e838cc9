# SPDX-License-Identifier: Apache-2.0
"""Halide hannk's uint8 models of one layer each, byte by byte, against TFLite's reference kernels.

All models become one, so that a target's kernels are built together and calls share them.
"""

import pytest

from merged import Merged
from oracle import TARGETS, equals, input_arrays, read_oracle, require_target, run_model
from programs import DATA, run

HANNK = DATA / "hannk"
MODELS = 83


@pytest.fixture(name="merged", scope="module")
def all_models(tmp_path_factory):
    """-> (Merged, its model folder)."""
    merged = Merged()
    files = sorted((HANNK / "models").glob("*/*.tflite"))
    assert len(files) == MODELS
    for file in files:
        name = str(file.relative_to(HANNK / "models"))[: -len(".tflite")]
        merged.add(name, file)
    folder = tmp_path_factory.mktemp("hannk") / "model"
    merged.write(folder)
    return merged, folder


@pytest.mark.parametrize("target", TARGETS)
def test_every_model_is_exact(target, merged, tmp_path, capsys):
    require_target(target)
    models, folder = merged
    library = tmp_path / "library"
    result = run("gen_kernels", f"--model={folder}", f"--target={target}", f"--out={library}", "--quiet")
    assert result.returncode == 0, result.stderr
    oracles = {name: read_oracle(HANNK / "oracle" / f"{name}.layers.json") for name in models.first_tensor}
    wrong, compared, elements = [], 0, 0
    for sample in ("lcg1", "lcg2"):
        inputs = [array for oracle in oracles.values() for array in input_arrays(oracle[sample], None)]
        found = run_model(library, inputs, tmp_path / sample)
        for name, first in models.first_tensor.items():
            for index, want in oracles[name][sample]["tensors"].items():
                have = found[first + int(index)]
                compared, elements = compared + 1, elements + have.size
                if not equals(have, want):
                    wrong.append(f"{name} {sample}|t{index}")
    with capsys.disabled():
        print(
            f"\nhannk on {target}: {len(oracles)} of {MODELS} models, {compared} tensors, {elements} elements, "
            f"{len(wrong)} tensors differ"
        )
    assert not wrong
    assert compared >= 2 * len(oracles)
