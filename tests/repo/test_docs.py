"""The documents' links lead somewhere, and the index has them all. SPDX-License-Identifier: Apache-2.0"""

import re

import pytest
from tree import ROOT, files_with

DOCUMENTS = files_with(".md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links(document):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
    broken = [target for target in targets if "://" not in target and not (document.parent / target).exists()]
    assert not broken


def test_documents_named_in_sources_exist():
    sources = files_with(".c", ".cpp", ".h", ".py", ".cmake")
    named = {name for path in sources for name in re.findall(r"\bdocs/\w+\.md", path.read_text())}
    assert not sorted(name for name in named if not (ROOT / name).is_file())


def test_index_is_complete():
    index = (ROOT / "docs/README.md").read_text()
    missing = [path.name for path in (ROOT / "docs").iterdir() if path.name != "README.md" and f"({path.name})" not in index]
    assert not sorted(missing)
