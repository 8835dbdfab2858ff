"""A guideline as git has kept it: `HEAD~1:guidelines/calciphylaxis`, `v1.2:./kidney.guide`, `:kidney.guide` (staged).

What it needs is taken out of that revision into a folder, so that it is read with the vocabularies and value sets of
its time; of a vocabulary that the revision lacks, the shipped one is read. Paths are those of git: from the root of the
repository, or from the working folder if they begin with `./`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from guidelang.diagnostics import Report, did_you_mean
from guidelang.diff.surroundings import is_needed

CODE = "G011"
_FILE_MODES = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Revision:
    """What stands before and behind the colon."""

    revision: str
    path: str

    def __str__(self) -> str:
        return f"{self.revision}:{self.path}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A guideline that was taken out: where it lies now, and how the folder is shown, by either name that it has."""

    path: Path
    folders: tuple[tuple[str, str], ...]


def revision_of(where: str) -> Revision | None:
    """What a name says of a revision; None for a path that exists, and for one with a drive letter."""
    revision, colon, path = where.partition(":")
    is_drive = len(revision) == 1 and revision.isalpha() and path[:1] in ("/", "\\")
    if not colon or is_drive or Path(where).exists():
        return None
    return Revision(revision, path)


def take_out(wanted: Revision, folder: Path, report: Report) -> Kept | None:
    """Writes what a guideline needs into a folder; None, with an error (G011) in the report, if that cannot be."""
    prefix = _git("rev-parse", "--show-prefix")
    if isinstance(prefix, str):
        _tell(report, wanted, prefix, None)
        return None
    tree = _tree(wanted, report)
    if tree is None:
        return None
    here = PurePosixPath(prefix.decode().strip() or ".")
    path = _plain(here / wanted.path if wanted.path.startswith(("./", "../")) else PurePosixPath(wanted.path))
    files = dict(_listed(tree))
    start, mark = _start(path, files)
    if start is None:
        _tell_no_path(report, wanted, path, here, files)
        return None
    for name, content in _contents({name: files[name] for name in files if is_needed(name, start)}):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (folder / start).parent.mkdir(parents=True, exist_ok=True)
    names = [folder, *([folder.relative_to(Path.cwd())] if folder.is_relative_to(Path.cwd()) else [])]
    return Kept(Path(f"{folder / start}{mark}"), tuple((f"{name}{os.sep}", f"{wanted.revision}:") for name in names))


def _tree(wanted: Revision, report: Report) -> str | None:
    """The tree of a revision; empty for what is staged. None, with an error, if there is no such revision."""
    if not wanted.revision:
        return ""
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{wanted.revision}^{{tree}}")
    if isinstance(found, bytes):
        return found.decode().strip()
    names = _git("for-each-ref", "--format=%(refname:short)")
    known = names.decode().split() if isinstance(names, bytes) else []
    nearest = did_you_mean(wanted.revision, [*known, "HEAD"])
    _tell(report, wanted, f"this repository has no revision `{wanted.revision}`", nearest)
    return None


def _listed(tree: str) -> Iterator[tuple[PurePosixPath, str]]:
    """Each file of a tree, or of what is staged, with the name of its content."""
    listed = (
        _git("ls-tree", "-r", "-z", "--full-tree", tree) if tree else _git("ls-files", "-s", "-z", "--full-name", ":/")
    )
    for entry in listed.split(b"\0") if isinstance(listed, bytes) else ():
        about, tab, name = entry.partition(b"\t")
        mode, *_, last = about.decode().split() if tab else ("", "")
        if mode in _FILE_MODES:
            content = last if tree else about.decode().split()[1]
            yield PurePosixPath(os.fsdecode(name)), content


def _start(path: PurePosixPath, files: dict[PurePosixPath, str]) -> tuple[PurePosixPath | None, str]:
    """The file or folder that is meant, and the `@EDITION` behind it."""
    base, at, mark = str(path).rpartition("@")
    for start, end in ((path, ""), *(((PurePosixPath(base), f"@{mark}"),) if at and base else ())):
        if start in files or any(file.is_relative_to(start) for file in files):
            return start, end
    return None, ""


def _contents(files: dict[PurePosixPath, str]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files' bytes as they were committed, in one go."""
    names = list(files.items())
    if not names:
        return
    packed = _git("cat-file", "--batch", stdin="".join(f"{content}\n" for _, content in names).encode())
    if isinstance(packed, str):
        return
    for name, _ in names:
        head, _, packed = packed.partition(b"\n")
        size = int(head.split()[-1])
        yield name, packed[:size]
        packed = packed[size + 1 :]


def _plain(path: PurePosixPath) -> PurePosixPath:
    """A path without `.` and `..`."""
    return PurePosixPath(os.path.normpath(path).replace(os.sep, "/"))


def _git(*words: str, stdin: bytes = b"") -> bytes | str:
    """What git prints; a text that says why there is nothing, if it fails."""
    program = shutil.which("git")
    if program is None:
        return "git is not installed, and a revision can be read by git only"
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    ran = subprocess.run([program, *words], input=stdin, capture_output=True, check=False, env=environment)
    if ran.returncode == 0:
        return ran.stdout
    said = ran.stderr.decode(errors="replace").strip()
    if "not a git repository" in said:
        return f"{Path.cwd()} lies in no git repository"
    return said.splitlines()[0].removeprefix("fatal: ") if said else "git gives no answer"


def _tell(report: Report, wanted: Revision, message: str, suggestion: str | None) -> None:
    expected = "REVISION:PATH, e.g. HEAD~1:guidelines/calciphylaxis"
    report.error(CODE, f"cannot read `{wanted}`: {message}", file=str(wanted), expected=expected, suggestion=suggestion)


def _tell_no_path(
    report: Report, wanted: Revision, path: PurePosixPath, here: PurePosixPath, files: dict[PurePosixPath, str]
) -> None:
    name = wanted.revision or "what is staged"
    near = _plain(here / wanted.path)
    if near != path and _start(near, files)[0] is not None:
        suggestion: str | None = f"paths begin at the root of the repository: write `{wanted.revision}:./{wanted.path}`"
    else:
        guides = [str(file) for file in files if file.suffix == ".guide"]
        folders = {str(PurePosixPath(guide).parent) for guide in guides}
        suggestion = did_you_mean(str(path), [*guides, *folders])
    _tell(report, wanted, f"`{path}` is not in {name}", suggestion)
