"""The model card of a reference that was trained here: what it is, what it learnt from, and what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lva.models.training.families import FAMILIES, PICTURES
from lva.world.language import grammar_from_dict

if TYPE_CHECKING:
    from lva.models.training.pretraining import Pretrained

CARD = """---
library_name: transformers
license: mit
tags: [minigrid, babyai, trained-from-scratch]
---

# {name}

**This is not a public checkpoint.** It has the architecture of the family `{family}` ({architecture}) at a small size,
{parameters:,} weights, and was trained from random weights on texts{pictures} of one grid world. It shows what can be
learned from such data, and knows nothing else.

## Data
{data}, written by a program from episodes of the world that no other model sees: corpus `{corpus}`, seen {epochs}
time(s), seed {seed}. Instructions come from the grammar `{grammar}`. The tokenizer was trained on the same texts.

## Training
Objective: {objective}. Width {width}, {layers} layers of text, {heads} heads; batches of {batch_size}, learning rate
{learning_rate} with warm-up and a cosine to zero, weight decay {weight_decay}.

## Validation
On {held_out} {unit} it has not seen; `required` is what the training had to reach.

{validation}

## Limits
- A vocabulary of one grid world, in English; texts with other words are split into pieces that mean nothing to it.
- One training seed; how much seeds differ is not a property of this file.

## How to load it
```python
from lva.models import embed

embed("path/to/this/folder", ["{example}"])  # (1, {width})
```
`transformers.AutoModel` and `AutoTokenizer` load the folder too.

## Licence
MIT, like the program that made it. No public weights, texts or pictures went into it.
"""


def reference_card(trained: Pretrained, made_from: dict[str, Any]) -> str:
    """The card as Markdown with a YAML header, as the hub reads it; `made_from`: reference, config and grammar."""
    family, config = FAMILIES[made_from["reference"]], made_from["config"]
    sees = family.experience == PICTURES
    grammar = grammar_from_dict(made_from["grammar"])
    fields = config | {
        "name": family.name,
        "family": family.family,
        "architecture": type(trained.model).__name__,
        "parameters": sum(weight.numel() for weight in trained.model.parameters()),
        "pictures": " and pictures" if sees else "",
        "data": f"{config['pictures']:,} pictures with captions" if sees else f"{config['documents']:,} texts",
        "unit": "pictures" if sees else "texts",
        "grammar": grammar.name,
        "objective": family.objective,
        "validation": _markdown(trained),
        "example": grammar.texts[0],
    }
    return CARD.format(**fields)


def _markdown(trained: Pretrained) -> str:
    columns = ["measure", "value", "baseline_name", "baseline", "required"]
    rows = [" | ".join(columns), " | ".join("---" for _ in columns)]
    for row in trained.validation[columns].itertuples(index=False):
        rows.append(" | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row))
    return "\n".join(f"| {row} |" for row in rows)
