"""cql-execution, the JavaScript engine of CQL, in a process of Node: one definition for each condition, as ELM.

The library is written as ELM, the form into which CQL is compiled. CQL has three values, so no second rail is needed.
The time is the engine's own, from its patients in memory to its results; starting Node and reading the patients is not
part of it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from guidelang.network.graph import operands_of
from guidelang.network.ir import (
    Affine,
    And,
    Arithmetic,
    Certainly,
    Compare,
    ConditionKnown,
    Constant,
    CurrentValue,
    FactKnown,
    FirstKnownCondition,
    Holds,
    IsOneOf,
    LastN,
    Network,
    NodeId,
    Not,
    Or,
)
from peers.plain_python import Facts
from peers.rails import history_fact

SCRIPT = Path(__file__).with_name("cql.js")
COMPARISONS = {"<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual", "=": "Equal"}
ARITHMETIC = {"+": "Add", "-": "Subtract", "*": "Multiply"}

Elm = dict[str, Any]


def node_with_cql(folder: Path) -> bool:
    """Whether Node is there, and cql-execution below the folder."""
    return shutil.which("node") is not None and (folder / "node_modules" / "cql-execution").is_dir()


class CqlExecution:
    name = "cql-execution (Node)"

    def __init__(self, network: Network, folder: Path) -> None:
        self._folder = folder
        self._network = network
        users: dict[NodeId, int] = {}
        for node in network.nodes.values():
            for operand in operands_of(node):
                users[operand] = users.get(operand, 0) + 1
        named = {network.rules[name].applies for name in network.rules} | {d.node for d in network.derived.values()}
        self._shared = {n for n, count in users.items() if count > 1 and operands_of(network.nodes[n])} | named
        definitions: list[Elm] = [
            {
                "name": "Patient",
                "context": "Patient",
                "expression": {"type": "SingletonFrom", "operand": {"type": "Retrieve", "dataType": "Patient"}},
            }
        ]
        for node in network.nodes:
            if node in self._shared:
                definitions.append({"name": node, "context": "Patient", "expression": self._elm(node)})
        self._wanted = [network.rules[name].applies for name in sorted(network.rules)]
        self._library = {
            "library": {
                "identifier": {"id": "Rules", "version": "1"},
                "schemaIdentifier": {"id": "urn:hl7-org:elm", "version": "r1"},
                "usings": {"def": [{"localIdentifier": "System", "uri": "urn:hl7-org:elm-types:r1"}]},
                "statements": {"def": definitions},
            }
        }

    def timed(self, patients: Sequence[Facts], rounds: int) -> tuple[list[tuple[bool | None, ...]], float]:
        """The truths of all patients, and the seconds that the fastest of several rounds took."""
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder) / "work.json"
            people = [{"id": str(i), "recordType": "Patient", **facts} for i, facts in enumerate(patients)]
            work.write_text(
                json.dumps({"library": self._library, "patients": people, "wanted": self._wanted, "rounds": rounds})
            )
            done = subprocess.run(
                ["node", str(SCRIPT), str(work), str(self._folder / "node_modules" / "cql-execution")],
                check=True,
                capture_output=True,
                text=True,
            )
        answer = json.loads(done.stdout)
        return [tuple(row) for row in answer["truths"]], float(answer["seconds"])

    def _of(self, node: NodeId) -> Elm:
        return {"type": "ExpressionRef", "name": node} if node in self._shared else self._elm(node)

    def _elm(self, node_id: NodeId) -> Elm:
        node = self._network.nodes[node_id]
        match node:
            case Constant(value=number):
                return _decimal(float(number))
            case CurrentValue(fact=fact) | Holds(fact=fact):
                return _property(fact)
            case LastN():
                return _property(history_fact(node_id))
            case Arithmetic(operator=operator, operands=operands):
                return _nested(ARITHMETIC[operator], [self._of(o) for o in operands])
            case Affine(operand=operand, factor=factor, offset=offset):
                scaled = _nested("Multiply", [self._of(operand), _decimal(float(factor))])
                return _nested("Add", [scaled, _decimal(float(offset))])
            case Compare(operator=operator, left=left, right=right):
                return {"type": COMPARISONS[operator], "operand": [self._of(left), self._of(right)]}
            case IsOneOf(subject=subject, values=words):
                return _nested("Or", [{"type": "Equal", "operand": [self._of(subject), _word(w)]} for w in words])
            case FactKnown(fact=fact):
                return _negated({"type": "IsNull", "operand": _property(fact)})
            case Not(operand=operand):
                return _negated(self._of(operand))
            case And(operands=operands):
                return _nested("And", [self._of(o) for o in operands])
            case Or(operands=operands):
                return _nested("Or", [self._of(o) for o in operands])
            case Certainly(operand=operand):
                return {"type": "IsTrue", "operand": self._of(operand)}
            case ConditionKnown(operand=operand):
                return _negated({"type": "IsNull", "operand": self._of(operand)})
            case FirstKnownCondition(operands=operands):
                return {"type": "Coalesce", "operand": [self._of(o) for o in operands]}
            case _:
                raise NotImplementedError(type(node).__name__)


def _property(name: str) -> Elm:
    return {"type": "Property", "path": name, "source": {"type": "ExpressionRef", "name": "Patient"}}


def _decimal(number: float) -> Elm:
    return {"type": "Literal", "valueType": "{urn:hl7-org:elm-types:r1}Decimal", "value": repr(number)}


def _word(word: str) -> Elm:
    return {"type": "Literal", "valueType": "{urn:hl7-org:elm-types:r1}String", "value": word}


def _negated(operand: Elm) -> Elm:
    return {"type": "Not", "operand": operand}


def _nested(kind: str, operands: Sequence[Elm]) -> Elm:
    whole = operands[0]
    for operand in operands[1:]:
        whole = {"type": kind, "operand": [whole, operand]}
    return whole
