# SPDX-License-Identifier: Apache-2.0
"""Makes tests/data/matmul_nbits/expected.npz: ONNX Runtime's results for the models of nbits_cases.py.

Run by hand, after a change of the cases, in a virtual environment that has

    pip install onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

    python tests/models/make_nbits_expected.py
"""

import numpy as np
import onnxruntime

from nbits_cases import CASES, graph_of, source
from programs import DATA


def main():
    graph, outputs = graph_of(CASES)
    session = onnxruntime.InferenceSession(graph.bytes(), providers=["CPUExecutionProvider"])
    arrays = session.run(outputs, {f"{name}/x": source(name) for name in CASES})
    file = DATA / "matmul_nbits" / "expected.npz"
    np.savez_compressed(file, **dict(zip(CASES, arrays)))
    print(f"{file}: {len(arrays)} results, {sum(array.size for array in arrays)} elements")


if __name__ == "__main__":
    main()
