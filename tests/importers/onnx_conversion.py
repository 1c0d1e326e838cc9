# SPDX-License-Identifier: Apache-2.0
"""ONNX models through the importer, in this process."""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "importers"))

from nibble_import.findings import ImportFailure  # noqa: E402
from onnx_importer import convert  # noqa: E402

SCHEMA = Draft202012Validator(json.loads((ROOT / "model" / "model.schema.json").read_text(encoding="utf-8")))


def converted(content, file="m.onnx", batch=None):
    """(model, constants, warnings)"""
    text, constants, warnings = convert(content, file, "float", batch)
    model = json.loads(text)
    SCHEMA.validate(model)
    return model, constants, warnings


def types(model):
    return [op["type"] for op in model["operators"]]


def findings_of(content, **options):
    try:
        converted(content, **options)
    except ImportFailure as failure:
        return failure.lines
    return []
