"""How long it takes to compare two editions of a guideline by meaning.

    python benchmarks/diff.py [RULES]        (or: make bench-diff)

The rules are generated over forty facts: comparisons, products, a corrected value, exceptions, overrides, windows,
`last 2`. The second edition has twenty changes, half of which change nothing: an operator turned inside out, a double
negation, a condition said twice. Printed are the time on the wall, and what the verdicts say of each change.
"""

from __future__ import annotations

import datetime as dt
import platform
import random
import sys
import time
from importlib.metadata import version

from guidelang.diagnostics import Report
from guidelang.diff.meaning import compare_meaning
from guidelang.model import load
from guidelang.network.compile import compile_network
from guidelang.network.ir import Network
from guidelang.source import Source

FACTS = 40
CHANGES = 20
DAY = dt.date(2026, 1, 1)


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    chosen = random.Random(1)
    rules = [rule(number, chosen) for number in range(size)]
    changed, same = edited(rules, chosen)
    old, new = network(rules), network(changed)
    began = time.perf_counter()
    meaning = compare_meaning(old, new, as_of=DAY)
    taken = time.perf_counter() - began
    verdicts = {change.advice: change.verdict for change in meaning.advice if change.verdict != "same"}
    false = [name for name in same if verdicts.get(f"reduce target{name}")]
    print(f"guidelang {version('guidelang')}, z3 {version('z3-solver')}, Python {platform.python_version()}")
    print(
        f"{size} rules, {len(old.nodes)} nodes, {CHANGES} changes of which {len(same)} change nothing: {taken:.1f} s\n"
    )
    print("| verdict | pieces of advice |")
    print("| --- | ---: |")
    for verdict in ("broader", "narrower", "different", "undecided"):
        print(f"| {verdict} | {sum(1 for each in verdicts.values() if each == verdict)} |")
    print(f"| changed though nothing changes | {len(false)} |")


def network(rules: list[str]) -> Network:
    facts = "".join(
        f"fact value{n} is quantity in mg/dL\n    within {30 + n} days\n    plausible 0.1 to 50 mg/dL\n"
        f"fact state{n} is yes or no\n" + ("    absent means no\n" if n % 2 else "")
        for n in range(FACTS)
    )
    report = Report()
    guideline = load(Source("generated.guide", f"guideline generated version 1\n\n{facts}\n" + "".join(rules)), report)
    assert guideline is not None, report.findings[:3]
    return compile_network(guideline)


def rule(number: int, chosen: random.Random) -> str:
    parts = [condition(chosen) for _ in range(chosen.randint(1, 3))]
    text = f"rule r{number}\n    when {' and '.join(parts)}\n"
    if chosen.random() < 0.4:
        text += f"    unless {condition(chosen)}\n"
    if number % 10 == 9:
        text += f"    overrides r{number - 1}\n"
    return text + f"    recommend reduce target{number}\n"


def condition(chosen: random.Random) -> str:
    fact, other = (f"value{chosen.randrange(FACTS)}" for _ in range(2))
    limit = chosen.randint(10, 400) / 10
    return chosen.choice(
        (
            f"{fact} > {limit} mg/dL",
            f"{fact} <= {limit} mg/dL",
            f"state{chosen.randrange(FACTS)}",
            f"not state{chosen.randrange(FACTS)}",
            f"{fact} * {other} > {limit * 20:.1f} mg2/dL2",
            f"{fact} + 0.8 * (4 mg/dL - {other}) >= {limit} mg/dL",
            f"last 2 {fact} within 90 days > {limit} mg/dL",
            f"certainly state{chosen.randrange(FACTS)}",
        )
    )


def edited(rules: list[str], chosen: random.Random) -> tuple[list[str], list[int]]:
    """The rules with twenty changes, and the numbers of those whose meaning stays."""
    changed, same = list(rules), []
    for count, number in enumerate(chosen.sample(range(len(rules)), CHANGES)):
        text = changed[number]
        line = next(part for part in text.splitlines() if "when" in part)
        said = line.removeprefix("    when ")
        if count % 2:
            other = chosen.choice((f"not (not ({said}))", f"({said}) and ({said})", f"not ((not ({said})) or false)"))
            other = other.replace(" or false", f" and (not ({said}))")
            same.append(number)
        else:
            other = chosen.choice((f"{said} and {condition(chosen)}", f"({said}) or {condition(chosen)}"))
        changed[number] = text.replace(line, f"    when {other}")
    return changed, same


if __name__ == "__main__":
    main()
