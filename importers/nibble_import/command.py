# SPDX-License-Identifier: Apache-2.0
"""What the importers' commands share: arguments, reading a file, writing a model folder, findings."""

import argparse
import os
import stat
import sys

from .findings import Findings, ImportFailure, one_line
from .model_folder import write_model_folder

CONTENT_LIMIT = 2**31  # bytes; offsets in a flatbuffer are 32 bits with a sign, and a protobuf holds less


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parse_arguments(arguments, description, suffix, rounding):
    """`rounding`: the default, and why it is that."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("model", metavar=f"MODEL.{suffix}")
    parser.add_argument("folder", metavar="OUTDIR", help="must not exist, or be empty")
    parser.add_argument(
        "--rounding",
        choices=("double", "single", "float"),
        default=rounding[0],
        help=f"how its operators requantise, which the file does not say (default: {rounding[0]}, {rounding[1]})",
    )
    parser.add_argument("--batch", type=_positive, metavar="N", help="the batch of every activation")
    return parser.parse_args(arguments)


def too_large(file):
    return ImportFailure([one_line(f"{file}: memory: found too little for it, expected several times the file's size")])


def read_content(file):
    """The bytes of the file. Raises ImportFailure."""
    findings = Findings(file)
    try:
        status = os.stat(file)
        if not stat.S_ISREG(status.st_mode):
            findings.fail("file", "no regular file", "a readable file")
        if status.st_size >= CONTENT_LIMIT:
            findings.fail("file", f"{status.st_size} bytes", f"less than {CONTENT_LIMIT}")
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise ImportFailure([one_line(f"{file}: file: found {error.strerror}, expected a readable file")]) from error
    except MemoryError as error:
        raise too_large(file) from error


def import_model(convert, arguments):
    """`convert`: bytes of the file and arguments -> (text of model.json, constants). Raises ImportFailure."""
    text, constants = convert(read_content(arguments.model), arguments)
    try:
        write_model_folder(arguments.folder, text, constants)
    except OSError as error:
        expected = "a writable place with no files in it"
        line = one_line(f"{arguments.folder}: folder: found {error.strerror}, expected {expected}")
        raise ImportFailure([line]) from error
    except MemoryError as error:
        raise too_large(arguments.model) from error


def run_command(convert, arguments):
    """The exit status."""
    try:
        import_model(convert, arguments)
    except ImportFailure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0
