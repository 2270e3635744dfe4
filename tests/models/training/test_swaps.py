"""Swaps: pairs of the same length, and costs that are known beforehand."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from lva.models.training.families import FAMILIES
from lva.models.training.swaps import AS_TOLD, OTHER, SYNONYM, reword, swap_costs
from lva.world import load_grammar
from lva.world.telling.corpus import write_corpus

GRAMMAR = load_grammar("paper")
TEXTS = write_corpus(GRAMMAR, 200, seed=50, progress=False)
TOKENIZER = FAMILIES["llama-here"].train_tokenizer(TEXTS, 600)
WORDINGS = reword(TEXTS, GRAMMAR)


class Knowing(nn.Module):
    """Sure of every next token, but where a word was read: there all tokens are as likely."""

    def __init__(self, word):
        super().__init__()
        encoded = TOKENIZER([["a", word]], is_split_into_words=True)
        pairs = zip(encoded["input_ids"][0], encoded.word_ids(0), strict=True)
        self.word = torch.tensor([token for token, number in pairs if number == 1])

    def forward(self, input_ids, **_):
        logits = torch.zeros(*input_ids.shape, len(TOKENIZER))
        logits.scatter_(-1, input_ids.roll(-1, 1)[..., None], 50.0)
        confused = torch.isin(input_ids, self.word).any(1)
        return SimpleNamespace(logits=torch.where(confused[:, None, None], 0.0, logits))


def test_a_swap_changes_the_instruction_alone_and_both_kinds_are_equally_long():
    told = {wording.number: wording for wording in WORDINGS if wording.swap == AS_TOLD}
    assert len(told) > 50
    task = {one.text: one.task for one in GRAMMAR.instructions}
    asked = {number: next(text for text in task if text in wording.text) for number, wording in told.items()}
    swapped = [wording for wording in WORDINGS if wording.swap != AS_TOLD]
    for synonym, other in zip(swapped[::2], swapped[1::2], strict=True):
        assert (synonym.swap, other.swap, synonym.number) == (SYNONYM, OTHER, other.number)
        before, after = told[synonym.number].text.split(asked[synonym.number])
        for wording, same in ((synonym, True), (other, False)):
            new = wording.text.removeprefix(before).removesuffix(after)
            assert (task[new] == task[asked[synonym.number]]) == same
            assert after.split() == wording.text.split()[-wording.rest :]
        assert len(synonym.text.split()) == len(other.text.split())


def test_what_is_never_confused_pays_nothing():
    costs = swap_costs(Knowing("never"), TOKENIZER, WORDINGS, 512).set_index("swap")
    assert costs.nats.abs().max() < 1e-6 and set(costs.index) == {SYNONYM, OTHER}


def test_what_is_confused_by_a_word_pays_for_the_rest():
    """Of three alternatives to a synonym of `go to`, one has the word: a third of the words of the rest."""
    texts = ["there is a red ball . go to red ball . i walk ."]
    costs = swap_costs(Knowing("escape"), TOKENIZER, reword(texts, GRAMMAR), 512).set_index("swap")
    tokens = len(TOKENIZER([[".", "i", "walk", "."]], is_split_into_words=True).word_ids(0)) - 1  # but the special one
    assert costs.nats[SYNONYM] == pytest.approx(0, abs=1e-6)
    assert costs.nats[OTHER] == pytest.approx(tokens * np.log(len(TOKENIZER)) / 3, rel=1e-3)


def test_texts_that_end_with_their_instruction_are_left_out():
    assert reword(["a red ball . go to red ball ."], GRAMMAR) == []
    assert len(reword(["go to red ball . i walk ."], GRAMMAR)) == 1 + 2 * 3
