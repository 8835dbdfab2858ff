"""The patient of an example: a file, the givens, or the givens in place of what the file says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import replace

from guidelang.diagnostics import Report, Severity
from guidelang.facts import Reading
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet
from guidelang.model.examples import patient_file
from guidelang.network.ir import Network
from guidelang.syntax import tree
from guidelang.testing.given import fact_mapping

_MOST_NAMES = 5
_OF_AGE = frozenset({"age", "birth_date"})


class NoPatient(ValueError):
    """The file of an example does not hold one patient; the message says why."""


def facts_of(example: tree.Example, network: Network, as_of: dt.date) -> FactSet:
    """What is known of the patient. What the example gives of a fact stands in place of all that the file has of it.

    Raises:
        NoPatient: if the file of the example is not there, cannot be read, or holds nobody or several.
    """
    name = example.name.text
    given = fact_set(Setting(network, as_of), fact_mapping(example, as_of), name, f'example "{name}"')
    of_file = _of_file(example, network, as_of)
    return given if of_file is None else _over(of_file, given, {each.fact.name for each in example.givens}, network)


def _of_file(example: tree.Example, network: Network, as_of: dt.date) -> FactSet | None:
    path = patient_file(example)
    if path is None:
        return None
    if not path.exists():
        raise NoPatient(f"there is no file or folder `{path}`")
    report = Report()
    found = list(Reading.of(network, path, as_of=as_of, report=report).patients())
    wrong = [finding.message for finding in report.sorted() if finding.severity is Severity.ERROR]
    if wrong:
        raise NoPatient(f"`{path}` cannot be read: {'; '.join(wrong)}")
    if len(found) > 1:
        names = ", ".join(each.patient for each in found[:_MOST_NAMES])
        raise NoPatient(f"`{path}` holds {len(found)} patients: {names}{', …' if len(found) > _MOST_NAMES else ''}")
    return found[0]


def _over(of_file: FactSet, given: FactSet, names: Set[str], network: Network) -> FactSet:
    """The facts of a file, with those that an example gives in their place."""
    fields = names | (_OF_AGE if names & _OF_AGE else frozenset())
    replaced = {name for name, each in network.facts.items() if name in names or each.patient_field in fields}
    who = given if names & _OF_AGE else of_file
    return replace(
        of_file,
        patient=given.patient,
        states={name: (given if name in replaced else of_file).states[name] for name in of_file.states},
        birth=who.birth,
        age=who.age,
        problems=(*of_file.problems, *given.problems),
        warnings=tuple(dict.fromkeys((*of_file.warnings, *given.warnings))),
    )
