"""A network as few plain values, for the cache: read back in milliseconds, and by nothing but the types of the IR.

What is packed is JSON: dataclasses are lists of their fields, nodes begin with the name of their class, rationals are
texts such as "11/2", dates ISO 8601. `unpack(pack(n)) == n`. Unlike the published document (`document`) this form is of
one version of guidelang alone and has no schema. It may come from anywhere: every value is held against the type of
its field, nothing is looked up by a name that stands in it except the node classes, and nothing is executed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from guidelang.network import ir

_Reader: TypeAlias = Callable[[Any], Any]

_NODES: dict[str, type] = {cls.__name__: cls for cls in get_args(ir.Node)}


def pack(value: object) -> Any:
    """A network, or a value of one, as JSON knows it. Raises TypeError for what a network cannot hold."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: pack(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(pack(item) for item in value)
    if isinstance(value, tuple):
        return [pack(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [pack(getattr(value, field.name)) for field in dataclasses.fields(value)]
        return [type(value).__name__, *fields] if type(value).__name__ in _NODES else fields
    raise TypeError(f"a network holds no {type(value).__name__}")


def unpack(packed: object) -> ir.Network:
    """The network of packed values.

    Raises:
        ValueError: they are none, or of another version.
    """
    try:
        network: ir.Network = _reader(ir.Network)(packed)
    except (ArithmeticError, KeyError, RecursionError, TypeError) as error:
        raise ValueError(f"these values are no network: {error!r}") from error
    return network


@cache
def _reader(hint: Any) -> _Reader:
    """What reads a value of a type. Raises ValueError or TypeError for a value of another type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _node if hint == ir.Node else _optional(arguments)
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        return _several(_reader(arguments[0]), tuple)
    if origin is tuple:
        return _fields(lambda *items: items, [_reader(each) for each in arguments])
    if origin is frozenset:
        return _several(_reader(arguments[0]), frozenset)
    if origin is Mapping:
        return _mapping(_reader(arguments[1]))
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    return {Fraction: _fraction, dt.date: dt.date.fromisoformat}.get(hint) or _exactly(hint)


def _node(value: Any) -> Any:
    return _node_reader(value[0])(value[1:])


@cache
def _node_reader(name: str) -> _Reader:
    return _dataclass(_NODES[name])


def _dataclass(cls: Any) -> _Reader:
    hints = get_type_hints(cls)
    return _fields(cls, [_reader(hints[field.name]) for field in dataclasses.fields(cls)])


def _fields(make: Callable[..., Any], readers: list[_Reader]) -> _Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise ValueError("no list")
        return make(*[reader(item) for reader, item in zip(readers, value, strict=True)])

    return read


def _several(reader: _Reader, make: Callable[[list[Any]], Any]) -> _Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise ValueError("no list")
        return make([reader(item) for item in value])

    return read


def _mapping(reader: _Reader) -> _Reader:
    def read(value: Any) -> Any:
        return {key: reader(item) for key, item in value.items()} if type(value) is dict else _fail("no object")

    return read


def _optional(arguments: tuple[Any, ...]) -> _Reader:
    reader = _reader(next(each for each in arguments if each is not types.NoneType))
    return lambda value: None if value is None else reader(value)


def _one_of(words: tuple[Any, ...]) -> _Reader:
    return lambda value: value if value in words else _fail(f"none of {words}")


def _exactly(cls: type) -> _Reader:
    return lambda value: value if type(value) is cls else _fail(f"no {cls.__name__}")


def _fraction(value: str) -> Fraction:
    above, _, below = value.partition("/")
    return Fraction(int(above), int(below))


def _fail(message: str) -> Any:
    raise ValueError(message)
