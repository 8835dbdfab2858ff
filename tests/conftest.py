"""What all tests share."""

from __future__ import annotations

import os

import pytest

from .golden import RECORD_FLAG, Golden

os.environ["GUIDELANG_CACHE"] = "off"  # what is tested is compiled; tests of the cache name a folder of their own


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(RECORD_FLAG, action="store_true", help="write golden files anew instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files in the folder `golden` beside the test."""
    return Golden(request.path.parent / "golden", bool(request.config.getoption(RECORD_FLAG)))
