"""How good the tests of a stage are: mutants of its code, made and run by mutmut.

    python tools/mutants.py [--sample 150] [--seed 1] [STAGE ...]        (or: make mutants SAMPLE=150)

Stages are `quantity`, `facts` and `run`, each tested by its own folder of tests alone, so that a mutant that only
another stage's tests would kill counts as a survivor. mutmut wants a layout of its own: the tree is copied into
`build/mutants`. `--sample` runs so many mutants of each stage, picked by chance, and all of them if it is 0. Prints a
row for each stage; the survivors stand in `build/mutants/STAGE.txt` with what was changed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "mutants"
STAGES = ("quantity", "facts", "run")
LEFT_OUT = {
    "quantity": ("--deselect=tests/quantity/test_table.py::test_the_table_is_what_the_generator_writes",),
    "facts": ("--ignore=tests/facts/test_fhir_hostile.py", "--ignore=tests/facts/test_fhir_damaged.py"),
    "run": ("--ignore=tests/run/test_executors.py",),
}
"""Tests that take minutes under each mutant, and one of where a file lies in the tree."""

KILLED, SURVIVED, UNTESTED = (1, 3), 0, 33
"""Exit codes that mutmut keeps for a mutant; 33 is of a function that no test calls, others are timeouts, crashes."""

SETTINGS = """[tool.pytest.ini_options]
pythonpath = ["src", "cli"]
addopts = "--import-mode=importlib -p no:cacheprovider"

[tool.mutmut]
source_paths = ["src/guidelang"]
only_mutate = ["src/guidelang/{stage}/*"]
also_copy = ["cli", "grammar", "guidelines", "tools"]
pytest_add_cli_args = [{ignored}]
pytest_add_cli_args_test_selection = ["tests/{stage}"]
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("stages", nargs="*", default=STAGES)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print("| stage | mutants | run | killed | survived | of code that no test calls | timeouts, crashes | score | s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for stage in chosen.stages:
        row(stage, chosen.sample, random.Random(chosen.seed))
    return 0


def row(stage: str, sample: int, chance: random.Random) -> None:
    """Runs mutants of one stage, and prints what became of them."""
    began = time.monotonic()
    place = assembled(stage)
    mutmut(place, "guidelang.none_of_this_name*")  # makes the mutants, and finds which tests call what
    names = sorted(results(place))
    if not names:
        sys.exit(f"mutmut made no mutants of {stage}; its words are in {place / 'mutmut.log'}")
    picked = sorted(chance.sample(names, sample)) if 0 < sample < len(names) else names
    mutmut(place, *picked)
    found = results(place)
    codes = Counter(found[name] for name in picked)
    killed, survived, untested = sum(codes[code] for code in KILLED), codes[SURVIVED], codes[UNTESTED]
    others = len(picked) - killed - survived - untested
    score = 100 * (killed + others) / len(picked)
    seconds = time.monotonic() - began
    counts = f"{len(names)} | {len(picked)} | {killed} | {survived} | {untested} | {others}"
    print(f"| `{stage}` | {counts} | {score:.0f} % | {seconds:.0f} |", flush=True)
    shown = [name for name in picked if found[name] in (SURVIVED, UNTESTED)]
    (PLACE / f"{stage}.txt").write_text("\n".join(change(place, name) for name in shown), encoding="utf-8")


def assembled(stage: str) -> Path:
    """A copy of the tree as mutmut wants it."""
    place = PLACE / stage
    shutil.rmtree(place, ignore_errors=True)
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "engine" / "guidelang", place / "src" / "guidelang", ignore=leave)
    for name in ("cli", "grammar", "guidelines", "tests", "tools"):
        shutil.copytree(ROOT / name, place / name, ignore=leave)
    ignored = ", ".join(f'"{option}"' for option in LEFT_OUT[stage])
    (place / "pyproject.toml").write_text(SETTINGS.format(stage=stage, ignored=ignored), encoding="utf-8")
    return place


def mutmut(place: Path, *names: str) -> None:
    """`mutmut run`, one process at a time."""
    with (place / "mutmut.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names],
            cwd=place,
            env={**os.environ, "PYTHONPATH": ""},
            stdout=log,
            stderr=log,
            check=False,
        )


def results(place: Path) -> Mapping[str, int | None]:
    """The exit code of each mutant, None if it was not run."""
    found: dict[str, int | None] = {}
    for path in (place / "mutants").rglob("*.meta"):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def change(place: Path, name: str) -> str:
    """What a mutant changes, as a diff."""
    command: Sequence[str] = [sys.executable, "-m", "mutmut", "show", name]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
