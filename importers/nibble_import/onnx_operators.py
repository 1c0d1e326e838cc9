# SPDX-License-Identifier: Apache-2.0
"""The operators of ONNX that Nibble takes, and the forms in which it computes them (docs/onnx.md)."""

from . import onnx_arithmetic, onnx_blocks, onnx_conv, onnx_matmul, onnx_movers, onnx_qlinear, onnx_quantizers, onnx_reductions

_MODULES = (
    onnx_arithmetic,
    onnx_blocks,
    onnx_conv,
    onnx_matmul,
    onnx_movers,
    onnx_qlinear,
    onnx_quantizers,
    onnx_reductions,
)


def _joined(name):
    return {kind: function for module in _MODULES for kind, function in getattr(module, name, {}).items()}


HANDLERS = _joined("HANDLERS")
INTEGER_FORMS = _joined("INTEGER_FORMS")
FLOAT_FORMS = _joined("FLOAT_FORMS")
