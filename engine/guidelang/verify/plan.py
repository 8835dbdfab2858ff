"""What is compared with what: the map with its columns and names looked up, or made from the names of the columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts import Whose
from guidelang.network.ir import Network
from guidelang.verify.deck import Deck, Row
from guidelang.verify.map_file import MapFile
from guidelang.verify.targets import TRUTHS, Target, find_target, named_target, number_in

CASE_COLUMNS = ("case", "patient", "patient_id")
AS_OF_COLUMNS = ("as_of", "as of")
_OWN_COLUMNS = (*CASE_COLUMNS, *AS_OF_COLUMNS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column, and the targets that it speaks about: it is true if one of them is.

    `word` is set where the cells of the column name which of several things is true; this is then one of them. `value`
    is that of the column that picks the rule of a case.
    """

    column: str
    targets: tuple[Target, ...]
    word: str | None = None
    value: str | None = None

    @property
    def words(self) -> str:
        return " or ".join(target.words for target in self.targets)

    @property
    def title(self) -> str:
        return self.words if self.value is None else f"{self.value}: {self.words}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a deck is held against a guideline.

    Attributes:
        case: the column that names the patient of a case.
        as_of: the column with the evaluation day, or the day.
        parameters: for each parameter the columns with its value (two: a period), or the value itself.
        comparisons: of all cases.
        by_rule: of the cases that have this value in the column `rule_column`, each with the column `expected`.
        unknown: what an undecided outcome is compared as.
        left_out: columns that nothing is compared with.
    """

    case: str
    as_of: str | dt.date
    parameters: Mapping[str, tuple[str, ...] | str]
    comparisons: tuple[Comparison, ...]
    rule_column: str | None
    by_rule: Mapping[str, Comparison]
    unknown: str
    complete: tuple[str, ...]
    time_zone: str | None
    whose: Whose
    left_out: tuple[str, ...]

    def of_case(self, row: Row) -> tuple[Comparison, ...]:
        """What is compared for a case."""
        if self.rule_column is None:
            return self.comparisons
        return (*self.comparisons, self.by_rule[row.cells[self.rule_column]])

    def settings(self, row: Row) -> dict[str, str]:
        """The parameters of a case, as the language writes them. An empty cell leaves the guideline's own value."""
        found: dict[str, str] = {}
        for name, value in self.parameters.items():
            cells = [value] if isinstance(value, str) else [row.cells[column] for column in value]
            if all(cells):
                found[name] = " to ".join(cells)
        return found


def make_plan(
    map_: tuple[MapFile, str] | None, deck: Deck, network: Network, as_of: dt.date | None, report: Report
) -> Plan | None:
    """The plan of a map and the name of its file, or of the names of the columns where there is none.

    Faults go to the report: G702 a column that the table lacks, G703 a name that the guideline lacks, G704 nothing to
    compare, G705 a cell that cannot be meant, G706 no evaluation day.
    """
    plan = _Making(*(map_ or (MapFile(), deck.file)), deck, network, report).plan(as_of)
    return None if report.has_errors else plan


class _Making:
    def __init__(self, map_: MapFile, file: str, deck: Deck, network: Network, report: Report) -> None:
        self.map = map_
        self.file = file
        self.deck = deck
        self.network = network
        self.report = report

    def plan(self, as_of: dt.date | None) -> Plan | None:
        case = self.case()
        day = self.day(as_of)
        parameters = self.parameters()
        comparisons = self.comparisons()
        rule = self.map.rule
        by_rule = self.by_rule()
        if case is None or day is None:
            return None
        used = {case, day, *(c.column for c in (*comparisons, *by_rule.values())), *AS_OF_COLUMNS, *CASE_COLUMNS}
        used |= {column for value in parameters.values() if not isinstance(value, str) for column in value}
        used |= {rule.column} if rule is not None else set()
        plan = Plan(
            case,
            day,
            parameters,
            comparisons,
            rule.column if rule is not None else None,
            by_rule,
            self.map.unknown,
            tuple(self.map.complete),
            self.map.time_zone,
            self.map.whose,
            tuple(column for column in self.deck.columns if column not in used),
        )
        if not comparisons and not by_rule and not self.report.has_errors:
            self.report.error(
                "G704",
                "there is nothing to compare: no column has the name of a rule, derived fact or fact",
                file=self.deck.file,
                expected=_some([*self.network.rules, *self.network.derived]),
                suggestion=self._nearly_named()
                or "say in a map which column speaks about what: columns: {numerator: statin_ordered}",
            )
        if not self.report.has_errors:
            self.check_cells(plan)
        return plan

    def _nearly_named(self) -> str | None:
        """The first column that has nearly the name of something, and that name."""
        names = [*self.network.rules, *self.network.derived, *self.network.facts]
        for column in self.deck.columns:
            meant = None if column in _OWN_COLUMNS else did_you_mean(re.sub(r"\W", "_", column), names)
            if meant is not None:
                return f"`{column}`: {meant}"
        return None

    def column(self, name: str) -> str | None:
        if name in self.deck.columns:
            return name
        self.report.error(
            "G702",
            f"{self.deck.file} has no column `{name}`",
            file=self.file,
            expected=_some(self.deck.columns),
            suggestion=did_you_mean(name, self.deck.columns),
        )
        return None

    def case(self) -> str | None:
        if self.map.case is not None:
            return self.column(self.map.case)
        found = next((name for name in CASE_COLUMNS if name in self.deck.columns), None)
        if found is None:
            self.report.error(
                "G702",
                f"no column of {self.deck.file} names the patients",
                file=self.file,
                expected=f"a column {', '.join(f'`{name}`' for name in CASE_COLUMNS)}, or `case: COLUMN` in the map",
                suggestion=None
                if len(self.deck.columns) > 1
                else "it has one column; columns are parted by commas, semicolons or tabs",
            )
        return found

    def day(self, as_of: dt.date | None) -> str | dt.date | None:
        """The column or day: that of the command first, then that of the map, then a column of that name."""
        if as_of is not None:
            return as_of
        written = self.map.as_of
        if written is None:
            found = next((name for name in AS_OF_COLUMNS if name in self.deck.columns), None)
            if found is None:
                self.report.error(
                    "G706",
                    "nothing says for which day to evaluate",
                    file=self.file,
                    expected="`as of: COLUMN` or `as of: YYYY-MM-DD` in the map, a column `as_of`, or --as-of",
                )
            return found
        if written in self.deck.columns or _day(written) is None:
            return self.column(written)
        return _day(written)

    def parameters(self) -> dict[str, tuple[str, ...] | str]:
        known = {parameter.name for parameter in self.network.parameters}
        found: dict[str, tuple[str, ...] | str] = {}
        for name, written in self.map.parameters.items():
            if name not in known:
                self.report.error(
                    "G703",
                    f"{self.network.name} uses no parameter `{name}`",
                    file=self.file,
                    expected=_some(sorted(known)),
                    suggestion=did_you_mean(name, known),
                )
            elif len(written) == 1 and written[0] not in self.deck.columns:
                found[name] = written[0]
            else:
                columns = [self.column(column) for column in written]
                found[name] = tuple(column for column in columns if column is not None)
        if not self.map.parameters:
            found = {column: (column,) for column in self.deck.columns if column in known}
        return found

    def comparisons(self) -> tuple[Comparison, ...]:
        if not self.map.columns and self.map.rule is None:
            return tuple(self.by_name())
        found: list[Comparison] = []
        for column, written in self.map.columns.items():
            if self.column(column) is None:
                continue
            if isinstance(written, list):
                found += self.comparison(column, written)
            else:
                for word, words in written.items():
                    found += self.comparison(column, words, word)
        return tuple(found)

    def by_name(self) -> Iterable[Comparison]:
        """The columns that have the name of something; signs that no name may have count as underscores."""
        for column in self.deck.columns:
            if column in (*CASE_COLUMNS, *AS_OF_COLUMNS):
                continue
            target = named_target(column, self.network) or named_target(re.sub(r"\W", "_", column), self.network)
            if target is not None:
                yield Comparison(column, (target,))

    def comparison(self, column: str, words: Sequence[str], word: str | None = None) -> list[Comparison]:
        targets = [find_target(each, self.network, self.report, self.file) for each in words]
        known = tuple(target for target in targets if target is not None)
        if (len(known) > 1 or word is not None) and any(target.type != "yes_no" for target in known):
            self.report.error(
                "G703",
                f"the column `{column}` needs rules, or facts that are yes or no",
                file=self.file,
                expected="one value, or several that are true or false",
            )
            return []
        return [Comparison(column, known, word)] if known else []

    def by_rule(self) -> dict[str, Comparison]:
        rule = self.map.rule
        if rule is None or self.column(rule.column) is None or self.column(rule.expected) is None:
            return {}
        found = {
            value: replace(comparison, value=value)
            for value, words in rule.rules.items()
            for comparison in self.comparison(rule.expected, words)
        }
        for row in self.deck.rows:
            value = row.cells[rule.column]
            if value not in rule.rules:
                self.report.error(
                    "G702",
                    f"the map has no rule for `{value}` in the column `{rule.column}`",
                    file=f"{self.deck.file}:{row.line}",
                    expected=_some(rule.rules),
                    suggestion=did_you_mean(value, rule.rules),
                )
        return found

    def check_cells(self, plan: Plan) -> None:
        """Cells that no outcome can ever equal: a mistake in the map or in the table, and no difference."""
        words: dict[str, set[str]] = {c.column: set() for c in plan.comparisons if c.word is not None}
        for comparison in plan.comparisons:
            if comparison.word is not None:
                words[comparison.column].add(comparison.word)
        for row in self.deck.rows:
            for comparison in plan.of_case(row):
                cell, target = row.cells[comparison.column], comparison.targets[0]
                expected: str | None = None
                if comparison.word is not None:
                    if cell and cell not in words[comparison.column]:
                        expected = _some(sorted(words[comparison.column]))
                elif target.type == "yes_no" and cell.lower() not in TRUTHS:
                    expected = "1, 0, or nothing for unknown"
                elif target.type in ("number", "quantity") and cell and number_in(cell, target) is None:
                    expected = "a number" if target.unit is None else f"a number in {target.unit}"
                if expected is not None:
                    self.report.error(
                        "G705",
                        f"`{cell}` in the column `{comparison.column}` cannot be compared with {comparison.words}",
                        file=f"{self.deck.file}:{row.line}",
                        expected=expected,
                    )
            for name, value in plan.parameters.items():
                cells = [] if isinstance(value, str) else [row.cells[column] for column in value]
                if any(cells) and not all(cells):
                    empty = next(column for column, cell in zip(value, cells, strict=True) if not cell)
                    self.report.error(
                        "G705",
                        f"the column `{empty}` is empty, and the other one has a day of `{name}`",
                        file=f"{self.deck.file}:{row.line}",
                        expected="both days of a period, or none",
                    )
            if isinstance(plan.as_of, str) and _day(row.cells[plan.as_of]) is None:
                self.report.error(
                    "G706",
                    f"`{row.cells[plan.as_of]}` in the column `{plan.as_of}` is no day",
                    file=f"{self.deck.file}:{row.line}",
                    expected="a day such as 2024-06-01",
                )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _some(names: Iterable[str], most: int = 20) -> str:
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
