"""One patient, facts in memory: the executors against other engines on the same rules and the same patients.

    python benchmarks/one_patient.py [PATIENTS] [NODE_FOLDER]        (or: make bench-one-patient)

The guideline is the shipped one on calciphylaxis; a third of the facts of each patient is missing. Every engine gives
the truth of each rule, and the truths are compared before anything is timed. NODE_FOLDER is a folder in which
`npm install cql-execution` was run; without it that line is left out, and so are engines that are not installed.

What is timed, for each line:
  statuses         from facts in memory to the status of each rule
  outcomes         the same, with every text, every missing fact with its reasons, and conflicts
  evaluation       the settled value of every node with the facts it came from, which is all a trace is made of
  trace            the published trace document, validated
  others           from facts in memory to the truth of each rule; they have no trace
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from peers.cql import CqlExecution, node_with_cql
from peers.plain_python import Facts
from peers.rails import history_fact

import guidelang
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet
from guidelang.network.ir import LastN, Network
from guidelang.result import Result
from guidelang.run import Evaluation, Literals, Truth, evaluate

AS_OF = dt.date(2024, 6, 1)
ROUNDS = 5
PEERS = (
    ("peers.plain_python", "PlainPython"),
    ("peers.by_hand_durable", "ByHandDurable"),
    ("peers.by_hand_clips", "ByHandClips"),
    ("peers.zen_engine", "ZenEngine"),
    ("peers.rule_engine_", "RuleEngine"),
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    node = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("node")
    network = guidelang.load("calciphylaxis").network
    patients = people(network, count)
    given = with_histories(network, patients)
    expected = [truths(network, evaluate(network, patient, "direct")) for patient in patients]
    assert expected == [truths(network, evaluate(network, patient, "durable")) for patient in patients]

    ways: dict[str, Callable[[], object]] = {
        "guidelang direct: statuses": lambda: [evaluate(network, p, "direct").statuses for p in patients],
        "guidelang direct: outcomes": lambda: [evaluate(network, p, "direct").outcomes for p in patients],
        "guidelang direct: evaluation": lambda: [evaluate(network, p, "direct") for p in patients],
        "guidelang direct: trace": lambda: [Result(evaluate(network, p, "direct")).trace() for p in patients[:50]],
        "guidelang durable: statuses": lambda: [evaluate(network, p, "durable").statuses for p in patients],
    }
    for module, name in PEERS:
        try:
            peer = getattr(importlib.import_module(module), name)(network)
        except ModuleNotFoundError as error:
            print(f"left out, as {error.name} is not installed: {name}", file=sys.stderr)
            continue
        agree(peer.name, expected, peer.run(given))
        ways[peer.name] = lambda peer=peer: peer.run(given)

    best = fastest(ways, count)
    if node_with_cql(node):
        cql = CqlExecution(network, node)
        found, seconds = cql.timed(given, ROUNDS)
        agree(cql.name, expected, found)
        best[cql.name] = seconds / count
    told(network, count, best)


def people(network: Network, count: int) -> list[FactSet]:
    """Patients in scope, with a third of the other facts missing; laboratory values around their thresholds."""
    draw = random.Random(20240601)
    numbers = {
        "phosphorus": (2.0, 9.0, "mg/dL"), "calcium": (7.0, 12.0, "mg/dL"), "albumin": (2.0, 5.0, "g/dL"),
        "ionized_calcium": (0.9, 1.5, "mmol/L"), "pth": (50, 900, "pg/mL"), "dialysate_calcium": (1.5, 3.5, "mEq/L"),
        "pain": (0, 10, ""), "hemodialysis_sessions": (2, 5, ""), "single_pool_kt_v": (0.8, 1.8, ""),
        "weekly_kt_v": (1.2, 2.4, ""),
    }  # fmt: skip
    setting = Setting(network, AS_OF)
    found = []
    for index in range(count):
        facts: dict[str, object] = {"patient": f"p{index}", "dialysis": True, "calciphylaxis": True, "deceased": False}
        for name, fact in sorted(network.facts.items()):
            if name in facts or fact.patient_field is not None:
                continue
            if draw.random() < 1 / 3:
                facts[name] = "unknown"
            elif fact.type == "yes_no":
                facts[name] = draw.random() < 0.5
            elif fact.type == "choice":
                facts[name] = draw.choice([choice.value for choice in fact.choices])
            else:
                low, high, unit = numbers[name]
                places = 0 if name in ("pain", "hemodialysis_sessions") else 1
                facts[name] = f"{draw.uniform(low, high):.{places}f} {unit}".strip()
        found.append(fact_set(setting, facts, "", ""))
    return found


def with_histories(network: Network, patients: Sequence[FactSet]) -> list[Facts]:
    """The same facts as peers take them: points in the fact's unit, and the answers to questions about histories."""
    literals = Literals(network)
    asked = [node for node, what in network.nodes.items() if isinstance(what, LastN)]
    found: list[Facts] = []
    for patient in patients:
        facts: dict[str, object] = {}
        for name, state in patient.states.items():
            if isinstance(state.value, bool | str):
                facts[name] = state.value
            elif state.value is not None and state.value.is_point:
                facts[name] = float(state.value.value)
        answers = literals.truths(patient, literals.values(patient))
        facts.update({history_fact(node): answers[node] for node in asked if answers[node] is not None})
        found.append(facts)
    return found


def truths(network: Network, evaluation: Evaluation) -> tuple[Truth, ...]:
    return tuple(evaluation.conditions[network.rules[name].applies] for name in sorted(network.rules))


def agree(name: str, expected: Sequence[object], found: Sequence[object]) -> None:
    wrong = sum(a != b for a, b in zip(expected, found, strict=True))
    if wrong:
        sys.exit(f"{name} gives other outcomes for {wrong} of {len(expected)} patients")


def fastest(ways: dict[str, Callable[[], object]], count: int) -> dict[str, float]:
    """Seconds a patient, the best of some rounds in which all ways take turns."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            gc.collect()
            began = time.perf_counter()
            way()
            taken = time.perf_counter() - began
            best[name] = min(best[name], taken / (50 if name.endswith("trace") else count))
    return best


def told(network: Network, count: int, best: dict[str, float]) -> None:
    names = ("guidelang", "durable-rules", "clipspy", "zen-engine", "rule-engine")
    versions = [f"{name} {_version(name)}" for name in names if _version(name)]
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    print(f"{time.strftime('%Y-%m-%d')}, {count} patients, {len(network.rules)} rules, best of {ROUNDS}\n")
    print("| | us a patient | patients/s | ratio to statuses |\n| --- | ---: | ---: | ---: |")
    yardstick = best["guidelang direct: statuses"]
    for name, taken in best.items():
        print(f"| {name} | {1e6 * taken:.1f} | {1 / taken:,.0f} | {taken / yardstick:.2f} |")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
