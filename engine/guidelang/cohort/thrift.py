"""The compact protocol of Apache Thrift, in which Parquet files write down what they hold: read and written as a tree.

Nothing is known here of what the fields mean, so whatever a writer of Parquet puts there is kept. Of Thrift's
specification ("Thrift compact protocol encoding"), version 1; maps and sets do not occur in Parquet and are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 12


@dataclass(slots=True)
class Items:
    """A list: the type of its members, and these."""

    type: int
    members: list[Value]


@dataclass(slots=True)
class Field:
    """A field of a struct: its type and value. A truth is told by the type alone."""

    type: int
    value: Value


Struct: TypeAlias = dict[int, Field]
Value: TypeAlias = "int | bytes | Items | Struct | None"


def decode(raw: bytes) -> Struct:
    """The struct that a text of bytes holds. Raises ValueError for what is none."""
    try:
        return _Reader(raw).struct()
    except IndexError as error:
        raise ValueError("it ends too early") from error


def encode(struct: Struct) -> bytes:
    made = bytearray()
    _write_struct(made, struct)
    return bytes(made)


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def struct(self) -> Struct:
        found: Struct = {}
        last = 0
        while (head := self._byte()) != 0:
            last = last + (head >> 4) if head >> 4 else self._signed()
            found[last] = Field(head & 15, self._value(head & 15))
        return found

    def _value(self, type_: int) -> Value:
        match type_:
            case 1 | 2:
                return None
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._signed()
            case 7:
                return self._bytes(8)
            case 8:
                return self._bytes(self._unsigned())
            case 9:
                return self._list()
            case 12:
                return self.struct()
            case _:
                raise ValueError(f"type {type_} is not read")

    def _list(self) -> Items:
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._unsigned()
        type_ = head & 15
        if type_ in (TRUE, FALSE):  # in a list a truth has a byte of its own
            return Items(type_, [self._byte() for _ in range(count)])
        return Items(type_, [self._value(type_) for _ in range(count)])

    def _byte(self) -> int:
        self._at += 1
        return self._raw[self._at - 1]

    def _bytes(self, count: int) -> bytes:
        self._at += count
        if self._at > len(self._raw):
            raise IndexError
        return self._raw[self._at - count : self._at]

    def _unsigned(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7

    def _signed(self) -> int:
        number = self._unsigned()
        return (number >> 1) ^ -(number & 1)


def _write_struct(made: bytearray, struct: Struct) -> None:
    last = 0
    for number, field in sorted(struct.items()):
        if 0 < number - last <= 15:
            made.append((number - last) << 4 | field.type)
        else:
            made.append(field.type)
            _write_signed(made, number)
        last = number
        _write(made, field.type, field.value)
    made.append(0)


def _write(made: bytearray, type_: int, value: Value) -> None:
    match value:
        case None:
            return
        case int() if type_ == BYTE:
            made.append(value)
        case int():
            _write_signed(made, value)
        case bytes():
            if type_ == BINARY:
                _write_unsigned(made, len(value))
            made += value
        case Items(type=inner, members=members):
            made.append(min(len(members), 15) << 4 | inner)
            if len(members) >= 15:
                _write_unsigned(made, len(members))
            for member in members:
                _write(made, BYTE if inner in (TRUE, FALSE) else inner, member)
        case dict():
            _write_struct(made, value)


def _write_signed(made: bytearray, number: int) -> None:
    _write_unsigned(made, number << 1 if number >= 0 else (-number << 1) - 1)


def _write_unsigned(made: bytearray, number: int) -> None:
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
