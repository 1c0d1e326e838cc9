# SPDX-License-Identifier: Apache-2.0
"""MAXIMUM of operands of one scale, broadcast from either side."""

from binary_cases import extrema

HAS_INT16 = True


def cases(dtype):
    return extrema(dtype, "MAXIMUM", "MaximumMinimumOptions")
