"""What the site generator has to be told about these documents (a hook of mkdocs).

Pages that stand outside of `docs/` (the README, the changelog, the list of guidelines) are part of the site, links to
them lead there, and the words after the language of a fenced block, which are for the tests, are left out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "guidelines/README.md": "guidelines.md"}

_FENCE = re.compile(r"^( *```\w+)[ \t]+[^\n`]+$", re.MULTILINE)
_LINK = re.compile(r"\[(?P<words>[^\]]*)\]\((?P<target>[^)\s:#]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: Any, **_: object) -> Files:
    """Adds the pages from outside."""
    for source, page in OUTSIDE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """A page as the site wants it."""
    source = next((name for name, made in OUTSIDE.items() if made == page.file.src_uri), f"docs/{page.file.src_uri}")
    home = (ROOT / source).parent

    def link(found: re.Match[str]) -> str:
        path = (home / found["target"]).resolve()
        if not path.is_relative_to(ROOT):
            return found[0]
        inside = path.relative_to(ROOT).as_posix()
        target = OUTSIDE.get(inside) or (inside.removeprefix("docs/") if inside.startswith("docs/") else None)
        if target is None:  # a file of the checkout that is no page
            return found["words"]
        return f"[{found['words']}]({target}{found['anchor'] or ''})"

    return _LINK.sub(link, _FENCE.sub(r"\1", markdown))
