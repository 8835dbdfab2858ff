"""A network on a table of patients: every condition a column, settled for all rows at once.

The network is compiled to narwhals expressions, operands first. NULL is unknown, and the three-valued logic of tables
is strong Kleene logic, as in `run.kleene`. Numbers are compared in doubles where these decide (`columnar_number`); the
rows that they leave open are computed exactly (`columnar_exact`) before anything stands on them. So the outcomes are
those of `direct`, row for row.

A table of current values holds no histories; what asks for one is then refused when the executor is made
(`columnar_limits`). Where there are histories, `columnar_questions` answers what is asked of events, and whom its
columns do not tell surely is left open, to be read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    And,
    AtLeast,
    Certainly,
    Compare,
    ConditionKnown,
    ConditionNode,
    FactKnown,
    FirstKnownCondition,
    Holds,
    IsOneOf,
    Network,
    Node,
    NodeId,
    Not,
    Or,
    ValueKnown,
)
from guidelang.run.columnar_engines import Computation, Engine, computation, libraries
from guidelang.run.columnar_exact import Exact
from guidelang.run.columnar_history import History
from guidelang.run.columnar_limits import ColumnarError, unanswerable
from guidelang.run.columnar_missing import Needed, Needs
from guidelang.run.columnar_number import Value, compare
from guidelang.run.columnar_questions import Answer, answer, asks_history
from guidelang.run.columnar_table import FactTable
from guidelang.run.columnar_values import value_of
from guidelang.run.outcome import ScopeStatus, Status

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

SCOPE = "scope"
_SCOPES = [scope.value for scope in ScopeStatus]
_STATUSES = [status.value for status in Status]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of each patient, in the order of the table.

    Attributes:
        outcomes: `scope`, and a column `rule:NAME` for each rule with its status, NULL where the guideline does not
            apply; both are enumerations.
        derived: a column for each derived fact: truths, words, or the doubles nearest to numbers and days (as ordinals)
            or a few units of the last place away; NULL is unknown, or no point.
        conditions: the truth of every condition, by node.
        frame: the table with the columns of all nodes.
        open: of histories, whether a patient has to be read one by one, for each; of current values, None.
    """

    outcomes: pl.DataFrame
    derived: pl.DataFrame
    conditions: pl.DataFrame
    frame: pl.DataFrame
    open: pl.Series | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is computed of a table.

    Attributes:
        levels: the nodes, each computation on the columns of earlier ones; and of which of them some rows may be left
            open, to be computed exactly before the next.
        outcomes, derived: what is made of these columns.
        conditions: all condition nodes.
    """

    levels: list[tuple[Computation, list[NodeId]]]
    outcomes: Computation
    derived: Computation
    conditions: list[NodeId]


class Columnar:
    """The columnar executor of one network.

    Args:
        histories: the tables will hold histories.
        engine: what computes the columns. What is asked of histories, and what has to be exact, does not depend on it.

    Raises:
        ColumnarError: the guideline asks for histories, which a table of current values does not have.
        ImportError: the engine, narwhals or polars is not installed.
    """

    def __init__(self, network: Network, *, histories: bool = False, engine: Engine = "polars") -> None:
        asked = () if histories else unanswerable(network)
        if asked:
            raise ColumnarError(network, asked)
        for library in libraries(engine):
            import_module(library)
        self._network = network
        self.engine = engine
        self._exact: dict[NodeId, Exact] = {}
        self._layout: tuple[object, ...] = ()
        self._planned: _Plan | None = None
        self._levels = list(_levels(network))
        self._needs = Needs(network, self._levels)
        self._historic = _historic(network)

    def settle(self, table: FactTable) -> Settled:
        """Settle every condition for every row."""
        import polars as pl

        if table.history is not None:
            return self._settle_histories(table, table.history)
        plan = self._plan(table)
        frame = table.frame
        for computed, flagged in plan.levels:
            frame = computed(frame)
            for node_id in flagged:
                frame = self.exact(node_id, table).fill(frame, _truth(node_id), _odd(node_id)).drop(_odd(node_id))
        return Settled(
            self._told(plan.outcomes(frame)),
            self._derived(plan.derived(frame), table),
            frame.select(pl.col(_truth(node_id)).alias(node_id) for node_id in plan.conditions),
            frame,
        )

    def _settle_histories(self, table: FactTable, history: History) -> Settled:
        """The same, with answers to what is asked of histories between the columns."""
        import narwhals as nw
        import polars as pl

        frame, open_ = table.frame, history.nobody()
        values: dict[NodeId, Value] = {}
        truths: dict[NodeId, nw.Expr] = {}
        for level in self._levels:
            columns: dict[str, nw.Expr] = {}
            flagged: list[NodeId] = []
            for node_id in level:
                node = self._network.nodes[node_id]
                if asks_history(node, self._network):
                    found = answer(node, self._network, history, frame, values)
                    frame = frame.hstack(_answered(node_id, found))
                    if isinstance(node, ConditionNode):
                        truths[node_id] = nw.col(_truth(node_id))
                        open_ = open_ if found.odd is None else open_ | found.odd
                    else:
                        values[node_id] = _answer_value(node_id, found)
                elif self._node(node_id, table, values, truths, columns):
                    flagged.append(node_id)
            frame = self._computed(columns)(frame)
            for node_id in flagged:
                if node_id in self._historic:
                    open_ = open_ | frame[_odd(node_id)]
                else:
                    frame = self.exact(node_id, table).fill(frame, _truth(node_id), _odd(node_id))
                frame = frame.drop(_odd(node_id))
        derived = self._derivations(values)
        for name, each in self._network.derived.items():
            if each.node in self._historic and (odd := derived.pop(f"derived:{_odd(name)}", None)) is not None:
                open_ = open_ | self._computed({"open": odd.fill_null(False)})(frame)["open"]
        return Settled(
            self._told(self._computed(self._outcomes())(frame)),
            self._derived(self._computed(derived)(frame), table),
            frame.select(pl.col(_truth(node_id)).alias(node_id) for node_id in truths),
            frame,
            open_,
        )

    def _node(
        self,
        node_id: NodeId,
        table: FactTable,
        values: dict[NodeId, Value],
        truths: dict[NodeId, nw.Expr],
        columns: dict[str, nw.Expr],
    ) -> bool:
        """Adds the columns of one node; True if some rows may be left open by them."""
        node = self._network.nodes[node_id]
        if isinstance(node, ConditionNode):
            truth, odd = _condition(node, values, truths, table)
            columns[_truth(node_id)] = truth
            if odd is not None:
                columns[_odd(node_id)] = odd.fill_null(False)
            truths[node_id] = _col(_truth(node_id))
            return odd is not None
        value = value_of(node, values, truths, table)
        assert value is not None, node
        values[node_id] = _column(node_id, value, columns)
        return False

    def _plan(self, table: FactTable) -> _Plan:
        """What is computed of tables of this layout; translated once."""
        self._meet(table)
        if self._planned is None:
            self._planned = self._planned_for(table)
        return self._planned

    def _meet(self, table: FactTable) -> None:
        """Forgets what was made for tables of another layout of cells, or another day."""
        layout = (dict(table.cells), dict(table.facts), table.as_of)
        if layout != self._layout:
            self._layout = layout
            self._exact.clear()
            self._planned = None

    def _planned_for(self, table: FactTable) -> _Plan:
        values: dict[NodeId, Value] = {}
        truths: dict[NodeId, nw.Expr] = {}
        levels: list[tuple[Computation, list[NodeId]]] = []
        steps: list[dict[str, nw.Expr]] = []
        for number, level in enumerate(self._levels):
            columns: dict[str, nw.Expr] = {}
            flagged: list[NodeId] = []
            for node_id in level:
                if self._node(node_id, table, values, truths, columns):
                    flagged.append(node_id)
            steps.append(columns)
            if flagged or number == len(self._levels) - 1:
                levels.append((self._computed(*steps), flagged))
                steps = []
        outcomes, derived = self._computed(self._outcomes()), self._computed(self._derivations(values))
        return _Plan(levels, outcomes, derived, list(truths))

    def _computed(self, *steps: dict[str, nw.Expr]) -> Computation:
        return computation(self.engine, steps)

    def _told(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The scope and the statuses, as enumerations on every engine."""
        import polars as pl

        scopes, statuses = pl.Enum(_SCOPES), pl.Enum(_STATUSES)
        rules = [pl.col(f"rule:{name}").cast(statuses) for name in sorted(self._network.rules)]
        return frame.select(pl.col(SCOPE).cast(scopes), *rules)

    def needed(self, settled: Settled, table: FactTable, rule: str | None = None) -> Needed:
        """What is needed to decide all rules, or one; where it is open whether a rule applies to a patient in scope.

        `rule` "" asks what is needed to decide the scope, which the needs of all rules include.
        """
        frame, network = settled.frame, self._network
        scope = frame[_truth(network.scope)]
        asked: dict[NodeId, pl.Series] = {}
        if not rule:
            asked[network.scope] = scope.is_null()
        if rule != "":
            in_scope = scope.fill_null(False)
            for name in network.rules if rule is None else (rule,):
                applies = network.rules[name].applies
                rows = in_scope & frame[_truth(applies)].is_null()
                asked[applies] = asked[applies] | rows if applies in asked else rows
        exact = None if table.history is not None else lambda node_id: self.exact(node_id, table)
        return self._needs.of(frame, asked, exact)

    def exact(self, node_id: NodeId, table: FactTable) -> Exact:
        """The exact reading of one node, with what it found before in tables of the same layout of cells and day."""
        self._meet(table)
        if node_id not in self._exact:
            self._exact[node_id] = Exact(self._network, node_id, table)
        return self._exact[node_id]

    def _outcomes(self) -> dict[str, nw.Expr]:
        """The scope, and the status of each rule by name."""
        import narwhals as nw

        scope = nw.col(_truth(self._network.scope))
        columns = {
            SCOPE: nw.when(scope)
            .then(_word(_SCOPES, ScopeStatus.APPLIES))
            .when(~scope)
            .then(_word(_SCOPES, ScopeStatus.NOT_FOR_THIS_PATIENT))
            .otherwise(_word(_SCOPES, ScopeStatus.UNDECIDED))
        }
        everybody = self._network.nodes[self._network.scope] == And(())
        for name, rule in sorted(self._network.rules.items()):
            applies, base = nw.col(_truth(rule.applies)), nw.col(_truth(rule.base))
            status = (
                nw.when(applies)
                .then(_word(_STATUSES, Status.APPLIES))
                .when(applies.is_null())
                .then(_word(_STATUSES, Status.UNDECIDED))
            )
            if rule.applies != rule.base:
                status = status.when(base.is_null() | base).then(_word(_STATUSES, Status.OVERRIDDEN))
            found = status.otherwise(_word(_STATUSES, Status.NOT_APPLICABLE))
            columns[f"rule:{name}"] = found if everybody else nw.when(scope).then(found)
        return columns

    def _derivations(self, values: dict[NodeId, Value]) -> dict[str, nw.Expr]:
        """The derived facts, and where they have to be computed exactly."""
        columns: dict[str, nw.Expr] = {}
        for name, derived in self._network.derived.items():
            if isinstance(self._network.nodes[derived.node], ConditionNode):
                columns[f"derived:{name}"] = _col(_truth(derived.node))
                continue
            value = values[derived.node]
            columns[f"derived:{name}"] = value.expr
            if value.odd is not None:
                columns[f"derived:{_odd(name)}"] = value.odd
        return columns

    def _derived(self, found: pl.DataFrame, table: FactTable) -> pl.DataFrame:
        for name, derived in self._network.derived.items():
            odd = f"derived:{_odd(name)}"
            if odd in found.columns:
                found = self.exact(derived.node, table).fill(found, f"derived:{name}", odd)
        return found.select([f"derived:{name}" for name in self._network.derived]).rename(
            {f"derived:{name}": name for name in self._network.derived}
        )


def _levels(network: Network) -> Iterator[list[NodeId]]:
    """The nodes in groups, each of which stands on earlier groups only."""
    depth: dict[NodeId, int] = {}
    groups: list[list[NodeId]] = []
    for node_id, node in network.nodes.items():
        depth[node_id] = level = max((depth[o] + 1 for o in operands_of(node)), default=0)
        if level == len(groups):
            groups.append([])
        groups[level].append(node_id)
    yield from groups


def _historic(network: Network) -> frozenset[NodeId]:
    """The nodes that stand on what is asked of histories."""
    found: set[NodeId] = set()
    for node_id, node in network.nodes.items():  # operands come first
        if asks_history(node, network) or not found.isdisjoint(operands_of(node)):
            found.add(node_id)
    return frozenset(found)


def _answered(node_id: NodeId, found: Answer) -> list[pl.Series]:
    """The columns of an answer."""
    if found.truth is not None:
        return [found.truth.alias(_truth(node_id))]
    columns = {"value": found.value, "error": found.error, "odd": found.odd, "nearest": found.nearest}
    return [series.alias(f"{name}:{node_id}") for name, series in columns.items() if series is not None]


def _answer_value(node_id: NodeId, found: Answer) -> Value:
    error = None if found.error is None else _col(f"error:{node_id}")
    odd = None if found.odd is None else _col(_odd(node_id))
    nearest = None if found.nearest is None else _col(f"nearest:{node_id}")
    return Value(_col(f"value:{node_id}"), error, odd, found.whole, nearest=nearest)


def _condition(
    node: Node, values: dict[NodeId, Value], truths: dict[NodeId, nw.Expr], table: FactTable
) -> tuple[nw.Expr, nw.Expr | None]:
    """The truth of one condition, and where a literal has to be decided exactly instead."""
    import narwhals as nw

    match node:
        case Holds(fact=fact):
            return nw.col(table.facts[fact].values), _flag(table, fact)
        case FactKnown(fact=fact):
            return ~nw.col(table.facts[fact].values).is_null(), _flag(table, fact)
        case ValueKnown(operand=operand):
            return ~values[operand].expr.is_null(), values[operand].odd
        case Compare(operator=operator, left=left, right=right):
            return compare(operator, values[left], values[right])
        case IsOneOf(subject=subject, values=words):
            word = values[subject].expr
            return nw.when(~word.is_null()).then(word.is_in(list(words))), values[subject].odd
        case Not(operand=operand):
            return ~truths[operand], None
        case And(operands=operands):
            return _horizontal(and_, True, [truths[o] for o in operands]), None
        case Or(operands=operands):
            return _horizontal(or_, False, [truths[o] for o in operands]), None
        case AtLeast(count=count, operands=operands):
            return _at_least(count, [truths[o] for o in operands]), None
        case Certainly(operand=operand):
            return truths[operand].fill_null(False), None
        case ConditionKnown(operand=operand):
            return ~truths[operand].is_null(), None
        case FirstKnownCondition(operands=operands):
            return nw.coalesce(*(truths[o] for o in operands)), None
        case _:
            raise TypeError(f"{type(node).__name__} is no condition of current values")


def _horizontal(operator: Any, of_nothing: bool, operands: Sequence[nw.Expr]) -> nw.Expr:
    """`and` or `or` of all operands; both are strong Kleene on columns."""
    import narwhals as nw

    if len(operands) <= 8:
        return reduce(operator, operands) if operands else nw.lit(of_nothing)
    together = nw.all_horizontal if operator is and_ else nw.any_horizontal
    return together(*operands, ignore_nulls=False)


def _at_least(count: int, operands: Sequence[nw.Expr]) -> nw.Expr:
    import narwhals as nw

    true = nw.sum_horizontal(*(each.fill_null(False).cast(nw.Int32) for each in operands))
    possible = nw.sum_horizontal(*(each.fill_null(True).cast(nw.Int32) for each in operands))
    return nw.when(true >= count).then(nw.lit(True)).when(possible < count).then(nw.lit(False))


def _flag(table: FactTable, fact: str) -> nw.Expr | None:
    odd = table.facts[fact].odd
    return None if odd is None else _col(odd)


def _column(node_id: NodeId, value: Value, columns: dict[str, nw.Expr]) -> Value:
    """The value as columns of its own where others may use it often; constants stay as they are."""
    if value.constant is not None:
        return value
    columns[f"value:{node_id}"] = value.expr
    error = odd = None
    if value.error is not None:
        columns[f"error:{node_id}"], error = value.error, _col(f"error:{node_id}")
    if value.odd is not None:
        columns[_odd(node_id)], odd = value.odd.fill_null(False), _col(_odd(node_id))
    return Value(_col(f"value:{node_id}"), error, odd, value.whole)


def _col(name: str) -> nw.Expr:
    import narwhals as nw

    return nw.col(name)


def _word(words: Sequence[str], word: str) -> nw.Expr:
    """A word of an enumeration."""
    import narwhals as nw

    return nw.lit(word, nw.Enum(words))


def _truth(node_id: NodeId) -> str:
    return f"truth:{node_id}"


def _odd(node_id: NodeId) -> str:
    return f"odd:{node_id}"
