# SPDX-License-Identifier: Apache-2.0
"""SUB: operands of any scales, broadcast from either side."""

from binary_cases import sums

HAS_INT16 = True


def cases(dtype):
    return sums(dtype, "SUB", "SubOptions")
