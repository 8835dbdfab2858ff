"""Strong Kleene logic: what `and`, `or`, `not` and `at least n of` make of true, false and unknown (None)."""

from __future__ import annotations

from collections.abc import Iterable

from guidelang.run.outcome import Truth


def not_(a: Truth) -> Truth:
    """Turns true and false round; unknown stays.

    ```
    a     | T  F  ?
    not a | F  T  ?
    ```
    """
    return None if a is None else not a


def and_(operands: Iterable[Truth]) -> Truth:
    """False if any operand is false, else unknown if any is unknown, else true; of nothing, true.

    ```
    and | T  F  ?
    ----+--------
     T  | T  F  ?
     F  | F  F  F
     ?  | ?  F  ?
    ```
    """
    result: Truth = True
    for a in operands:
        if a is False:
            return False
        if a is None:
            result = None
    return result


def or_(operands: Iterable[Truth]) -> Truth:
    """True if any operand is true, else unknown if any is unknown, else false; of nothing, false.

    ```
    or  | T  F  ?
    ----+--------
     T  | T  T  T
     F  | T  F  ?
     ?  | T  ?  ?
    ```
    """
    result: Truth = False
    for a in operands:
        if a is True:
            return True
        if a is None:
            result = None
    return result


def at_least(count: int, operands: Iterable[Truth]) -> Truth:
    """True if `count` operands are true, false if too many are false for that, else unknown.

    `at_least(1, …)` is `or`, and `at_least(n, …)` of n operands is `and`.
    """
    true = unknown = 0
    for a in operands:
        true += a is True
        unknown += a is None
    if true >= count:
        return True
    return False if true + unknown < count else None


def first_known(operands: Iterable[Truth]) -> Truth:
    """The first operand that is true or false; unknown if none is."""
    return next((a for a in operands if a is not None), None)
