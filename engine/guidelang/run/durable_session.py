"""The calls into durable_rules: rulesets registered once a process, one patient at a time.

Only the C extension's own functions are used, inside the subset that proved safe: one session that is never deleted,
facts from a closed vocabulary, everything retracted after each patient. Rulesets cannot be taken back (deleting one
is not safe), so each stays registered as long as the process lives. They are kept by the hash of their text: a network
that is compiled again, or that differs in thresholds alone, finds its rulesets there.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import threading
from collections.abc import Iterator
from types import ModuleType

from guidelang.run.durable_layout import DurableError

LOCK = threading.RLock()
"""One patient at a time: all rulesets share one session, and the library is not safe for threads."""

_NAME = "durable_rules_engine"
_registered: dict[str, Ruleset] = {}


def durable_available() -> bool:
    """Whether durable_rules can be used here. It is built by a C compiler, so on some systems it is not there."""
    try:
        _library()
    except DurableError:
        return False
    return True


def _library() -> ModuleType:
    """The C extension, imported when first used."""
    try:
        return importlib.import_module(_NAME)
    except ImportError as error:
        raise DurableError(f"durable_rules cannot be loaded: {error}") from error


def register(text: str) -> Ruleset:
    """The ruleset of a JSON text, created when it is first asked for.

    Raises:
        DurableError: durable_rules is not there, or refuses the ruleset.
    """
    key = hashlib.sha256(text.encode()).hexdigest()
    with LOCK:
        if key not in _registered:
            _registered[key] = Ruleset(key[:16], text)
        return _registered[key]


class Ruleset:
    """One ruleset in durable_rules, with the facts that it holds of the present patient."""

    def __init__(self, name: str, text: str) -> None:
        self._library = _library()
        try:
            self._handle = self._library.create_ruleset(name, text)
        except Exception as error:  # the library has an exception of its own, derived from Exception
            raise DurableError(f"durable_rules refuses a ruleset: {error}") from error
        self._facts: dict[str, str] = {}
        self._offset = 0
        self._acting = False

    def give(self, fact: str, text: str) -> None:
        """Assert a fact by its JSON text; one that is there already is not asserted again."""
        if fact in self._facts:
            return
        code, self._offset = self._library.assert_fact(self._handle, text)
        if code not in (0, 1):  # 1: no rule matches it
            raise DurableError(f"durable_rules refuses the fact {fact} with code {code}")
        self._facts[fact] = text

    def firings(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each rule that fires with the facts it matched, until none does; facts may be given in between."""
        if not self._facts:
            return
        started = self._library.start_action_for_state(self._handle, self._offset)
        message = None if started is None else started[1]
        while message is not None:
            self._acting = True
            ((rule, matched),) = json.loads(message).items()
            yield rule, tuple(fact["id"] for fact in matched.values())
            message = self._library.complete_and_start_action(self._handle, self._offset)
        self._acting = False

    def clear(self) -> None:
        """Take everything back, derived facts too, also after an action that failed: the next patient finds nothing.

        Facts are retracted in the order in which they were asserted. Several facts that fire one rule may use one frame
        after the other; only if the last of them is retracted last does durable_rules find what it strikes from it.
        """
        while self._acting:
            self._acting = self._library.complete_and_start_action(self._handle, self._offset) is not None
        for fact, text in self._facts.items():
            code, _ = self._library.retract_fact(self._handle, text)
            if code not in (0, 1):
                raise DurableError(f"durable_rules does not retract the fact {fact}: code {code}")
        self._facts.clear()
