"""What guidelines and records that nobody means well cost: time and memory, each in a process of its own.

    python benchmarks/hostile.py [WORD ...]        (or: make bench-hostile)

Each row is one command on one generated guideline or record; with words, those rows whose names hold one of them. A
process may take `MEMORY` bytes of address space and `SECONDS` seconds of a processor; these are what is printed, since
others may use the machine too. What has to come is a result or an error of ours:
exit code 0 or 1 and no trace of the program. Any other end is printed as what it is, and the exit code is then 1.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from guidelang.version import __version__

MEMORY = 6 << 30
SECONDS = 60
DAY = ("--as-of", "2024-06-01")
HEAD = """guideline hostile version 1

fact a is quantity in mg/dL
    plausible 0 to 1000 mg/dL
fact b is yes or no
    absent means no
"""
RULE = "rule r when {} recommend reduce a\n"
RECORD = '{"a": "7 mg/dL"}'


@dataclass(frozen=True, slots=True)
class Case:
    """One row.

    Attributes:
        name: what it is, for a reader.
        command: the arguments; `G` and `R` stand for the guideline and the record.
        guideline: its text, made when it is needed.
        record: the suffix of the record and its content.
    """

    name: str
    command: Sequence[str]
    guideline: Callable[[], str]
    record: tuple[str, Callable[[], str]] = (".json", lambda: RECORD)


def small() -> str:
    return HEAD + RULE.format("a > 5 mg/dL")


def rules(count: int) -> str:
    return HEAD + "".join(f"rule r{n} when a > {n % 900}.5 mg/dL unless b recommend reduce a\n" for n in range(count))


def nested(count: int) -> str:
    return HEAD + RULE.format("(" * count + "b" + ")" * count)


def negated(count: int) -> str:
    return HEAD + RULE.format("not " * count + "b")


def operands(count: int, word: str) -> str:
    return HEAD + RULE.format(f" {word} ".join(f"a > {n % 900}.{n} mg/dL" for n in range(count)))


def summed(count: int) -> str:
    return HEAD + RULE.format(" + ".join(["a"] * count) + " > 5 mg/dL")


def chained(count: int) -> str:
    steps = "".join(f"define d{n} = d{n - 1} or a > {n % 900}.{n} mg/dL\n" for n in range(1, count + 1))
    return HEAD + "define d0 = b\n" + steps + RULE.format(f"d{count}")


def value_chain(count: int) -> str:
    steps = "".join(f"define d{n} = d{n - 1} + a\n" for n in range(1, count + 1))
    return HEAD + "define d0 = a\n" + steps + RULE.format(f"d{count} > 5 mg/dL")


def doubled(count: int) -> str:
    steps = "".join(f"define d{n} = d{n - 1} and (d{n - 1} or a > {n}.5 mg/dL)\n" for n in range(1, count + 1))
    return HEAD + "define d0 = b\n" + steps + RULE.format(f"d{count}")


def squared(count: int) -> str:
    steps = "".join(f"define d{n} = d{n - 1} * d{n - 1}\n" for n in range(1, count + 1))
    return HEAD + "define d0 = a / (1.37 mg/dL)\n" + steps + RULE.format(f"d{count} > 5")


def circle(count: int) -> str:
    steps = "".join(f"define d{n} = b and d{n + 1}\n" for n in range(count))
    return HEAD + steps + f"define d{count} = d0\n" + RULE.format("d0")


def table(count: int) -> str:
    rows = "".join(f"    row {n / 100:.2f} to below {(n + 1) / 100:.2f} gives {n % 3}\n" for n in range(count))
    return f"{HEAD}table t is number\n    by a in mg/dL\n{rows}    otherwise gives 3\n" + RULE.format("t > 2")


def errors(count: int) -> str:
    return HEAD + "".join(f"rule r{n} when nothing{n} > > 5 recommend\n" for n in range(count))


def unknown_names(count: int) -> str:
    return HEAD + "".join(f"rule r{n} when nowhere{n} recommend reduce a\n" for n in range(count))


def codes(count: int) -> str:
    lines = "".join(f'    RxNorm {n} "drug {n}"\n' for n in range(1, count + 1))
    return f"{HEAD}codes many\n{lines}fact taken is yes or no from medication request in many\n" + RULE.format("taken")


def facts(count: int) -> str:
    each = "".join(f"fact f{n} is yes or no\n" for n in range(count))
    return HEAD + each + "".join(f"rule r{n} when f{n} recommend reduce a\n" for n in range(count))


def conflicting(count: int) -> str:
    both = "".join(
        f"rule s{n} when a > {n} mg/dL recommend start drug\nrule t{n} when a < {n} mg/dL recommend stop drug\n"
        for n in range(count)
    )
    return HEAD + both


def long_name() -> str:
    name = "n" * 1_000_000
    return f"{HEAD}define {name} = b\n" + RULE.format(name)


def text(size: int) -> str:
    return HEAD + "rule r when b recommend reduce a " + '"' + "x" * size + '"\n'


def digits(count: int) -> str:
    return HEAD + RULE.format("a > " + "9" * count + " mg/dL")


def comments(count: int) -> str:
    return small() + "# nothing\n" * count


def no_line_end(size: int) -> str:
    return "guideline hostile version 1 " + "(" * size


def observations(count: int) -> str:
    results = [
        {
            "resourceType": "Observation",
            "status": "final",
            "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "2276-4"}]},
            "effectiveDateTime": f"2024-05-{n % 28 + 1:02}",
            "valueQuantity": {"value": n % 90 + 0.5, "unit": "mg/dL"},
        }
        for n in range(count)
    ]
    entries = [{"resource": each} for each in ({"resourceType": "Patient", "id": "p"}, *results)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def bundles(count: int) -> str:
    entry = '{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": '
    return entry * count + '{"resourceType": "Patient", "id": "p"}' + "}]}" * count


def laughs(count: int) -> str:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, count)]
    return "\n".join(lines) + f"\na: *a{count - 1}\n"


def coded() -> str:
    return HEAD.replace("    plausible", "    from observation LOINC 2276-4\n    plausible") + RULE.format(
        "a > 5 mg/dL"
    )


CHECK = ("check", "G")
RUN = ("run", "G", "R", *DAY)
EXPLAIN = ("explain", "G", "R", "r", *DAY)
PROVE = ("prove", "G", "--seconds", "1", *DAY)
DIFF = ("diff", "G", "O", "--seconds", "1")
CASES = (
    Case("100,000 rules: check", CHECK, lambda: rules(100_000)),
    Case("100,000 rules: run", RUN, lambda: rules(100_000)),
    Case("100,000 facts, each with a rule: check", CHECK, lambda: facts(100_000)),
    Case("10,000 parentheses in each other: check", CHECK, lambda: nested(10_000)),
    Case("`not` 10,000 times: check", CHECK, lambda: negated(10_000)),
    Case("10,000,000 opening parentheses: check", CHECK, lambda: no_line_end(10_000_000)),
    Case("a name of 1 MB: check", CHECK, long_name),
    Case("a name of 1 MB: explain", EXPLAIN, long_name),
    Case("a table of 10,000 rows: check", CHECK, lambda: table(10_000)),
    Case("a table of 10,000 rows: run", RUN, lambda: table(10_000)),
    Case("100,000 operands of one `or`: check", CHECK, lambda: operands(100_000, "or")),
    Case("20,000 operands of one `or`: check", CHECK, lambda: operands(20_000, "or")),
    Case("20,000 operands of one `or`: run", RUN, lambda: operands(20_000, "or")),
    Case("20,000 operands of one `or`: explain", EXPLAIN, lambda: operands(20_000, "or")),
    Case("20,000 operands of one `and`: run", RUN, lambda: operands(20_000, "and")),
    Case("a sum of 10,000 terms: check", CHECK, lambda: summed(10_000)),
    Case("conditions on conditions, 10,000 steps: check", CHECK, lambda: chained(10_000)),
    Case("conditions on conditions, 10,000 steps: run", RUN, lambda: chained(10_000)),
    Case("conditions on conditions, 10,000 steps: explain", EXPLAIN, lambda: chained(10_000)),
    Case("values on values, 10,000 steps: check", CHECK, lambda: value_chain(10_000)),
    Case("values on values, 10,000 steps: run", RUN, lambda: value_chain(10_000)),
    Case("a condition twice in the next, 60 times: run", RUN, lambda: doubled(60)),
    Case("a condition twice in the next, 60 times: explain", EXPLAIN, lambda: doubled(60)),
    Case("a value squared 60 times: run", RUN, lambda: squared(60)),
    Case("a circle of 10,000 definitions: check", CHECK, lambda: circle(10_000)),
    Case("10,000 statements with errors of syntax: check", CHECK, lambda: errors(10_000)),
    Case("10,000 unknown names: check", CHECK, lambda: unknown_names(10_000)),
    Case("a list of 100,000 codes: check", CHECK, lambda: codes(100_000)),
    Case("a text of 50 MB: check", CHECK, lambda: text(50_000_000)),
    Case("a number of 1,000,000 digits: check", CHECK, lambda: digits(1_000_000)),
    Case("1,000,000 comments: check", CHECK, lambda: comments(1_000_000)),
    Case("2,000 rules for and against one thing: run", RUN, lambda: conflicting(1_000)),
    Case("1,000 rules: prove", PROVE, lambda: rules(1_000)),
    Case("conditions on conditions, 1,000 steps: prove", PROVE, lambda: chained(1_000)),
    Case("a value squared 8 times: prove", PROVE, lambda: squared(8)),
    Case("a value squared 60 times: prove", PROVE, lambda: squared(60)),
    Case("200 rules for and against one thing: prove", PROVE, lambda: conflicting(100)),
    Case("a table of 1,000 rows: prove", PROVE, lambda: table(1_000)),
    Case("1,000 rules: diff", DIFF, lambda: rules(1_000)),
    Case("a value squared 8 times: diff", DIFF, lambda: squared(8)),
    Case("JSON 100,000 deep: run", RUN, small, (".json", lambda: '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}")),
    Case("bundles in bundles, 400 deep: run", RUN, coded, (".json", lambda: bundles(400))),
    Case("a text of 50 MB in a record: run", RUN, small, (".json", lambda: '{"a": "' + "x" * 50_000_000 + '"}')),
    Case("a number of 50 MB in a record: run", RUN, small, (".json", lambda: '{"a": ' + "9" * 50_000_000 + "}")),
    Case("100,000 results of one fact: run", RUN, coded, (".json", lambda: observations(100_000))),
    Case(
        "1,000,000 unknown names in a record: run",
        RUN,
        small,
        (".json", lambda: "{" + ",".join(f'"k{n}": 1' for n in range(1_000_000)) + "}"),
    ),
    Case("YAML with anchors on anchors, 10 to the 12: run", RUN, small, (".yaml", lambda: laughs(12))),
    Case("a cell of 50 MB in CSV: run", RUN, small, (".csv", lambda: "patient,a\np," + "x" * 50_000_000 + "\n")),
    Case(
        "1,000,000 lines of CSV without a column we know: run",
        RUN,
        small,
        (".csv", lambda: "patient,c\n" + "p,1\n" * 1_000_000),
    ),
)


def main() -> int:
    words = sys.argv[1:]
    chosen = [case for case in CASES if not words or any(word in case.name for word in words)]
    print(f"guidelang {__version__}, Python {platform.python_version()}; {time.strftime('%Y-%m-%d')}, ", end="")
    print(f"each with {MEMORY >> 30} GB of address space and {SECONDS} s of a processor\n")
    print("| | s | MB | what comes |")
    print("| --- | ---: | ---: | --- |")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for case in chosen:
            seconds, megabytes, told, well = measured(case, Path(folder))
            good &= well
            print(f"| {case.name} | {seconds:.1f} | {megabytes:,.0f} | {told} |", flush=True)
    return 0 if good else 1


def measured(case: Case, folder: Path) -> tuple[float, float, str, bool]:
    """Seconds, megabytes at the most, what was said, and whether it was a result or an error of ours."""
    guideline, other = folder / "hostile.guide", folder / "other" / "hostile.guide"
    record = folder / f"record{case.record[0]}"
    said = case.guideline()
    guideline.write_text(said, encoding="utf-8")
    other.parent.mkdir(exist_ok=True)
    other.write_text(said.replace("> 5", "> 6").replace(".5 mg/dL", ".25 mg/dL"), encoding="utf-8")
    record.write_text(case.record[1](), encoding="utf-8")
    files = {"G": str(guideline), "O": str(other), "R": str(record)}
    command = [sys.executable, "-m", "guidelang_cli.main", *(files.get(word, word) for word in case.command)]
    out, err = folder / "out", folder / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            stdout=stdout,
            stderr=stderr,
            env=environment(folder),
            preexec_fn=bounded,  # noqa: PLW1509  # this process has no threads
        )
        _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    seconds, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    record.unlink()
    words = "".join(path.read_bytes()[-1_000_000:].decode(errors="replace") for path in (err, out))
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return seconds, peak, f"**no end within {SECONDS} s**", False
    if code not in (0, 1) or "Traceback" in words or "internal error" in words:
        last = (words.strip().splitlines() or [f"exit code {code}"])[-1]
        return seconds, peak, f"**{last[:80]}**", False
    return seconds, peak, next(errors_in(words), "a result"), True


def errors_in(words: str) -> Iterator[str]:
    """The first error that was printed, in the form of a cell."""
    for line in words.splitlines():
        if line.startswith("error"):
            yield line[:70].replace("|", "\\|") + ("…" if len(line) > 70 else "")


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def environment(folder: Path) -> dict[str, str]:
    """As it is, with a cache that no other run has filled."""
    return {**os.environ, "GUIDELANG_CACHE": "off", "XDG_CACHE_HOME": str(folder / "cache")}


if __name__ == "__main__":
    sys.exit(main())
