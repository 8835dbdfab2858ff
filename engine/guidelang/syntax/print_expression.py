"""Expressions, codes and literals in their canonical form, on one line or, where that is too long, on several."""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.syntax import tree
from guidelang.syntax.grammar import fits

WIDTH = 110
INDENT = "    "

# How tightly a form binds; an operand that binds less tightly than its place needs stands in parentheses.
_PERIOD, _OR, _AND, _NOT, _COMPARISON, _SUM, _TOTAL, _PRODUCT, _SIGNED, _POWER, _ATOM = range(11)


def print_expression(expression: tree.Expression) -> str:
    """An expression on one line, e.g. ``phosphorus >= 5.5 mg/dL``.

    It has the fewest parentheses, but for `and` inside of `or`, which people read in two ways.
    """
    return _print(expression, _PERIOD)


def quote(text: str) -> str:
    """A text in quotation marks. The language has no form for a text with a line break in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _print(expression: tree.Expression, place: int) -> str:
    text = _form(expression)
    return f"({text})" if _strength(expression) < place else text


def _form(expression: tree.Expression) -> str:
    match expression:
        case tree.Name(name):
            return name
        case tree.Quantity():
            return print_quantity(expression)
        case tree.DateLiteral(text):
            return text
        case tree.Text(text):
            return quote(text)
        case tree.Or(operands):
            return " or ".join(_print(operand, _NOT) for operand in operands)  # `(a and b) or c`, for readers
        case tree.And(operands):
            return " and ".join(_print(operand, _NOT) for operand in operands)
        case tree.Not(operand):
            return f"not {_print(operand, _NOT)}"
        case tree.Certainly(operand):
            return f"certainly {_print(operand, _NOT)}"
        case tree.Compare(operator, left, right):
            return f"{_print(left, _SUM)} {operator} {_print(right, _SUM)}"
        case tree.Between(subject, low, high):
            return f"{_print(subject, _SUM)} between {_print(low, _SUM)} and {_print(high, _SUM)}"
        case tree.IsOneOf(subject, values, negated):
            chosen = [value.name if isinstance(value, tree.Identifier) else quote(value.text) for value in values]
            listed = chosen[0] if len(chosen) == 1 else f"one of ({', '.join(chosen)})"
            return f"{_print(subject, _SUM)} is {'not ' if negated else ''}{listed}"
        case tree.IsState(subject, state):
            return f"{_print(subject, _SUM)} is {state}"
        case tree.LastN(count, fact, phrases, operator, right):
            return f"last {count} {fact}{_phrases(phrases)} {operator} {_print(right, _SUM)}"
        case tree.Arithmetic(operator, left, right):
            return _arithmetic(operator, left, right)
        case tree.Negate(operand):
            return f"-{_print(operand, _SIGNED)}"
        case tree.Call(function, arguments):
            return f"{function}({_listed(arguments)})"
        case tree.AtLeast(count, operands):
            return f"at least {count} of ({_listed(operands)})"
        case tree.FirstKnown(operands):
            return f"first known of ({_listed(operands)})"
        case tree.Recommended(action, target):
            return f"recommended {action} {target}" if action else f"recommended {target}"
        case tree.Aggregate("count" | "sum" | "covered days" as how, fact, phrases):
            return f"{how} of {fact}{_phrases(phrases)}"
        case tree.Aggregate(how, fact, phrases):
            return f"{how} {fact}{_phrases(phrases)}"
        case tree.Change(fact, over):
            return f"change in {fact} over {print_expression(over)}"
        case tree.Happened(fact, phrases):
            return f"{fact}{_phrases(phrases)}"
        case tree.Quantified():
            count = f" {expression.count}" if expression.count is not None else ""
            tested = str(expression.fact) if expression.test is None else _test(expression.test)
            days = " on different days" if expression.different_days else ""
            return f"{expression.quantifier}{count} {tested}{_phrases(expression.phrases)}{days}"
        case tree.Lasting(test, duration):
            return f"{_form(test)} for at least {print_expression(duration)}"
        case tree.TimeSince(fact):
            return f"time since {fact}"
        case tree.TimeFrom(first, last):
            return f"time from {_print(first, _TOTAL)} to {_print(last, _TOTAL)}"
        case tree.DaysFrom(first, last):
            return f"days from {_print(first, _TOTAL)} to {_print(last, _TOTAL)}"
        case tree.Age(at):
            return "age" if at is None else f"age at {_print(at, _TOTAL)}"
        case tree.Today():
            return "today"
        case tree.EndOf(end, period):
            return f"{end} of {_print(period, _ATOM)}"
        case tree.Period(first, last):
            # a phrase at the end of the first day would take `to` for its own
            return f"{_print(first, _TOTAL if isinstance(first, tree.Aggregate) else _SUM)} to {_print(last, _SUM)}"
        case tree.ScoreSum(items):
            return f"score of {len(items)} item{'' if len(items) == 1 else 's'}"
        case tree.TableLookup(_, _, columns):
            return f"table by {', '.join(_print(column.value, _OR) for column in columns)}"


def _arithmetic(operator: str, left: tree.Expression, right: tree.Expression) -> str:
    match operator:
        case "+" | "-":
            places = (_TOTAL, _PRODUCT)
        case "*" | "/":
            places = (_PRODUCT, _SIGNED)
        case _:
            places = (_ATOM, _SIGNED)
    return f"{_print(left, places[0])} {operator} {_print(right, places[1])}"


def _strength(expression: tree.Expression) -> int:
    match expression:
        case tree.Period():
            return _PERIOD
        case tree.Or():
            return _OR
        case tree.And():
            return _AND
        case tree.Not() | tree.Certainly():
            return _NOT
        case tree.Compare() | tree.Between() | tree.IsOneOf() | tree.IsState() | tree.LastN():
            return _COMPARISON
        case tree.Happened() | tree.Quantified() | tree.Lasting():
            return _COMPARISON
        case tree.TimeFrom() | tree.DaysFrom() | tree.Age(at=tree.Node()):
            return _SUM
        case tree.Aggregate(phrases=phrases) if any(map(_ends_in_sum, phrases)):
            return _SUM  # the sum in its phrase would take what follows
        case tree.Arithmetic("+" | "-"):
            return _TOTAL
        case tree.Arithmetic("*" | "/"):
            return _PRODUCT
        case tree.Negate():
            return _SIGNED
        case tree.Arithmetic():
            return _POWER
        case _:
            return _ATOM


def _ends_in_sum(phrase: tree.Phrase) -> bool:
    if isinstance(phrase, tree.OnDay):
        return any(map(_ends_in_sum, phrase.phrases))
    return isinstance(phrase, tree.Since | tree.Beside)


def _listed(operands: Sequence[tree.Expression]) -> str:
    return ", ".join(print_expression(operand) for operand in operands)


def _phrases(phrases: Sequence[tree.Phrase]) -> str:
    return "".join(f" {print_phrase(phrase)}" for phrase in phrases)


def _test(test: tree.Compare | tree.Between | tree.IsOneOf) -> str:
    """A comparison after which phrases may stand."""
    match test:
        case tree.Compare(operator, left, right):
            return f"{_print(left, _SUM)} {operator} {_operand(right)}"
        case tree.Between(subject, low, high):
            return f"{_print(subject, _SUM)} between {_print(low, _SUM)} and {_operand(high)}"
        case _:
            return _form(test)


def _operand(expression: tree.Expression) -> str:
    """What a value is compared with before a phrase; a period is no sum."""
    return f"({_closed(expression)})" if isinstance(expression, tree.Period) else _closed(expression)


def _closed(expression: tree.Expression) -> str:
    """A sum or period after which a phrase may stand: an aggregate at its end would take the phrase for its own."""
    if isinstance(expression, tree.Period):
        return f"{_operand(expression.first)} to {_operand(expression.last)}"
    last: tree.Expression = expression
    while isinstance(last, tree.Arithmetic | tree.Negate | tree.EndOf):
        match last:
            case tree.Arithmetic(right=right):
                last = right
            case tree.Negate(operand):
                last = operand
            case tree.EndOf(period=period):
                last = period
    text = _print(expression, _TOTAL)
    opens = isinstance(last, tree.Aggregate) and _strength(expression) >= _TOTAL
    return f"({text})" if opens else text


def print_phrase(phrase: tree.Phrase) -> str:
    """An event phrase, e.g. ``starts within 31 days before discharge``."""
    edge = "" if isinstance(phrase, tree.Together | tree.OnDay) or phrase.edge is None else f"{phrase.edge} "
    match phrase:
        case tree.Within(duration):
            return f"{edge}within {print_expression(duration)}"
        case tree.Ago(nearest, farthest):
            return f"{edge}{print_quantity(nearest)} to {print_quantity(farthest)} ago"
        case tree.Since(day):
            return f"{edge}since {_closed(day) if not isinstance(day, tree.Period) else _print(day, _TOTAL)}"
        case tree.Together(how, fact, negated):
            to = str(fact) if phrase.test is None else _test(phrase.test)
            any_ = "any " if negated or (phrase.test is not None and how != "reading") else ""
            return f"{'not ' if negated else ''}{_TOGETHER[how]} {any_}{to}"
        case tree.OnDay(which, fact, test, phrases):
            return f"on the {which} day with {fact if test is None else _test(test)}{_phrases(phrases)}"
        case tree.Beside(how):
            far = ""
            if phrase.farthest is not None and phrase.nearest is not None:
                far = f"{print_quantity(phrase.nearest)} to {print_expression(phrase.farthest)} "
            elif phrase.farthest is not None:
                far = f"within {print_expression(phrase.farthest)} "
            not_ = "not " if phrase.negated else ""
            return f"{not_}{edge}{far}{how} {_anchor(phrase)}"


def _anchor(phrase: tree.Beside) -> str:
    """What a phrase holds an event against; `any` is written where it says something, or helps the eye."""
    if phrase.test is not None:
        return f"any {_test(phrase.test)}"
    to = phrase.to
    if phrase.negated and isinstance(to, tree.EndOf) and isinstance(to.period, tree.Name):
        return f"{to.end} of any {to.period.name}"
    return f"any {_closed(to)}" if phrase.negated else _closed(to)


_TOGETHER = {
    "encounter": "in the same encounter as",
    "practitioner": "by the same practitioner as",
    "day": "on a day of",
    "reading": "together with",
}


def print_quantity(quantity: tree.Quantity) -> str:
    return quantity.number if quantity.unit is None else f"{quantity.number} {quantity.unit}"


# ---- several lines --------------------------------------------------------------------------------------------------


def broken(expression: tree.Expression, first: int, rest: int) -> list[str]:
    """The lines of an expression whose first line begins at column `first`, the others at column `rest`.

    Breaks stand before `and` and `or`, and after the commas of `at least` and `first known of`; a line that has none of
    these may be longer than the page is wide, as may one by its closing parentheses.
    """
    text = print_expression(expression)
    if first + len(text) <= WIDTH:
        return [text]
    match expression:
        case tree.And(operands):
            return _broken_operands("and", operands, _NOT, first, rest)
        case tree.Or(operands):
            return _broken_operands("or", operands, _NOT, first, rest)
        case tree.Not(operand):
            return _prefixed("not ", operand, first, rest)
        case tree.Certainly(operand):
            return _prefixed("certainly ", operand, first, rest)
        case tree.AtLeast(count, operands):
            return _broken_list(f"at least {count} of (", operands, rest)
        case tree.FirstKnown(operands):
            return _broken_list("first known of (", operands, rest)
        case _:
            return [text]


def _broken_operands(word: str, operands: Sequence[tree.Expression], place: int, first: int, rest: int) -> list[str]:
    lines: list[str] = []
    for index, operand in enumerate(operands):
        lead = "" if index == 0 else f"{word} "
        start = first if index == 0 else rest + len(lead)
        piece = _placed(operand, place, start, rest + len(INDENT))
        lines.append(lead + piece[0])
        lines.extend(INDENT + line for line in piece[1:])
    return lines


def _placed(operand: tree.Expression, place: int, first: int, rest: int) -> list[str]:
    """The lines of an operand, in parentheses where its place needs them."""
    if _strength(operand) >= place:
        return broken(operand, first, rest)
    lines = broken(operand, first + 1, rest)
    lines[0] = f"({lines[0]}"
    lines[-1] += ")"
    return lines


def _prefixed(word: str, operand: tree.Expression, first: int, rest: int) -> list[str]:
    lines = _placed(operand, _NOT, first + len(word), rest)
    return [word + lines[0], *lines[1:]]


def _broken_list(opening: str, operands: Sequence[tree.Expression], rest: int) -> list[str]:
    lines = [opening]
    for index, operand in enumerate(operands):
        piece = broken(operand, rest + len(INDENT), rest + 2 * len(INDENT))
        piece = [piece[0], *(INDENT + line for line in piece[1:])]
        piece[-1] += ")" if index == len(operands) - 1 else ","
        lines.extend(INDENT + line for line in piece)
    return lines


# ---- codes and values of parameters ---------------------------------------------------------------------------------


def print_code(code: tree.CodeRef, *, system: bool = True) -> str:
    """One code with its label; without its system word where the code before it has given that."""
    if fits("CODE_SYSTEM", code.system) or not code.system:
        text = code.code if fits("CODE", code.code) else quote(code.code)
        text = f"{code.system} {text}" if system and code.system else text
    else:
        text = f"{code.system}:{code.code}"
    if code.label is not None:
        text += f" {quote(code.label)}"
    if code.unconfirmed:
        text += " unconfirmed"
    return text if code.strength is None else f"{text} strength {print_quantity(code.strength)}"


def print_codes(codes: Sequence[tree.CodeRef | tree.ListRef]) -> list[str]:
    """The items of a list of codes; a run of codes of one system says the system once."""
    items: list[str] = []
    system: str | None = None
    for code in codes:
        if isinstance(code, tree.ListRef):
            items.append(f"in {code.name}")
            system = None
        else:
            items.append(print_code(code, system=code.system != system))
            system = code.system if fits("CODE_SYSTEM", code.system) else None
    return items


def print_item(item: tree.CodeItem) -> str:
    """A code, a list or a value set by itself."""
    match item:
        case tree.ListRef():
            return f"in {item.name}"
        case tree.ValueSetRef():
            version = item.version
            if version is None:
                return f"valueset {quote(item.url)}"
            return f"valueset {quote(item.url)} version {version if fits('VERSION_MARK', version) else quote(version)}"
        case tree.CodeRef():
            return print_code(item)


def print_parameter_value(value: tree.ParameterValue) -> str:
    if isinstance(value, tree.Quantity):
        return print_quantity(value)
    if isinstance(value, tree.DateLiteral | tree.Period):
        return print_expression(value)
    return f"codes {', '.join(print_codes(value.codes))}" if value.codes else "no codes"
