"""What if a fact were otherwise: the facts of a patient with some of them replaced, before anything is run on them.

A value takes the place of the fact's current one, and of whatever is as new or newer; what the record has from earlier
stays, so questions about a history see the new value as its newest. Without a date it is about the evaluation day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.plain import PERSON_KEYS, fact_set
from guidelang.facts.select import in_order
from guidelang.facts.setting import Setting
from guidelang.facts.state import Cause, FactSet, FactState, Reason, Result
from guidelang.network.graph import facts_below
from guidelang.network.ir import Network
from guidelang.quantity import format_number

SOURCE = "what if"
"""Where the trace says that a replaced value comes from."""

CANNOT_BE = "G680"

_PERSON = tuple(key for key in PERSON_KEYS if key != "patient")
_LAST = re.compile(r"\s+(?:(?P<attested>attested)|on\s+(?P<day>\d{4}(?:-\d{2}){0,2}))\s*\Z")
_ASKED = frozenset({Reason.ASKED_UNKNOWN, Reason.STALE, Reason.CENSORED})


def with_changes(network: Network, facts: FactSet, changes: Mapping[str, str]) -> FactSet:
    """The facts with other values: `{"phosphorus": "5.2 mg/dL", "warfarin": "no", "pth": "412 pg/mL on 2024-05-03"}`.

    Raises:
        GuidelineError: of a name that is no fact, and of a value that the fact cannot have; all of them at once.
    """
    report = Report()
    states, birth, age = dict(facts.states), facts.birth, facts.age
    for name, text in changes.items():
        if not _is_fact(name, network, report):
            continue
        alone = fact_set(Setting(network, facts.as_of), {name: _value(text)}, facts.patient, SOURCE)
        fault = _fault(name, alone)
        if fault is not None:
            report.error(CANNOT_BE, f"`{name}` cannot be `{text}`: {fault}", expected=_expected(name, network))
        elif name in _PERSON and (name not in network.facts or network.facts[name].patient_field is not None):
            fields = ("age", "birth_date") if name in ("age", "birth_date") else (name,)
            told = {f: s for f, s in alone.states.items() if network.facts[f].patient_field in fields}
            states |= told
            if "age" in fields:
                birth, age = alone.birth, alone.age
        else:
            states[name] = _replaced(states[name], alone.states[name])
    report.raise_errors()
    return replace(facts, states=states, birth=birth, age=age)


def _value(text: str) -> object:
    """A value as it is typed: `5.2 mg/dL`, `unknown`, `no`, each perhaps with `on 2024-05-03` or `attested`."""
    parts: dict[str, object] = {}
    while found := _LAST.search(text):
        text = text[: found.start()]
        parts["attested" if found["attested"] else "time"] = True if found["attested"] else found["day"]
    return {"value": text.strip(), **parts} if parts else text.strip()


def _is_fact(name: str, network: Network, report: Report) -> bool:
    fact = network.facts.get(name)
    if name in _PERSON or (fact is not None and fact.patient_field is None):
        return True
    known = {*network.facts, *_PERSON}
    if fact is not None:
        told, help_ = f"`{name}` is read from the patient", f"set `{fact.patient_field}`"
    elif name in network.derived:
        below = ", ".join(sorted(facts_below(network, network.derived[name].node)))
        told, help_ = f"`{name}` is derived, not a fact of the record", f"set its facts: {below}"
    elif name in network.rules:
        below = ", ".join(sorted(facts_below(network, network.rules[name].base)))
        told, help_ = f"`{name}` is a rule, not a fact of the record", f"set its facts: {below}"
    elif name in {parameter.name for parameter in network.parameters}:
        told, help_ = f"`{name}` is a parameter, not a fact of the record", "set it with `--param`"
    else:
        told = f"`{name}` is no fact of the guideline"
        help_ = did_you_mean(name, known) or f"its facts are {', '.join(sorted(known))}"
    report.error(CANNOT_BE, told, suggestion=help_)
    return False


def _fault(name: str, alone: FactSet) -> str | None:
    """Why a value cannot be what a patient has, if it cannot."""
    unusable = [problem.message for problem in alone.problems if problem.kind == "unusable"]
    if unusable:
        return "; ".join(unusable)
    if alone.warnings:
        return f"it lies after {alone.as_of}"
    if name in _PERSON:
        return "; ".join(problem.message for problem in alone.problems) or None
    state = alone.states[name]
    causes = [cause for cause in state.causes if cause.reason not in _ASKED]
    if state.value is None and causes:
        return "; ".join(_words(cause) for cause in causes)
    return None


def _words(cause: Cause) -> str:
    return f"{cause.reason.value}, {cause.detail}" if cause.detail else cause.reason.value


def _expected(name: str, network: Network) -> str | None:
    definition = network.facts.get(name)
    match None if definition is None else definition.type:
        case "yes_no":
            return "`yes`, `no` or `unknown`"
        case "choice":
            assert definition is not None
            return f"{', '.join(choice.value for choice in definition.choices)} or `unknown`"
        case "date":
            return "a date such as 2024-06-01, or `unknown`"
        case "quantity" | "number":
            assert definition is not None
            between = (
                "" if definition.plausible is None else f" from {' to '.join(map(format_number, definition.plausible))}"
            )
            return f"a number{between}{f' in {definition.unit}' if definition.unit else ''}, or `unknown`"
        case _:
            return None


def _replaced(old: FactState, new: FactState) -> FactState:
    """The new state, with what the record has from before."""
    current = set(map(id, old.used))
    moment = next((result.moment for result in new.used), None)

    def stays(earlier: Result) -> bool:
        if id(earlier) in current:
            return False
        return moment is None or (earlier.moment is not None and earlier.moment.latest < moment.earliest)

    return replace(
        new,
        history=in_order((*filter(stays, old.history), *new.history)),
        open=tuple(filter(stays, old.open)),
        absence=old.absence,
    )
