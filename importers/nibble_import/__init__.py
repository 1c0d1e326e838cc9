# SPDX-License-Identifier: Apache-2.0
"""From model files of other tools to Nibble's model folder (docs/model.md)."""

from nibble_import.bundled_packages import use_bundled_packages

use_bundled_packages()
