"""Profiles: the values that a run takes, from a YAML file and the command line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from lva.pipeline.errors import PipelineError

WORDS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}


def load_profile(profile: str | Path, folder: Path) -> dict[str, Any]:
    """Read a profile by its name in `folder`, or from the path of a YAML file."""
    path = Path(profile) if Path(profile).suffix in (".yaml", ".yml") else folder / f"{profile}.yaml"
    if not path.exists():
        check_known([str(profile)], {file.stem for file in folder.glob("*.yaml")}, "--profile", "profile")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PipelineError(f"{path} cannot be read as YAML: {error}") from error
    if not isinstance(values, dict) or any(isinstance(value, dict) for value in values.values()):
        raise PipelineError(f"{path} must be flat: one `name: value` per line, nothing nested")
    # YAML reads 1e-3 as text, parse_value as a number
    return {str(name): parse_value(v) if isinstance(v, str) else v for name, v in values.items()}


def override(profile: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The profile with some values replaced; a single value for a list becomes a list of one."""
    lists = {name for name, value in profile.items() if isinstance(value, list)}
    return profile | {
        name: [value] if name in lists and not isinstance(value, list) else value for name, value in parameters.items()
    }


def parse_value(text: str) -> Any:
    """Read a value as papermill's -p does (True, None, a number, else text), and [1, 2] as a list."""
    if text in WORDS:
        return WORDS[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    try:
        return json.loads(text) if text.startswith("[") else text
    except ValueError:
        raise PipelineError(f'{text} is not a list; write [1, 2] or ["a", "b"]') from None


def check_known(names: Collection[str], known: Collection[str], source: str, what: str = "parameter") -> None:
    """Raise at the first unknown name, with the nearest known one."""
    for name in names:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, 1, cutoff=0)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
            raise PipelineError(f"{source}: no {what} {name!r}{hint} Known: {', '.join(sorted(known)) or 'none'}")
