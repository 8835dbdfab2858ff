"""One kept guideline as text: a line with the hash of what follows, then the network and the findings as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from guidelang.cache.key import Key
from guidelang.diagnostics import Diagnostic, Fix, Note, Severity
from guidelang.network.ir import Network
from guidelang.network.packed import pack, unpack
from guidelang.source import Source, Span


def write_entry(key: Key, network: Network, findings: Iterable[Diagnostic]) -> bytes:
    """The text of an entry. Raises ValueError for a network that text cannot hold."""
    sources = list(key.sources)
    packed = [_packed(finding, sources) for finding in findings]
    others = [(source.name, source.text) for source in sources[len(key.sources) :]]
    body = json.dumps([pack(network), others, packed], separators=(",", ":"))
    return f"{_digest(key, body)}\n{body}\n".encode("ascii")


def read_entry(key: Key, content: bytes) -> tuple[Network, tuple[Diagnostic, ...]] | None:
    """The network and the findings of an entry; None if the text is no entry of this key, or is damaged."""
    try:
        digest, body, rest = content.decode("ascii").split("\n")
        if rest or digest != _digest(key, body):
            return None
        network, others, packed = json.loads(body)
        sources = [*key.sources, *(Source(name, text) for name, text in others)]
        return unpack(network), tuple(_finding(one, sources) for one in packed)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def _digest(key: Key, body: str) -> str:
    return hashlib.sha256(f"{key.hash}\n{body}".encode("ascii")).hexdigest()


def _packed(finding: Diagnostic, sources: list[Source]) -> list[Any]:
    fix = finding.fix
    return [
        finding.code,
        finding.severity.value,
        finding.message,
        _place(finding.span, sources),
        finding.expected,
        finding.suggestion,
        [[note.message, _place(note.span, sources)] for note in finding.notes],
        None if fix is None else [_place(fix.span, sources), fix.replacement],
        finding.file,
    ]


def _place(span: Span | None, sources: list[Source]) -> list[int] | None:
    """A span by the number of its source; one that is no file (the text of a parameter) is added to the list."""
    if span is None:
        return None
    if span.source not in sources:
        sources.append(span.source)
    return [sources.index(span.source), span.start, span.end]


def _finding(packed: list[Any], sources: list[Source]) -> Diagnostic:
    code, severity, message, place, expected, suggestion, notes, fix, file = packed
    texts = [code, message, *(words for words, _ in notes), *([] if fix is None else fix[1:])]
    if not all(isinstance(text, str) for text in [*texts, *(t for t in (expected, suggestion, file) if t is not None)]):
        raise ValueError("a finding consists of texts")
    return Diagnostic(
        code,
        Severity(severity),
        message,
        None if place is None else _span(place, sources),
        expected,
        suggestion,
        tuple(Note(words, _span(where, sources)) for words, where in notes),
        None if fix is None else Fix(_span(fix[0], sources), fix[1]),
        file,
    )


def _span(place: list[int], sources: list[Source]) -> Span:
    number, start, end = place
    return Span(sources[number], start, end)
