"""The network: the same meaning gets the same hash, another meaning another one, and its JSON form loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction

import pytest

import guidelang
from guidelang.diagnostics import Report
from guidelang.model import load, shipped_editions
from guidelang.network import Network, compile_network, ir, network_hash
from guidelang.network.document import NetworkDocument, from_document, to_document
from guidelang.network.graph import operands_of
from guidelang.source import Source
from tests.shipped import sample_value_sets

TEXT = """guideline g version 1
    effective 2024-01-01
    source review "A review"

fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact dialysis is yes or no
fact warfarin is yes or no

parameter ceiling = 5.5 mg/dL

define high = phosphorus >= ceiling

rule lower
    when high and dialysis
    unless certainly warfarin
    recommend reduce phosphorus "Now {phosphorus}."
    cite review 1

rule note
    when dialysis or warfarin
    conclude noted
"""


def network(text: str = TEXT, **parameters: str) -> Network:
    report = Report()
    guideline = load(Source("g", text), report, parameters)
    assert guideline is not None, report.sorted()
    return compile_network(guideline)


def moved(text: str) -> str:
    """The same statements in the opposite order."""
    head, *others = text.split("\n\n")
    return "\n\n".join([head, *reversed([part.strip() for part in others])]) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("rule lower", "# a comment\n\n\nrule   lower"),
        TEXT.replace("\n    ", " "),
        moved(TEXT),
        TEXT.replace("high and dialysis", "dialysis and high"),
        TEXT.replace("dialysis or warfarin", "(warfarin) or dialysis"),
        TEXT.replace("5.5 mg/dL", "5.50 mg/dL").replace("ceiling = 5.50 mg/dL", "ceiling = 5.5 mg/dL"),
        TEXT.replace("    unless certainly warfarin\n    recommend", "    recommend").replace(
            "    cite review 1", "    cite review 1\n    unless certainly warfarin"
        ),
    ],
    ids=["comment and blanks", "one line", "order of statements", "order of and", "order of or", "zeros", "clauses"],
)
def test_what_means_the_same_has_the_same_hash(text: str) -> None:
    assert network(text).hash == network().hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5.5 mg/dL", "5.6 mg/dL"),
        (">= ceiling", "> ceiling"),
        ("high and dialysis", "high or dialysis"),
        ("unless certainly warfarin", "unless warfarin"),
        ("Now {phosphorus}.", "Currently {phosphorus}."),
        ("3.0974", "3.097"),
        ("0.5 to 20", "0.5 to 25"),
        ("cite review 1", "cite review 2"),
        ("2024-01-01", "2024-01-02"),
        ("recommend reduce", "suggest reduce"),
    ],
)
def test_what_means_something_else_has_another_hash(old: str, new: str) -> None:
    assert old in TEXT
    assert network(TEXT.replace(old, new, 1)).hash != network().hash


def test_a_parameter_that_a_site_sets_is_part_of_the_hash() -> None:
    assert network(ceiling="5.0 mg/dL").hash != network().hash
    assert network(ceiling="5.0 mg/dL").parameters[0].set_by_site


def test_the_hash_does_not_depend_on_the_process() -> None:
    code = (
        "from guidelang.model import load; from guidelang.network import compile_network; "
        "from guidelang.diagnostics import Report; print(compile_network(load('calciphylaxis', Report())).hash)"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(hashes) == 1


@pytest.mark.parametrize("name", sorted(shipped_editions()))
def test_json_loses_nothing(name: str) -> None:
    made = guidelang.load(name, valuesets=sample_value_sets(name)).network
    read = from_document(NetworkDocument.model_validate_json(to_document(made).model_dump_json()))
    assert read == made
    assert network_hash(read) == made.hash


def test_operands_come_before_the_nodes_that_use_them() -> None:
    guideline = load("calciphylaxis", Report())
    assert guideline is not None
    seen: set[str] = set()
    made = compile_network(guideline)
    for identifier, node in made.nodes.items():
        assert set(operands_of(node)) <= seen
        seen.add(identifier)
    assert {i for stratum in made.strata for i in stratum} == {
        i for i, node in made.nodes.items() if isinstance(node, ir.ConditionNode)
    }


def test_thresholds_are_in_the_unit_of_the_fact() -> None:
    made = network(TEXT.replace("parameter ceiling = 5.5 mg/dL", "parameter ceiling = 2 mmol/L"))
    constants = [node for node in made.nodes.values() if isinstance(node, ir.Constant)]
    assert [(c.value, c.unit, c.text, c.parameter) for c in constants] == [
        (Fraction("6.1948"), "mg/dL", "2 mmol/L", "ceiling")
    ]


def test_the_deceased_are_out_of_scope_unless_the_guideline_speaks_of_them() -> None:
    assert isinstance(network().nodes[network().scope], ir.Not)
    text = TEXT.replace(
        '    source review "A review"\n', '    source review "A review"\n    applies to dialysis or deceased\n'
    )
    spoken = network(text)
    assert isinstance(spoken.nodes[spoken.scope], ir.Or)


def test_a_fact_that_no_rule_reads_is_known_but_not_needed() -> None:
    made = network(TEXT + "\nfact height is quantity in cm\n    plausible 20 to 250 cm\n")
    assert "height" not in made.facts
    assert "height" in made.unused_facts
    assert made.hash == network().hash


def test_a_chain_of_five_thousand_derived_facts_compiles() -> None:
    links = "\n".join(f"define d{i} = d{i - 1} or dialysis" for i in range(1, 5000))
    made = network(f"guideline g version 1\nfact dialysis is yes or no\ndefine d0 = dialysis\n{links}\n")
    assert len(made.derived) == 5000
