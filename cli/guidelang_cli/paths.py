"""Paths as they are typed, on every system: pure functions, which take the rules of a system as an argument."""

from __future__ import annotations

import ntpath
import os
from collections.abc import Callable, Iterable
from types import ModuleType

_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for devices, with and without an extension."""


def is_device(name: str) -> bool:
    """Whether Windows could not keep a file of that name; guidelines travel, so no system may make one."""
    return name.partition(".")[0].casefold() in _DEVICES


def looks_like_path(text: str, rules: ModuleType = os.path) -> bool:
    """Whether a word names a place and not a thing: it has a separator, or a drive's letter."""
    separators = {"/", *([rules.sep]), *([rules.altsep] if rules.altsep else [])}
    return any(separator in text for separator in separators) or bool(rules.splitdrive(text)[0])


def completions(
    incomplete: str,
    entries: Callable[[str], Iterable[tuple[str, bool]]],
    suffixes: tuple[str, ...],
    rules: ModuleType = os.path,
) -> list[str]:
    """Paths that begin with what is typed: folders with a separator at their end, and files with these suffixes.

    Args:
        incomplete: what is typed; what stands before its last name is kept as it is, drive and separators included.
        entries: the names in a folder, each with whether it is a folder.
        suffixes: in small letters; files are compared without regard to case.
        rules: `posixpath` or `ntpath`.
    """
    begin = rules.basename(incomplete)
    kept = incomplete[: len(incomplete) - len(begin)]
    separator = "/" if "/" in kept else rules.sep
    same = str.casefold if rules is ntpath else str
    found = []
    for name, is_folder in sorted(entries(kept)):
        if not same(name).startswith(same(begin)) or (name.startswith(".") and not begin.startswith(".")):
            continue
        if is_folder:
            found.append(f"{kept}{name}{separator}")
        elif name.casefold().endswith(suffixes):
            found.append(f"{kept}{name}")
    return found
