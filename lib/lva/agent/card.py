"""The model card of an agent: what it is, what it was trained on, what E_L is, its limits, and how to load it."""

from __future__ import annotations

from huggingface_hub import ModelCard

from lva.agent.config import AgentConfig

CARD = """---
library_name: lva
tags: [minigrid, babyai, behavioural-cloning, language-grounding]
---

# An agent that follows instructions in a grid world

{parameters:,} weights. It reads one of {n_texts} instructions, sees the 7 x 7 tiles in front of it (trunk `{trunk}`),
and chooses one of six actions: turn left, turn right, go forward, pick up, drop, toggle. It has no memory{previous}.

## Grammar
`{name}`: {n_texts} instructions of up to {length} words, {n_words} words in all: {vocabulary}.
{phrases}
Before training the word vectors are: `{word_init}`.

## Training
{training}

## E_L
E_L is the agent's embedding of an instruction: the mean over its words after one transformer block, {size} numbers.
With it the agent attends to what it sees. Nothing but the actions to be imitated has shaped it.

## Limits
- It knows the words of its grammar and no others, and the instructions of its grammar rather than language.
- It was trained in rooms of one kind; elsewhere nothing is known about it.
- Success in unseen rooms is not a property of this file; `lva.agent.evaluate(agent)` measures it.

## How to load it
```python
from lva.agent import Agent, load_run

agent = Agent.from_pretrained("path/to/this/folder")  # or its name on the hub
agent.language_embedding(["{example}"])  # E_L, (1, {size})
run = load_run("path/to/this/folder")  # with the course of its training, if train(..., folder) made it
```
`manifest.json`, where there is one, lists every file with its hash and says what all were made from.
"""
NOT_RECORDED = "Not recorded here: these weights were saved by `save_pretrained` alone, and may be untrained."


def agent_card(config: AgentConfig, parameters: int, training: str = "") -> ModelCard:
    """The card of an agent; `training` is the section about its training."""
    grammar = config.language
    phrases = [f"- {task}: {', '.join(synonyms)}" for task, synonyms in grammar.phrases.items()]
    text = CARD.format(
        parameters=parameters,
        n_texts=len(grammar.texts),
        trunk=config.trunk,
        previous=" but of the action before" if config.previous_action else "",
        name=grammar.name,
        length=grammar.length,
        n_words=len(grammar.vocabulary),
        vocabulary=", ".join(grammar.vocabulary),
        phrases="\n".join(phrases) + "\n",
        word_init=config.word_init.split(":")[0],
        training=training or NOT_RECORDED,
        size=config.language_size,
        example=grammar.texts[0],
    )
    return ModelCard(text)
