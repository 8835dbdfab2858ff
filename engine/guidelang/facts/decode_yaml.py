"""YAML as people write fact sets: numbers stay decimals, dates and `yes`, `no`, `1:30` stay the words they are.

A loader of YAML 1.1 would read `1:30` as 90, `2024-05-03` as a date object, `6.10` as a binary double and `no` as
false. So only the syntax is taken from the library; scalars are read here, by the rules of YAML 1.2's core schema.
"""

from __future__ import annotations

import re
from contextlib import suppress

import yaml

from guidelang.facts.decode import HALF, Unreadable, decimal, well_formed, whole

_WHOLE = re.compile(r"[+-]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[+-]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z")
_NO_NUMBER = re.compile(r"[+-]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")


def decode_yaml(text: str) -> list[object]:
    """The values of all documents in a text. Raises Unreadable."""
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.BaseLoader))
        for node in documents:
            if isinstance(node, yaml.ScalarNode) and (fault := _without_colon(text, node.start_mark.line)):
                raise fault
        values = [_Construction().value(node) for node in documents if node is not None]
        return [well_formed(value) for value in values] if HALF.search(text) else values
    except yaml.MarkedYAMLError as error:
        if (fault := _lacking_colon(error, text)) is not None:
            raise fault from error
        mark = error.problem_mark or error.context_mark
        message = f"this is not YAML: {error.problem or error.context or 'it cannot be read'}"
        raise Unreadable(message, mark.line + 1 if mark else None, mark.column + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise Unreadable("this is not YAML: it contains a character that YAML does not allow") from error
    except RecursionError as error:
        raise Unreadable("it is nested too deeply here", *_deepest_place(text)) from error


_KEY_AND_VALUE = re.compile(
    r"\s*(?:- +)?(?P<key>[^\W\d][\w.]*)(?::(?=[^\s:/])|[ \t]+)(?P<value>[^\s#:].*?)\s*(?:\s#.*)?$"
)


_AFTER_A_VALUE = (
    "mapping values are not allowed here",
    "expected '<document start>', but found '<block mapping start>'",
)
"""What the library says of the line after one that it took for a value."""


def _lacking_colon(error: yaml.MarkedYAMLError, text: str) -> Unreadable | None:
    """`phosphorus 6.1 mg/dL` in a mapping, which the library notices a line or more later, and calls otherwise."""
    if error.context_mark is not None and error.context == "while scanning a simple key":
        return _without_colon(text, error.context_mark.line)
    if error.problem_mark is not None and error.problem in _AFTER_A_VALUE:
        for line in range(error.problem_mark.line - 1, -1, -1):
            if text.splitlines()[line].strip():
                return _without_colon(text, line)
    return None


def _without_colon(text: str, line: int) -> Unreadable | None:
    """What to say of a line with a key and a value and no colon, or no blank behind it; None if it is no such line."""
    lines = text.splitlines()
    found = _KEY_AND_VALUE.fullmatch(lines[line]) if line < len(lines) else None
    if found is None or ": " in lines[line]:
        return None
    column = found.start("key") + 1
    message = f"a colon and a blank stand between `{found['key']}` and its value"
    return Unreadable(message, line + 1, column, help=f"write `{found['key']}: {found['value']}`")


def _deepest_place(text: str) -> tuple[int, int]:
    """Line and column, from 1, of the first of the lists and mappings that stand deepest inside of others.

    The library's parser keeps a stack of its own, so it reaches a place that its composer does not.
    """
    depth = deepest = 0
    place = (1, 1)
    with suppress(yaml.YAMLError):  # what is wrong besides lies behind the place that was too deep
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                mark = event.start_mark
                if depth > deepest and mark is not None:
                    deepest, place = depth, (mark.line + 1, mark.column + 1)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    return place


MOST_VALUES = 1_000_000
"""Of a document, each counted as often as aliases repeat it: a few lines of them can stand for more than any memory."""


class _Construction:
    """Builds the values of one document; a node that is referred to several times (`*anchor`) is built once."""

    def __init__(self) -> None:
        self._built: dict[int, object] = {}
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()
        self._size = 0  # of what was built so far inside the node that is being built

    def value(self, node: yaml.Node) -> object:
        identity = id(node)
        if identity in self._built:
            self._size += self._sizes[identity]
            self._check(node)
            return self._built[identity]
        if identity in self._open:
            raise _at(node, "an anchor contains itself")
        self._open.add(identity)
        before, self._size = self._size, 1
        built = self._build(node)
        self._open.discard(identity)
        self._built[identity], self._sizes[identity] = built, self._size
        self._size += before
        self._check(node)
        return built

    def _check(self, node: yaml.Node) -> None:
        if self._size > MOST_VALUES:
            raise _at(node, f"aliases make it more than {MOST_VALUES} values")

    def _build(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            found: dict[str, object] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    raise _at(key_node, "a key must be a word")
                key = str(key_node.value)
                if key in found:
                    raise _at(key_node, f"the key `{key}` is given twice")
                found[key] = self.value(value_node)
            return found
        raise _at(node, "this is no value")


def _scalar(node: yaml.ScalarNode) -> object:
    text = str(node.value)
    if node.style is not None:
        return text  # quoted: a text, whatever it looks like
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if _NO_NUMBER.match(text):
        raise _at(node, f"`{text}` is no number")
    if _WHOLE.match(text):
        return whole(text)
    if any(char.isdigit() for char in text) and _DECIMAL.match(text):
        return decimal(text)
    return text


def _at(node: yaml.Node, message: str) -> Unreadable:
    return Unreadable(message, node.start_mark.line + 1, node.start_mark.column + 1)
