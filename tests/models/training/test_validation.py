"""Validation: counts by hand, models whose score is known beforehand, and the check that stops a run."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from lva.models.training.experience import encode
from lva.models.training.families import FAMILIES, Size, new_model
from lva.models.training.ngrams import EDGE, UNKNOWN, WordCounts
from lva.models.training.validation import (
    CAPTIONS_FOUND,
    COLUMNS,
    MASKED_WORDS,
    PERPLEXITY,
    PICTURES_FOUND,
    NotLearnt,
    check_learnt,
    other_captions,
    required,
    share_right,
    validate,
)
from lva.world import load_grammar
from lva.world.telling.corpus import write_corpus
from lva.world.telling.pictures import take_pictures

GRAMMAR = load_grammar("paper")
SMALL = Size(width=32, layers=2, vision_layers=1, heads=2, context=256)


class Known(nn.Module):
    """A model whose answers are given: `logits` from the batch."""

    def __init__(self, answer):
        super().__init__()
        self.answer, self.weight = answer, nn.Parameter(torch.zeros(1))

    def forward(self, **batch):
        return SimpleNamespace(**self.answer(batch))


def untrained(name, n=100):
    """The validation of a model that has learnt nothing."""
    family = FAMILIES[name]
    kinds = [take_pictures(GRAMMAR, n, seed=seed) for seed in (50, 51)] if "pictures" in family.experience else None
    texts = [list(p.captions) for p in kinds] if kinds else [write_corpus(GRAMMAR, n, seed=seed) for seed in (50, 51)]
    tokenizer = family.train_tokenizer(texts[0], 600)
    seen, unseen = (
        encode(part, tokenizer, 256, family.objective == "next word", kinds[i] if kinds else None)
        for i, part in enumerate(texts)
    )
    return validate(new_model(name, SMALL, tokenizer), name, tokenizer, seen, unseen)


def validate_known(name, answer, seen, unseen, vocabulary=400):
    tokenizer = FAMILIES[name].train_tokenizer(seen, vocabulary)
    parts = [encode(texts, tokenizer, 256, FAMILIES[name].objective == "next word") for texts in (seen, unseen)]
    return validate(Known(answer(tokenizer)), name, tokenizer, *parts), tokenizer, parts[1]


def test_word_counts_by_hand():
    """`x y` and `x z`: x opens both, y and z follow it once each."""
    counts = WordCounts(["x y", "x z"])
    x, y, z = (counts.number[word] for word in "xyz")
    assert counts.unigram[[EDGE, UNKNOWN, x, y, z]] == pytest.approx(np.array([3, 1, 3, 2, 2]) / 11)
    continuation = np.array([3, 1, 2, 2, 2]) / 10  # different neighbours on the left, plus one
    assert counts.bigram[x, y] == pytest.approx(0.25 / 2 + 0.75 * 0.2)
    assert counts.bigram[EDGE, x] == pytest.approx(1.25 / 2 + 0.375 * 0.2)
    assert counts.bigram[UNKNOWN] == pytest.approx(continuation)
    assert counts.perplexities(["x y"]) == pytest.approx((11 / 2, 1 / 0.275))
    assert counts.perplexities(["x y", "x q"])[1] == pytest.approx((0.275 * 0.75 * 0.1) ** -0.5)


def test_word_counts_are_probabilities():
    counts = WordCounts(write_corpus(GRAMMAR, 200))
    assert counts.unigram.sum() == pytest.approx(1) and counts.bigram.sum(1) == pytest.approx(1)
    assert min(counts.unigram.min(), counts.bigram.min()) > 0


def test_guesses_use_the_neighbours_they_are_given():
    counts = WordCounts(["a b c", "a b c", "a b c", "a d e", "a d e"])
    a, b, d, e = (counts.number[word] for word in "abde")
    assert counts.guess(np.array([a])).tolist() == [b]
    assert counts.guess(np.array([a]), np.array([e])).tolist() == [d]  # b is likelier after a, but never before e
    assert counts.most_frequent == a


def test_perplexity_of_a_model_that_knows_nothing_is_the_number_of_tokens_to_the_tokens_of_a_word():
    """Uniform over v tokens, and a word of m tokens: v ** m, whatever the tokenizer."""
    seen = ["aa bb cc", "bb aa cc"]

    def uniform(tokenizer):
        return lambda batch: {"logits": torch.zeros(*batch["input_ids"].shape, len(tokenizer))}

    for unseen, word in ((["bb aa"], "aa"), (["bb zq"], "zq")):
        validation, tokenizer, _ = validate_known("llama-here", uniform, seen, unseen)
        tokens = len(tokenizer.tokenize(word))
        assert tokens == (1 if word == "aa" else 3)  # the space, z and q
        assert validation.value.tolist() == pytest.approx([float(len(tokenizer)) ** tokens] * 2, rel=1e-4)


def test_a_model_that_knows_the_next_word_has_perplexity_one_and_passes():
    def right(tokenizer):
        return lambda batch: {
            "logits": 50 * nn.functional.one_hot(batch["input_ids"].roll(-1, 1), len(tokenizer)).float()
        }

    validation, _, _ = validate_known("qwen-here", right, ["aa bb cc", "cc bb aa", "bb bb"], ["aa cc bb", "bb aa"])
    assert validation.value.tolist() == pytest.approx([1, 1], abs=1e-6)
    assert validation.passed.all()
    check_learnt(validation)


def test_masked_words_are_all_told_by_a_model_that_knows_them_and_none_by_one_that_does_not():
    seen = write_corpus(GRAMMAR, 60)
    texts = write_corpus(GRAMMAR, 40, seed=1)

    def blind(tokenizer):
        pad = nn.functional.one_hot(torch.tensor(tokenizer.pad_token_id), len(tokenizer)).float()
        return lambda batch: {"logits": pad.expand(*batch["input_ids"].shape, -1)}

    validation, _, unseen = validate_known("bert-here", blind, seen, texts, 600)
    assert set(validation.measure) == {MASKED_WORDS} and validation.value.tolist() == [0] * 3
    assert validation.baseline.is_monotonic_increasing  # most frequent, left neighbour, both
    with pytest.raises(NotLearnt, match="bert-here: masked words guessed 0, required"):
        check_learnt(validation)

    rows = {tuple(row.tolist()): i for i, row in enumerate(unseen.tokens)}
    position = iter(range(len(rows)))

    def knowing(tokenizer):
        def answer(batch):
            index = [next(position) for _ in batch["input_ids"]]
            width = batch["input_ids"].shape[1]
            return {"logits": nn.functional.one_hot(unseen.tokens[index, :width], len(tokenizer)).float()}

        return answer

    assert validate_known("bert-here", knowing, seen, texts, 600)[0].value.tolist() == [1] * 3


def test_equal_captions_are_right_and_count_in_the_chance():
    """Four pictures, two of them with one caption: a model that always mistakes one for the other is always right."""
    pictures = take_pictures(GRAMMAR, 4)
    captions = ["a b", "a b", "c d", "e f"]
    tokenizer = FAMILIES["clip-here"].train_tokenizer(captions, 400)
    unseen = encode(captions, tokenizer, 64, pictures=pictures)
    swapped = torch.eye(4)[[1, 0, 2, 3]]
    validation = validate(Known(lambda batch: {"logits_per_image": swapped}), "clip-here", tokenizer, unseen, unseen)
    assert validation.measure.tolist() == [CAPTIONS_FOUND, PICTURES_FOUND]
    assert validation.value.tolist() == [1, 1]
    assert validation.baseline.tolist() == pytest.approx([(2 + 2 + 1 + 1) / 16] * 2)
    shifted = torch.eye(4)[[2, 3, 1, 0]]
    wrong = validate(Known(lambda batch: {"logits_per_image": shifted}), "clip-here", tokenizer, unseen, unseen)
    assert wrong.value.tolist() == [0, 0] and not wrong.passed.any()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_gate_shuts_on_a_model_that_has_learnt_nothing(name):
    validation = untrained(name)
    assert list(validation) == COLUMNS and set(validation.model) == {name}
    assert not validation.passed.all()
    with pytest.raises(NotLearnt, match=f"{name}: .* required .*; train longer"):
        check_learnt(validation)


def test_an_untrained_clip_finds_about_one_in_a_hundred():
    """500 searches among a hundred: chance gives 5, and hardly ever 20."""
    validation = untrained("clip-here", 500)
    assert validation.baseline.tolist() == pytest.approx([0.01] * 2, abs=0.003)
    assert (validation.value < 0.04).all()


def test_words_of_several_tokens_are_right_only_as_a_whole():
    words = torch.tensor([[0, 0, 1, -1], [0, 1, 1, 2]])
    asked = torch.tensor([[1, 1, 1, 0], [0, 1, 1, 1]]).bool()
    right = torch.tensor([[1, 0, 1, 0], [0, 1, 1, 0]]).bool()
    assert share_right(words, asked, right) == pytest.approx(2 / 4)


def test_another_caption_is_not_the_same():
    assert other_captions(("a", "a", "b", "a")).tolist() == [2, 2, 3, 2]
    with pytest.raises(ValueError, match="all 3 captions are 'a'"):
        other_captions(("a", "a", "a"))


def test_what_is_required():
    assert required(PERPLEXITY, 5.0) == pytest.approx(4.0)
    assert required(MASKED_WORDS, 0.6) == pytest.approx(0.64)
    assert required(CAPTIONS_FOUND, 0.01) == pytest.approx(0.109)


def test_the_gate_trusts_no_flag_and_no_missing_number():
    row = ["llama-here", PERPLEXITY, float("nan"), "bigrams", 5.0, 4.0, True]
    for value, passes in ((float("nan"), False), (4.1, False), (3.9, True)):
        validation = pd.DataFrame([[*row[:2], value, *row[3:]]], columns=COLUMNS)
        if passes:
            check_learnt(validation)
        else:
            with pytest.raises(NotLearnt, match=r"llama-here: perplexity per word .* required 4 \(bigrams: 5\)"):
                check_learnt(validation)
    with pytest.raises(NotLearnt, match="there is no validation"):
        check_learnt(pd.DataFrame(columns=COLUMNS))
