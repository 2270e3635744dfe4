"""What a token can know: only what was read before it, or all, if the mask is lifted or the sentence said twice."""

import numpy as np
import pytest
from tests.models.references.checkpoints import write_checkpoint

from lva.models.references.loading import load_model
from lva.models.references.reference import reference_of_folder
from lva.studies.prefix.orders import Sentence
from lva.studies.prefix.states import token_states

CAUSAL = {"llama": "auto", "qwen3": "auto", "deepseek-v3": "auto", "clip": "text", "blip-decoder": "decoder"}
BOTH_WAYS = {"bert": "auto", "blip-text": "text"}
RED, BLUE = (tuple(f"go to {color} ball".split()) for color in ("red", "blue"))


@pytest.fixture(scope="module", params=[*CAUSAL, *BOTH_WAYS])
def family_and_model(request, tmp_path_factory):
    folder = write_checkpoint(request.param, tmp_path_factory.mktemp(request.param))
    part = (CAUSAL | BOTH_WAYS)[request.param]
    return request.param, load_model(reference_of_folder("tiny", folder, request.param, part=part))


def first_states(model, start: int = 0, lifted: bool = False, times: int = 1) -> list[np.ndarray]:
    sentences = [Sentence(times * words, start) for words in (RED, BLUE)]
    return [state[0] for state in token_states(model, sentences, lifted).last]


def test_only_what_reads_both_ways_knows_the_end_at_the_beginning(family_and_model):
    family, model = family_and_model
    red, blue = first_states(model)
    assert np.allclose(red, blue, atol=1e-5) == (family in CAUSAL)


def test_with_the_mask_lifted_the_first_token_knows_the_end(family_and_model):
    _, model = family_and_model
    red, blue = first_states(model, lifted=True)
    assert not np.allclose(red, blue, atol=1e-4)


def test_lifting_changes_something_only_where_a_mask_is(family_and_model):
    family, model = family_and_model
    same = np.allclose(first_states(model, lifted=True), first_states(model), atol=1e-5)
    assert same == (family in BOTH_WAYS)


def test_the_second_copy_has_seen_the_whole_sentence(family_and_model):
    _, model = family_and_model
    red, blue = first_states(model, start=4, times=2)
    assert not np.allclose(red, blue, atol=1e-4)


def test_the_second_copy_has_as_many_tokens_as_the_words_that_are_read(family_and_model):
    _, model = family_and_model
    once = token_states(model, [Sentence(("to", *RED), 1)]).last[0]
    (twice,) = token_states(model, [Sentence(2 * RED, 4)]).last
    assert len(twice) == len(once) >= 4


def test_a_sentence_has_the_same_states_alone_and_beside_a_longer_one(family_and_model):
    _, model = family_and_model
    for lifted in (False, True):
        (alone,) = token_states(model, [Sentence(RED)], lifted).last
        beside, _ = token_states(model, [Sentence(RED), Sentence(2 * RED)], lifted).last
        np.testing.assert_allclose(alone, beside, atol=1e-5)
