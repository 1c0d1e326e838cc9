# SPDX-License-Identifier: Apache-2.0
"""Nibble's programs as a Python package: the commands gen_kernels and run_model."""
