"""What was found out about the mutants of one guideline, kept between runs: one file, keys with what is under them.

The file is written anew as a whole with what was used this time, so it grows no larger than the guideline has mutants.
As everywhere in the cache, what is damaged is no file, and nothing here fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from guidelang.cache.store import cache_folder
from guidelang.resources import folder
from guidelang.version import __version__

FORMAT = 1
MOST_FILES = 64

_ENDING = ".mutants"


class Verdicts:
    """The kept verdicts of a guideline. `save` keeps what was looked up or put.

    Args:
        name: of the guideline, however somebody calls it: a path, or the name of a shipped one.
    """

    def __init__(self, name: str) -> None:
        self.make = f"{FORMAT} {__version__} {_program()}"
        where = cache_folder()
        digest = hashlib.sha256(name.encode()).hexdigest()
        self._path = None if where is None else where / f"{digest}{_ENDING}"
        self._kept = _read(self._path)
        self._used: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        found = self._kept.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def put(self, key: str, value: str) -> None:
        self._used[key] = value

    def save(self) -> None:
        """Writes the file in one step; of many guidelines those judged longest ago go."""
        if self._path is None:
            return
        body = json.dumps(self._used, ensure_ascii=True, separators=(",", ":"))
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = self._path.with_suffix(f".{os.getpid()}-{time.monotonic_ns():x}.part")
            try:
                unfinished.write_text(f"{_digest(body)}\n{body}\n", encoding="ascii", newline="\n")
                unfinished.replace(self._path)
            finally:
                unfinished.unlink(missing_ok=True)
            files = sorted(self._path.parent.glob(f"*{_ENDING}"), key=lambda path: -path.stat().st_mtime)
            for path in files[MOST_FILES:]:
                path.unlink(missing_ok=True)


def _read(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        digest, body, _ = path.read_text(encoding="ascii").split("\n")
        found = json.loads(body) if digest == _digest(body) else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("ascii")).hexdigest()


@cache
def _program() -> str:
    """The program itself, by the names, sizes and times of its files: how it runs and proves decides as well."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for place in (package, folder("grammar")):
        for path in sorted(place.rglob("*")):
            if path.suffix in (".py", ".json", ".lark", ".toml", ".txt") and path.is_file():
                found = path.stat()
                digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
