"""The three editions of `ckd_mbd` against each other: pages to be read line by line beside the table of statements."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from guidelang.diff import read_edition
from guidelang.diff.build import diff_document
from guidelang.diff.comparison import compare
from guidelang.diff.page import diff_page
from guidelang.trace.page import as_string

from ..golden import Golden

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2024, 6, 1)


@pytest.mark.parametrize(("old", "new"), [("2003", "2009"), ("2009", "2017"), ("2003", "2017")])
def test_editions(old: str, new: str, golden: Golden) -> None:
    editions = [read_edition(f"ckd_mbd@{each}") for each in (old, new)]
    document = diff_document(compare(*editions, as_of=DAY))
    told = as_string(diff_page(document)).replace(f"{ROOT}/", "")
    golden.check(f"ckd_mbd_{old}_{new}.txt", re.sub(r"#[0-9a-f]{12}", "#…", told))
    assert document.meaning is not None
    assert all(change.proved for change in document.meaning.advice)
