"""From a network to a picture: which nodes are worth drawing, and what reads what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guidelang.network.graph import facts_of, operands_of
from guidelang.network.ir import (
    And,
    AtLeast,
    Certainly,
    ConditionKnown,
    FactDefinition,
    FactKnown,
    FirstKnownCondition,
    Holds,
    Network,
    NodeId,
    Not,
    Or,
    RuleDefinition,
    ValueKnown,
)
from guidelang.picture.shape import GROUPS, Edge, EdgeSort, Kind, Mark, Node, Picture
from guidelang.trace.words import Words

if TYPE_CHECKING:
    from guidelang.picture.marks import Marks
    from guidelang.run.evaluation import Evaluation
    from guidelang.trace.redact import Redaction

_COMBINATIONS = (And, Or, AtLeast, FirstKnownCondition)
_OPPOSITE: dict[type | None, type] = {And: Or, Or: And}
_ID_LETTER: dict[Kind, str] = {
    "fact": "f", "condition": "c", "combination": "k", "derived": "d", "scope": "s", "rule": "r", "advice": "a",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Key:
    """What a drawn node stands for: the name of a fact, derived fact or rule, else a node of the network."""

    kind: Kind
    name: str


_SCOPE = _Key("scope", "scope")


def draw(
    network: Network,
    evaluation: Evaluation | None = None,
    rule: str | None = None,
    *,
    redaction: Redaction | None = None,
) -> Picture:
    """A picture of a network, or of one patient's run on it.

    Args:
        network: what is drawn.
        evaluation: of the same network, to mark the nodes with.
        rule: draws only this rule, what its outcome depends on, and its advice.
        redaction: leaves out what identifies the patient.

    Raises:
        KeyError: if there is no such rule.
    """
    drawing = _Drawing(network)
    if rule is None:
        drawing.everything()
    else:
        drawing.rule(network.rules[rule].name)
    drawing.finish()
    title = f"{network.name} {network.version}" + (f", {rule}" if rule else "")
    if evaluation is None:
        return drawing.picture(title, network.title or "", None)
    from guidelang.picture.marks import Marks  # a network alone needs nothing of runs

    case = None if redaction is None else redaction.case(evaluation)
    patient, day = (evaluation.facts.patient, f"{evaluation.facts.as_of}") if case is None else case.who()
    return drawing.picture(title, f"Patient {patient}, evaluated for {day}", Marks(evaluation, case))


class _Drawing:
    """Collects nodes and edges; what is met for the first time waits in a list, so no chain exhausts the stack."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._words = Words(network)
        self._nodes: dict[_Key, Node] = {}
        self._edges: dict[tuple[_Key, _Key, EdgeSort, str], None] = {}
        self._sources: defaultdict[_Key, set[_Key]] = defaultdict(set)
        self._waiting: list[_Key] = []
        self._advice: dict[_Key, tuple[str, ...]] = {}
        self._defined: defaultdict[NodeId, list[str]] = defaultdict(list)
        self._concluded: defaultdict[NodeId, list[str]] = defaultdict(list)
        self._rule_at: dict[NodeId, str] = {}
        self._applied = {rule.applies for rule in network.rules.values()}
        for name, derived in sorted(network.derived.items()):
            (self._concluded if derived.concluded_by else self._defined)[derived.node].append(name)
        for name, rule in sorted(network.rules.items()):
            if isinstance(network.nodes[rule.applies], _COMBINATIONS):
                self._rule_at.setdefault(rule.applies, name)

    def everything(self) -> None:
        self._add(_SCOPE, "applies to", group="rules")
        self._connect(self._network.scope, _SCOPE, "needs", And)
        for name in self._network.rules:
            self.rule(name)
        for name in self._network.derived:
            self._derived(name)

    def finish(self) -> None:
        """Draws the insides of all that was met, conclusions first: they tell which way round a name is used."""
        while self._waiting:
            key = self._waiting.pop()
            if key.kind == "rule":
                self._inside_rule(self._network.rules[key.name])
            else:
                self._inside_derived(key)

    # ---- rules and names --------------------------------------------------------------------------------------------

    def rule(self, name: str) -> _Key:
        key = _Key("rule", name)
        if key not in self._nodes:
            rule = self._network.rules[name]
            self._add(key, name, *([rule.label] if rule.label else []), group="rules")
            self._waiting.append(key)
            for concluded in rule.concludes:
                self._edge(key, self._derived(concluded), "gives")
        return key

    def _derived(self, name: str) -> _Key:
        key = _Key("derived", name)
        if key not in self._nodes:
            derived = self._network.derived[name]
            label = [derived.label] if derived.label else []
            self._add(key, name, *label, *self._definition(name), group="between")
            if derived.concluded_by:
                for rule in derived.concluded_by:
                    self._edge(self.rule(rule), key, "gives")
            else:
                self._waiting.append(key)
        return key

    def _definition(self, name: str) -> list[str]:
        """What stands below the name of a derived fact; what its arrows say already is not repeated."""
        derived = self._network.derived[name]
        if derived.concluded_by:
            return ["concluded"]
        node = self._network.nodes[derived.node]
        if isinstance(node, _COMBINATIONS):
            return [_combination_words(node)]
        if isinstance(node, Not) and not self._is_missing(node):
            return []
        if isinstance(node, Holds):
            return []
        return [self._words.spelled(derived.node)]

    def _inside_derived(self, key: _Key) -> None:
        node = self._network.derived[key.name].node
        for other in self._defined[node]:
            alias = _Key("derived", other)
            if alias != key and alias in self._nodes and not self._leads(key, alias):
                self._edge(alias, key, "needs")
                return
        self._inside(node, key)

    def _inside_rule(self, rule: RuleDefinition) -> None:
        key = _Key("rule", rule.name)
        self._connect(rule.when, key, "needs", And)
        for exception in rule.unless:
            self._connect(exception, key, "unless", And)
        for other in rule.overridden_by:
            self._edge(self.rule(other), key, "overrides")
        for advice in rule.advice:
            against = " against" if advice.against else ""
            to = f" to {advice.to}" if advice.to else ""
            words = f"{advice.kind}{against} {advice.action} {advice.target}{to}"
            given = _Key("advice", words)
            self._add(given, words, group="advice")
            self._advice[given] = (*self._advice.get(given, ()), rule.name)
            self._edge(key, given, "gives")

    # ---- conditions -------------------------------------------------------------------------------------------------

    def _connect(self, node_id: NodeId, reader: _Key, sort: EdgeSort, joined: type | None, words: str = "") -> None:
        """Arrows from a condition to what reads it.

        `joined` is how the reader joins its arrows (And, Or, or None where each counts by itself). An operand that is
        joined alike is no node of its own: its operands become arrows of the reader. Under a negation it is the other
        connective that is alike.
        """
        key = self._named(node_id, reader)
        node = self._network.nodes[node_id]
        if key is None and isinstance(node, Not) and not self._is_missing(node):
            flipped: EdgeSort = "not" if sort == "needs" else "needs"
            self._connect(node.operand, reader, flipped, joined, words)
            return
        alike = joined if sort == "needs" else _OPPOSITE.get(joined)
        if key is None and alike is not None and isinstance(node, alike) and isinstance(node, And | Or):
            for operand in node.operands:
                self._connect(operand, reader, sort, joined)
            return
        self._edge(key or self._condition(node_id), reader, sort, words)

    def _named(self, node_id: NodeId, reader: _Key) -> _Key | None:
        """The fact, derived fact or rule that a node stands for, unless it itself depends on the reader."""
        node = self._network.nodes[node_id]
        if isinstance(node, Holds):
            return self._fact(node.fact)
        names = [("derived", name) for name in (*self._defined.get(node_id, ()), *self._concluded.get(node_id, ()))]
        if node_id in self._rule_at:
            names.append(("rule", self._rule_at[node_id]))
        for kind, name in names:
            key = _Key("derived", name) if kind == "derived" else _Key("rule", name)
            if key != reader and not self._leads(reader, key):
                return self._derived(name) if kind == "derived" else self.rule(name)
        return None

    def _condition(self, node_id: NodeId) -> _Key:
        node = self._network.nodes[node_id]
        combination = isinstance(node, _COMBINATIONS)
        key = _Key("combination" if combination else "condition", node_id)
        if key not in self._nodes:
            # `recommended start X` is the `or` of the rules that advise it, and its words say more
            said = isinstance(node, Or) and all(o in self._applied for o in node.operands)
            words = _combination_words(node) if combination and not said else self._words.spelled(node_id)
            self._add(key, words, group="between")
            self._inside(node_id, key)
        return key

    def _inside(self, node_id: NodeId, reader: _Key) -> None:
        """Arrows from what a node is made of."""
        node = self._network.nodes[node_id]
        match node:
            case Holds(fact):
                self._edge(self._fact(fact), reader, "needs")
            case And(operands) | Or(operands):
                for operand in operands:
                    self._connect(operand, reader, "needs", type(node))
            case FirstKnownCondition(operands):
                for number, operand in enumerate(operands, start=1):
                    self._connect(operand, reader, "needs", None, str(number))
            case AtLeast(_, operands):
                for operand in operands:
                    self._connect(operand, reader, "needs", None)
            case Not(operand) if self._is_missing(node):
                self._inside(operand, reader)
            case Not(operand):
                self._connect(operand, reader, "not", None)
            case Certainly(operand) | ConditionKnown(operand):
                self._connect(operand, reader, "needs", None)
            case _:
                for key in self._read_by(node_id, reader):
                    self._edge(key, reader, "needs")

    def _is_missing(self, node: Not) -> bool:
        """Whether it reads as "X is missing", one condition and no negation."""
        inner = self._network.nodes[node.operand]
        return isinstance(inner, FactKnown | ValueKnown | ConditionKnown) and node.operand not in self._defined

    def _read_by(self, node_id: NodeId, reader: _Key) -> Iterator[_Key]:
        """The facts and derived facts that a comparison or a computed value reads, each once."""
        seen: set[NodeId] = set()
        waiting = [node_id]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            names = self._defined.get(current, ()) if current != node_id else ()
            key = _Key("derived", names[0]) if names else None
            node = self._network.nodes[current]
            if key is not None and key != reader and not self._leads(reader, key):
                yield self._derived(key.name)
                continue
            for fact in facts_of(node):
                if fact in self._network.facts:
                    yield self._fact(fact)
            waiting.extend(reversed(operands_of(node)))

    def _fact(self, name: str) -> _Key:
        key = _Key("fact", name)
        if key not in self._nodes:
            fact = self._network.facts[name]
            self._add(key, name, *([fact.label] if fact.label else []), group=_group(fact))
        return key

    # ---- nodes and edges --------------------------------------------------------------------------------------------

    def _add(self, key: _Key, title: str, *remarks: str, group: str) -> None:
        self._nodes.setdefault(key, Node("", key.kind, title, remarks, group))

    def _edge(self, source: _Key, target: _Key, sort: EdgeSort, words: str = "") -> None:
        self._edges.setdefault((source, target, sort, words))
        self._sources[target].add(source)

    def _leads(self, source: _Key, target: _Key) -> bool:
        """Whether arrows lead from `source` to `target`, so that one back would close a circle."""
        seen: set[_Key] = set()
        waiting = [target]
        while waiting:
            key = waiting.pop()
            if key == source:
                return True
            if key not in seen:
                seen.add(key)
                waiting.extend(self._sources.get(key, ()))
        return False

    def picture(self, title: str, subtitle: str, marks: Marks | None) -> Picture:
        order = list(GROUPS)
        keys = sorted(self._nodes, key=lambda k: (order.index(self._nodes[k].group), k.kind, self._nodes[k].title))
        count: defaultdict[Kind, int] = defaultdict(int)
        ids: dict[_Key, str] = {}
        nodes = []
        for key in keys:
            count[key.kind] += 1
            ids[key] = f"{_ID_LETTER[key.kind]}{count[key.kind]}"
            mark = self._mark(key, marks) if marks is not None else None
            nodes.append(replace(self._nodes[key], id=ids[key], mark=mark))
        place = {identifier: number for number, identifier in enumerate(ids.values())}
        edges = [Edge(ids[source], ids[target], sort, words) for source, target, sort, words in self._edges]
        edges.sort(key=lambda e: (place[e.source], place[e.target], e.sort, e.words))
        return Picture(title, subtitle, tuple(nodes), tuple(edges), marks is not None)

    def _mark(self, key: _Key, marks: Marks) -> Mark:
        match key.kind:
            case "fact":
                return marks.fact(key.name)
            case "derived":
                return marks.derived(key.name)
            case "rule":
                return marks.rule(key.name)
            case "advice":
                return marks.advice(self._advice[key])
            case "scope":
                return marks.scope()
            case _:
                return marks.condition(key.name)


def _combination_words(node: object) -> str:
    match node:
        case And():
            return "all of"
        case Or():
            return "any of"
        case AtLeast(count, _):
            return f"at least {count} of"
        case _:
            return "first known of"


def _group(fact: FactDefinition) -> str:
    if fact.patient_field is not None:
        return "patient"
    records = {reading.record for reading in fact.readings}
    if not records:
        return "given"
    return next(iter(records)) if len(records) == 1 else "several"
