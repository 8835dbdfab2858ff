"""`codes` lists: single codes, other lists and value sets added up, less what is excepted.

A list is resolved when it is first asked for, so the order of declarations does not matter. A value set that no file
holds, or holds in part, is an error with its reason; the list is then not known, and nothing more is said about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from guidelang.diagnostics import Report, did_you_mean
from guidelang.model.symbols import ListSymbol, Symbols
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.terminology import Code, Lack, ListedCode, ValueSet, ValueSets

CodeResolver = Callable[[Iterable[tree.CodeRef]], tuple[ListedCode, ...]]

_KINDS_OF_FILES = "FHIR ValueSets with their expansion, or a valuesets.json or .csv"


def resolve_lists(
    declared: Mapping[str, tree.Codes],
    symbols: Symbols,
    value_sets: ValueSets,
    resolve_codes: CodeResolver,
    report: Report,
) -> None:
    """Puts every declared list into `symbols.lists`, and every value set that one names into `symbols.value_sets`."""
    lists = _Lists(declared, symbols, value_sets, resolve_codes, report)
    for name, statement in declared.items():
        symbols.lists[name] = ListSymbol(name, statement, tuple(lists.of(name).values()))
    lists.report_missing()
    lists.report_unread()


class _Lists:
    def __init__(
        self,
        declared: Mapping[str, tree.Codes],
        symbols: Symbols,
        value_sets: ValueSets,
        resolve_codes: CodeResolver,
        report: Report,
    ) -> None:
        self.declared = declared
        self.symbols = symbols
        self.value_sets = value_sets
        self.resolve_codes = resolve_codes
        self.report = report
        self.done: dict[str, dict[Code, ListedCode]] = {}
        self.open: list[str] = []  # lists that are being resolved, the outermost first
        self.lacking: set[str] = set()  # lists of which nobody can say what they hold
        self.missing: dict[str, tuple[Lack, Span]] = {}

    def of(self, name: str) -> dict[Code, ListedCode]:
        """The codes of a declared list."""
        if name not in self.done:
            statement = self.declared[name]
            self.open.append(name)
            found = self.added_up(statement.codes, name)
            excepted = self.added_up(statement.excepted, name)
            self.open.pop()
            self.check_exceptions(statement, found, excepted)
            left = {code: listed for code, listed in found.items() if code not in excepted}
            if not left and name not in self.lacking:
                self.report.error(
                    "G214",
                    f"no code is left in the list `{name}`",
                    statement.name.span,
                    expected="at least one code that is not excepted",
                    suggestion=f"for a list that a site fills, declare a parameter: parameter {name} = no codes",
                )
            self.done[name] = left
        return self.done[name]

    def added_up(self, items: Iterable[tree.CodeItem], owner: str) -> dict[Code, ListedCode]:
        """The union of items. What the list itself says of a code (its label) goes before what a set says of it."""
        items = tuple(items)
        written = self.resolve_codes([item for item in items if isinstance(item, tree.CodeRef)])
        found = {listed.code: listed for listed in written}
        if any(isinstance(item, tree.CodeRef) for item in items) and not written:
            self.lacking.add(owner)
        for item in items:
            match item:
                case tree.CodeRef():
                    continue
                case tree.ListRef():
                    others = self.of_reference(item, owner)
                case tree.ValueSetRef():
                    others = self.of_value_set(item, owner)
            for listed in others:
                earlier = found.setdefault(listed.code, listed)
                if earlier.strength is None and listed.strength is not None:
                    found[listed.code] = replace(earlier, strength=listed.strength)
        return found

    def of_reference(self, item: tree.ListRef, owner: str) -> Iterable[ListedCode]:
        name = item.name
        parameter = self.symbols.parameters.get(name)
        if name in self.open:
            chain = " -> ".join([*self.open[self.open.index(name) :], name])
            self.report.error(
                "G501",
                f"a list holds itself: {chain}",
                item.span,
                suggestion="take one of these steps out",
            )
            self.lacking.add(owner)
            return ()
        if name in self.declared:
            codes = self.of(name).values()
            if name in self.lacking:
                self.lacking.add(owner)
            return codes
        if parameter is not None and parameter.form == "codes":
            if not parameter.codes:
                self.lacking.add(owner)  # a site may have no codes for it, and the list may then be empty
            return parameter.codes
        report_unknown_list(item, [*self.declared], self.symbols, self.report)
        self.lacking.add(owner)
        return ()

    def of_value_set(self, item: tree.ValueSetRef, owner: str) -> Iterable[ListedCode]:
        found = self.value_sets.find(item.url, item.version)
        if isinstance(found, ValueSet):
            if found.notes and (found.url, found.version) not in self.symbols.value_sets:
                self.report.warning(
                    "G913",
                    f"the value set {found.url}: {'; '.join(found.notes)}",
                    item.span,
                    suggestion="expand it with the inactive codes too, which records keep",
                )
            self.symbols.value_sets[found.url, found.version] = found
            self.symbols.known_codes.update(listed.code for listed in found.codes)
            return found.codes
        self.lacking.add(owner)
        if found.what == "missing":
            self.missing.setdefault(found.name, (found, item.span))
        elif found.what == "incomplete":
            self.report.error(
                "G007",
                f"the codes of the value set {found.name} are not all there: {found.detail}",
                item.span,
                expected="an expansion that lists every code, or a definition that does",
                suggestion="expand the value set on a terminology server, without limits, and save the whole of it",
            )
        else:
            self.report.error(
                "G009",
                f"it is open which value set {found.name} is: {found.detail}",
                item.span,
                expected="one set of codes",
                suggestion=f'name its version: valueset "{found.url}" version "…"'
                if found.version is None and "versions" in found.detail
                else "keep one of the files, or expand the value set again",
            )
        return ()

    def check_exceptions(
        self, statement: tree.Codes, found: Mapping[Code, ListedCode], excepted: Mapping[Code, ListedCode]
    ) -> None:
        if statement.excepted and statement.name.name not in self.lacking and not found.keys() & excepted.keys():
            self.report.warning(
                "G912",
                f"the exceptions of `{statement.name}` take nothing out: none of their codes is in the list",
                statement.excepted[0].span.to(statement.excepted[-1].span),
                suggestion="compare code and code system, or leave them out",
            )

    def report_unread(self) -> None:
        """A warning for files that may have held value sets too, of places where some were looked for.

        They are told of with the sets that are missing, and where somebody named the file.
        """
        if self.missing or any(finding.code == "G008" for finding in self.report.findings):
            return
        for file, why in self.value_sets.problems:
            self.report.warning(
                "G914",
                f"{file} cannot be read, and may hold value sets: {why}",
                file=file,
                suggestion="mend it, or take it away from the value sets",
            )

    def report_missing(self) -> None:
        """One error for all value sets that are nowhere to be found; one of them is seldom alone.

        They may stand in a file that was named and cannot be read: that is the fault then.
        """
        if not self.missing or any(finding.code == "G008" for finding in self.report.findings):
            return
        lacks = [lack for lack, _ in self.missing.values()]
        told = [lack.name + (f" ({lack.detail})" if lack.detail else "") for lack in lacks]
        one = len(told) == 1
        looked = ", ".join(str(place) for place in self.value_sets.places) or "no place"
        broken = "; ".join(f"{file}: {why}" for file, why in self.value_sets.problems)
        self.report.error(
            "G006",
            f"the value set {told[0]} was not found"
            if one
            else f"{len(told)} value sets were not found: " + ", ".join(told),
            next(span for _, span in self.missing.values()),
            expected=f"{_KINDS_OF_FILES}; looked in: {looked}" + (f" ({broken})" if broken else ""),
            suggestion="put the files into a folder `valuesets` beside the guideline, name them with "
            "--valuesets PATH, or set GUIDELANG_DATA to a folder that has them",
        )


def report_unknown_list(item: tree.ListRef, lists: Iterable[str], symbols: Symbols, report: Report) -> None:
    """G209: `in` names no list."""
    known = [*lists, *(p.name for p in symbols.parameters.values() if p.form == "codes")]
    report.error(
        "G209",
        f"there is no code list `{item.name}`",
        item.span,
        expected="a `codes` list or a code-list parameter of the loaded files",
        suggestion=did_you_mean(item.name, known),
    )
