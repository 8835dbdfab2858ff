"""AllergyIntolerance: counts while it is active and not in doubt. "No known allergy" denies every one."""

from __future__ import annotations

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import concept, status_word
from guidelang.facts.fhir.condition import judge_verification
from guidelang.facts.fhir.context import Context
from guidelang.facts.fhir.event import Event
from guidelang.facts.fhir.onset import begun_on
from guidelang.facts.fhir.standing import COUNTS, StatusRule, Verdict
from guidelang.facts.fhir.timing import When
from guidelang.facts.state import Course
from guidelang.network.ir import Reading
from guidelang.terminology import BUILT_IN_SYSTEMS, Code

NO_KNOWN_ALLERGY = Code(BUILT_IN_SYSTEMS["SNOMED CT"], "716186003")

CLINICAL = StatusRule(counts=frozenset({"active"}), out=frozenset({"inactive", "resolved"}))


def allergy(element: Element, context: Context, order: int) -> Event:
    """The allergy. Its date is that of onset, else the day it was recorded; it runs while it is active."""
    clinical = status_word(element.element("clinicalStatus"))
    verification = status_word(element.element("verificationStatus"))
    coded = concept(element.element("code"))

    def judge(reading: Reading) -> Verdict:
        verdict = judge_verification(verification, reading.verification)
        return CLINICAL.judge(clinical, reading.status) if verdict is COUNTS else verdict

    stands = clinical == "active" or verification == "refuted"  # what is refuted stands as such, as "none known" does

    def onset() -> tuple[When, ...]:
        begins = begun_on(element, context.clock, stands=stands)
        return (When(begins, Course(begins, "running" if clinical == "active" else "unknown")),)

    return context.event(
        element,
        coded,
        clinical if verification in (None, "confirmed") else verification,
        judge,
        {"onset": onset, "recorded": context.at(element, "recordedDate")},
        order=order,
        denies_all=NO_KNOWN_ALLERGY in coded.codes,
    )
