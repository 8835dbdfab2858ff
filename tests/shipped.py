"""Shipped guidelines whose code lists are published value sets: what stands in for these in tests.

The value sets belong to their publishers and are not part of this repository. Beside each such guideline lies a sample
deck of our own, with value sets of the same addresses and a made-up code in each.
"""

from __future__ import annotations

from pathlib import Path

from guidelang.model import shipped_guidelines


def sample_value_sets(name: str) -> tuple[Path, ...]:
    """The files to name when a shipped guideline or vocabulary is loaded; none for most of them."""
    folder = shipped_guidelines().get(name)
    sample = folder / "sample" / "valuesets.json" if folder is not None else None
    return (sample,) if sample is not None and sample.exists() else ()
