"""Plain fact sets: one mapping a patient, with a fact's name as key (language: a plain fact set).

    patient: p1
    phosphorus: 6.1 mg/dL
    calciphylaxis: yes
    pth:
      - {value: 412, unit: pg/mL, time: 2024-03-01}
      - {value: ">2500", unit: pg/mL, time: 2024-05-20}
    warfarin: unknown

A fact set lists what there is: a key left out is absent. The same mapping may come from JSON, YAML, a row of a table or
Python. What cannot be read is a problem of this patient, and the rest is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from guidelang.calendar import Moment, parse_moment
from guidelang.diagnostics import did_you_mean, nearest
from guidelang.facts.entry import Coverage, Entry
from guidelang.facts.person import SEXES, Person, age_years
from guidelang.facts.plain_value import ValueReader
from guidelang.facts.setting import Setting
from guidelang.facts.settle import settle
from guidelang.facts.state import Cause, FactSet, Problem, Reason, Result
from guidelang.facts.written import is_unknown, text_of, truth, years
from guidelang.network.ir import Network

PERSON_KEYS = ("patient", "birth_date", "age", "sex", "deceased")


def fact_set(
    setting: Setting, content: Mapping[str, object], patient: str, source: str, problems: tuple[Problem, ...] = ()
) -> FactSet:
    """The facts of one patient. `patient` is the name to use; `source` is where the mapping comes from."""
    found = list(problems)
    facts = setting.network.facts
    person = person_of(setting, content, patient, source, found)
    entries: dict[str, tuple[Entry, ...]] = {}
    for key, value in content.items():
        if key in PERSON_KEYS:
            continue
        if key not in facts:
            found.append(_unknown_key(key, patient, source, setting.network))
            if (meant := _meant(key, content, setting.network)) == "deceased":
                person = replace(person, deceased="unknown")
            elif meant is not None:
                open_ = _left_open(str(key), f"{source}: {key}")
                entries[meant] = (*entries.get(meant, ()), Entry(open_, facts[meant].window, matches=False))
            continue
        if facts[key].patient_field is not None:
            message = f"`{key}` is read from the patient; give `{facts[key].patient_field}` instead"
            found.append(Problem(message, patient, source, key, key, kind="ignored"))
            continue
        reader = ValueReader(facts[key], setting.zone, setting.attestations, patient, source, found, setting.as_of)
        entries[key] = reader.entries(value)
    return settle(
        setting.network,
        patient,
        setting.as_of,
        entries=entries,
        person=person,
        coverage=Coverage(everything=True),
        problems=tuple(found),
    )


def patient_name(content: Mapping[str, object], otherwise: str) -> str:
    """What the mapping calls its patient."""
    name = content.get("patient")
    return text_of(name) if name is not None and not isinstance(name, Mapping | list) and text_of(name) else otherwise


def _unknown_key(key: object, patient: str, source: str, network: Network) -> Problem:
    if key in network.unused_facts:
        message = f"`{key}` is read by no rule of this guideline"
        return Problem(message, patient, source, str(key), str(key), kind="note")
    suggestion = did_you_mean(str(key), (*network.facts, *PERSON_KEYS))
    message = f"`{key}` is no fact of the guideline" + (f"; {suggestion}" if suggestion else "")
    return Problem(message, patient, source, str(key), kind="ignored")


def _meant(key: object, content: Mapping[str, object], network: Network) -> str | None:
    """A name that is left out and would be a no, where a key that is none is much like it."""
    if key in network.unused_facts:
        return None
    name = nearest(str(key), {*network.facts, *PERSON_KEYS})
    if name is None or name in content:
        return None
    definition = network.facts.get(name)
    return name if name == "deceased" or (definition is not None and definition.absent_means_no) else None


def _left_open(key: str, source: str) -> Result:
    """What a key says of the fact that it may mean: that its absence is no answer."""
    return Result(None, (Cause(Reason.NO_RECORD, f"`{key[:40]}` is no fact and may mean it"),), "", None, source)


def person_of(
    setting: Setting, content: Mapping[str, object], patient: str, source: str, problems: list[Problem]
) -> Person:
    """What `birth_date`, `age`, `sex` and `deceased` say of the person; what cannot be read is added to `problems`."""

    def report(key: str, expected: str) -> None:
        message = f"`{key}: {text_of(content[key])[:60]}` cannot be read; expected {expected}"
        problems.append(Problem(message, patient, source, key))

    birth: Moment | None = None
    if _given(content, "birth_date"):
        try:
            birth = parse_moment(text_of(content["birth_date"]), setting.zone)
        except ValueError:
            report("birth_date", "a date such as 1957-03-20")
    age = years(content["age"]) if _given(content, "age") else None
    if _given(content, "age") and age is None:
        report("age", "completed years, such as `67` or `67 years`")
    sex = text_of(content["sex"]).lower() if _given(content, "sex") else None
    if is_unknown(content.get("sex")):
        sex = "unknown"
    elif sex is not None and sex not in SEXES:
        report("sex", "female, male or other")
        sex = "unknown"
    deceased, death = _death(setting, content)
    if _given(content, "deceased") and deceased is None and death is None:
        report("deceased", "yes, no or a date")
        deceased = "unknown"
    person = Person(birth, age, sex, deceased, death, source)
    by_birth = age_years(person, setting.as_of)
    if age is not None and birth is not None and (by_birth is None or not by_birth.contains(Fraction(age))):
        message = (
            f"`age` is {age}, but born on {birth.text} the age on {setting.as_of} is another; the birth date is used"
        )
        problems.append(Problem(message, patient, source, "age", kind="note"))
    return person


def _death(setting: Setting, content: Mapping[str, object]) -> tuple[bool | str | None, Moment | None]:
    if not _given(content, "deceased"):
        return None, None
    value = content["deceased"]
    if is_unknown(value):
        return "unknown", None
    answer = truth(value)
    if answer is not None:
        return answer, None
    try:
        return None, parse_moment(text_of(value), setting.zone)
    except ValueError:
        return None, None


def _given(content: Mapping[str, object], key: str) -> bool:
    """Whether a key is there with a value; `age: unknown` says no more than leaving it out."""
    if content.get(key) is None:
        return False
    return key in ("sex", "deceased") or not is_unknown(content[key])
