"""The `guidelang` command: its commands put together, and what they share."""

from __future__ import annotations

import atexit
import functools
import gc
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from guidelang import __version__
from guidelang_cli import terminal
from guidelang_cli.shared import NoColorOption, QuietOption, with_shared_options
from guidelang_cli.wording import Command

INTERRUPTED = 130  # 128 + SIGINT, as shells have it

COLLECT_AFTER = 200_000
"""New objects after which unreachable cycles are looked for; Python's own 700 is for programs that live on.

A command that ends after one patient leaves next to none, and looking for them while modules are loaded takes a
twentieth of its time; one that runs for thousands of patients still has them freed.
"""

COMMANDS = (
    *("new", "check", "run", "explain", "whatif", "test", "prove", "verify", "cohort"),
    *("fmt", "diff", "list", "facts", "graph", "network", "schema"),
)
"""Each the name of its file; in the order of the help."""


def _help(summary: str, examples: Sequence[str]) -> str:
    """The help of a command: its docstring, and its examples line for line, which click keeps after its mark."""
    return "\n".join([inspect.cleandoc(summary), "", "\b", "Examples:", *(f"  {example}" for example in examples)])


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with an interrupt and a reader who has gone away as the ends that they are."""

    @functools.wraps(command)
    def guarded(*args: object, **options: object) -> None:
        try:
            command(*args, **options)
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # What is left in the buffer must not fail again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from None

    return guarded


def _version(wanted: bool) -> None:
    if wanted:
        terminal.write(f"guidelang {__version__}\n")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None: ...


def application(commands: Sequence[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands; each brings what it needs, so who asks for one need not load all."""
    app = typer.Typer(
        name="guidelang",
        add_completion=True,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Clinical guidelines as text: check them, run them on patients, ask why.",
        epilog="Exit codes: 0 fine, 1 problems in the input, 2 usage. "
        "A guideline is a path or the name of a shipped one.",
    )
    app.callback()(_options)
    for name in commands:
        module = import_module(f"guidelang_cli.{name}")
        help_ = _help(module.command.__doc__ or "", module.EXAMPLES)
        app.command(module.NAME, cls=Command, help=help_)(with_shared_options(module.command, _guarded(module.command)))
    return app


def _leave() -> None:
    """What is left goes with the process; going through it takes a tenth of a run. DuckDB counts what is left to it."""
    if "duckdb" not in sys.modules:
        gc.freeze()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code. A fault of the program itself is raised, with its trace."""
    gc.set_threshold(COLLECT_AFTER)
    atexit.register(_leave)
    terminal.prepare()
    words = list(sys.argv[1:] if arguments is None else arguments)
    app = application(words[:1] if words and words[0] in COMMANDS else COMMANDS)
    try:
        app(args=words, prog_name="guidelang")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def program() -> None:
    """The command as a process of its own."""
    code: int | None = None

    def end() -> None:
        # A stream of DuckDB that polars has read is never freed, and DuckDB would report that in many lines.
        if code is not None and "duckdb" in sys.modules:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    atexit.register(end)  # the first to be registered is the last to be called
    code = main()
    sys.exit(code)


if __name__ == "__main__":
    program()
