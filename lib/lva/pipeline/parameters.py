"""The type and range of every parameter of every notebook, checked before anything starts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from lva.ground import paths
from lva.ground.runs import NAME
from lva.ground.values import Check, flag, one_of, optional, real, several, short_text, whole
from lva.pipeline.errors import PipelineError


def run_name(value: Any) -> str | None:
    """The name of a folder."""
    fits = isinstance(value, str) and NAME.fullmatch(value)
    return None if fits else "a name of letters, digits, dots and dashes, at most 100 of them"


def grammar(value: Any) -> str | None:
    """A grammar that can be loaded."""
    if expected := short_text(value):
        return expected
    if (paths.data() / "grammars" / f"{value}.toml").is_file():
        return None
    from lva.world.language import GrammarError, load_grammar  # brings minigrid

    try:
        load_grammar(value)
    except (GrammarError, OSError) as error:
        return f"a grammar ({error})"
    return None


def word_init(value: Any) -> str | None:
    """How word vectors are initialised."""
    if isinstance(value, str) and value.startswith("pretrained:"):
        path = paths.find(value.removeprefix("pretrained:"))
        return None if path.is_file() else f"a file that exists after `pretrained:`; there is no {path}"
    return one_of("identical", "identity", "random", "pretrained:<file.npz>")(value)


def reference(value: Any) -> str | None:
    """A reference by its name in the registry, or by its source."""
    if expected := short_text(value):
        return expected
    if value in tomllib.loads((paths.data() / "references.toml").read_text(encoding="utf-8")):
        return None
    from lva.models.references.registry import find_reference  # brings torch

    try:
        entry = find_reference(value)
    except (ValueError, OSError) as error:
        return f"a reference ({error})"
    return _vector_file(entry.source) if entry.place == "file" else None


def _vector_file(source: str, texts: Sequence[str] = ()) -> str | None:
    from lva.models.references.vector_file import read_vectors  # brings torch

    path = paths.find(source)
    if not path.is_file():
        return f"a file that exists; there is no {source}"
    try:
        read_vectors(path, texts)
    except ValueError as error:
        return f"a file of vectors ({error})"
    return None


SEED = whole(0, 2**31 - 1)
PARAMETERS: Mapping[str, Check] = {
    "run": run_name,
    "seed": SEED,
    "grammar": grammar,
    # the world
    "expert": one_of("oracle", "sighted"),
    "demonstrations": whole(1, 10**8),
    "distractors": whole(0, 17),
    "doors": whole(0, 6),
    "bot_episodes": whole(1, 100_000),
    # the agent
    "seeds": several(SEED, least=1),
    "trunk": one_of("tiles", "resnet18"),
    "trunk_weights": optional(short_text),
    "width": whole(1, 4096),
    "word_init": word_init,
    "labels": one_of("expert", "optimal", "shuffled"),
    "mirror": flag,
    "samples": whole(1, 10**10),
    "batch_size": whole(1, 10**6),
    "precision": one_of("no", "bf16"),
    "controls": flag,
    "episodes": whole(1, 10_000),
    "evaluation_seed": whole(0, 2**16),
    "ablations": flag,
    # the references
    "corpus": one_of("narrated", "described"),
    "documents": whole(1, 2**24),
    "pictures": whole(1, 2**24),
    "model_width": whole(8, 8192),
    "model_layers": whole(2, 200),
    "reference_seed": whole(0, 10_000),
    "reference_seeds": whole(1, 100),
    "require_learning": flag,
    "references": several(reference),
    # alignment
    "permutations": whole(200, 10**7),  # a tenth of them is drawn again, and must tell what one in twenty exceeds
    "refits": whole(1, 10**6),
    "draws": whole(1, 1000),
    "others": several(run_name),
    # the readings
    "reading_set": one_of("bases", "few", "fresh", "core", "single", "all"),
    "trial_episodes": whole(1, 10_000),
    "competent": real(0, 1),
    "shown": whole(1, 10**6),
    "shuffles": whole(1, 10**6),
    # function
    "driven_agents": whole(1, 1000),
    "driven_episodes": whole(1, 1000),
    "driving_set": one_of("few", "levels", "all"),
    # transfer
    "course": one_of("few", "default", "phrases", "all"),
    "languages": several(short_text, least=1),
    "taught_agents": whole(1, 1000),
    "taught_samples": whole(1, 10**10),
    # figures
    "interactive": flag,
    "instruction": short_text,
    "neighbours": whole(1, 10_000),
    "browse": several(short_text),
}


def check_own_vectors(values: Mapping[str, Any]) -> None:
    """Raise at the first file of vectors that lacks an instruction of the grammar."""
    files = [value for value in values.get("references", []) if str(value).endswith((".npz", ".csv"))]
    if files:
        from lva.world.language import load_grammar  # brings minigrid

        texts = load_grammar(str(values["grammar"])).texts
        for file in files:
            if expected := _vector_file(file, texts):
                raise PipelineError(
                    f"references: {file!r} does not fit grammar={values['grammar']}; expected {expected}"
                )


def check_values(values: Mapping[str, Any], source: str) -> None:
    """Raise at the first value that is not valid for its parameter."""
    for name, value in values.items():
        if name in PARAMETERS and (expected := PARAMETERS[name](value)):
            raise PipelineError(f"{source}: {name}={value!r} is not valid; expected {expected}")
