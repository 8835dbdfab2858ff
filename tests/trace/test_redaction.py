"""Redaction: nothing that was planted in a record comes out, in whatever format; what a reader needs stays."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guidelang
from guidelang.diagnostics import Diagnostic, Severity
from guidelang.source import Source
from guidelang.trace.page import as_string
from guidelang.trace.pages import explain_fragment, explain_markdown, explain_page, trace_fragment, trace_page
from guidelang.trace.pages import trace_markdown as markdown
from guidelang.trace.redact import Redaction
from guidelang.trace.redact.pseudonyms import Shift
from guidelang.trace.text import explain_text, trace_text

from .written import FACTS
from .written import evaluate as written

AS_OF = dt.date(2024, 6, 1)
DAYS = [AS_OF - dt.timedelta(days=n) for n in range(25)]  # a shift is larger, so none of them comes back by chance
BIRTH = dt.date(1957, 3, 20)
GUIDELINE = (
    FACTS
    + """
fact note "A note" is text from observation LOINC 1111-1
fact seen "Day of the visit" is date from observation LOINC 2222-2
fact severity "Severity" is one of mild "Mild form" (SNOMED CT 255604002), severe (SNOMED CT 24484000)
    from observation LOINC 3333-3
"""
)
RULES = """
define newest_seen = seen
define high = phosphorus > 5 mg/dL

rule all_texts
    when high or a
    recommend measure calcium "{phosphorus} {note} {seen} {severity} {a} {newest_seen} {high}"
    caution "Note: {note}, seen {seen}."
rule by_note when note is "x" recommend stop calcium_tablets
rule by_day when time since seen >= 3 days recommend start calcium_tablets
rule by_severity when severity is severe recommend order plain_care
rule by_age when age >= 65 and not b suggest order old_care
rule by_trend when last 2 phosphorus within 31 days > 5 mg/dL recommend refer surgeon
rule by_peak when highest calcium within 31 days > 9 mg/dL or albumin < 3 g/dL recommend order peak_care
"""


@cache
def guideline() -> guidelang.Guideline:
    return guidelang.load(Source("<redaction>", GUIDELINE + RULES))


class Plants:
    """Hands out strings that occur nowhere else: names in turn with numbers, which might pass for values."""

    def __init__(self) -> None:
        self.strings: list[str] = []

    def __call__(self) -> str:
        number = len(self.strings)
        self.strings.append(f"Zq{number:03}Roe" if number % 3 else f"7{number:03}30917")
        return self.strings[-1]


@st.composite
def bundles(draw: st.DrawFn) -> tuple[dict[str, object], list[str]]:
    """A FHIR Bundle in which every text that a record may hold is planted."""
    plant = Plants()
    patient = plant()
    days = st.sampled_from(DAYS).map(dt.date.isoformat)
    times = st.builds(lambda day, tail: day + tail, days, st.sampled_from(["", "T10:11:12Z", "T23:50:00+02:00"]))

    def coded(system: str, code: str) -> dict[str, object]:
        listed = draw(st.booleans())
        coding = {"system": system, "code": code if listed else plant(), "display": plant()}
        return {"coding": [coding], "text": plant()}

    def observation(code: str, value: Mapping[str, object]) -> dict[str, object]:
        found: dict[str, object] = {
            "resourceType": "Observation",
            "id": plant(),
            "identifier": [{"value": plant()}],
            "status": draw(st.sampled_from(["final", "corrected", "registered", plant()])),
            "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": plant()}], "text": plant()},
            "subject": {"reference": f"Patient/{patient}", "display": plant()},
            "note": [{"text": plant()}],
            **value,
        }
        if draw(st.integers(0, 5)):
            found["effectiveDateTime"] = draw(st.one_of(times, st.just(plant())) if draw(st.booleans()) else times)
        return found

    def quantity() -> dict[str, object]:
        unit = draw(st.sampled_from(["mg/dL", "mmol/L", "g/dL", plant(), f"mg/dL{{{plant()}}}"]))
        system = draw(st.sampled_from(["http://unitsofmeasure.org", None, plant()]))
        number = draw(st.sampled_from([6.1, 3, 1000, 2.2]))
        found: dict[str, object] = {"value": number, "unit": plant()}
        if draw(st.booleans()):
            found |= {"code": unit, **({"system": system} if system else {})}
        else:
            found["unit"] = unit
        return found

    def value() -> dict[str, object]:
        return draw(
            st.one_of(
                st.builds(lambda: {"valueQuantity": quantity()}),
                st.builds(lambda: {"valueString": plant()}),
                st.builds(lambda: {"dataAbsentReason": {"text": plant()}}),
                st.builds(lambda: {"valueDateTime": draw(times)}),
                st.builds(lambda: {"valueCodeableConcept": coded("http://snomed.info/sct", "24484000")}),
            )
        )

    sure: dict[str, Mapping[str, object]] = {
        "1111-1": {"valueString": plant()},
        "2222-2": {"valueDateTime": draw(days)},
        "3333-3": {"valueCodeableConcept": coded("http://snomed.info/sct", "24484000")},
        "2777-1": {"valueQuantity": quantity()},
    }
    resources: list[dict[str, object]] = [
        {
            "resourceType": "Patient",
            "id": patient,
            "name": [{"family": plant(), "text": plant()}],
            "identifier": [{"value": plant()}],
            "gender": draw(st.sampled_from(["female", plant()])),
            "birthDate": BIRTH.isoformat(),
        },
        *(observation(code, given) for code, given in sure.items()),
    ]
    for code in draw(st.lists(st.sampled_from(["1111-1", "2222-2", "3333-3", "2777-1", "17861-6"]), max_size=5)):
        resources.append(observation(code, value()))
    for code in draw(st.lists(st.sampled_from(["1", "2", "3"]), max_size=3)):
        resources.append(
            {
                "resourceType": "Condition",
                "id": plant(),
                "code": coded("http://snomed.info/sct", code),
                "clinicalStatus": {"coding": [{"code": draw(st.sampled_from(["active", "resolved", plant()]))}]},
                "subject": {"reference": f"Patient/{draw(st.sampled_from([patient, plant()]))}"},
                "recordedDate": draw(times),
            }
        )
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": r} for r in resources],
    }, plant.strings


@st.composite
def fact_sets(draw: st.DrawFn) -> tuple[dict[str, object], list[str]]:
    """A plain fact set with planted names, keys and values."""
    plant = Plants()
    days = st.sampled_from(DAYS).map(dt.date.isoformat)

    def value(good: list[object]) -> object:
        given = draw(st.sampled_from([*good, plant(), "unknown", None, f"6 {plant()}", f"{plant()} mg/dL"]))
        if draw(st.booleans()):
            return {"value": given, "time": draw(st.one_of(days, st.just(plant()))), plant(): plant()}
        return [given, plant()] if draw(st.integers(0, 9)) == 0 else given

    return {
        "patient": plant(),
        "birth_date": BIRTH.isoformat(),
        "note": value([plant()]),
        "seen": value([draw(days)]),
        "severity": value(["mild", "severe"]),
        "phosphorus": value(["6.1 mg/dL", "9999 mg/dL", "<2 mg/dL"]),
        "calcium": value([9.5, "12 furlong"]),
        "a": value([True, "no"]),
        "b": value([False]),
        plant(): plant(),
        f"phosphorus{plant()}": plant(),
    }, plant.strings


def everything(facts: Mapping[str, object], key: bytes | None) -> Iterator[tuple[str, str]]:
    """Everything that any format says about a record, by its name."""
    redaction = Redaction(key)
    report = guidelang.Report()
    for result in guideline().evaluate_all(facts, as_of=AS_OF, engine="direct", report=report):
        trace = result.trace(redaction=redaction)
        yield "json", trace.model_dump_json()
        yield "text", as_string(trace_text(trace), width=4000)
        yield "markdown", markdown(trace)
        yield "html", trace_page([trace])
        yield "fragment", trace_fragment(trace)
        for name in (*guideline().rules, *guideline().network.derived, "scope"):
            told = result.why(name, redaction=redaction).document
            yield f"{name} json", told.model_dump_json()
            yield f"{name} text", as_string(explain_text(told), width=4000)
            yield f"{name} markdown", explain_markdown(told)
            yield f"{name} html", explain_page(told) + explain_fragment(told)
    yield "findings", repr(redaction.findings(report.findings))


def leaks(facts: Mapping[str, object], strings: list[str]) -> list[tuple[str, str]]:
    dates = [day.isoformat() for day in (*DAYS, BIRTH)]
    return [
        (name, planted)
        for name, text in everything(facts, None)
        for planted in (*strings, *dates)
        if planted.lower() in text.lower()
    ]


@given(bundles())
@settings(max_examples=60, deadline=None)
def test_nothing_planted_in_a_bundle_comes_out(case: tuple[dict[str, object], list[str]]) -> None:
    assert leaks(*case) == []


@given(fact_sets())
@settings(max_examples=60, deadline=None)
def test_nothing_planted_in_a_fact_set_comes_out(case: tuple[dict[str, object], list[str]]) -> None:
    assert leaks(*case) == []


def test_the_test_would_find_a_leak() -> None:
    facts: dict[str, object] = {"patient": "Zqplanted", "note": "Zqnote", "phosphorus": "6 mg/dL"}
    result = guideline().evaluate(facts, as_of=AS_OF, engine="direct")
    assert "Zqplanted" in result.to_json()
    assert "Zqnote" in result.to_html()
    assert leaks(facts, ["Zqplanted", "Zqnote"]) == []


PERSON: dict[str, object] = {
    "patient": "p1",
    "birth_date": "1957-03-20",
    "phosphorus": [
        {"value": "1.78", "unit": "mmol/L", "time": "2024-05-20"},
        {"value": "6.0", "unit": "mg/dL", "time": "2024-04-02"},
    ],
    "calcium": {"value": "9.1", "unit": "mg/dL", "time": "2023-05-20"},
    "albumin": {"value": "3.4", "unit": "mmHg", "time": "2024-05-03"},
    "seen": {"value": "2024-05-10", "time": "2024-05-10"},
    "severity": "mild",
    "note": "a word",
    "a": True,
}


def redacted(key: bytes = b"key", **more: object) -> guidelang.TraceDocument:
    result = guideline().evaluate({**PERSON, **more}, as_of=AS_OF, engine="direct")
    return result.trace(redaction=Redaction(key))


def test_what_decides_stays() -> None:
    plain = guideline().evaluate(PERSON, as_of=AS_OF, engine="direct").trace()
    told = redacted()
    assert [(o.rule, o.status) for o in told.outcomes] == [(o.rule, o.status) for o in plain.outcomes]
    assert told.firings == plain.firings
    assert told.measure_first == plain.measure_first
    phosphorus = next(f for f in told.facts if f.name == "phosphorus")
    assert phosphorus.value == "5.513372"
    assert phosphorus.results[0].reported == "1.78 mmol/L"
    assert phosphorus.results[0].age_days == 12


def test_ages_and_intervals_stay() -> None:
    told = redacted()
    as_of = dt.date.fromisoformat(told.as_of)
    entry = next(f for f in told.facts if f.name == "phosphorus").results[0]
    assert (as_of - dt.date.fromisoformat(entry.time or "")).days == 12
    seen = next(f for f in told.facts if f.name == "seen")
    assert (as_of - dt.date.fromisoformat(seen.value or "")).days == 22
    assert 30 <= (AS_OF - as_of).days <= 1124
    birth = next(f for f in told.facts if f.name == "birth_date")
    assert len(birth.value or "") == 4
    assert 66 <= as_of.year - int(birth.value or "0") <= 68


def test_advice_is_filled_with_what_may_be_told() -> None:
    told = redacted()
    (advice,) = [a for a in told.advice if "all_texts" in a.rules]
    seen = next(f.value for f in told.facts if f.name == "seen")
    assert advice.text == f"1.78 mmol/L [removed] {seen} Mild form yes {seen} yes"
    assert advice.cautions == [f"Note: [removed], seen {seen}."]


def test_reasons_keep_their_numbers_and_units() -> None:
    details = {m.fact: m.details for o in redacted().outcomes for m in o.missing}
    (calcium,) = details["calcium"]
    assert calcium.startswith("9.1 mg/dL on 20")
    assert calcium.endswith(", 378 days old")
    assert "mm[Hg]" in str(details["albumin"]) or details["albumin"] == []


def test_pseudonyms_hold_within_a_redaction_and_patients_move_apart() -> None:
    redaction = Redaction(b"key")
    traces = [
        guideline().evaluate({**PERSON, "patient": name}, as_of=AS_OF, engine="direct").trace(redaction=redaction)
        for name in ("one", "two", "one")
    ]
    assert [t.patient for t in traces] == ["patient-1", "patient-2", "patient-1"]
    assert traces[0] == traces[2]
    assert traces[0].as_of != traces[1].as_of


def test_the_shift_is_secret() -> None:
    def days() -> str:
        return guideline().evaluate(PERSON, as_of=AS_OF, engine="direct").trace(redaction=Redaction()).as_of

    assert len({days() for _ in range(8)}) > 1
    assert redacted(b"key") == redacted(b"key")


def test_an_annotation_is_no_place_to_hide_a_name() -> None:
    told = redacted(phosphorus={"value": 6.1, "unit": "mg/dL{Roe}"})
    assert "Roe" not in told.model_dump_json()


def test_findings_are_told_by_their_code() -> None:
    found = Diagnostic("G603", Severity.ERROR, "there is no patient `Roe`", file="roe.json", expected="Doe, Roe")
    unheard = Diagnostic("G699", Severity.WARNING, "Roe is odd")
    told = Redaction().findings([found, unheard])
    assert [(d.code, d.message, d.file) for d in told] == [
        ("G603", "there is no patient of that name in the input", "input-1"),
        ("G699", "something about the input, which is not told when identifiers are left out", None),
    ]
    assert "Roe" not in repr(told)


def test_every_code_about_facts_has_its_own_words() -> None:
    import re
    from pathlib import Path

    sources = (Path(guidelang.__file__).parent).rglob("*.py")
    codes = {code for path in sources for code in re.findall(r'"(G6\d\d)"', path.read_text(encoding="utf-8"))}
    told = [Redaction().findings([Diagnostic(code, Severity.ERROR, "")])[0].message for code in sorted(codes)]
    assert len(set(told)) == len(codes)
    assert not any("not told" in message for message in told)


@pytest.mark.parametrize("years", ["0001", "0002"])
def test_days_before_all_calendars_are_dropped(years: str) -> None:
    told = redacted(calcium={"value": "9.1", "unit": "mg/dL", "time": f"{years}-01-05"})
    assert f"{years}-01-05" not in told.model_dump_json()


AGED = """\
guideline aged version 1.0.0

fact weight is quantity in kg

define dose = weight * (140 - age)
define is_old = age >= 65

rule adjust
    when is_old and dose < 9000 kg and age > 12 months
    recommend order dose_check "At {dose}."

intervention dose_check
"""


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": "1926-11-23"},
        {"birth_date": "1926"},
        {"age": 97},
        {"age": "97 years"},
    ],
)
def test_an_age_above_89_is_told_as_90_or_more(facts: dict[str, object]) -> None:
    aged = guidelang.load(Source("aged.guide", AGED))
    result = aged.evaluate({"weight": "61 kg", **facts}, as_of="2024-06-01", engine="direct")
    redaction = Redaction(b"0")
    told = [result.to_json(redaction=redaction), result.to_markdown(redaction=redaction)]
    told += [result.why(name, redaction=redaction).document.model_dump_json() for name in ("adjust", "dose", "is_old")]
    told += [result.graph(redaction=redaction).mermaid()]
    for text in told:
        assert not re.search(r"\b(96|97|98|116\d|117\d|26[0-9]{2}|19\d\d)\b", text)
    why = result.why("dose", redaction=redaction)
    assert "age = at least 90 years" in str(why)
    assert (why.document.why.value, why.document.why.interval) == ("[removed]", None)
    assert "97" in str(result.why("dose"))


@pytest.mark.parametrize(("birth", "shown"), [("1934-06-02", "89 years"), ("1934-06-01", "at least 90 years")])
def test_an_age_of_89_is_told_as_it_is(birth: str, shown: str) -> None:
    aged = guidelang.load(Source("aged.guide", AGED))
    result = aged.evaluate({"weight": "61 kg", "birth_date": birth}, as_of="2024-06-01", engine="direct")
    assert f"age = {shown}" in str(result.why("adjust", redaction=Redaction()))


# ---- days of the guideline ------------------------------------------------------------------------------------------

PERIOD = """guideline period version 1.0.0
parameter period = 2024-01-01 to 2024-12-31
fact seen is date
define opening = start of period
define year_before = start of period - 1 year
define later = max(seen, start of period)
define due = seen + 3 months
rule r
    when seen + 1 week >= start of period and age at start of period >= 18 years and age at end of period > 9000 days
        and max(seen, end of period) = end of period
    recommend discuss seen "{opening} {year_before} {later} {due} {period}"
"""


@pytest.fixture(scope="module")
def told() -> tuple[str, str]:
    """A trace with its explanation as JSON, plain and redacted."""
    result = guidelang.load(Source("<period>", PERIOD)).evaluate(
        {"patient": "p", "seen": "2024-02-10", "birth_date": "1957-03-20"}, as_of=AS_OF
    )
    redaction = guidelang.Redaction(key=b"k" * 32)
    plain = result.to_json() + result.why("r").document.model_dump_json()
    return plain, result.to_json(redaction=redaction) + result.why("r", redaction=redaction).document.model_dump_json()


def test_days_of_the_guideline_are_not_moved(told: tuple[str, str]) -> None:
    _, redacted = told
    shift = Shift.for_patient(b"k" * 32, "p")
    for day in (dt.date(2024, 1, 1), dt.date(2023, 1, 1), dt.date(2024, 12, 31)):
        assert day.isoformat() in redacted
        assert str(shift.day(day)) not in redacted


def test_days_of_the_patient_are_and_what_is_made_of_both_is_left_out(told: tuple[str, str]) -> None:
    plain, redacted = told
    shift = Shift.for_patient(b"k" * 32, "p")
    for day in (dt.date(2024, 2, 10), dt.date(2024, 5, 10), dt.date(2024, 2, 17)):  # seen, due, seen + 1 week
        assert day.isoformat() in plain
        assert day.isoformat() not in redacted
        assert str(shift.day(day)) in redacted
    in_days = str((dt.date(2024, 12, 31) - dt.date(1957, 3, 20)).days)
    assert in_days in plain
    assert in_days not in redacted
    assert "2024-01-01 2023-01-01 [removed]" in redacted  # opening, year_before, later


def test_every_rendering_says_that_it_is_redacted() -> None:
    result, redaction = written("rule r when calcium > 8 mg/dL recommend measure calcium", {}), guidelang.Redaction()
    words = "Identifiers are left out; all dates are moved by one unknown number of days"
    assert words in " ".join(as_string(trace_text(result.trace(redaction=redaction))).split())
    assert words in result.to_markdown(redaction=redaction)
    assert words in result.to_html(redaction=redaction)
    why = result.why("r", redaction=redaction)
    assert words in " ".join(as_string(explain_text(why.document)).split())
    assert words in why.to_markdown()
    assert words in why.to_html()
    assert result.trace(redaction=redaction).model_dump(mode="json")["redacted"] is True
    assert why.to_dict()["redacted"] is True
    assert result.trace().redacted is result.why("r").document.redacted is False
    assert words not in result.to_html() + result.to_markdown() + str(result)
