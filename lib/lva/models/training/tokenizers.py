"""The families' own tokenizers, each trained on the texts of its model.

A word is the same token wherever it stands: byte-level BPE puts a space before the first word too. Without it the
`go` that begins an instruction would not be the same token as the `go` within a text, and might be an unknown one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    from transformers import (
        BertTokenizer,
        CLIPTokenizer,
        PreTrainedTokenizerBase,
        PreTrainedTokenizerFast,
        Qwen2Tokenizer,
    )

CONTINUED, END_OF_WORD = "##", "</w>"  # mark letters within a word, and at its end
SMALLEST = 300  # tokens: the 256 bytes, the special ones, and some room for words


def llama_tokenizer(texts: Sequence[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE with a start token before every text, as in LLaMA 3."""
    return _byte_level(texts, vocabulary, "<|begin_of_text|>", "<|end_of_text|>")


def deepseek_tokenizer(texts: Sequence[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE with a start token before every text, as in DeepSeek V3."""
    return _byte_level(texts, vocabulary, "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")


def qwen_tokenizer(texts: Sequence[str], vocabulary: int) -> Qwen2Tokenizer:
    """Byte-level BPE without a start token."""
    return transformers.Qwen2Tokenizer(add_prefix_space=True).train_new_from_iterator(
        texts, vocabulary, show_progress=False
    )


def bert_tokenizer(texts: Sequence[str], vocabulary: int) -> BertTokenizer:
    """WordPiece; a text stands between [CLS] and [SEP]."""
    return transformers.BertTokenizer(vocab=_word_pieces(transformers.BertTokenizer(), texts, vocabulary))


def blip_tokenizer(texts: Sequence[str], vocabulary: int) -> BertTokenizer:
    """BERT's, with [DEC] to begin a caption that is to be written; BLIP has no token types."""
    own = {"bos_token": "[DEC]", "model_input_names": ["input_ids", "attention_mask"]}
    return transformers.BertTokenizer(vocab=_word_pieces(transformers.BertTokenizer(**own), texts, vocabulary), **own)


def clip_tokenizer(texts: Sequence[str], vocabulary: int) -> CLIPTokenizer:
    """Byte-level BPE with an end-of-word mark; a text stands between a start and an end token."""
    template = transformers.CLIPTokenizer()
    marks = {piece[-1] + END_OF_WORD for piece in _pieces(template, texts)}
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[template.bos_token, template.eos_token, *sorted(marks)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        end_of_word_suffix=END_OF_WORD,
        show_progress=False,
    )
    model = _train(template, models.BPE(end_of_word_suffix=END_OF_WORD), texts, trainer)
    return transformers.CLIPTokenizer(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]])


def _word_pieces(template: BertTokenizer, texts: Sequence[str], vocabulary: int) -> dict[str, int]:
    inner = {CONTINUED + letter for piece in _pieces(template, texts) for letter in piece[1:]}
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=[*template.all_special_tokens, *sorted(inner)], show_progress=False
    )
    return _train(template, models.WordPiece(unk_token=template.unk_token), texts, trainer)["vocab"]


def _pieces(template: PreTrainedTokenizerBase, texts: Sequence[str]) -> set[str]:
    """The words of the texts as the tokenizer splits them before it looks at letters."""
    backend = template.backend_tokenizer
    words = {word for text in texts for word in text.split()}
    normal = (backend.normalizer.normalize_str(word) for word in words)
    return {piece for word in normal for piece, _ in backend.pre_tokenizer.pre_tokenize_str(word)}


def _train(template: PreTrainedTokenizerBase, model: Any, texts: Sequence[str], trainer: Any) -> dict[str, Any]:
    """What the model learnt, as in tokenizer.json.

    The trainer numbers marked letters in the order of a hash table, which differs between processes, unless it is given
    them beforehand. So they are passed with the special tokens; the finished tokenizer keeps only its own special ones.
    """
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = template.backend_tokenizer.normalizer
    tokenizer.pre_tokenizer = template.backend_tokenizer.pre_tokenizer
    tokenizer.train_from_iterator(texts, trainer)
    return json.loads(tokenizer.to_str())["model"]


def _byte_level(texts: Sequence[str], vocabulary: int, begin: str, end: str) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[begin, end], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A",
        pair=f"{begin} $A {begin}:1 $B:1",
        special_tokens=[(begin, tokenizer.token_to_id(begin))],
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=begin, eos_token=end, pad_token=end
    )
