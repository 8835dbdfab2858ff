"""Choices that are read from what a record says in words."""

from __future__ import annotations

from typing import Any

import pytest

from guidelang.facts import Reason

from .readings import concept, finding, state

SCREENED = 'one of positive (sort:thing1, beginning "pos"), negative (beginning "neg", beginning "not det")'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueString": "POS"}, "positive"),
        ({"valueString": "  positive (confirmed)"}, "positive"),
        ({"valueString": "Not detected"}, "negative"),
        ({"valueCodeableConcept": concept("thing1")}, "positive"),
        ({"valueString": "trace"}, Reason.UNLISTED_CODE),
        ({"valueString": ""}, Reason.UNLISTED_CODE),
        ({"valueCodeableConcept": {"text": "positive"}}, Reason.UNLISTED_CODE),
        ({"valueQuantity": {"value": 1}}, Reason.VALUE_ABSENT),
    ],
)
def test_a_text_stands_for_a_choice_by_how_it_begins(value: dict[str, Any], expected: Any) -> None:
    found = state("from observation in things", finding(**value), is_a=SCREENED)
    assert (found.value or found.causes[0].reason) == expected


def test_a_text_that_stands_for_two_choices_is_neither() -> None:
    either = 'one of weak (beginning "pos"), strong (beginning "positive")'
    found = state("from observation in things", finding(valueString="positive"), is_a=either)
    assert found.causes[0].reason is Reason.CONFLICTING
