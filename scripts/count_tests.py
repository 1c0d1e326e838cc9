"""Counts test cases over suites: "N passed, N failed, N skipped". SPDX-License-Identifier: Apache-2.0

usage: count_tests.py SUITE_FOLDER ...

A suite's folder holds CTest's ctest.xml and, in cases/, the XML file of each GoogleTest program that came to its end.
CTest knows whether a program failed, GoogleTest knows its cases; a test without cases of its own counts as one.
Exits with 1 where a case failed, where a suite left no results, or where nothing ran at all.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path


def outcome_of_program(test):
    """What CTest says of one test. A program that could not be started is not skipped, it failed."""
    if test.get("status") == "run":
        return "passed"
    skipped = test.find("skipped")
    if test.get("status") == "disabled" or (skipped is not None and skipped.get("message", "").startswith("SKIP_")):
        return "skipped"
    return "failed"


def outcome_of_case(case):
    """What GoogleTest says of one case."""
    if case.find("failure") is not None:
        return "failed"
    return "passed" if case.get("result") == "completed" else "skipped"


def count_test(test, cases_folder):
    """The outcomes of one CTest test, by its cases where it has any."""
    outcome = outcome_of_program(test)
    cases_file = cases_folder / f"{test.get('name')}.xml"
    if not cases_file.is_file():
        return Counter([outcome])
    counts = Counter(outcome_of_case(case) for case in ElementTree.parse(cases_file).iter("testcase"))
    if outcome == "failed" and not counts["failed"]:  # a leak, or a crash after the last case
        counts["failed"] += 1
    return counts


def count_suite(folder):
    """The outcomes of one suite."""
    try:
        tests = ElementTree.parse(folder / "ctest.xml").iter("testcase")
    except (OSError, ElementTree.ParseError):
        print(f"test: error: {folder.name} left no results", file=sys.stderr)
        return Counter(failed=1)
    return sum((count_test(test, folder / "cases") for test in tests), Counter())


def main():
    counts = sum((count_suite(Path(folder)) for folder in sys.argv[1:]), Counter())
    if not counts:
        print("test: error: no test ran", file=sys.stderr)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
