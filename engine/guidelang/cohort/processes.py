"""Patients who are evaluated one by one, in several processes where they are many.

Each process is started anew and loads the library itself (`spawn`), so that threads of the libraries that hold tables
come to no harm. It is handed the network once, and then patients with the reader of their records.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from guidelang.facts.state import FactSet
from guidelang.network.ir import Network

Reader: TypeAlias = Callable[[int], FactSet]
T = TypeVar("T")

FEW = 2_000
"""As many patients are evaluated sooner than processes are started."""

_AT_ONCE = 250


@runtime_checkable
class Divisible(Protocol):
    """A reader of patients that can be handed to another process."""

    def __call__(self, row: int) -> FactSet: ...

    def among(self, rows: Sequence[int]) -> Reader:
        """A reader of these patients alone, small enough to be handed over."""


@dataclass(slots=True)
class Processes(Generic[T]):
    """As many processes as are allowed, started when they are first needed; one is the process itself.

    Attributes:
        evaluated: says what becomes of one patient; a function of a module, and its answer such that it can be handed
            over.
    """

    network: Network
    evaluated: Callable[[Network, FactSet], T]
    count: int = 1
    few: int = FEW
    _pool: ProcessPoolExecutor | None = field(default=None)

    def of(self, reader: Reader, rows: Sequence[int]) -> list[T]:
        """What becomes of these patients, in the order of the rows."""
        if self.count < 2 or len(rows) < self.few or not isinstance(reader, Divisible):
            return [self.evaluated(self.network, reader(row)) for row in rows]
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.count, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(self.network,)
            )
        parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
        functions = [self.evaluated] * len(parts)
        found = self._pool.map(_evaluated, functions, [reader.among(part) for part in parts], parts)
        return [each for part in found for each in part]

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


@contextmanager
def processes(network: Network, evaluated: Callable[[Network, FactSet], T], count: int) -> Iterator[Processes[T]]:
    """Processes that end with the block."""
    started = Processes(network, evaluated, count)
    try:
        yield started
    finally:
        started.close()


_networks: list[Network] = []


def _begin(network: Network) -> None:
    _networks[:] = [network]


def _evaluated(evaluated: Callable[[Network, FactSet], T], reader: Reader, rows: Sequence[int]) -> list[T]:
    return [evaluated(_networks[0], reader(row)) for row in rows]
