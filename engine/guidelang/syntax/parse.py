"""From text to tree: the parser's loop, and how it goes on after an error.

After an error the parser starts again at the next line that begins with a statement's word. What was complete before
the error, and what follows it, is built as if the faulty statement were not there; so each fault gives one message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from guidelang.diagnostics import Report
from guidelang.source import Source, Span
from guidelang.syntax import grammar, tree
from guidelang.syntax.build_adapt import AdaptationBuilder
from guidelang.syntax.build_expression import Branch
from guidelang.syntax.explain import explain
from guidelang.syntax.failure import Failure
from guidelang.syntax.limits import MAX_DEPTH, within_limits
from guidelang.syntax.near import nearest_word

MAX_ERRORS = 500  # of one file, after which the rest of it is not read: nobody reads more, and reports stay small

MAX_PIECES = 1_000_000
"""Words and signs of one file: some 30,000 rules as people write them, which take half a minute to read and check."""

_STATEMENT = rf"(?!codes\s+complete\b|change\s+in\b)(?=(?:{'|'.join(grammar.STATEMENT_WORDS)})(?!\w))"
_RESTART = re.compile(rf"^[ \t]*{_STATEMENT}", re.MULTILINE)
_UNINDENTED = re.compile(r"^[^\W\d]\w*(?=[ \t])", re.MULTILINE)
_PIECE = re.compile(r'#[^\n\r]*|"(?:\\.|[^"\\\n\r])*"|\w+|[^\w\s]')
_COMMENT = re.compile(r'"(?:\\.|[^"\\\n\r])*"|\{[^{}\s]*\}|\[[^\[\]\s#"]*\]|(?P<comment>#[^\n\r]*)')


def parse(source: Source, report: Report) -> tree.File:
    """The tree of a file.

    Never raises on a bad text: what is wrong goes to the report, and the statements that could be read are returned.
    """
    builder = AdaptationBuilder(source, report)
    known = len(report.findings)
    start = 0
    if _too_long(source):
        told = f"{source.name} has more than {MAX_PIECES:,} words and signs; no guideline has"
        report.error("G003", told, file=source.name, suggestion="make several guidelines of it, or files of value sets")
        return tree.File((), (), (), span=Span(source, 0, len(source.text)))
    while True:
        run = _Run(source, start, "start")
        failure = run.through()
        complete = () if failure is None else explain(failure, report)
        for branch in [*run.statements(), *_refed(complete)]:
            _add(builder, branch)
            if len(report.findings) - known >= MAX_ERRORS:
                failure = None
                report.error("G115", f"more than {MAX_ERRORS} errors; the rest is not shown", builder.span(branch))
                break
        if failure is None:
            break
        if len(report.findings) - known >= MAX_ERRORS:
            here = _point(source, failure.offset)
            report.error("G115", f"more than {MAX_ERRORS} errors; the rest is not shown", here)
            break
        again = _restart(source.text, failure.offset if failure.offset > start else start + 1)
        if again is None:
            break
        start = again
    return tree.File(
        tuple(builder.statements),
        comments(source),
        tuple(builder.noted),
        span=Span(source, 0, len(source.text)),
    )


def _restart(text: str, offset: int) -> int | None:
    """Where the next statement begins, also one whose word is misspelled at the very start of a line."""
    exact = _RESTART.search(text, offset)
    end = exact.end() if exact is not None else len(text)
    for word in _UNINDENTED.finditer(text, offset, end):
        if word[0] not in grammar.reserved_words() and nearest_word(word[0], grammar.STATEMENT_WORDS):
            return word.start()
    return exact.end() if exact is not None else None


def parse_expression(source: Source, report: Report) -> tree.Expression | None:
    """The tree of a text that is one condition or value; None if it is not, and the report says why."""
    branch = _parse_alone(source, report, "expression")
    return None if branch is None else AdaptationBuilder(source, report).expression(branch)


def parse_parameter_value(text: str, report: Report, name: str = "<parameter>") -> tree.ParameterValue | None:
    """The value of a parameter as typed on a command line.

    ``5.0 mg/dL``, ``31 days``, ``RxNorm 123 "x", RxNorm 456``, ``no codes``. None if it is none of these, and the
    report says why. `name` is what the report calls the text.
    """
    source = Source(name, text)
    branch = _parse_alone(source, report, "parameter_text")
    if branch is None:
        return None
    builder = AdaptationBuilder(source, report)
    return builder.parameter_value(branch)


def comments(source: Source) -> tuple[tree.Comment, ...]:
    """All comments of a text, in their order."""
    return tuple(
        tree.Comment(found["comment"].rstrip(), span=Span(source, found.start(), found.start() + len(found["comment"])))
        for found in _COMMENT.finditer(source.text)
        if found["comment"] is not None
    )


@dataclass(slots=True)
class _Run:
    """One run of the parser, from an offset of the text to its end or to the first error."""

    source: Source
    start: int
    entry: grammar.Entry
    tokens: list[Token] = field(default_factory=list)
    statement: int = 0  # index of the token with which the current statement begins
    result: Branch | None = None
    _parser: Any = field(init=False)  # lark's InteractiveParser, whose methods carry no types

    def __post_init__(self) -> None:
        self._parser = grammar.parser().parse_interactive(self.source.text, start=self.entry)
        # the text is shared, not cut: a file with many errors is still read in linear time
        self._parser.lexer_thread.state.line_ctr.char_pos = self.start

    def through(self) -> Failure | None:
        """Runs; returns what went wrong, or None."""
        depth = 0
        try:
            for token in self._parser.lexer_thread.lex(self._parser.parser_state):
                depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
                if depth > MAX_DEPTH:
                    return self._failure(token.start_pos or 0, too_deep=True)
                self._parser.feed_token(token)
                if self._begins_statement():
                    self.statement = len(self.tokens)
                self.tokens.append(token)
            self.result = self._parser.feed_eof()
        except UnexpectedToken as error:
            offset = len(self.source.text) if error.token.type == "$END" else error.token.start_pos or 0
            return self._failure(offset)
        except UnexpectedCharacters as error:
            return self._failure(error.pos_in_stream or 0)
        return None

    def statements(self) -> list[Branch]:
        """The statements that were complete when the run ended."""
        if self.result is not None:
            return [child for child in self.result.children if isinstance(child, Tree)]
        stack = self._parser.parser_state.value_stack
        if stack and isinstance(stack[0], Tree) and stack[0].data == "_statements":
            return [child for child in stack[0].children if isinstance(child, Tree)]
        return []

    def _begins_statement(self) -> bool:
        stack = self._parser.parser_state.value_stack
        return len(stack) == 1 or (len(stack) == 2 and isinstance(stack[0], Tree) and stack[0].data == "_statements")

    def _failure(self, offset: int, *, too_deep: bool = False) -> Failure:
        tokens = tuple(self.tokens[self.statement :])
        return Failure(self.source, self.entry, tokens, offset, frozenset(self._parser.accepts()), too_deep)


def _refed(tokens: tuple[Token, ...]) -> list[Branch]:
    """The statement that tokens make up; none if there are none."""
    if not tokens:
        return []
    parser: Any = grammar.parser().parse_interactive("", start="start")
    for token in tokens:
        parser.feed_token(token)
    return [child for child in parser.feed_eof().children if isinstance(child, Tree)]


def _add(builder: AdaptationBuilder, branch: Branch) -> None:
    if within_limits(branch, builder.source, builder.report):
        builder.add(branch)


def _parse_alone(source: Source, report: Report, entry: grammar.Entry) -> Branch | None:
    run = _Run(source, 0, entry)
    failure = run.through()
    if failure is not None:
        explain(failure, report)
        return None
    assert run.result is not None
    branch = run.result.children[0]
    assert isinstance(branch, Tree)
    return branch if within_limits(branch, source, report) else None


def _too_long(source: Source) -> bool:
    """Whether there is more in a text than can be read in a time that anybody waits; comments do not count."""
    text = source.text
    if len(text) <= MAX_PIECES:
        return False
    count = 0
    for piece in _PIECE.finditer(text):
        count += text[piece.start()] != "#"
        if count > MAX_PIECES:
            return True
    return False


def _point(source: Source, offset: int) -> Span:
    return Span(source, offset, min(offset + 1, len(source.text)))
