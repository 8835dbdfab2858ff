"""The folder of kept guidelines.

An entry is written beside its place and then put there in one step, so a reader finds a whole one or none, however many
processes write and whenever one is killed. Nothing here fails: a folder that cannot be read or written is no cache.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from guidelang.cache.entry import read_entry, write_entry
from guidelang.cache.key import Key
from guidelang.diagnostics import Diagnostic
from guidelang.network.ir import Network

VARIABLE = "GUIDELANG_CACHE"
MOST_ENTRIES = 64
MOST_BYTES = 32_000_000
"""Of all entries together; those used longest ago go first. The shipped guidelines take 50 to 100 kB each."""

_ENDING = ".compiled"
_UNFINISHED = ".part"
_ABANDONED_AFTER = 3600  # seconds; what a killed process left behind


def cache_folder() -> Path | None:
    """The folder: `GUIDELANG_CACHE`, or the user's own by the custom of the system; None where there is to be none."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return None if named.lower() == "off" else Path(named).expanduser()
    try:
        if os.name == "nt":
            given = os.environ.get("LOCALAPPDATA", "")
            return (Path(given) if given else Path.home() / "AppData" / "Local") / "guidelang" / "cache"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "guidelang"
        given = os.environ.get("XDG_CACHE_HOME", "")
        return (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "guidelang"
    except RuntimeError:  # a user without a home
        return None


def kept(key: Key) -> tuple[Network, tuple[Diagnostic, ...]] | None:
    """What was kept under a key: the network and the findings; None if there is nothing, or nothing whole."""
    folder = cache_folder()
    if folder is None:
        return None
    path = folder / f"{key.hash}{_ENDING}"
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    found = read_entry(key, content)
    if found is not None:
        with suppress(OSError):
            os.utime(path)  # what is used stays
    return found


def keep(key: Key, network: Network, findings: Iterable[Diagnostic]) -> None:
    """Keeps a network with its findings under a key."""
    folder = cache_folder()
    if folder is None:
        return
    try:
        content = write_entry(key, network, findings)
    except ValueError:  # a number of more digits than Python writes
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = folder / f"{key.hash}.{os.getpid()}-{time.monotonic_ns():x}{_UNFINISHED}"
        try:
            with unfinished.open("xb") as file:
                file.write(content)
            unfinished.replace(folder / f"{key.hash}{_ENDING}")
        finally:
            unfinished.unlink(missing_ok=True)
        _drop_oldest(folder)


def _drop_oldest(folder: Path) -> None:
    entries: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        if path.suffix not in (_ENDING, _UNFINISHED):
            continue
        with suppress(OSError):  # another process may have dropped it
            found = path.stat()
            if path.suffix == _ENDING:
                entries.append((found.st_mtime, found.st_size, path))
            elif found.st_mtime < time.time() - _ABANDONED_AFTER:
                path.unlink(missing_ok=True)
    total = 0
    for number, (_, size, path) in enumerate(sorted(entries, reverse=True)):
        total += size
        if number >= MOST_ENTRIES or total > MOST_BYTES:
            with suppress(OSError):
                path.unlink(missing_ok=True)
