# SPDX-License-Identifier: Apache-2.0
"""ADD: operands of any scales, broadcast from either side."""

from binary_cases import sums

HAS_INT16 = True


def cases(dtype):
    return sums(dtype, "ADD", "AddOptions")
