"""Which files hold the weights of a folder: safetensors of its own, and nothing that an index points to elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lva.models.references.reference import ReferenceUnavailable

INDEX, SUFFIX = "model.safetensors.index.json", ".safetensors"
ADAPTER = "adapter_config.json"
NUMBERED = re.compile(r"(^|\.)(layers?|h|blocks?)\.\d+\.")  # a weight of one of the layers of a transformer


def check_weights(folder: Path, name: str) -> None:
    """Raise if loading the folder would read weights that are not its own safetensors."""
    if (folder / ADAPTER).exists():
        raise ReferenceUnavailable(f"{name}: {folder} holds an adapter; merge it into its model and save that")
    if not (folder / INDEX).exists():
        return
    try:
        named = json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"]
        files = sorted(set(named.values()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReferenceUnavailable(
            f"{name}: {folder / INDEX} is no index of weights ({error!r}); get it again"
        ) from error
    for file in files:
        if not isinstance(file, str) or Path(file).name != file or not file.endswith(SUFFIX):
            raise ReferenceUnavailable(
                f"{name}: {folder / INDEX} names {file!r}; only {SUFFIX} files of the same folder are read"
            )
        if not (folder / file).is_file():
            raise ReferenceUnavailable(f"{name}: {folder} lacks {file}, which its index names; get it again")


def check_used(unexpected: Iterable[str], name: str, folder: Path) -> None:
    """Raise if a checkpoint has layers that its configuration does not; heads that are not needed may be left."""
    unused = sorted(key for key in unexpected if NUMBERED.search(key))
    if unused:
        raise ReferenceUnavailable(
            f"{name}: {folder} has {len(unused)} weights that its config.json has no layer for, such as {unused[0]}; "
            f"check the number of layers there"
        )


@contextmanager
def loading(name: str, folder: Path) -> Iterator[None]:
    """Whatever a library makes of files that are damaged or of another kind, in one line that names them."""
    try:
        yield
    except ReferenceUnavailable:
        raise
    except Exception as error:  # libraries raise anything here: safetensors and tokenizers have types of their own
        said = (str(error).strip() or "no message").splitlines()[0]
        raise ReferenceUnavailable(
            f"{name}: {folder} cannot be loaded ({type(error).__name__}: {said}); it may be damaged, get it again"
        ) from error
