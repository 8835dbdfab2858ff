"""Putting a finished folder into the place of another one."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_CWD, _EXCHANGE = -100, 2
"""Of Linux's renameat2 and, the second, of macOS's renamex_np: names are relative to here; both change places."""


def exchange(a: Path, b: Path) -> bool:
    """Lets two names of one file system change places in one step; False, and nothing done, where that is not there.

    Raises:
        OSError: one of them is not there, or may not be renamed.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = libc.renamex_np(os.fsencode(a), os.fsencode(b), _EXCHANGE)
        else:
            failed = libc.renameat2(_AT_CWD, os.fsencode(a), _AT_CWD, os.fsencode(b), _EXCHANGE)
    except (OSError, AttributeError, TypeError):  # no such library or function: Windows, an old system
        return False
    if not failed:
        return True
    if a.exists() and b.exists():  # the file system cannot do it
        return False
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code), str(b))


def put(made: Path, out: Path, aside: Path) -> None:
    """`made` becomes `out`; what was there becomes `made` or `aside`, and is for the caller to delete.

    Who looks at `out` sees the old folder or the new one. Only where a system cannot exchange two folders there is none
    for the moment between two renames; a run that is stopped just then leaves the old one as `aside`.

    Raises:
        OSError: it cannot be done; the old folder is in its place.
    """
    if not out.exists():
        made.rename(out)
        return
    if exchange(made, out):
        return
    out.rename(aside)
    try:
        made.rename(out)
    except OSError:
        aside.rename(out)
        raise
