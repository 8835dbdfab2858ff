"""Every patient that a record can be read as: where a question finds nobody, that is a proof.

A fact may be known or not, and a number an interval (a censored result, ties, a partial date). What a history gives is
taken as it comes: two equal questions to equal facts get the same answer, and of different ones nothing is assumed. So
the space has all patients there are, and some that there cannot be; who is found in it is only a suspect.

Left out, and so no part of a proof: values outside their plausible range that somebody attested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from guidelang.calendar import Duration
from guidelang.network.events import Lasting, Occurs
from guidelang.network.ir import (
    Age,
    Aggregate,
    BeforeEvaluation,
    DateShift,
    EventDay,
    FactDefinition,
    LastN,
    Network,
    NodeId,
)
from guidelang.prove.content import Content, fact_content
from guidelang.prove.histories import Asked, asked_of, shared
from guidelang.prove.smt import (
    FALSE,
    TRUE,
    Bool,
    Num,
    all_of,
    boolean,
    floor_division,
    implies,
    negated,
    number,
    real,
    whole,
)
from guidelang.prove.terms import Rails, Range, Term, Word

_WORDS_OF = {"sex": ("female", "male", "other")}


class EveryPatient:
    """The space of all patients, on any evaluation day.

    Args:
        alike: takes a fact for the same in all editions, however each of them reads it.
    """

    def __init__(self, *, alike: bool = False) -> None:
        self._alike = alike
        self.constraints: list[Bool] = []
        self._made: dict[str, Term] = {}
        self._asked: dict[tuple[str, str], Term] = {}
        self._stale: dict[str, Bool] = {}
        self._questions: dict[str, dict[str, Asked]] = {}
        self._codes: dict[str, int] = {}
        self._content: dict[int, Content] = {}
        self._read_alike: dict[str, list[tuple[FactDefinition, Rails]]] = {}
        self._today: Num | None = None
        self._months_back: dict[int, Num] = {}

    def code(self, word: str) -> int:
        """The number that stands for a word."""
        return self._codes.setdefault(word, len(self._codes))

    def fact(self, network: Network, name: str) -> Term:
        """The current value of a fact; of two editions the same one if both define it alike."""
        key = self._keys(network).fact(name)
        if key not in self._made:
            self._made[key] = self._current(key, network.facts[name])
            self._tie(network.facts[name], self._made[key])
        self._asked[name, key] = self._made[key]
        return self._made[key]

    def stale(self, network: Network, name: str) -> Bool:
        """Whether the newest value of a fact is too old; never of one without a window."""
        definition = network.facts[name]
        if definition.window is None and all(reading.window is None for reading in definition.readings):
            return FALSE
        key = self._keys(network).fact(name)
        if key not in self._stale:
            stale = boolean(f"stale {key}")
            self._stale[key] = stale
            self.constraints.append(implies(stale, negated(self.fact(network, name).known)))
        return self._stale[key]

    def day(
        self,
        network: Network,
        node_id: NodeId,
        node: BeforeEvaluation | EventDay | DateShift | Age,
        at: Range | None,
    ) -> Range:
        """A day, as `datetime.date.toordinal` counts, or an age."""
        match node:
            case BeforeEvaluation(duration=duration):
                return self._day(self._back(duration))
            case DateShift(sign=sign, duration=duration):
                assert at is not None
                return self._shifted(f"{self._keys(network).node(node_id)}", at, sign, duration)
            case Age(unit=unit, at=None):
                return self._age(unit)
            case Age():
                assert at is not None
                return self._opaque_range(network, node_id, [at, self._months()], whole_numbers=True)
            case EventDay(fact=fact) if network.facts[fact].type == "date":
                term = self.fact(network, fact)
                assert isinstance(term, Range)
                return term
            case EventDay():
                return self._opaque_range(network, node_id, [], whole_numbers=True)

    def history(
        self,
        network: Network,
        node_id: NodeId,
        node: Aggregate | LastN | Occurs | Lasting,
        terms: dict[NodeId, Term],
    ) -> Term:
        """Whatever a history may give: the same for the same question, and not at odds with another one."""
        answer = self._answer(network, node_id, node)
        of_fact = self._questions.setdefault(self._keys(network).fact(node.fact), {})
        key = self._keys(network).node(node_id)
        if key not in of_fact:
            asked = asked_of(
                network,
                node,
                answer,
                terms=terms,
                key=self._keys(network).node,
                back=lambda d: self._day(self._back(d)),
            )
            for other in of_fact.values():
                self.constraints += [*shared(asked, other), *shared(other, asked)]
            of_fact[key] = asked
            if isinstance(node, Aggregate) and node.how == "change":
                self._of_points(network, node, answer)
        return answer

    def _of_points(self, network: Network, node: Aggregate, change: Term) -> None:
        """A change without width is one from a point to a point, and the newer of them is the current value.

        Said only of a window in which that has to lie, if it is known.
        """
        definition = network.facts[node.fact]
        if node.relations or node.time or node.day or definition.ties is not None or definition.window is None:
            return
        if node.window is not None and days_of(definition.window)[1] > days_of(node.window)[0]:
            return
        current = self.fact(network, node.fact)
        if isinstance(change, Range) and isinstance(current, Range):
            point_change = all_of((change.known, change.is_point, current.known))
            self.constraints.append(implies(point_change, current.is_point))

    def _answer(self, network: Network, node_id: NodeId, node: Aggregate | LastN | Occurs | Lasting) -> Term:
        key = self._keys(network).node(node_id)
        if not isinstance(node, Aggregate):
            return self._opaque_rails(key)
        counts = node.how in ("count", "covered_days")
        kind = network.facts[node.fact].type
        if kind in ("choice", "text") and not counts:
            return self._word(key, network.facts[node.fact])
        result = self._opaque_range(network, node_id, [], whole_numbers=counts or kind == "date")
        if counts:
            self.constraints.append(result.low >= 0)
        return result

    def function(self, network: Network, node_id: NodeId, operands: list[Range]) -> Range:
        """Some number, the same for the same operands; known for points alone."""
        points = [all_of((operand.known, operand.is_point)) for operand in operands]
        key = self._keys(network).node(node_id)
        if key not in self._made:
            known, value = boolean(f"known {key}"), real(f"value {key}")
            self.constraints.append(implies(known, all_of(points)))
            self._made[key] = Range(known, value, value)
        made = self._made[key]
        assert isinstance(made, Range)
        return made

    def facts_asked(self) -> Iterable[tuple[tuple[str, str], Term]]:
        """The facts whose current value the question came upon, by name and definition."""
        return self._asked.items()

    def today(self) -> Num:
        """The evaluation day."""
        if self._today is None:
            self._today = whole("evaluation day")
        return self._today

    # ---- what a fact may be -----------------------------------------------------------------------------------------

    def _keys(self, network: Network) -> Content:
        if id(network) not in self._content:
            self._content[id(network)] = Content(network, alike=self._alike)
        return self._content[id(network)]

    def _current(self, key: str, definition: FactDefinition) -> Term:
        match definition.type:
            case "yes_no":
                return self._opaque_rails(key)
            case "choice" | "text":
                return self._word(key, definition)
            case "date":
                return self._range(key, whole_numbers=True)
        result = self._range(key)
        if definition.plausible is not None:
            least, most = definition.plausible
            plausible = all_of((result.high >= number(least), result.low <= number(most)))
            self.constraints.append(implies(result.known, plausible))
        return result

    def _opaque_rails(self, key: str) -> Rails:
        if key not in self._made:
            rails = Rails(boolean(f"yes {key}"), boolean(f"no {key}"))
            self.constraints.append(negated(all_of((rails.true, rails.false))))
            self._made[key] = rails
        made = self._made[key]
        assert isinstance(made, Rails)
        return made

    def _opaque_range(self, network: Network, node_id: NodeId, needs: list[Range], *, whole_numbers: bool) -> Range:
        key = self._keys(network).node(node_id)
        if key not in self._made:
            made = self._range(key, whole_numbers=whole_numbers)
            self.constraints.extend(implies(made.known, each.known) for each in needs)
            self._made[key] = made
        found = self._made[key]
        assert isinstance(found, Range)
        return found

    def _range(self, key: str, *, whole_numbers: bool = False) -> Range:
        unknown = whole if whole_numbers else real
        result = Range(boolean(f"known {key}"), unknown(f"low {key}"), unknown(f"high {key}"))
        self.constraints.append(result.low <= result.high)
        return result

    def _word(self, key: str, definition: FactDefinition) -> Word:
        if key not in self._made:
            code = whole(f"word {key}")
            words = _WORDS_OF.get(definition.patient_field or "", tuple(c.value for c in definition.choices))
            self.constraints.append(code >= 0)
            if definition.type == "choice" and words:
                codes = [self.code(word) for word in words]
                self.constraints.append(negated(all_of(negated(code == one) for one in codes)))
            self._made[key] = Word(boolean(f"known {key}"), code)
        made = self._made[key]
        assert isinstance(made, Word)
        return made

    def _day(self, moved: Num) -> Range:
        """So many days from the evaluation day, a negative number before it."""
        day = self.today() + moved
        return Range(TRUE, day, day)

    def _tie(self, definition: FactDefinition, term: Term) -> None:
        """A yes-or-no fact that two editions tell apart only where nothing is on record: no, or unknown."""
        if not isinstance(term, Rails):
            return
        read = fact_content(replace(definition, absent_means_no=False))
        for other, made in self._read_alike.setdefault(f"{definition.name}:{read}", []):
            more, less = (term, made) if definition.absent_means_no else (made, term)
            if definition.absent_means_no is not other.absent_means_no:
                self.constraints += [more.true == less.true, implies(less.false, more.false)]
        self._read_alike[f"{definition.name}:{read}"].append((definition, term))

    # ---- the calendar -----------------------------------------------------------------------------------------------

    def _back(self, duration: Duration) -> Num:
        """How far a length of time goes back from the evaluation day; a longer one goes further."""
        least, most = days_of(duration)
        if least == most:
            return number(-least)
        count = duration.count * (12 if duration.unit == "year" else 1)
        if count not in self._months_back:
            moved = self._moved("-", duration, f"evaluation day - {count} months")
            for other, days in self._months_back.items():
                self.constraints.append(days > moved if other < count else days < moved)
            self._months_back[count] = moved
        return self._months_back[count]

    def _moved(self, sign: str, duration: Duration, name: str) -> Num:
        """How many days a day moves; months and years have no fixed number of them."""
        least, most = days_of(duration)
        if least == most:
            return number(least if sign == "+" else -least)
        moved = whole(f"days {name}")
        ends = (least, most) if sign == "+" else (-most, -least)
        self.constraints.append(all_of((moved >= ends[0], moved <= ends[1])))
        return moved

    def _shifted(self, key: str, at: Range, sign: str, duration: Duration) -> Range:
        low = at.low + self._moved(sign, duration, f"low {key}")
        if at.low is at.high:
            return Range(at.known, low, low)
        high = at.high + self._moved(sign, duration, f"high {key}")
        self.constraints.append(low <= high)
        self.constraints.append(implies(at.is_point, low == high))
        return Range(at.known, low, high)

    def _months(self) -> Range:
        """The age in completed months, from which years follow exactly."""
        if "age" not in self._made:
            months = self._range("age in months", whole_numbers=True)
            self.constraints.append(months.low >= 0)
            self._made["age"] = months
        made = self._made["age"]
        assert isinstance(made, Range)
        return made

    def _age(self, unit: str) -> Range:
        months = self._months()
        if unit == "month":
            return months
        if unit == "year":
            return Range(months.known, floor_division(months.low, 12), floor_division(months.high, 12))
        key = f"age in {unit}s"
        if key not in self._made:
            days = self._range(key, whole_numbers=True)
            self.constraints.append(days.known == months.known)
            self.constraints.append(days.low >= 0)
            self._made[key] = days
        made = self._made[key]
        assert isinstance(made, Range)
        return made


def days_of(duration: Duration) -> tuple[int, int]:
    """The least and the greatest number of days that a duration may be."""
    match duration.unit:
        case "day":
            return duration.count, duration.count
        case "week":
            return 7 * duration.count, 7 * duration.count
    years, months = divmod(duration.count * (12 if duration.unit == "year" else 1), 12)
    return 365 * years + 28 * months, 366 * years + 31 * months
