# SPDX-License-Identifier: Apache-2.0
"""A cache that has kernels, and what is made with it."""

import pytest

from builds import contents, finish, start


@pytest.fixture(name="cache", scope="module")
def warm_cache(tmp_path_factory):
    """A cache that has the kernels of KEYWORDS, and the outputs made with it."""
    folder = tmp_path_factory.mktemp("warm")
    assert finish(start(folder / "out", folder / "cache")) == (0, "")
    return folder / "cache"


@pytest.fixture(name="expected", scope="module")
def expected_outputs(cache):
    return contents(cache.parent / "out")
