"""Fuzzing: generated inputs for each target, for a time.

    python -m tests.fuzz.run [--seconds 60] [--corpus FOLDER] [TARGET ...]        (or: make fuzz SECONDS=60)

With atheris (the extra `fuzz`) coverage leads the way; without it, inputs are mutated blindly and this is said. Each
target has a process and the whole time. An input that breaks a law is written to `tests/robustness/inputs/TARGET/`,
where pytest runs it from then on; the exit code is 1. What coverage found is kept in `--corpus` (left out: nowhere).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from .mutate import mutated
from .seeds import KEPT, ROOT, kept, seeds, vocabulary

INPUT_SECONDS = 20
"""Of one input: more is a finding too."""
MEMORY_MB = 3000


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seed", type=int, default=None, help="of the mutations; another one every time if left out")
    parser.add_argument("--in-process", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    from .targets import TARGETS

    for target in chosen.targets:
        if target not in TARGETS:
            parser.error(f"no target `{target}`: {', '.join(TARGETS)}")
    guided = importlib.util.find_spec("atheris") is not None
    if chosen.in_process:
        (target,) = chosen.targets
        return blindly(target, chosen.seconds, chosen.seed)
    if not guided:
        print("atheris is not installed (pip install guidelang[fuzz]): inputs are mutated blindly", flush=True)
    failed = [target for target in chosen.targets or TARGETS if not _fuzzed(target, chosen, guided=guided)]
    print(f"laws broken by: {', '.join(failed)}; the inputs are in {KEPT}" if failed else "no law was broken")
    return 1 if failed else 0


def _fuzzed(target: str, chosen: argparse.Namespace, *, guided: bool) -> bool:
    """Fuzzes one target in a process of its own, since a crash or a hang ends it."""
    seconds = chosen.seconds
    if not guided:
        command = [sys.executable, "-m", "tests.fuzz.run", target, "--in-process", f"--seconds={seconds}"]
        if chosen.seed is not None:
            command.append(f"--seed={chosen.seed}")
        return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        first, words, found = folder / "seeds", folder / "words", folder / "found"
        corpus = chosen.corpus / target if chosen.corpus is not None else folder / "corpus"
        for each in (first, found, corpus):
            each.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate([*seeds(target), *kept(target).values()]):
            (first / str(number)).write_bytes(seed)
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in vocabulary(target)), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "tests.fuzz.guided", target, str(corpus), str(first)),
            *(f"-dict={words}", f"-artifact_prefix={found}/", f"-max_total_time={max(1, int(seconds))}"),
            *(f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MB}", "-verbosity=0", "-print_final_stats=1"),
        ]
        if chosen.seed is not None:
            command.append(f"-seed={chosen.seed}")
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, errors="replace")
        print(f"{target}: {_executed(done.stderr)} inputs", flush=True)
        artifacts = [path for path in found.iterdir() if not path.name.startswith("slow-unit")]
        for path in artifacts:
            _keep(target, path.read_bytes())
        if artifacts or done.returncode != 0:
            print(done.stdout[-3000:], done.stderr[-5000:], sep="\n", flush=True)
            return False
        return True


def blindly(target: str, seconds: float, seed: int | None) -> int:
    """Mutates seeds until the time is over or a law is broken."""
    from .targets import LONGEST, TARGETS

    chance = random.Random(seed)
    starts, words, law = [*seeds(target), *kept(target).values()], vocabulary(target), TARGETS[target]
    ends, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        data = mutated(chance.choice(starts), chance, words, chance.choice((1, 1, 2, 5)))[:LONGEST]
        count += 1
        try:
            law(data)
        except Exception:  # noqa: BLE001  # whatever is raised is a finding
            traceback.print_exc()
            print(f"{target}: broken by input {count}, kept as {_keep(target, data)}", flush=True)
            return 1
    print(f"{target}: {count} inputs", flush=True)
    return 0


def _keep(target: str, data: bytes) -> Path:
    path = KEPT / target / hashlib.sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _executed(told: str) -> str:
    lines = [line for line in told.splitlines() if line.startswith("stat::number_of_executed_units")]
    return lines[-1].split()[-1] if lines else "an unknown number of"


def _escaped(word: bytes) -> str:
    return "".join(chr(c) if 32 < c < 127 and chr(c) not in '"\\' else f"\\x{c:02x}" for c in word)


if __name__ == "__main__":
    sys.exit(main())
