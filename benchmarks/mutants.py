"""How long it takes to hold the examples of shipped guidelines against mutants, and how often the solver decides.

    python benchmarks/mutants.py [NAME...]        (or: make bench-mutants)
    SAMPLE=5000 python benchmarks/mutants.py      (as editions, all of them: a quarter of an hour)

Each guideline is copied, so that it can be edited. Measured is the time of one process: of the first run, of one after
a threshold in one rule was changed, and of one in which nothing was. Then some of its mutants, taken at random, are
compared with the guideline by meaning, as two editions are: printed is how many are the same for everybody, and what
becomes of the pieces of advice of the others.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from guidelang.diagnostics import Report
from guidelang.diff.meaning import compare_meaning
from guidelang.model.locate import sources_of
from guidelang.testing.mutation import Mutation, Workshop, mutate

DAY = dt.date(2024, 6, 1)
SAMPLE = int(os.environ.get("SAMPLE", "40"))


class Kept:
    """What earlier runs found out, in memory."""

    make = "benchmark"

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self._found.get(key)

    def put(self, key: str, value: str) -> None:
        self._found[key] = value


def main() -> None:
    names = sys.argv[1:] or ["calciphylaxis", "ckd_mbd@2003", "ckd_mbd@2009", "ckd_mbd@2017"]
    print(f"guidelang {version('guidelang')}, z3 {version('z3-solver')}, Python {platform.python_version()}\n")
    print(
        "| guideline | rules | examples | mutants | killed | survived | equivalent | undecided | unseen | score |",
        end="",
    )
    print(" first | after an edit | again |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in names:
        print(times(name), flush=True)
    print(
        f"\nUp to {SAMPLE} mutants of each as editions; pieces of advice but for the first two columns:\n\n"
        "| guideline | mutants | the same | broader or narrower | different | undecided |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in names:
        print(verdicts(name), flush=True)


def times(name: str) -> str:
    workshop = Workshop(sources_of(name, Report()), Report())
    with tempfile.TemporaryDirectory() as folder:
        place = copied(workshop, Path(folder))
        memory = Kept()
        first, cold = timed(place, memory)
        edit(workshop, place)
        _, edited = timed(place, memory)
        _, warm = timed(place, memory)
    counts = first.counts
    fates = (counts["killed"], counts["survived"], counts["equivalent"], counts["undecided"], counts["unseen"])
    score = "" if first.score is None else f"{first.score:.1f}"
    cells = [name, len(workshop.network.rules), first.examples, len(first.mutants), *fates, score]
    return f"| {' | '.join(map(str, cells))} | {cold:.1f} s | {edited:.1f} s | {warm:.1f} s |"


def copied(workshop: Workshop, folder: Path) -> Path:
    """The files of a guideline with its vocabularies, in a folder of their own."""
    for file in workshop.files:
        source = Path(file.span.source.name)
        (folder / source.name).write_text(file.span.source.text, encoding="utf-8")
    return folder / Path(workshop.files[0].span.source.name).name


def edit(workshop: Workshop, place: Path) -> None:
    """A threshold in a rule, one step higher."""
    for candidate in reversed(workshop.candidates()):
        if candidate.change.kind in ("threshold", "comparison") and workshop.made(candidate) is not None:
            source = candidate.source
            (place.parent / Path(source.name).name).write_text(source.text, encoding="utf-8")
            return


def timed(place: Path, memory: Kept) -> tuple[Mutation, float]:
    began = time.process_time()
    (found,) = mutate(place, Report(), memory=memory)
    return found, time.process_time() - began


def verdicts(name: str) -> str:
    workshop = Workshop(sources_of(name, Report()), Report())
    found: Counter[str] = Counter()
    made = 0
    candidates = workshop.candidates()
    for candidate in random.Random(1).sample(candidates, min(SAMPLE, len(candidates))):
        mutant = workshop.made(candidate)
        if mutant is None:
            continue
        made += 1
        changes = compare_meaning(workshop.network, mutant, as_of=DAY, seconds=5).advice
        found.update(change.verdict for change in changes if change.verdict != "same")
        found["same"] += all(change.verdict == "same" for change in changes)
    one_way = found["broader"] + found["narrower"]
    return f"| {name} | {made} | {found['same']} | {one_way} | {found['different']} | {found['undecided']} |"


if __name__ == "__main__":
    main()
