"""Damage a file of a finished run and see whether everything that reads it notices."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults.trial import Trial, differing

LOGS = (".leases/", "logs/")  # nothing reads them


def _flip_a_bit(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    path.write_bytes(content)


def _cut(path: Path, random: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: random.randrange(len(content))])


def _empty(path: Path, random: Random) -> None:
    path.write_bytes(b"")


def _delete(path: Path, random: Random) -> None:
    path.unlink()


def _overwrite(path: Path, random: Random) -> None:
    path.write_bytes(random.randbytes(random.randrange(1, 2_000)))


def _append(path: Path, random: Random) -> None:
    with path.open("ab") as file:
        file.write(random.randbytes(16))


def _replace(path: Path, random: Random) -> None:
    """Put another file of the same name ending in its place, with its manifest entry if both have one."""
    others = [other for other in path.parent.parent.rglob(f"*{path.suffix}") if other.is_file() and other != path]
    if not others:
        return _overwrite(path, random)
    other = random.choice(sorted(others))
    shutil.copy(other, path)
    entries = [file.with_name(f"{file.name}.manifest.json") for file in (other, path)]
    if all(entry.exists() for entry in entries):
        shutil.copy(*entries)
    return None


DAMAGES: dict[str, Callable[[Path, Random], None]] = {
    "bit flipped": _flip_a_bit,
    "cut short": _cut,
    "emptied": _empty,
    "deleted": _delete,
    "overwritten": _overwrite,
    "longer": _append,
    "replaced by another": _replace,
}


def damage_once(number: int, finished: Trial, expected: dict[str, str]) -> dict:
    """One trial, its file and damage drawn from its number, on a copy of a finished run.

    First the run goes on, and has the chance to see that it is not finished; then all stages run again, so that all
    that is read is read.
    """
    random = Random(number)
    name, damage = random.choice(files_of(finished)), random.choice([*DAMAGES])
    trial = Trial(Path(tempfile.mkdtemp(prefix="lva-faults-")))
    shutil.copytree(finished.run, trial.run)
    DAMAGES[damage](trial.run / name, random)
    damaged = _content(trial.run / name)
    ended, harmless = trial.start().wait(), "made again"
    if not ended and _content(trial.run / name) == damaged:
        ended, harmless = trial.start("--fresh").wait(), "unharmed"
    said = (trial.folder / "log").read_text(errors="replace")[-300:]
    changed = differing(trial.hashes(), expected)
    shutil.rmtree(trial.folder)
    if ended:
        outcome = "refused" if "remake it with" in said or "remove it" in said else "unexplained"
    else:
        outcome, said = "silent" if changed else harmless, " ".join(changed)
    return {"trial": number, "file": name, "damage": damage, "outcome": outcome, "said": said}


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def files_of(trial: Trial) -> list[str]:
    """All files of a run that hold something and that a later step may read."""
    names = [path.relative_to(trial.run).as_posix() for path in trial.run.rglob("*") if path.is_file()]
    return sorted(name for name in names if not name.startswith(LOGS) and (trial.run / name).stat().st_size)
