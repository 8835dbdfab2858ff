"""Citations against the document they cite, where a user has it: no source text is shipped with a guideline.

A locator that is a whole number names a sentence of the document, counted from 1 in reading order. A fingerprint is the
first 12 hexadecimal digits of the SHA-256 of that sentence, in lower case and with white space collapsed; it tells that
the passage is still the one that was read when the rule was written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from guidelang.diagnostics import Fix, Report, did_you_mean
from guidelang.model.symbols import Guideline
from guidelang.source import Span
from guidelang.syntax import tree

# A sentence ends with a full stop, question or exclamation mark, closing marks included, before white space and a
# capital letter; so "2.5 mEq/L" and "p. 4" end none, and "e.g. Warfarin" does.
_END = re.compile(r"[.!?][\"”’)\]]*(?=\s+[\"“‘(\[]*[A-Z])|\n\s*\n")


def sentences(text: str) -> list[str]:
    """The sentences of a document in reading order, without surrounding white space."""
    found, start = [], 0
    for end in _END.finditer(text):
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def fingerprint(sentence: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a sentence, folded to lower case and single blanks."""
    return hashlib.sha256(" ".join(sentence.casefold().split()).encode()).hexdigest()[:12]


def check_citations(guideline: Guideline, documents: Mapping[str, str], report: Report) -> None:
    """Holds every citation of the given sources against the text of the document.

    Args:
        documents: the text of each document, by the name that the guideline gives the source.
        report: takes G801 (no such sentence), G802 (the passage has changed), G803 (no fingerprint yet; `fmt --fix`
            style fix included), G804 (a locator that names no sentence and is not checked), G805 (no such source).
    """
    sources = guideline.symbols.sources
    for name in documents:
        if name not in sources:
            report.error(
                "G805",
                f"the guideline declares no source `{name}`",
                file=f"source {name}",
                expected=f"one of: {', '.join(sorted(sources))}" if sources else None,
                suggestion=did_you_mean(name, sources),
            )
    texts = {name: sentences(text) for name, text in documents.items()}
    for source, locator, print_, span in _cited(guideline):
        if source not in texts:
            continue
        if not locator.isdecimal():
            report.hint("G804", f"`{locator}` is no number of a sentence of `{source}`, and is not checked", span)
            continue
        number = int(locator)
        if not 1 <= number <= len(texts[source]):
            report.error(
                "G801",
                f"`{source}` has no sentence {number}",
                span,
                expected=f"a number from 1 to {len(texts[source])}",
            )
            continue
        found = fingerprint(texts[source][number - 1])
        if print_ is None:
            end = Span(span.source, span.end, span.end)
            report.hint(
                "G803",
                f"this citation has no fingerprint of sentence {number}",
                span,
                suggestion=f"read the passage, then write: fingerprint {found}",
                fix=Fix(end, f" fingerprint {found}"),
            )
        elif print_ != found:
            report.error(
                "G802",
                f"sentence {number} of `{source}` is not the passage that was cited",
                span,
                expected=f"a passage with the fingerprint {print_}",
                suggestion=f"read it again; if the rule still stands, write: fingerprint {found}",
            )


def _cited(guideline: Guideline) -> Iterator[tuple[str, str, str | None, Span]]:
    """Source, locator, fingerprint and place of every citation; evidence carries no fingerprint."""
    cites: list[tree.Cite] = []
    for rule in guideline.symbols.rules.values():
        cites += rule.cites
    for parameter in guideline.symbols.parameters.values():
        cites += parameter.declaration.cites
    for define in guideline.symbols.defines.values():
        cites += define.cites
    for cite in cites:
        yield cite.source.name, cite.locator, cite.fingerprint, cite.span
