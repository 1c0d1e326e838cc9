# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a model file: one line a finding, all of them at once."""


def one_line(text):
    """`text` without line breaks and other control characters, whatever the file holds."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(text))


class ImportFailure(Exception):
    """A file that can't be imported; `lines` says why."""

    def __init__(self, lines):
        super().__init__("\n".join(lines))
        self.lines = list(lines)


class Findings:
    """Gathers findings about one file."""

    def __init__(self, file):
        self._file = file
        self._lines = []

    def add(self, where, found, expected):
        self._lines.append(one_line(f"{self._file}: {where}: found {found}, expected {expected}"))

    def fail(self, where, found, expected):
        """Adds a finding after which nothing more can be read."""
        self.add(where, found, expected)
        raise ImportFailure(self._lines)

    def fail_if_any(self):
        if self._lines:
            raise ImportFailure(self._lines)
