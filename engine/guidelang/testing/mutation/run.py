"""All mutants of a guideline, judged: in several processes where they are many, and none that was judged before."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol, TypeAlias

from guidelang.diagnostics import Report
from guidelang.model.locate import sources_of, value_sets_of
from guidelang.source import Source
from guidelang.testing.guidelines import guidelines_in
from guidelang.testing.mutation.judge import Judge
from guidelang.testing.mutation.keys import Key, Keys
from guidelang.testing.mutation.mutants import Candidate, Workshop
from guidelang.testing.mutation.verdict import Judged, Mutation, Verdict

FEW = 60
"""As many mutants are judged sooner than processes are started."""

_NO_GUIDELINE = "none"


class Memory(Protocol):
    """What earlier runs found out, by key. What is lost is found out again."""

    make: str
    """What the keys depend on beside the guideline: the program itself."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


def mutate(
    where: str | Path | Source,
    report: Report,
    *,
    valuesets: Iterable[str | Path] = (),
    seconds: float = 10.0,
    vocabulary: bool = False,
    processes: int = 1,
    memory: Memory | None = None,
    on_progress: Callable[[int, int, str], None] = lambda _done, _total, _unit: None,
) -> list[Mutation]:
    """Makes every mutant of a guideline and holds its examples against each. Of several editions each is judged.

    Args:
        report: takes the faults of the guideline; one with errors has no mutants.
        seconds: how long the solver may think about one question.
        vocabulary: makes faults in the vocabularies too, in what the guideline uses of them.
        processes: how many may judge at once.
        memory: what earlier runs found out, and takes what this one does.
        on_progress: is told how many mutants are judged of how many.
    """
    found = []
    named = tuple(valuesets)
    for edition in guidelines_in(where):
        make = _Make(sources_of(edition, report), named, vocabulary, seconds)
        workshop = make.workshop(report)
        if workshop is not None:
            found.append(_of_one(workshop, make, processes, memory, on_progress))
    return found


@dataclass(frozen=True, slots=True)
class _Make:
    """What a process needs to make the same mutants as another."""

    sources: tuple[Source, ...]
    valuesets: tuple[str | Path, ...]
    vocabulary: bool
    seconds: float

    def workshop(self, report: Report) -> Workshop | None:
        if not self.sources:
            return None
        value_sets = value_sets_of(self.sources, self.valuesets)
        made = Workshop(self.sources, report, value_sets=value_sets, vocabulary=self.vocabulary)
        return made if made.guideline is not None else None


def _of_one(
    workshop: Workshop,
    make: _Make,
    processes: int,
    memory: Memory | None,
    on_progress: Callable[[int, int, str], None],
) -> Mutation:
    candidates = workshop.candidates()
    judge = Judge(workshop, make.seconds)
    keys: list[Key] = []
    verdicts: dict[int, Verdict | None] = {}
    proved: dict[int, Verdict] = {}
    if memory is not None:
        made = Keys(workshop, judge.examples, f"{memory.make} {make.seconds}")
        keys = [made.of(candidate) for candidate in candidates]
        for number, key in enumerate(keys):
            if (text := memory.get(key.judged) or memory.get(key.whole)) is not None:
                verdicts[number] = _unpacked(text)
            elif (text := memory.get(key.own)) is not None and (verdict := _unpacked(text)) is not None:
                proved[number] = verdict
    waiting = [number for number in range(len(candidates)) if number not in verdicts]
    done = len(verdicts)
    on_progress(done, len(candidates), "mutants")
    groups = _groups(candidates, waiting, proved)
    for numbers, judged_now in _judged(judge, candidates, groups, make, processes):
        verdicts |= dict(zip(numbers, judged_now, strict=True))
        done += len(numbers)
        on_progress(done, len(candidates), "mutants")
    if memory is not None:
        for number, key in enumerate(keys):
            found = verdicts[number]
            memory.put(key.judged if found is None or found.alone else key.whole, _packed(found))
            if found is not None and found.fate in ("equivalent", "survived"):
                memory.put(key.own, _packed(found))
            elif number in proved:
                memory.put(key.own, _packed(proved[number]))
    mutants = tuple(
        Judged(candidate.change, verdict)
        for candidate, verdict in zip(candidates, _joined([verdicts[n] for n in range(len(candidates))]), strict=True)
        if verdict is not None
    )
    network = workshop.network
    return Mutation(network.name, network.version, len(workshop.examples), mutants, tuple(judge.failing))


Group: TypeAlias = tuple[list[int], dict[int, Verdict]]
"""Mutants of one statement by number, and what is known of some, by their place in the list."""


def _groups(candidates: Sequence[Candidate], waiting: Iterable[int], proved: Mapping[int, Verdict]) -> list[Group]:
    """Mutants of one statement share the patients who tell them apart, so they are judged together."""
    groups: dict[tuple[int, int], list[int]] = {}
    for number in waiting:
        groups.setdefault((candidates[number].file, candidates[number].statement), []).append(number)
    return [(some, {at: proved[n] for at, n in enumerate(some) if n in proved}) for some in groups.values()]


def _judged(
    judge: Judge, candidates: Sequence[Candidate], parts: list[Group], make: _Make, processes: int
) -> Iterator[tuple[list[int], list[Verdict | None]]]:
    """The verdicts, as they come."""
    if processes < 2 or sum(len(numbers) for numbers, _ in parts) <= FEW:
        for numbers, proofs in parts:
            yield numbers, judge.judge([candidates[number] for number in numbers], proofs)
        return
    context = multiprocessing.get_context("spawn")  # the solver's threads come to no harm
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(make,)) as pool:
        parts.sort(key=lambda part: -len(part[0]))  # the longest first, so that none is waited for at the end
        futures = {pool.submit(_judge_some, numbers, proofs): numbers for numbers, proofs in parts}
        for future in as_completed(futures):
            yield futures[future], future.result()


_here: list[tuple[Judge, list[Candidate]]] = []
"""Of a process: its own judge, and the same mutants as everywhere."""


def _begin(make: _Make) -> None:
    workshop = make.workshop(Report())
    assert workshop is not None  # it was made where the processes were started
    _here[:] = [(Judge(workshop, make.seconds), workshop.candidates())]


def _judge_some(numbers: list[int], proofs: dict[int, Verdict]) -> list[Verdict | None]:
    judge, candidates = _here[0]
    return judge.judge([candidates[number] for number in numbers], proofs)


def _joined(verdicts: Sequence[Verdict | None]) -> list[Verdict | None]:
    """The verdicts with examples of one patient made one, which expects what each of them does."""
    expected: dict[str, dict[str, None]] = {}
    for verdict in verdicts:
        if verdict is not None and verdict.example is not None:
            patient, expects = _taken_apart(verdict.example)
            expected.setdefault(patient, {}).update(dict.fromkeys(expects))
    names: dict[str, str] = {}  # of the examples that are offered, each its own
    for patient, together in expected.items():
        names[patient] = f'example "{next(iter(together)).removeprefix("expect ")}: {len(names) + 1}"'
    found: list[Verdict | None] = []
    for verdict in verdicts:
        if verdict is None or verdict.example is None:
            found.append(verdict)
            continue
        patient, _ = _taken_apart(verdict.example)
        lines = [names[patient], patient, *(f"    {each}" for each in expected[patient])]
        found.append(replace(verdict, example="\n".join(lines) + "\n"))
    return found


def _taken_apart(example: str) -> tuple[str, list[str]]:
    """An `example` block as the patient, by its lines but for the name, and the lines of what is expected."""
    lines = [line.strip() for line in example.splitlines()[1:]]
    expects = [line for line in lines if line.startswith("expect ")]
    return "\n".join(f"    {line}" for line in lines if not line.startswith("expect ")), expects


def _packed(verdict: Verdict | None) -> str:
    return _NO_GUIDELINE if verdict is None else json.dumps(asdict(verdict), ensure_ascii=False)


def _unpacked(text: str) -> Verdict | None:
    return None if text == _NO_GUIDELINE else Verdict(**json.loads(text))
