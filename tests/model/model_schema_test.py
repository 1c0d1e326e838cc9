# SPDX-License-Identifier: Apache-2.0
"""model/model.schema.json accepts the good model and refuses what the reader refuses and a schema can see."""

import copy
import json
import pathlib
import unittest

from jsonschema import Draft202012Validator

HERE = pathlib.Path(__file__).parent
SCHEMA = HERE.parents[1] / "model" / "model.schema.json"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def patched(document, patch):
    """`document` after the operations add, remove and replace of a JSON Patch (RFC 6902)."""
    document = copy.deepcopy(document)
    for operation in patch:
        *parents, last = operation["path"].split("/")[1:]
        target = document
        for key in parents:
            target = target[int(key)] if isinstance(target, list) else target[key]
        last = int(last) if isinstance(target, list) else last
        if operation["op"] == "remove":
            del target[last]
        elif operation["op"] == "add" and isinstance(target, list):
            target.insert(last, operation["value"])
        else:
            target[last] = operation["value"]
    return document


class ModelSchemaTest(unittest.TestCase):
    def setUp(self):
        self.validator = Draft202012Validator(load(SCHEMA))
        self.good = load(HERE / "good_model.json")

    def test_schema_is_one(self):
        Draft202012Validator.check_schema(load(SCHEMA))

    def test_good_model_is_accepted(self):
        self.assertEqual([error.message for error in self.validator.iter_errors(self.good)], [])

    def test_broken_models_are_refused(self):
        for broken in load(HERE / "broken_models.json"):
            with self.subTest(broken["name"]):
                valid = self.validator.is_valid(patched(self.good, broken["patch"]))
                self.assertEqual(valid, not broken["schema"])


if __name__ == "__main__":
    unittest.main()
