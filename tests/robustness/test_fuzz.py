"""The laws of fuzzing: inputs that once broke one, some mutations at every run, and the command that looks for more."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import run
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import KEPT, kept, seeds, vocabulary
from tests.fuzz.targets import LONGEST, TARGETS

FOUND = [(target, name) for target in TARGETS for name in kept(target)]


@pytest.mark.parametrize(("target", "name"), FOUND)
def test_an_input_that_was_found(target: str, name: str) -> None:
    TARGETS[target]((KEPT / target / name).read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), changes=st.integers(0, 5))
def test_mutations_of_the_examples(target: str, seed: int, changes: int) -> None:
    chance = random.Random(seed)
    short = sorted(seeds(target), key=len)[:60]  # the long ones are for `make fuzz`
    TARGETS[target](mutated(chance.choice(short), chance, vocabulary(target), changes)[:LONGEST])


def test_what_breaks_a_law_is_kept_and_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def no_slashes(data: bytes) -> None:
        assert b"/" not in data

    monkeypatch.setitem(TARGETS, "words", no_slashes)  # type: ignore[arg-type]  # a dictionary, told as less
    monkeypatch.setattr(run, "KEPT", tmp_path)
    assert run.blindly("words", 20, 1) == 1
    (found,) = (tmp_path / "words").iterdir()
    assert b"/" in found.read_bytes()
    assert found.name in capfd.readouterr().out


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris, the extra `fuzz`, is not installed")
def test_coverage_leads_the_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["fuzz", "--seconds", "2", "words"])
    assert run.main() == 0
    assert "words: " in capsys.readouterr().out
