"""What changed in a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.diff.change import Fragment
from guidelang.diff.clauses import citations, evidence, label, stated
from guidelang.diff.conditions import Place, condition_changes, names_in, whole_changes
from guidelang.diff.pairing import best
from guidelang.diff.same import Same, flat, matched
from guidelang.diff.wording import becomes, code, doing, said, some, text
from guidelang.source import Span
from guidelang.syntax import tree

_STATED = ("is now stated", "is no longer stated")
_STRENGTHS = ("conditional", "strong")
_CERTAINTIES = ("very low", "low", "moderate", "high")
_URGENCIES = ("routine", "soon", "urgent")


def rule_changes(a: tree.Rule, b: tree.Rule, same: Same, skip: frozenset[str] = frozenset()) -> Iterator[Fragment]:
    """The changes of a rule, but for those of the aspects to skip ("condition", "advice")."""
    spans = (a.span, b.span)
    yield from label(a.label, b.label, spans)
    if "condition" not in skip:
        place = Place(purpose=purpose(b), about=_about(b))
        yield from whole_changes(a.when, b.when, place, same)
    yield from condition_changes(exceptions(a), exceptions(b), Place("exception"), same)
    yield from _overrides(a, b, same)
    if "advice" not in skip:
        yield from _advice(a.advice, b.advice, same)
    yield from _named("conclusion", a.concludes, b.concludes, same, ("it no longer concludes", "it also concludes"))
    yield from _level("strength", a.strength, b.strength, _STRENGTHS, spans)
    yield from _level("certainty", a.certainty, b.certainty, _CERTAINTIES, spans)
    yield from stated("grade", a.grade, b.grade, spans, words=_STATED)
    yield from _level("urgency", a.urgency, b.urgency, _URGENCIES, spans)
    yield from _texts("caution", a.cautions, b.cautions)
    yield from citations(a.cites, b.cites, same)
    yield from evidence(a.evidence, b.evidence, same)
    yield from _texts("erratum", a.errata, b.errata)


def exceptions(rule: tree.Rule) -> list[tree.Expression]:
    """What keeps a rule from applying, one by one: `unless a or b` is `unless a` and `unless b`."""
    return [each for unless in rule.unless for each in flat(unless, tree.Or)]


def summary(rule: tree.Rule) -> str:
    """A rule in a clause: "suggest start iron, when `ferritin < 100 ng/mL`, unless `infection`"."""
    gives = [said(advice) for advice in rule.advice] + [f"conclude {name}" for name in rule.concludes]
    words = some(gives) if gives else "no advice"
    if rule.when is not None:
        words += f" when {code(rule.when)}"
    return words + "".join(f", unless {code(unless)}" for unless in rule.unless)


def purpose(rule: tree.Rule) -> str:
    """What a threshold is for: " for starting cinacalcet"; nothing for a rule with much advice."""
    done = [doing(advice) for advice in rule.advice] or [f"concluding {name}" for name in rule.concludes]
    return f" for {' and '.join(done)}" if 0 < len(done) <= 2 else ""


def _about(rule: tree.Rule) -> frozenset[str]:
    """The target of the only advice, if all conditions that name anything name it: what else could be meant?"""
    if len(rule.advice) != 1 or rule.when is None:
        return frozenset()
    return frozenset({rule.advice[0].target.name}) & names_in(rule.when)


def _overrides(a: tree.Rule, b: tree.Rule, same: Same) -> Iterator[Fragment]:
    yield from _named("override", a.overrides, b.overrides, same, ("it no longer overrides", "it now overrides"))


def _named(
    aspect: str, old: Sequence[tree.Identifier], new: Sequence[tree.Identifier], same: Same, words: tuple[str, str]
) -> Iterator[Fragment]:
    pairs = matched(old, new, same)
    for i, each in enumerate(old):
        if i not in {i for i, _ in pairs}:
            yield Fragment("removed", aspect, f"{words[0]} {each}", each.name, None, each.span, None)
    for j, each in enumerate(new):
        if j not in {j for _, j in pairs}:
            yield Fragment("added", aspect, f"{words[1]} {each}", None, each.name, None, each.span)


def _level(
    aspect: str, old: str | None, new: str | None, levels: Sequence[str], spans: tuple[Span, Span]
) -> Iterator[Fragment]:
    if old is None or new is None or old == new:
        yield from stated(aspect, old, new, spans, words=_STATED)
        return
    moved = "raised" if levels.index(new) > levels.index(old) else "lowered"
    yield Fragment("changed", aspect, f"{aspect} {moved} from {old} to {new}", old, new, *spans)


def _texts(
    aspect: str, old: Sequence[tree.Text | tree.Erratum], new: Sequence[tree.Text | tree.Erratum]
) -> Iterator[Fragment]:
    """Texts: added, dropped, or another wording where one was dropped for one that was added."""
    left = [each for each in old if each.text not in {other.text for other in new}]
    right = [each for each in new if each.text not in {other.text for other in old}]
    if len(left) == len(right) == 1:
        words = becomes(f"{aspect}", text(left[0].text), text(right[0].text))
        yield Fragment("changed", aspect, words, left[0].text, right[0].text, left[0].span, right[0].span)
        return
    for each in left:
        yield Fragment("removed", aspect, f"{aspect} {text(each.text)} is dropped", each.text, None, each.span, None)
    for each in right:
        yield Fragment("added", aspect, f"{aspect} {text(each.text)} is added", None, each.text, None, each.span)


# ---- advice ---------------------------------------------------------------------------------------------------------


def same_advice(a: tree.Advice, b: tree.Advice, same: Same) -> bool:
    """Whether two pieces of advice say the same to do or not to do, however strongly and in whatever words."""
    return same.but(acting(a), acting(b), "kind", "text")


def acting(advice: tree.Advice) -> tree.Advice:
    """The advice with its action: `against X` is against starting it."""
    if advice.action is not None:
        return advice
    return tree.Advice(advice.kind, advice.against, "start", advice.target, advice.to, advice.text, span=advice.span)


def _advice(old: Sequence[tree.Advice], new: Sequence[tree.Advice], same: Same) -> Iterator[Fragment]:
    left, right = list(map(acting, old)), list(map(acting, new))

    def alike(a: tree.Advice, b: tree.Advice) -> float:
        if not same(a.target, b.target):
            return 0
        return 1 + (a.action == b.action) + 2 * (a.against == b.against) + same(a.to, b.to)

    for a, b in best(left, right, alike, said):
        left.remove(a)
        right.remove(b)
        yield from _one(a, b, same)
    if len(left) == len(right) == 1 and left[0].action == right[0].action and left[0].against == right[0].against:
        a, b = left.pop(), right.pop()
        yield Fragment("changed", "advice", becomes("advice", f"`{said(a)}`", f"`{said(b)}`"), said(a), said(b),
                       a.span, b.span)  # fmt: skip
    for each in left:
        words = f"the advice `{said(each)}` is dropped"
        yield Fragment("removed", "advice", words, said(each), None, each.span, None)
    for each in right:
        words = f"the advice `{said(each)}` is added"
        yield Fragment("added", "advice", words, None, said(each), None, each.span)


def _one(a: tree.Advice, b: tree.Advice, same: Same) -> Iterator[Fragment]:
    if a.kind != b.kind and same_advice(a, b, same):
        past = {"recommend": "recommended", "suggest": "suggested"}
        words = becomes(f"{doing(b)}:", past[a.kind], past[b.kind])
        yield Fragment("changed", "advice", words, said(a), said(b), a.span, b.span)
    elif not same_advice(a, b, same):
        words = becomes("advice", f"`{said(a)}`", f"`{said(b)}`")
        yield Fragment("changed", "advice", words, said(a), said(b), a.span, b.span)
    texts = [None if each.text is None else text(each.text.text) for each in (a, b)]
    yield from stated("text", texts[0], texts[1], (a.span, b.span), what=f"text of `{said(b)}`:")
