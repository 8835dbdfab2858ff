"""The plain command line, read without typer's machinery.

To check and convert a handful of words typer loads a validation library and builds a validator for each option, which
takes longer than a guideline runs. So a command line that is spelled out plainly is read here, from the same
declarations. Whatever is not (help, abbreviations, `--`, anything missing, unknown or given twice, an option with
particular habits) is left to typer, which says what is wrong with it.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

_HABITS = (
    "callback", "click_type", "count", "envvar", "exists", "hide_input", "is_eager", "max", "min", "parser", "prompt",
    "readable", "resolve_path", "writable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    of: type
    several: bool
    default: Any
    info: ArgumentInfo | OptionInfo


def plain_arguments(command: Callable[..., None], words: Sequence[str]) -> dict[str, Any] | None:
    """What a command is to be called with, by the words after its name; None where typer has to read them."""
    parameters = _parameters(command)
    if parameters is None:
        return None
    options = {word: p for p in parameters if isinstance(p.info, OptionInfo) for word in _spellings(p)}
    given: dict[str, list[Any]] = {}
    loose: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "-" or not word.startswith("-"):
            loose.append(word)
            continue
        spelled, equals, value = word.partition("=")
        option = options.get(spelled)
        if option is None or (option.of is bool and equals):
            return None
        if not equals and option.of is not bool:
            if not waiting or (waiting[0].startswith("-") and waiting[0] != "-"):
                return None
            value = waiting.pop(0)
        given.setdefault(option.name, []).append(value)
    arguments = [p for p in parameters if isinstance(p.info, ArgumentInfo)]
    if any(p.several for p in arguments[:-1]) or len(loose) < len(arguments):
        return None
    for parameter in arguments:
        given[parameter.name] = loose if parameter.several else [loose.pop(0)]
    if not (arguments and arguments[-1].several) and loose:
        return None
    try:
        return {p.name: _value(p, given[p.name]) if p.name in given else p.default for p in parameters}
    except ValueError:
        return None


def _parameters(command: Callable[..., None]) -> list[_Parameter] | None:
    """The parameters of a command; None if one of them is more than a word, path, choice or flag."""
    hints = get_type_hints(command, include_extras=True)
    found = []
    for name, parameter in inspect.signature(command).parameters.items():
        kind, *infos = get_args(hints[name]) or (hints[name],)
        of, several = _type_of(kind)
        info = infos[0] if infos else None
        if of is None or not isinstance(info, ArgumentInfo | OptionInfo) or any(_has(info, habit) for habit in _HABITS):
            return None
        default = None if parameter.default is parameter.empty else parameter.default
        if isinstance(info, ArgumentInfo) and parameter.default is not parameter.empty:
            return None
        found.append(_Parameter(name, of, several, default, info))
    return found


def _has(info: ArgumentInfo | OptionInfo, habit: str) -> bool:
    """Whether a declaration says something of its own; paths are readable unless they are not meant to be."""
    value = getattr(info, habit, None)
    if habit == "envvar":
        names = [value] if isinstance(value, str) else value or ()
        return any(name in os.environ for name in names)
    return value is False if habit == "readable" else bool(value)


def _type_of(kind: Any) -> tuple[type | None, bool]:
    if get_origin(kind) in (Union, UnionType):
        inner = [each for each in get_args(kind) if each is not NoneType]
        kind = inner[0] if len(inner) == 1 else None
    if get_origin(kind) is list:
        return (str, True) if get_args(kind) == (str,) else (None, True)
    known = isinstance(kind, type) and (kind in (str, bool, Path) or issubclass(kind, Enum))
    return (kind if known else None), False


def _spellings(parameter: _Parameter) -> Sequence[str]:
    """How an option is written in full. In an annotation its first spelling stands where a default would."""
    first = parameter.info.default
    declared = [*([first] if isinstance(first, str) else []), *(parameter.info.param_decls or ())]
    if not declared and parameter.of is not bool:  # a flag that is not spelled out has another word for no
        return ["--" + parameter.name.replace("_", "-")]
    return [word for word in declared if word.startswith("--") and "/" not in word]


def _value(parameter: _Parameter, given: list[Any]) -> Any:
    """The value of what was given. Raises ValueError for anything that typer should look at."""
    if parameter.several:
        return list(given)
    if len(given) != 1:
        raise ValueError("given twice")
    return True if parameter.of is bool else parameter.of(given[0])
