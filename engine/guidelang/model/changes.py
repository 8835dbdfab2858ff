"""The changes of an adapting guideline, made in what it adapts.

What is changed is put in the place of what was there, in the trees of the files that declare it: whatever comes after
sees one guideline, in which each statement knows the file it stands in. A change that does not fit is an error where
the change stands (G222), as is one that leaves examples behind that cannot be run (G224).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.adaptation import Adaptation, How, LocalChange, Sort, Touched
from guidelang.model.form import fits
from guidelang.model.levels import Level
from guidelang.source import Span
from guidelang.syntax import print_expression, print_parameter_value, tree

Key = tuple[Sort, str]
"""What a change speaks of: the sort, and the name or text."""

_WORDS: dict[Sort, str] = {
    "parameter": "parameter", "fact": "fact", "code list": "code list", "intervention": "intervention",
    "derived": "derived fact", "rule": "rule", "invariant": "invariant", "example": "example",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adapted:
    """One guideline made of several: its head, all files with the changes made in them, and what was changed."""

    head: tree.Guideline
    files: list[tree.File]
    adaptation: Adaptation | None


def adapted(levels: Sequence[Level], vocabularies: Iterable[tree.File], report: Report) -> Adapted:
    """Makes the changes of all levels, the lowest first, in the files of all levels and vocabularies."""
    files = [*(file for level in levels for file in level.files), *vocabularies]
    if levels[0].adapt is None:
        return Adapted(levels[0].head, files, None)
    statements: list[list[tree.Statement]] = [list(file.statements) for file in files]
    head, changes, first = levels[-1].head, list[LocalChange](), len(files)
    scoped = [(head.applies_to, levels[-1])]
    starts = [sum(len(level.files) for level in levels[:number]) for number in range(len(levels))]
    for number in range(len(levels) - 2, -1, -1):
        level, first = levels[number], starts[number]
        work = _Work(level, levels[number + 1].head.name.name, statements, first, starts[number + 1], report)
        changes += work.all(head)
        head = _merged(level.head, work.scope, head)
        scoped.append((work.scope, level))
        own = statements[first]
        own[:] = [head if each is level.head else each for each in own]
    own_files = frozenset(file.span.source.name for file in levels[0].files)
    scopes = tuple((file.span.source.name, scope) for scope, level in scoped for file in level.files)
    made = [replace(file, statements=tuple(found)) for file, found in zip(files, statements, strict=True)]
    base = levels[1].head
    span = levels[0].adapt.span
    adaptation = Adaptation(base.name.name, base.version, span, tuple(changes), own_files, scopes)
    return Adapted(head, made, adaptation)


def _merged(own: tree.Guideline, scope: tree.Expression | None, base: tree.Guideline) -> tree.Guideline:
    """A head with what it does not say itself taken from the adapted guideline."""
    names = {source.name.name for source in own.sources}
    return replace(
        own,
        title=own.title or base.title,
        effective=own.effective or base.effective,
        retired=own.retired or base.retired,
        sources=(*own.sources, *(source for source in base.sources if source.name.name not in names)),
        applies_to=scope,
    )


@dataclass(slots=True)
class _Work:
    """The changes of one level, made in `statements`: of these, lists from `first` up to `below` are its own files."""

    level: Level
    base: str
    statements: list[list[tree.Statement]]
    first: int
    below: int
    report: Report
    scope: tree.Expression | None = None
    _places: dict[Key, tuple[int, int]] = field(default_factory=dict)
    _seen: dict[Key, tuple[How, Span]] = field(default_factory=dict)
    _gone: dict[str, Span] = field(default_factory=dict)  # rules that are removed, and where
    _dropped: set[tuple[int, int]] = field(default_factory=set)
    _left: list[tuple[str, set[str], tree.Example]] = field(default_factory=list)  # with less to expect

    def all(self, base: tree.Guideline) -> list[LocalChange]:
        self.scope = base.applies_to
        for i in range(self.below, len(self.statements)):
            for j, statement in enumerate(self.statements[i]):
                key = key_of(statement)
                if key is not None:
                    self._places.setdefault(key, (i, j))
        done = [
            LocalChange(
                self.level.head.name.name,
                change.name.text,
                "" if change.reason is None else change.reason.text,
                change.name.span,
                tuple(touched for item in change.items for touched in self._made(item)),
            )
            for change in self.level.changes
        ]
        names: dict[str, Span] = {}
        for change in self.level.changes:
            if change.name.text in names:
                self.report.error(
                    "G222",
                    f'two changes are called "{change.name.text}"',
                    change.name.span,
                    notes=[Note("the first one", names[change.name.text])],
                    suggestion="join them, or give one of them another name",
                )
            names.setdefault(change.name.text, change.name.span)
        self._clean_up()
        done = [replace(each, touched=(*each.touched, *self._left_by(each))) for each in done]
        for i in range(self.below, len(self.statements)):
            kept = [s for j, s in enumerate(self.statements[i]) if (i, j) not in self._dropped]
            self.statements[i][:] = kept
        return done

    # ---- items ------------------------------------------------------------------------------------------------------

    def _made(self, item: tree.ChangeItem) -> Iterator[Touched]:
        match item:
            case tree.SetParameter(parameter):
                yield from self._set(parameter)
            case tree.RemoveRules(names):
                for name in names:
                    yield from self._remove(("rule", name.name), name.span)
            case tree.RemoveTexts(sort, texts):
                for text in texts:
                    yield from self._remove((sort, text.text), text.span)
            case tree.Replace(statement):
                yield from self._replace(statement)
            case tree.Add(statement):
                yield from self._add(statement)
            case tree.Amend():
                yield from self._amend(item)
            case tree.Narrow(condition):
                self.scope = condition if self.scope is None else _both(self.scope, (condition,))
                words = f"applies only to {print_expression(condition)}"
                yield Touched("narrowed", "scope", self.base, item.span, None, words)

    def _set(self, new: tree.Parameter) -> Iterator[Touched]:
        key: Key = ("parameter", new.name.name)
        old = self._there(key, new.name.span, "set", "to declare a new one, write `add parameter`")
        if not isinstance(old, tree.Parameter) or not fits(old, new, self.report):
            return
        made = replace(
            new, label=new.label or old.label, plausible=new.plausible or old.plausible
        )  # a citation of the old value says nothing of the new one
        self._put(key, made)
        words = f"{new.name} = {print_parameter_value(new.value)}, was {print_parameter_value(old.value)}"
        yield Touched("set", "parameter", new.name.name, new.span, old, words)

    def _remove(self, key: Key, span: Span) -> Iterator[Touched]:
        old = self._there(key, span, "removed", None)
        if old is None:
            return
        self._dropped.add(self._places[key])
        if key[0] == "rule":
            self._gone[key[1]] = span
        yield Touched("removed", key[0], key[1], span, old, f"{_called(key)} removed")

    def _replace(self, new: tree.Replaced) -> Iterator[Touched]:
        key = key_of(new)
        if key is None:
            self.report.error("G222", "an invariant without a text cannot be named", new.span)
            return
        sort = _WORDS[key[0]]
        old = self._there(key, name_span(new), "replaced", f"to declare a new {sort}, write `add`")
        if old is None:
            return
        self._put(key, new)
        yield Touched("replaced", key[0], key[1], name_span(new), old, f"{_called(key)} replaced")

    def _add(self, new: tree.Parameter | tree.Replaced) -> Iterator[Touched]:
        key = key_of(new)
        if key is not None and key in self._places:
            i, j = self._places[key]
            instead = "set parameter" if key[0] == "parameter" else "replace"
            self.report.error(
                "G222",
                f"`{self.base}` has the {_WORDS[key[0]]} {_quoted(key)} already",
                name_span(new),
                notes=[Note("declared here", name_span(self.statements[i][j]))],
                suggestion=f"write `{instead}`, or choose another name",
            )
            return
        self.statements[self.first].append(new)
        if key is not None:
            yield Touched("added", key[0], key[1], name_span(new), None, f"{_called(key)} added")
        else:
            yield Touched("added", "invariant", "", new.span, None, "invariant added")

    def _amend(self, item: tree.Amend) -> Iterator[Touched]:
        key: Key = ("rule", item.rule.name)
        old = self._there(key, item.rule.span, "amended", None)
        if not isinstance(old, tree.Rule):
            return
        when = old.when if old.when is None else _both(old.when, item.only_when)
        self._put(
            key,
            replace(
                old,
                when=when,
                unless=(*old.unless, *item.unless),
                overrides=(*old.overrides, *item.overrides),
                strength=item.strength or old.strength,
                certainty=item.certainty or old.certainty,
                grade=item.grade or old.grade,
                urgency=item.urgency or old.urgency,
                cautions=(*old.cautions, *item.cautions),
                cites=(*old.cites, *item.cites),
                evidence=(*old.evidence, *item.evidence),
            ),
        )
        yield Touched("amended", "rule", key[1], item.rule.span, old, f"rule {key[1]}: {_amendment(item)}")

    # ---- what is there ----------------------------------------------------------------------------------------------

    def _there(self, key: Key, span: Span, how: How, suggestion: str | None) -> tree.Statement | None:
        """What the adapted guideline declares; None, with an error, if it does not, or another change touches it."""
        place = self._places.get(key)
        if place is None:
            near = did_you_mean(key[1], [name for sort, name in self._places if sort == key[0]])
            self.report.error(
                "G222",
                f"`{self.base}` has no {_WORDS[key[0]]} {_quoted(key)}",
                span,
                expected=f"what `{self.base}` or a vocabulary of it declares",
                suggestion=near or suggestion,
            )
            return None
        before = self._seen.get(key)
        if before is not None and {before[0], how} != {"amended"}:
            self.report.error(
                "G222",
                f"the {_WORDS[key[0]]} {_quoted(key)} is changed twice",
                span,
                notes=[Note("changed here first", before[1])],
                suggestion="keep one of the two",
            )
            return None
        self._seen.setdefault(key, (how, span))
        return self.statements[place[0]][place[1]]

    def _put(self, key: Key, statement: tree.Statement) -> None:
        i, j = self._places[key]
        self.statements[i][j] = statement

    # ---- what removed rules leave behind ----------------------------------------------------------------------------

    def _left_by(self, change: LocalChange) -> Iterator[Touched]:
        """The examples that a change touches without naming them: a rule in them is gone."""
        removed = {each.name for each in change.touched if each.how == "removed" and each.sort == "rule"}
        for name, rules, example in self._left:
            if rules & removed:
                words = f'example "{name}": nothing expected of {", ".join(sorted(rules & removed))}'
                yield Touched("amended", "example", name, change.span, example, words)

    def _clean_up(self) -> None:
        """Takes removed rules out of what names them without need; an example that needs one is an error."""
        if not self._gone:
            return
        broken: dict[str, list[str]] = {}
        own = {file.span.source.name for file in self.level.files}
        advised = self._advised()
        for key, (i, j) in self._places.items():
            statement = self.statements[i][j]
            if (i, j) in self._dropped or statement.span.source.name in own:
                continue
            if isinstance(statement, tree.Rule):
                kept = tuple(o for o in statement.overrides if o.name not in self._gone or o.span.source.name in own)
                self.statements[i][j] = replace(statement, overrides=kept)
            elif isinstance(statement, tree.Example):
                left = tuple(each for each in statement.expects if not self._holds_now(each))
                needing = next((gone for each in left if (gone := self._needs(each, advised)) is not None), None)
                if needing is not None:
                    broken.setdefault(needing, []).append(key[1])
                    self._dropped.add((i, j))  # told here, and not once more for each name in it
                elif left != statement.expects:
                    held = [each.name.name for each in statement.expects if isinstance(each, tree.ExpectTruth)]
                    self._left.append((key[1], {name for name in held if name in self._gone}, statement))
                    self.statements[i][j] = replace(statement, expects=left)
                    if not left:
                        self._dropped.add((i, j))
        for name, examples in broken.items():
            listed = ", ".join(f'"{example}"' for example in examples)
            number = "an example" if len(examples) == 1 else f"{len(examples)} examples"
            self.report.error(
                "G224",
                f"without the rule `{name}`, {number} of `{self.base}` cannot be run",
                self._gone[name],
                expected="that a change names the examples that it breaks",
                suggestion=f"write `remove example {listed}`; or `replace example` for one that still says something",
            )

    def _advised(self) -> set[str]:
        """What some rule that is left speaks about."""
        return {
            advice.target.name
            for i in range(self.first, len(self.statements))
            for j, rule in enumerate(self.statements[i])
            if isinstance(rule, tree.Rule) and (i, j) not in self._dropped
            for advice in rule.advice
        }

    def _needs(self, expectation: tree.Expectation, advised: set[str]) -> str | None:
        """The removed rule without which an expectation makes no sense."""
        if isinstance(expectation, tree.ExpectAdvice):
            target = expectation.target.name
            return None if expectation.negated or target in advised else next(self._once_giving(target), None)
        return next((name for name in _rules_in(expectation) if name in self._gone), None)

    def _once_giving(self, target: str) -> Iterator[str]:
        """The removed rules with advice about a target."""
        for name in self._gone:
            i, j = self._places["rule", name]
            rule = self.statements[i][j]
            if isinstance(rule, tree.Rule) and any(advice.target.name == target for advice in rule.advice):
                yield name

    def _holds_now(self, expectation: tree.Expectation) -> bool:
        """`not RULE` of a rule that is gone holds for everybody."""
        return (
            isinstance(expectation, tree.ExpectTruth)
            and expectation.truth is False
            and expectation.name.name in self._gone
        )


# ---- names and words ------------------------------------------------------------------------------------------------


def key_of(statement: tree.Statement) -> Key | None:
    """What a change would call a statement; None for one that no change speaks of."""
    match statement:
        case tree.Parameter():
            return "parameter", statement.name.name
        case tree.Fact():
            return "fact", statement.name.name
        case tree.Codes():
            return "code list", statement.name.name
        case tree.Intervention():
            return "intervention", statement.name.name
        case tree.Define() | tree.Score() | tree.Table():
            return "derived", statement.name.name
        case tree.Rule():
            return "rule", statement.name.name
        case tree.Example():
            return "example", statement.name.text
        case tree.Invariant(label=label) if label is not None:
            return "invariant", label.text
        case _:
            return None


def name_span(statement: tree.Statement) -> Span:
    """Where a statement's name stands."""
    if isinstance(statement, tree.Invariant):
        return statement.span if statement.label is None else statement.label.span
    named = (tree.Part, tree.Use, tree.Adapt)
    return statement.span if isinstance(statement, named) else statement.name.span


def _both(first: tree.Expression, others: tuple[tree.Expression, ...]) -> tree.Expression:
    if not others:
        return first
    operands = first.operands if isinstance(first, tree.And) else (first,)
    return tree.And((*operands, *others), span=first.span)


def _quoted(key: Key) -> str:
    return f'"{key[1]}"' if key[0] in ("example", "invariant") else f"`{key[1]}`"


def _called(key: Key) -> str:
    name = f'"{key[1]}"' if key[0] in ("example", "invariant") else key[1]
    return f"{_WORDS[key[0]]} {name}"


def _amendment(item: tree.Amend) -> str:
    """What is amended, in a clause: "unless `qtc > 500 ms`; strength strong"."""
    words = [f"only when {print_expression(each)}" for each in item.only_when]
    words += [f"unless {print_expression(each)}" for each in item.unless]
    words += [f"overrides {', '.join(each.name for each in item.overrides)}"] if item.overrides else []
    stated = (("strength", item.strength), ("certainty", item.certainty), ("grade", item.grade))
    words += [f"{word} {value}" for word, value in (*stated, ("urgency", item.urgency)) if value is not None]
    words += [f'caution "{each.text}"' for each in item.cautions]
    words += [f"cites {each.source} {each.locator}" for each in item.cites]
    words += [f"evidence {each.source} {each.locator}" for each in item.evidence]
    return "; ".join(words)


def _rules_in(expectation: tree.Expectation) -> list[str]:
    """The names in an expectation that may be names of rules."""
    found: list[tree.Identifier | None]
    match expectation:
        case tree.ExpectTruth(name) | tree.ExpectUndecided(name):
            found = [name]
        case tree.ExpectOverridden(name, by):
            found = [name, by]
        case _:
            found = []
    return [each.name for each in found if each is not None]
