"""A naive reading of the calciphylaxis guideline: "below 5.5" as "act above 5.5", which leaves 5.5 itself to nobody.

It is kept here to be held against the shipped guideline. All else in it is the shipped guideline word for word, without
its examples and in one file, so that the one reading is all that a comparison can find.
"""

from __future__ import annotations

import re
from pathlib import Path

import guidelang
from guidelang.diagnostics import Report
from guidelang.model.locate import sources_of

from ..golden import Golden

NAIVE = Path(__file__).parent / "naive_calciphylaxis"
AS_OF = "2024-06-01"
FACTS = {"patient": "p", "dialysis": True, "calciphylaxis": True}


def naive() -> str:
    """The shipped text, all parts in one, without examples and comments, its phosphorus read naively."""
    texts = [source.text for source in sources_of("calciphylaxis", Report())]
    blocks = [block for text in texts for block in re.split(r"\n\n+", text)]
    kept = []
    for block in blocks:
        lines = [line for line in block.splitlines() if not line.startswith("#") or "guidelang: ignore" in line]
        if lines and not lines[0].startswith(("example ", "part of ")):
            kept.append("\n".join(lines))
    text = (
        "# A naive reading, kept for comparison. Made from the shipped guideline: see the test beside this folder.\n\n"
    )
    text += "\n\n".join(kept) + "\n"
    text, rules = re.subn(r"when phosphorus >= phosphorus_ceiling", "when phosphorus > 5.5 mg/dL", text)
    text, series = re.subn(r"within trend_window >= phosphorus_ceiling", "within trend_window > 5.5 mg/dL", text)
    assert (rules, series) == (1, 1)
    return text


def test_all_but_the_reading_is_the_shipped_guideline(golden: Golden) -> None:
    golden.check(str(NAIVE / "calciphylaxis.guide"), naive())


def test_they_differ_at_exactly_five_and_a_half() -> None:
    shipped, other = guidelang.load("calciphylaxis"), guidelang.load(NAIVE)
    assert set(shipped.rules) == set(other.rules)
    for value, applies in (("5.4", (False, False)), ("5.5", (True, False)), ("5.6", (True, True))):
        facts = {**FACTS, "phosphorus": f"{value} mg/dL"}
        results = [g.evaluate(facts, as_of=AS_OF) for g in (shipped, other)]
        assert tuple("lower_phosphorus" in result.applies for result in results) == applies


def test_each_advises_more_frequent_dialysis_by_its_own_reading() -> None:
    history = [{"value": 5.5, "unit": "mg/dL", "time": day} for day in ("2024-05-28", "2024-04-28")]
    calcium = [{"value": 9, "unit": "mg/dL", "time": day} for day in ("2024-05-28", "2024-04-28")]
    facts = {**FACTS, "phosphorus": history, "calcium": calcium}
    results = [guidelang.load(guideline).evaluate(facts, as_of=AS_OF) for guideline in ("calciphylaxis", NAIVE)]
    assert ["consider_more_frequent_dialysis" in result.applies for result in results] == [True, False]
