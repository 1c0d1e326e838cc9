# SPDX-License-Identifier: Apache-2.0
"""From model files of other tools to Nibble's model folder (docs/model.md)."""
