"""Compiled guidelines, kept between runs.

Reading, checking and compiling a guideline takes ten times as long as running it on a patient. So what came of it, the
network and the hints and warnings, is kept in a folder of the user, under a key of everything it was made from.

    key      the hash of all sources, parameters and versions: an edit, another part, another vocabulary changes it
    entry    one kept guideline as text; what is damaged, cut short or of another make is no entry
    store    the folder: whole files or none, however many processes write and whenever they are killed; bounded

The cache can be lost at any time, and everything still comes out the same. `GUIDELANG_CACHE` names another folder, or
is `off`.
"""

from __future__ import annotations

from guidelang.cache.key import Key, key_of
from guidelang.cache.store import keep, kept

__all__ = ["Key", "keep", "kept", "key_of"]
