"""Every case of a deck evaluated, and every value compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from guidelang.diagnostics import GuidelineError, Report
from guidelang.facts.inputs import FORMS
from guidelang.guideline import Guideline, load
from guidelang.model.locate import MAP_NAMES, sources_of
from guidelang.run import Engine
from guidelang.run.evaluation import Evaluation
from guidelang.trace.document import WhyNode
from guidelang.trace.redact import Redaction
from guidelang.verify.deck import Row, read_deck
from guidelang.verify.map_file import read_map
from guidelang.verify.patients import Manner, Patients, Warned
from guidelang.verify.plan import Comparison, Plan, make_plan
from guidelang.verify.redacted import Redacted
from guidelang.verify.targets import TRUTHS, Found, agrees, any_of, found, why


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not as expected; `got` is written as cells are, empty for unknown."""

    column: str
    words: str
    expected: str
    got: str
    why: tuple[WhyNode, ...]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case with what is not as expected. `problem` says why it could not be evaluated at all.

    Line and day are None where identifiers are left out.
    """

    case: str
    line: int | None
    as_of: dt.date | None
    parameters: Mapping[str, str]
    differences: tuple[Difference, ...]
    problem: str | None = None

    @property
    def exact(self) -> bool:
        return self.problem is None and not self.differences


@dataclass(slots=True)
class ColumnResult:
    """A column over all cases, or over those of one rule; `is_sum` adds up the latter.

    `ones` counts cases that expect 1; None for values that are not true or false.
    """

    column: str
    words: str
    is_sum: bool = False
    cases: int = 0
    right: int = 0
    undecided: int = 0
    ones: int | None = 0
    ones_found: int = 0
    false_ones: int = 0


@dataclass(frozen=True, slots=True)
class Verification:
    """A guideline held against a deck.

    Attributes:
        guideline: with its own parameters.
        map_file: the map that was used, None where columns are compared by their names.
        cases: in the order of the table.
        columns: in the order in which they are compared.
        without_row: files of patients that no case is about.
        patients_without_row: patients that no case is about, as FILE: PATIENT, of files of which another one is.
        left_out: columns that nothing is compared with.
        warnings: what reading found about the records of the cases; none where identifiers are left out.
        redacted: whether identifiers are left out.
    """

    guideline: Guideline
    engine: Engine
    map_file: str | None
    cases: tuple[CaseResult, ...]
    columns: tuple[ColumnResult, ...]
    without_row: tuple[str, ...]
    left_out: tuple[str, ...]
    patients_without_row: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()
    redacted: bool = False

    @property
    def exact(self) -> int:
        """How many cases are exact."""
        return sum(case.exact for case in self.cases)

    @property
    def agrees(self) -> bool:
        """Whether every case is exact, and every patient has a row."""
        return self.exact == len(self.cases) and not self.without_row and not self.patients_without_row


def verify(
    guideline: str | Path,
    patients: str | Path,
    expected: str | Path,
    *,
    map_file: str | Path | None = None,
    as_of: dt.date | None = None,
    engine: Engine = "durable",
    parameters: Mapping[str, str] | None = None,
    complete: Iterable[str] = (),
    time_zone: str | None = None,
    valuesets: Iterable[str | Path] = (),
    select: str = "",
    redaction: Redaction | None = None,
    on_progress: Callable[[int, int, str], None] = lambda _done, _total, _unit: None,
) -> Verification:
    """Holds a guideline against the expected results of a deck of patients.

    Args:
        guideline: the path of a file or folder, or the name of a shipped guideline.
        patients: the folder with one file a patient, or a file with several.
        expected: a CSV with one row a case.
        map_file: which column speaks about what; default: `NAME.map.yaml` or `map.yaml` in the guideline's folder, else
            columns are compared with what has their name.
        as_of: the evaluation day of all cases, in place of what the map says.
        engine: `durable` or `direct`; the outcomes are the same.
        parameters: values a site sets; a case may set them otherwise.
        complete: types of record that the patients' files hold completely, beside those of the map.
        time_zone: of times without an offset (default: that of the map, else UTC).
        valuesets: files or folders with value sets; those beside the deck are found by themselves.
        select: runs only the cases with this word in their name; files without a row are then no finding.
        redaction: leaves out what identifies patients: names of cases and files, days, entries and texts of records.
        on_progress: is told how many cases are done of how many.

    Raises:
        GuidelineError: with all findings, if the guideline, the map or the table has an error.
    """
    patients, expected = Path(patients), Path(expected)
    load_with = partial(
        load,
        guideline,
        valuesets=tuple(valuesets),
        beside=(expected.parent, patients.parent, patients),
        as_of=as_of,
    )
    own = load_with(parameters=parameters)
    report = Report()
    path = Path(map_file) if map_file is not None else map_beside(guideline, own.name, as_of)
    map_ = read_map(path, report) if path is not None else None
    deck = read_deck(expected, report)
    if not patients.exists():
        report.error("G600", "there is no such file or folder", file=str(patients))
    plan = None
    if deck is not None and not report.has_errors:
        plan = make_plan(None if map_ is None else (map_, str(path)), deck, own.network, as_of, report)
    report.raise_errors()
    assert deck is not None
    assert plan is not None
    manner = Manner(engine, (*plan.complete, *complete), time_zone or plan.time_zone, plan.whose)
    others = [expected, *([path] if path is not None else [])]
    told = None if redaction is None else Redacted(redaction)
    files = Patients(patients, manner, others)
    if not files.files:
        report.error(
            "G602",
            "there is no file of a patient in the folder",
            file=str(patients),
            expected=f"files that end in {', '.join(FORMS)}",
        )
        report.raise_errors()
    run = _Run(own, load_with, parameters or {}, plan, files, redacted=told)
    rows = [row for row in deck.rows if select.casefold() in row.cells[plan.case].casefold()]
    run.check_settings(rows, str(expected), report)
    report.raise_errors()
    found_ = run.all(rows, str(path) if path is not None else None, engine, on_progress)
    return replace(found_, without_row=(), patients_without_row=()) if select else found_


def map_beside(guideline: str | Path, name: str, day: dt.date | None = None) -> Path | None:
    """The map in a guideline's folder, if there is one; of several editions, of the one in force on the day."""
    files = sources_of(guideline, Report(), day) if str(guideline) != "-" else ()
    if not files:
        return None
    folder = Path(files[0].name).parent
    return next((path for each in MAP_NAMES if (path := folder / each.format(name=name)).is_file()), None)


class _Run:
    """One run over all cases."""

    def __init__(
        self,
        guideline: Guideline,
        load_with: Callable[..., Guideline],
        parameters: Mapping[str, str],
        plan: Plan,
        patients: Patients,
        *,
        redacted: Redacted | None,
    ) -> None:
        self.guideline = guideline
        self.load_with = load_with
        self.parameters = parameters
        self.plan = plan
        self.patients = patients
        self.redacted = redacted
        self.loaded: dict[tuple[tuple[str, str], ...], Guideline | GuidelineError] = {(): guideline}
        self.columns: dict[tuple[str, str], ColumnResult] = {}

    def check_settings(self, rows: Sequence[Row], file: str, report: Report) -> None:
        """G705 for parameters of cases that the guideline does not take."""
        for row in rows:
            settings = self.plan.settings(row)
            problem = self.with_settings(settings)
            if isinstance(problem, str):
                values = ", ".join(f"`{name}` = {value}" for name, value in settings.items())
                report.error("G705", f"the guideline does not take {values}: {problem}", file=f"{file}:{row.line}")

    def all(
        self, rows: Sequence[Row], map_file: str | None, engine: Engine, on_progress: Callable[[int, int, str], None]
    ) -> Verification:
        cases: list[CaseResult] = []
        for number, row in enumerate(rows, start=1):
            cases.append(self.case(row))
            on_progress(number, len(rows), "cases")
        without_row = [file.name for file in self.patients.unused()]
        return Verification(
            self.guideline,
            engine,
            map_file,
            tuple(cases),
            tuple(self.with_sums()),
            tuple(without_row if self.redacted is None else map(self.redacted.file, without_row)),
            self.plan.left_out,
            tuple(
                f"{file.name}: {patient}" if self.redacted is None else self.redacted.file(file.name)
                for file, patient in self.patients.unused_patients()
            ),
            self.patients.warnings if self.redacted is None else (),
            self.redacted is not None,
        )

    def with_sums(self) -> Iterator[ColumnResult]:
        """The columns; one that is compared with several things, by the rule of the case, is also added up."""
        by_name: dict[str, list[ColumnResult]] = {}
        for column in self.columns.values():
            by_name.setdefault(column.column, []).append(column)
        for name, parts in by_name.items():
            yield from parts
            if len(parts) > 1:
                total = ColumnResult(name, "all", is_sum=True)
                total.ones = sum(part.ones or 0 for part in parts)
                for field in ("cases", "right", "undecided", "ones_found", "false_ones"):
                    setattr(total, field, sum(getattr(part, field) for part in parts))
                yield total

    def case(self, row: Row) -> CaseResult:
        name = row.cells[self.plan.case]
        day = dt.date.fromisoformat(row.cells[self.plan.as_of]) if isinstance(self.plan.as_of, str) else self.plan.as_of
        settings = self.plan.settings(row)
        guideline = self.with_settings(settings)
        assert isinstance(guideline, Guideline)  # `check_settings` has tried all
        result = self.patients.result(name, guideline, day)
        evaluation = None if isinstance(result, str) else result.evaluation
        differences = self.compared(row, evaluation)
        problem = result if isinstance(result, str) else None
        if self.redacted is not None:
            return CaseResult(self.redacted.case(name), None, None, {}, differences, self.redacted.problem(problem))
        return CaseResult(name, row.line, day, settings, differences, problem)

    def with_settings(self, settings: Mapping[str, str]) -> Guideline | str:
        """The guideline with the parameters of a case, compiled once for all cases that have them; or what is wrong."""
        key = tuple(sorted(settings.items()))
        if key not in self.loaded:
            try:
                self.loaded[key] = self.load_with(parameters={**self.parameters, **settings})
            except GuidelineError as error:
                self.loaded[key] = error
        found_ = self.loaded[key]
        return "; ".join(each.message for each in found_.diagnostics) if isinstance(found_, GuidelineError) else found_

    def compared(self, row: Row, evaluation: Evaluation | None) -> tuple[Difference, ...]:
        differences: list[Difference] = []
        named: dict[str, list[Comparison]] = {}
        for comparison in self.plan.of_case(row):
            if comparison.word is not None:
                named.setdefault(comparison.column, []).append(comparison)
            elif (difference := self.one(row, comparison, evaluation)) is not None:
                differences.append(difference)
        for column, comparisons in named.items():
            if (difference := self.words(row, column, comparisons, evaluation)) is not None:
                differences.append(difference)
        return tuple(differences)

    def one(self, row: Row, comparison: Comparison, evaluation: Evaluation | None) -> Difference | None:
        """Compares a cell with what the evaluation says; None if it is as expected, or there is no evaluation."""
        cell, target = row.cells[comparison.column], comparison.targets[0]
        total = self.column(comparison.column, comparison.title, countable=target.type == "yes_no")
        total.cases += 1
        expects_one = TRUTHS.get(cell.lower()) is True
        if total.ones is not None:
            total.ones += expects_one
        if evaluation is None:
            return None
        if target.type == "yes_no":
            got = Found(any_of(found(each, evaluation).truth for each in comparison.targets))
        else:
            got = found(target, evaluation)
        unknown = got == Found()
        total.undecided += unknown
        right = agrees(cell, got, target) or (unknown and cell.casefold() == self.plan.unknown.casefold())
        total.right += right
        total.ones_found += expects_one and right
        total.false_ones += got.truth is True and not right
        return None if right else self.difference(comparison.column, [comparison], cell, _written(got), evaluation)

    def words(
        self, row: Row, column: str, comparisons: Sequence[Comparison], evaluation: Evaluation | None
    ) -> Difference | None:
        """Compares a cell that names which of several things is true. An empty cell says nothing."""
        cell = row.cells[column]
        if not cell:
            return None
        words = ", ".join(str(comparison.word) for comparison in comparisons)
        total = self.column(column, f"which of {words}", countable=False)
        total.cases += 1
        if evaluation is None:
            return None
        truths = {
            str(comparison.word): any_of(found(each, evaluation).truth for each in comparison.targets)
            for comparison in comparisons
        }
        right = truths[cell] is True
        total.right += right
        total.undecided += truths[cell] is None
        if right:
            return None
        got = ", ".join(word for word, truth in truths.items() if truth is True)
        meant = [comparison for comparison in comparisons if comparison.word == cell]
        return self.difference(column, meant, cell, got, evaluation)

    def difference(
        self, column: str, comparisons: Iterable[Comparison], cell: str, got: str, evaluation: Evaluation
    ) -> Difference:
        targets = [target for comparison in comparisons for target in comparison.targets]
        trees = tuple(tree for target in targets for tree in why(target, evaluation))
        if self.redacted is not None:
            trees = self.redacted.trees(trees, evaluation)
            cell, got = (self.redacted.cell(text, targets, evaluation) for text in (cell, got))
        return Difference(column, " or ".join(target.words for target in targets), cell, got, trees)

    def column(self, name: str, words: str, *, countable: bool) -> ColumnResult:
        return self.columns.setdefault((name, words), ColumnResult(name, words, ones=0 if countable else None))


def _written(got: Found) -> str:
    """What an evaluation says, as cells are written."""
    if got.truth is not None:
        return "1" if got.truth else "0"
    return got.text or ""
