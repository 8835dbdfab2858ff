"""What the form of a code tells, against codes of the shipped vocabularies and slips of the keyboard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelang.lint.confirmed import concepts
from guidelang.terminology import BUILT_IN_SYSTEMS, Code
from guidelang.terminology.form import is_mistyped, lone_classes

CHECKED = sorted(c for c in concepts() if c.system in (BUILT_IN_SYSTEMS["LOINC"], BUILT_IN_SYSTEMS["SNOMED CT"]))


@pytest.mark.parametrize("code", CHECKED, ids=lambda code: code.code)
def test_codes_that_were_looked_up_have_the_right_check_digit(code: Code) -> None:
    assert not is_mistyped(code)


@given(code=st.sampled_from(CHECKED), data=st.data())
def test_one_wrong_digit_is_found(code: Code, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, sign in enumerate(code.code) if sign.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != code.code[place]]))
    assert is_mistyped(Code(code.system, code.code[:place] + digit + code.code[place + 1 :]))


def test_answers_of_loinc_and_other_systems_are_left_alone() -> None:
    assert not is_mistyped(Code(BUILT_IN_SYSTEMS["LOINC"], "LA33-6"))
    assert not is_mistyped(Code(BUILT_IN_SYSTEMS["RxNorm"], "1"))
    assert is_mistyped(Code(BUILT_IN_SYSTEMS["LOINC"], "glucose"))


def test_a_class_is_alone_unless_a_member_stands_beside_it() -> None:
    coumarins, warfarin, apixaban = (Code(BUILT_IN_SYSTEMS["ATC"], code) for code in ("B01AA", "B01AA03", "B01AF02"))
    assert lone_classes([coumarins, apixaban]) == [coumarins]
    assert lone_classes([coumarins, warfarin]) == []
    assert lone_classes([Code(BUILT_IN_SYSTEMS["RxNorm"], "B01AA")]) == []
