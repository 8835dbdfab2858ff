"""The example notebook is run, cell by cell in this process; its outputs are the ones that it shows.

`pytest --record` writes them anew; read the diff before you commit it.
"""

from __future__ import annotations

import ast
import io
import json
import re
from contextlib import redirect_stdout
from typing import Any

import pytest

from .documents import ROOT

NOTEBOOK = ROOT / "docs" / "example.ipynb"


def test_outputs(request: pytest.FixtureRequest) -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, object] = {"__name__": "__main__"}
    ran = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            ran.append((cell, outputs("".join(cell["source"]), names, len(ran) + 1)))
    assert len(ran) > 3
    if request.config.getoption("--record", default=False):
        for number, (cell, got) in enumerate(ran, start=1):
            cell |= {"outputs": got, "execution_count": number}
        NOTEBOOK.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        return
    for cell, got in ran:
        assert without_hash(got) == without_hash(cell["outputs"]), "".join(cell["source"])


def test_it_holds_no_path_and_no_error() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert re.findall(r"/home/|/tmp/|/root/|\w:\\\\", text) == []
    assert '"output_type": "error"' not in text


def outputs(source: str, names: dict[str, object], number: int) -> list[dict[str, Any]]:
    """What a cell gives: what it prints, and the value of its last line as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    found: list[dict[str, Any]] = []
    if printed.getvalue():
        found.append({"name": "stdout", "output_type": "stream", "text": lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": lines(repr(value))}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = lines(value._repr_html_())
        found.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return found


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def without_hash(found: object) -> str:
    return re.sub(r"#[0-9a-f]{12}\b", "#", json.dumps(found, ensure_ascii=False, indent=1))
