"""Plain patients: those whom somebody could type as a fact set, with points as values and short histories, on one day.

There are few of them beside all there are (`prove.every`), but each can be written down. Who is found here is shown
only after both editions were run on what was written down, so nothing that this module gets wrong can be told as true;
it could only be missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from guidelang.calendar import Duration, less, minus, plus
from guidelang.network.events import EventTest, EventTime, Lasting, Occurs
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
from guidelang.prove.content import fact_content
from guidelang.prove.every import EveryPatient, days_of
from guidelang.prove.numbers import compared, point, scaled
from guidelang.prove.slots import UNBOUNDED, Slot, all_newest, extreme, how_many, lasting, mean, newest, slots, total
from guidelang.prove.smt import (
    TRUE,
    Bool,
    Num,
    all_of,
    any_of,
    boolean,
    implies,
    negated,
    number,
    real,
    truth,
    whole,
)
from guidelang.prove.terms import Rails, Range, Term, Word, conjunction, decided
from guidelang.quantity import Affine, conversion, parse_unit

LONG_AGO, FAR_AHEAD = 40_000, 4_000
"""How many days a date may lie before the evaluation day, and after it, as a due date does."""


class OutOfReach(Exception):
    """A question to a history that no term of short histories answers: relations between events, covered days."""


class PlainPatient(EveryPatient):
    """The space of plain patients on one evaluation day.

    Args:
        as_of: the evaluation day.
        histories: how many results a fact may have, for those whose history somebody asks for.
        networks: the editions; a fact that two of them define differently gets a history too.
        intervals: lets a number be one of two that were measured at one time.
        censored: lets the newest result of a history lie below or above what the laboratory measures.
    """

    def __init__(
        self,
        as_of: dt.date,
        histories: Mapping[str, int],
        networks: Iterable[Network],
        *,
        intervals: bool = False,
        censored: bool = False,
    ) -> None:
        super().__init__()
        self.as_of = as_of
        self._intervals = intervals
        self._censored = censored
        self.units: dict[str, str | None] = {}
        self.slots: dict[str, tuple[Slot, ...]] = {}
        self.denied: dict[str, Bool] = {}
        self.unclear: dict[str, Bool] = {}
        self._histories = dict(histories)
        self._bounds: dict[str, list[tuple[Fraction, Fraction]]] = {}
        self._gather(list(networks))

    def today(self) -> Num:
        return number(self.as_of.toordinal())

    def fact(self, network: Network, name: str) -> Term:
        definition = network.facts[name]
        if name not in self._histories:
            return super().fact(network, name)
        key = f"now {self._keys(network).fact(name)}"
        if key not in self._made:
            self._made[key] = self._from_history(definition)
        return self._made[key]

    def stale(self, network: Network, name: str) -> Bool:
        if name not in self._histories or network.facts[name].window is None:
            return super().stale(network, name)
        first = self._slots(name, network.facts[name])[0]
        return all_of((first.there, negated(self._inside(first, network.facts[name].window))))

    def day(
        self,
        network: Network,
        node_id: NodeId,
        node: BeforeEvaluation | EventDay | DateShift | Age,
        at: Range | None,
    ) -> Range:
        match node:
            case BeforeEvaluation(duration=duration):
                return point(number(minus(self.as_of, duration).toordinal()))
            case EventDay(fact=fact) if fact in self._histories and network.facts[fact].type != "date":
                first = self._slots(fact, network.facts[fact])[0]
                day = self.today() - first.age
                return Range(first.there, day, day)
        return super().day(network, node_id, node, at)

    def history(
        self,
        network: Network,
        node_id: NodeId,  # noqa: ARG002 - of the interface: `prove.every` goes by it
        node: Aggregate | LastN | Occurs | Lasting,
        terms: dict[NodeId, Term],
    ) -> Term:
        definition = network.facts[node.fact]
        relations = () if isinstance(node, Lasting) else (*node.relations, *((node.day,) if node.day else ()))
        if relations or definition.type == "date" or node.fact not in self._histories:
            raise OutOfReach(node.fact)
        each = self._slots(node.fact, definition)
        match node:
            case Lasting():
                span = self._days(node.duration)
                return lasting(each, span, lambda slot: self._passes(node.test, slot, definition, terms))
            case LastN():
                chosen = self._chosen(each, node.window, node.time, terms)
                limit = _range(terms[node.right])
                return all_newest(
                    node.count,
                    chosen,
                    lambda slot: compared(node.operator, self._as_asked(slot, node.factor, node.offset), limit),
                )
            case Occurs():
                return self._occurs(node, definition, terms)
            case Aggregate():
                return self._aggregate(node, definition, terms)

    # ---- what became of a question, for who reads the solver's answer -----------------------------------------------

    def stale_asked(self, network: Network, name: str) -> Bool | None:
        """Whether a fact is too old, if the question came upon that."""
        return self._stale.get(self._keys(network).fact(name))

    def age_asked(self) -> Range | None:
        """The age in months, if the question came upon the age."""
        made = self._made.get("age")
        return made if isinstance(made, Range) else None

    def word(self, code: int) -> str:
        """The word that a number stands for; another than those that count, if it stands for none."""
        return next((word for word, own in self._codes.items() if own == code), "other")

    def days_of_window(self, definition: FactDefinition) -> int:
        """How many days the longest window of a fact goes back."""
        windows = [definition.window, *(reading.window for reading in definition.readings)]
        return max((self._days(window) for window in windows if window is not None), default=0)

    # ---- facts ------------------------------------------------------------------------------------------------------

    def _gather(self, networks: list[Network]) -> None:
        names = sorted({name for network in networks for name in network.facts})
        for name in names:
            definitions = [network.facts[name] for network in networks if name in network.facts]
            self.units[name] = definitions[0].unit
            self._bounds[name] = [d.plausible for d in definitions if d.plausible is not None]
            kinds = {d.type for d in definitions}
            alike = len({fact_content(d) for d in definitions}) == 1
            if not alike and kinds <= {"quantity", "number", "yes_no", "choice", "text"} and len(kinds) == 1:
                self._histories.setdefault(name, 1)

    def _current(self, key: str, definition: FactDefinition) -> Term:
        """Points, and words; a range has one end."""
        if definition.type in ("yes_no", "choice", "text") or (
            self._intervals and definition.ties is None and definition.type != "date"
        ):
            term = super()._current(key, definition)
            if isinstance(term, Range) and definition.plausible is not None:  # each end is a result of its own
                least, most = definition.plausible
                self.constraints.append(all_of((term.low >= number(least), term.high <= number(most))))
            return term
        whole_numbers = definition.type == "date"
        value = (whole if whole_numbers else real)(f"value {key}")
        result = Range(boolean(f"known {key}"), value, value)
        if definition.plausible is not None:
            least, most = definition.plausible
            self.constraints.append(all_of((value >= number(least), value <= number(most))))
        elif whole_numbers:
            day = self.as_of.toordinal()
            self.constraints.append(all_of((value >= day - LONG_AGO, value <= day + FAR_AHEAD)))
        return result

    def _range(self, key: str, *, whole_numbers: bool = False) -> Range:
        if self._intervals and not whole_numbers:
            return super()._range(key)
        value = (whole if whole_numbers else real)(f"value {key}")
        return Range(boolean(f"known {key}"), value, value)

    def _moved(self, sign: str, duration: Duration, name: str) -> Num:  # noqa: ARG002 - of the interface
        """As many days as a length of time has from today."""
        moved = plus(self.as_of, duration) if sign == "+" else less(self.as_of, duration)
        least, _ = days_of(duration)
        days = abs((moved - self.as_of).days) if moved is not None else least
        return number(days if sign == "+" else -days)

    def _months(self) -> Range:
        months = super()._months()
        self.constraints.append(all_of((months.low >= 0, months.low <= 12 * 105)))
        return months

    def _slots(self, name: str, definition: FactDefinition) -> tuple[Slot, ...]:
        """The slots of a fact, in the unit of its definition."""
        if name not in self.slots:
            words = definition.type in ("choice", "text")
            self.slots[name], holds = slots(name, self._histories[name], words=words)
            if definition.type in ("quantity", "number") and (self._censored or self._tied(definition)):
                self.slots[name] = (self._uncertain(self.slots[name][0], definition), *self.slots[name][1:])
            self.constraints += holds
            if self._bounds[name] and not words:
                least = min(low for low, _ in self._bounds[name])
                most = max(high for _, high in self._bounds[name])
                for slot in self.slots[name]:
                    ends = [slot.value] if slot.high is None else [slot.value, slot.high]
                    inside = [all_of((end >= number(least), end <= number(most))) for end in ends]
                    self.constraints.append((any_of if slot.is_censored else all_of)(inside))
            for slot in self.slots[name] if words else ():
                codes = [self.code(choice.value) for choice in definition.choices]
                self.constraints.append(any_of(slot.value == code for code in codes))
            self.denied[name] = boolean(f"denied {name}")
            self.unclear[name] = boolean(f"unclear {name}")
        change = self._change(name, definition)
        if change is None:
            return self.slots[name]
        factor, offset = number(change.factor), number(change.offset)
        return tuple(
            Slot(s.there, s.value * factor + offset, s.age, None if s.high is None else s.high * factor + offset)
            for s in self.slots[name]
        )

    def _tied(self, definition: FactDefinition) -> bool:
        """Whether two results of one time leave open which of them holds."""
        return self._intervals and definition.ties is None

    def _uncertain(self, slot: Slot, definition: FactDefinition) -> Slot:
        """A result of which only two numbers are known between which it lies, or one."""
        high = real(f"high {definition.name}")
        self.constraints.append(high >= slot.value)
        if not self._censored:
            return replace(slot, high=high)
        ways = [high == slot.value, high == UNBOUNDED]
        if definition.cannot_be_negative:
            ways.append(slot.value == 0)
        self.constraints.append(any_of(ways))
        return replace(slot, high=high, is_censored=True)

    def _change(self, name: str, definition: FactDefinition) -> Affine | None:
        """From the unit of the first edition to that of another."""
        own, other = self.units[name], definition.unit
        if own == other or own is None or other is None:
            return None
        for each in definition.conversions:
            if each.unit == own:
                return Affine(each.factor, each.offset)
        change = conversion(parse_unit(own), parse_unit(other))
        if change is None:
            raise OutOfReach(name)
        return change

    def _from_history(self, definition: FactDefinition) -> Term:
        each = self._slots(definition.name, definition)
        inside = [(slot, all_of((slot.there, self._inside(slot, definition.window)))) for slot in each]
        if definition.type == "yes_no":
            some = any_of(here for _, here in inside)
            denied, unclear = self.denied[definition.name], self.unclear[definition.name]
            self.constraints.append(implies(any_of((denied, unclear)), negated(any_of(s.there for s in each))))
            no = negated(unclear) if definition.absent_means_no else denied
            return Rails(some, all_of((negated(some), no)))
        first, here = inside[0]
        if definition.type in ("choice", "text"):
            return Word(here, first.value)
        usable = here
        if definition.plausible is not None:
            least, most = definition.plausible
            high = first.value if first.high is None else first.high
            usable = all_of((here, high >= number(least), first.value <= number(most)))
        return replace(first.range, known=usable)

    # ---- questions to a history -------------------------------------------------------------------------------------

    def _days(self, duration: Duration) -> int:
        return (self.as_of - minus(self.as_of, duration)).days

    def _inside(self, slot: Slot, window: Duration | None) -> Bool:
        return TRUE if window is None else slot.age <= self._days(window)

    def _chosen(
        self, each: tuple[Slot, ...], window: Duration | None, time: EventTime | None, terms: dict[NodeId, Term]
    ) -> list[tuple[Slot, Bool]]:
        return [(s, all_of((s.there, self._inside(s, window), self._during(s, time, terms)))) for s in each]

    def _during(self, slot: Slot, time: EventTime | None, terms: dict[NodeId, Term]) -> Bool:
        if time is None:
            return TRUE
        day, holds = self.today() - slot.age, []
        if time.first is not None:
            first = _range(terms[time.first])
            holds += [first.known, day >= first.low]
        if time.last is not None:
            last = _range(terms[time.last])
            holds += [last.known, day <= last.low]
        return all_of(holds)

    @staticmethod
    def _as_asked(slot: Slot, factor: Fraction, offset: Fraction) -> Range:
        return scaled(slot.range, factor, offset)

    def _passes(self, test: EventTest, slot: Slot, definition: FactDefinition, terms: dict[NodeId, Term]) -> Rails:
        rails = [
            compared(c.operator, self._as_asked(slot, c.factor, c.offset), _range(terms[c.right]))
            for c in test.comparisons
        ]
        if definition.plausible is not None:
            least, most = definition.plausible
            usable = all_of((slot.value >= number(least), slot.value <= number(most)))
            rails = [Rails(all_of((usable, r.true)), all_of((usable, r.false))) for r in rails]
        if test.words:
            among = decided(any_of(slot.value == self.code(word) for word in test.words))
            rails.append(among.swapped() if test.excluded else among)
        return conjunction(rails)

    def _occurs(self, node: Occurs, definition: FactDefinition, terms: dict[NodeId, Term]) -> Rails:
        chosen = self._chosen(self._slots(node.fact, definition), None, node.time, terms)
        passing = [(slot, here, self._passes(node.test, slot, definition, terms)) for slot, here in chosen]
        some = any_of(here for _, here in chosen)
        nothing_is_no = all_of((truth(definition.absent_means_no), negated(self.unclear[node.fact])))
        fails = all_of(implies(here, rails.false) for _, here, rails in passing)
        if node.quantifier == "every":
            passes = all_of(implies(here, rails.true) for _, here, rails in passing)
            failing = any_of(all_of((here, rails.false)) for _, here, rails in passing)
            return Rails(all_of((some, passes)), failing)
        if node.quantifier == "any":
            found = any_of(all_of((here, rails.true)) for _, here, rails in passing)
            return Rails(found, all_of((fails, any_of((some, nothing_is_no)))))
        true = how_many([(slot, all_of((here, rails.true))) for slot, here, rails in passing]) >= node.count
        return Rails(true, all_of((negated(true), any_of((some, nothing_is_no)))))

    def _aggregate(self, node: Aggregate, definition: FactDefinition, terms: dict[NodeId, Term]) -> Range | Word:
        chosen = self._chosen(self._slots(node.fact, definition), node.window, node.time, terms)
        some = any_of(here for _, here in chosen)
        unclear = self.unclear[node.fact]
        match node.how:
            case "latest" | "earliest":
                found = newest(chosen if node.how == "latest" else chosen[::-1])
                return Word(found.known, found.low) if definition.type in ("choice", "text") else found
            case "highest" | "lowest":
                return extreme(chosen, highest=node.how == "highest")
            case "average":
                return mean(chosen)
            case "count" | "sum":
                value = how_many(chosen) if node.how == "count" else total(chosen)
                nothing = all_of((truth(definition.absent_means_no), negated(unclear)))
                return Range(any_of((some, nothing)), value, value)
            case "change":
                difference = newest(chosen).low - newest(chosen[::-1]).low
                return Range(how_many(chosen) >= 2, difference, difference)
            case _:
                raise OutOfReach(node.fact)


def _range(term: Term) -> Range:
    assert isinstance(term, Range)
    return term
