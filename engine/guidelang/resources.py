"""Where the data that ships beside the code stands: the grammar, and the guidelines.

In an installed wheel both folders lie inside the package. In a checkout (an editable installation) they are top-level
folders of the project, beside `engine/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def folder(name: Literal["grammar", "guidelines"]) -> Path:
    """The folder of that name. Raises FileNotFoundError where the installation lacks it."""
    package = Path(__file__).resolve().parent
    for place in (package / name, package.parent.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name} is missing from this installation of guidelang")
