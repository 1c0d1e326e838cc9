# SPDX-License-Identifier: Apache-2.0
"""MUL: operands of any scales, broadcast from either side."""

from binary_cases import products

HAS_INT16 = True


def cases(dtype):
    return products(dtype, "MUL", "MulOptions")
