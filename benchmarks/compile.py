"""How long a guideline takes from its text to its rule network, against lark's bare parse of the same text.

    python benchmarks/compile.py [RULES ...]        (or: make bench-compile)

The rules are generated: each compares two of many facts, has an exception, an advice with a value in its text and a
citation. Bare is `Lark.parse` with the grammar of the language, to lark's own tree, with nothing done to it. Processor
time, the best of three rounds in which both take turns; the grammar is built before.
"""

from __future__ import annotations

import gc
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

from guidelang.diagnostics import Report
from guidelang.model import load
from guidelang.network.compile import compile_network
from guidelang.source import Source
from guidelang.syntax import grammar, parse

SIZES = (20, 200, 2000, 5000, 20_000)
ROUNDS = 3


def main() -> None:
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print(f"guidelang {version('guidelang')}, Python {platform.python_version()}, lark {version('lark')}")
    print(f"{time.strftime('%Y-%m-%d')}, best of {ROUNDS}\n")
    print("| rules | text, MB | bare parse, s | parse to tree, s | all, s | all : bare |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    bare = grammar.parser()
    for size in sizes:
        text = rules(size)
        source = Source("generated.guide", text)
        ways: tuple[Callable[[], object], ...] = (
            lambda text=text: bare.parse(text, start="start"),
            lambda source=source: parse(source, Report()),
            lambda source=source: compiled(source),
        )
        best = [float("inf")] * len(ways)
        for _ in range(ROUNDS):
            for place, way in enumerate(ways):
                gc.collect()
                began = time.process_time()
                way()
                best[place] = min(best[place], time.process_time() - began)
        parsed, tree, whole = best
        print(f"| {size:,} | {len(text) / 1e6:.2f} | {parsed:.2f} | {tree:.2f} | {whole:.2f} | {whole / parsed:.2f} |")


def compiled(source: Source) -> object:
    """Parsed, checked and compiled; nothing is taken from the cache, and nothing kept."""
    report = Report()
    guideline = load(source, report)
    if guideline is None:
        sys.exit(str(report.findings[:3]))
    return compile_network(guideline)


def rules(count: int) -> str:
    """A guideline with so many rules, on a tenth as many facts."""
    facts = max(count // 10, 5)
    lines = ["guideline generated version 1.0.0", '    source trial "A trial"', "    applies to dialysis", ""]
    lines += ["fact dialysis is yes or no", "    absent means no", ""]
    for number in range(facts):
        lines += [f"fact lab{number} is quantity in mg/dL", "    within 31 days", "    plausible 0 to 1000 mg/dL", ""]
    for number in range(count):
        first, second = number % facts, (number * 7 + 3) % facts
        lines += [
            f"rule r{number}",
            f"    when lab{first} > {number % 97 + 1}.5 mg/dL and lab{second} < {number % 89 + 1} mg/dL",
            f"    unless lab{(first + second) % facts} > 900 mg/dL",
            f'    recommend reduce lab{first} "It is {{lab{first}}}."',
            f"    cite trial {number}",
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
