# SPDX-License-Identifier: Apache-2.0
"""RESHAPE, SQUEEZE and EXPAND_DIMS: the same elements under another shape."""

import numpy as np

from case import Case, activation, constant

# name, operator, source, destination, what else the operator is given
_CASES = [
    ("flat", "RESHAPE", (1, 3, 4, 5), (1, 60), None),
    ("image", "RESHAPE", (2, 63), (2, 3, 3, 7), None),
    ("squeezed", "SQUEEZE", (1, 1, 1, 33), (1, 33), [1, 2]),
    ("squeezed_all", "SQUEEZE", (1, 7, 1, 5), (7, 5), []),
    ("expanded", "EXPAND_DIMS", (3, 21), (3, 1, 21), 1),
    ("expanded_last", "EXPAND_DIMS", (4, 65), (4, 65, 1), -1),
]


def _more(operator, dst, given):
    """-> (further inputs, options)."""
    if operator == "RESHAPE":
        return [constant(np.array(dst, np.int32))], ("ReshapeOptions", {"NewShape": list(dst)})
    if operator == "SQUEEZE":
        return [], ("SqueezeOptions", {"SqueezeDims": given} if given else {})
    return [constant(np.array(given, np.int32))], ("ExpandDimsOptions", {})


def cases(dtype):
    for name, operator, src, dst, given in _CASES:
        inputs, options = _more(operator, dst, given)
        activations = activation(src, dtype, 0.05, -13), activation(dst, dtype, 0.05, -13)
        yield Case(name, operator, [activations[0], *inputs], [activations[1]], options)
