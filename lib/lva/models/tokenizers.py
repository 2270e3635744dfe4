"""The families' own tokenizers, each trained on the texts of its model.

A word is the same token wherever it stands: byte-level BPE puts a space before the first word too. Without it the
`go` that opens an instruction would be another token than the `go` of a running text, and perhaps a new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BertTokenizer,
    CLIPTokenizer,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
    Qwen2Tokenizer,
)

SMALLEST = 300  # tokens: the 256 bytes, the special ones, and some room for words


def llama_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE that opens every text with a token of its own, as since LLaMA 3."""
    return _byte_level(texts, vocabulary, "<|begin_of_text|>", "<|end_of_text|>")


def deepseek_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE that opens every text with a token of its own, as in DeepSeek V3."""
    return _byte_level(texts, vocabulary, "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")


def qwen_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerBase:
    """Byte-level BPE; nothing opens a text."""
    return _retrained(Qwen2Tokenizer(add_prefix_space=True), texts, vocabulary)


def bert_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerBase:
    """WordPiece; a text stands between [CLS] and [SEP]."""
    return _retrained(BertTokenizer(), texts, vocabulary)


def blip_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerBase:
    """BERT's, with [DEC] to open a caption that is to be written."""
    inputs = ["input_ids", "attention_mask"]  # BLIP knows no token types
    return _retrained(BertTokenizer(bos_token="[DEC]", model_input_names=inputs), texts, vocabulary)


def clip_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerBase:
    """Byte-level BPE with an end-of-word mark; a text stands between a token of start and one of end."""
    return _retrained(CLIPTokenizer(), texts, vocabulary)


def _retrained(tokenizer: PreTrainedTokenizerBase, texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerBase:
    return tokenizer.train_new_from_iterator(texts, vocabulary, show_progress=False)


def _byte_level(texts: Iterable[str], vocabulary: int, begin: str, end: str) -> PreTrainedTokenizerFast:
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
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=begin, eos_token=end, pad_token=end)
