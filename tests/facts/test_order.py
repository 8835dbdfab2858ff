"""The order of a record's entries never matters, and one fact set means the same in every form."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from guidelang.facts import Cause, FactSet, Value

from .guideline import (
    NOTE,
    PHOSPHORUS,
    RXNORM,
    SNOMED,
    WARFARIN,
    bundle,
    observation,
    one,
    patient,
    resource,
    status,
)


def meaning(found: FactSet) -> dict[str, tuple[Value | None, tuple[Cause, ...], str | None]]:
    return {name: (state.value, state.causes, state.how) for name, state in found.states.items()}


RECORDS = [
    patient(birthDate="1950"),
    observation("2777-1", 6, when="2024-05-20"),
    observation("2777-1", 7, when="2024-05-20"),
    observation("2777-1", 5, when="2024-05-02"),
    observation("2777-1", 9, when="2024-05-20T09:00:00Z") | {"status": "preliminary"},
    observation("2731-8", 412, "ng/mL"),
    observation("2731-8", 300, "pg/mL", when="2024-05"),
    observation("82810-3", valueBoolean=True, when="2024-05-01"),
    observation("82810-3", valueBoolean=False, when="2024-05-01"),
    resource("Condition", SNOMED, "1001", **status("condition", "active", "refuted")),
    resource("Condition", SNOMED, "77", **status("condition", "active")),
    resource("MedicationRequest", RXNORM, "998", status="active"),
    resource("MedicationRequest", RXNORM, "999", status="active"),
    resource("MedicationStatement", RXNORM, "997", status="active"),
    resource("Procedure", SNOMED, "302497006", status="on-hold", performedDateTime="2024-05-20"),
    resource("Procedure", SNOMED, "302497006", status="unknown", performedDateTime="2024-05-21"),
]
NUMBERED: list[Any] = [
    each if each["resourceType"] == "Patient" else each | {"id": f"r{n}"} for n, each in enumerate(RECORDS)
]


@settings(max_examples=40, deadline=None)
@given(st.permutations(NUMBERED))
def test_order_does_not_matter(shuffled: list[Any]) -> None:
    assert meaning(one(bundle(*shuffled))) == meaning(one(bundle(*NUMBERED)))


WORDS = st.sampled_from(
    ["", "unknown", "yes", "no", "6.1 mg/dL", "<2 mg/dL", "6.10", "61 mg/dL", "1.78 mmol/L", "x: y", "a, b"]
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({"phosphorus": WORDS, "warfarin": WORDS, "note": WORDS}))
def test_one_fact_set_means_the_same_in_every_form(cells: dict[str, str]) -> None:
    given_ = {name: word for name, word in cells.items() if word}
    facts = (PHOSPHORUS, WARFARIN, NOTE)
    expected = meaning(one({"patient": "p1", **given_}, *facts))
    as_json = json.dumps({"patient": "p1", **given_})
    as_yaml = "\n".join(["patient: p1", *(f"{name}: {json.dumps(word)}" for name, word in given_.items()), ""])
    as_csv = "patient," + ",".join(cells) + "\np1," + ",".join(f'"{word}"' for word in cells.values()) + "\n"
    for text in (as_json, as_yaml, as_csv):
        assert meaning(one(text.encode(), *facts)) == expected
