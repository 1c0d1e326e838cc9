# SPDX-License-Identifier: Apache-2.0
"""Data of tensors that lies beside an ONNX file: only inside of the model's folder."""

import os
import stat

from onnx import TensorProto


def _number(text):
    return int(text) if text.isdecimal() else None


def load_external(proto, folder, where, findings):
    """Puts the bytes that the tensor's external_data names into the tensor itself. Raises ImportFailure."""
    entries = {entry.key: entry.value for entry in proto.external_data}
    location = entries.get("location", "")
    root = os.path.realpath(folder)
    path = os.path.realpath(os.path.join(root, location.replace("\0", "")))
    inside = os.path.commonpath([root, path]) == root and not os.path.isabs(location)
    if not location or "\0" in location or not inside:
        findings.fail(f"{where}, location", repr(location), "a file inside the model's folder")
    offset, length = _number(entries.get("offset", "0")), entries.get("length")
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            findings.fail(f"{where}, location", repr(location), "a regular file")
        count = status.st_size - (offset or 0) if length is None else _number(length)
        if offset is None or count is None or count < 0 or offset + count > status.st_size:
            found = f"offset {entries.get('offset', 0)}, length {length} of {status.st_size} bytes"
            findings.fail(f"{where}, external_data", found, "a part of the file")
        with open(path, "rb") as file:
            file.seek(offset)
            proto.raw_data = file.read(count)
    except OSError as error:
        findings.fail(f"{where}, location", f"{location!r} ({error.strerror})", "a readable file")
    proto.data_location = TensorProto.DEFAULT
