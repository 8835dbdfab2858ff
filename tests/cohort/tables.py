"""Tables made of plain fact sets, and both ways to evaluate them: patient by patient, and in columns."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from guidelang.cohort import Cohort, open_cohort, run_cohort, write_cohort
from guidelang.cohort.counts import Counts
from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.written import text_of
from guidelang.network.ir import Network
from guidelang.quantity import Interval
from guidelang.run import Evaluation, evaluate
from guidelang.run.columnar_engines import Engine

DAY = dt.date(2024, 6, 1)


def header(network: Network) -> list[str]:
    """A column for each fact, and for each field of the person."""
    facts = [name for name, definition in network.facts.items() if definition.patient_field is None]
    return ["patient", "birth_date", "age", "sex", "deceased", *facts]


def csv_of(network: Network, people: Sequence[Mapping[str, object]]) -> str:
    """The fact sets as CSV; patients are called p0, p1 …"""
    names = header(network)
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(names)
    for number, person in enumerate(people):
        writer.writerow([f"p{number}", *(text_of(person[n]) if n in person else "" for n in names[1:])])
    return made.getvalue()


def cohort_of(network: Network, path: Path, complete: Sequence[str] = (), engine: Engine = "polars") -> Cohort:
    report = Report()
    cohort = run_cohort(network, path, DAY, report, complete, why=True, engine=engine)
    assert cohort is not None, [str(finding) for finding in report.findings]
    return cohort


def written(network: Network, path: Path, out: Path, *, resume: bool = False) -> Counts:
    """The output folder of a table."""
    report = Report()
    opened = open_cohort(network, path, DAY, report)
    assert opened is not None, [str(finding) for finding in report.findings]
    return write_cohort(opened, out, resume=resume)


def one_by_one(network: Network, people: Sequence[Mapping[str, object]]) -> list[Evaluation]:
    return [
        evaluate(network, fact_set(Setting(network, DAY), person, f"p{number}", "table"), "direct")
        for number, person in enumerate(people)
    ]


def needs_of(evaluation: Evaluation) -> set[str]:
    """All facts that something undecided needs."""
    lists = (evaluation.scope_missing, *(outcome.missing for outcome in evaluation.outcomes))
    return {each.fact for missing in lists for each in missing}


def whys_of(evaluation: Evaluation) -> Iterator[tuple[str, str, str, str, str]]:
    """The missing sets of the one-patient trace, a row a reason."""
    needs = [("scope", evaluation.scope_missing), *((o.rule, o.missing) for o in evaluation.outcomes)]
    for rule, missing in needs:
        for each in missing:
            for cause in each.causes:
                yield evaluation.facts.patient, rule, each.fact, cause.reason.value, cause.detail


def assert_same(network: Network, cohort: Cohort, expected: Sequence[Evaluation]) -> None:
    """Scope, the status of each rule, and the value of each derived fact are those of `direct`, patient by patient."""
    outcomes, facts = cohort.outcomes.to_dicts(), cohort.facts.to_dicts()
    assert set(cohort.why.rows()) ^ {row for evaluation in expected for row in whys_of(evaluation)} == set()
    assert cohort.why.is_unique().all()
    assert [row["patient"] for row in outcomes] == [evaluation.facts.patient for evaluation in expected]
    for row, values, evaluation in zip(outcomes, facts, expected, strict=True):
        assert row["scope"] == evaluation.scope.value
        statuses = {outcome.rule: outcome.status.value for outcome in evaluation.outcomes}
        assert {fact for fact, needed in (row["missing"] or {}).items() if needed} == needs_of(evaluation)
        assert {name: row[name] for name in network.rules} == {name: statuses.get(name) for name in network.rules}
        for name, derived in network.derived.items():
            if derived.node in evaluation.conditions:
                assert values[name] is evaluation.conditions[derived.node], (name, evaluation.facts.patient)
            else:
                assert_close(values[name], evaluation.values[derived.node].value, name)


def assert_close(got: object, exact: Interval | bool | str | None, name: str) -> None:
    """A word is the word; a number the point's double, a few units of the last place away; no point is NULL."""
    if isinstance(exact, Interval):
        if not exact.is_point or abs(exact.value) > 10**300:  # beyond what a double holds
            assert got is None, name
            return
        if isinstance(got, dt.date):
            got = float(got.toordinal())
        assert isinstance(got, float), (name, exact)
        assert abs(got - float(exact.value)) <= 1e-9 * max(1.0, abs(got)), name
    else:
        assert got == exact, name


def parquet(path: Path, columns: Mapping[str, Sequence[object]]) -> Path:
    pl.DataFrame(columns, strict=False).write_parquet(path)
    return path
