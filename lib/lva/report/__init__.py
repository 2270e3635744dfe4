"""What tables say: results, verdicts, captions, the README's blocks."""

from lva.report.captions import (
    caption_agreement,
    caption_curves,
    caption_explained,
    caption_headline,
    caption_layers,
    caption_learning,
    caption_pairs,
    caption_spaces,
    caption_success,
    caption_synonyms,
    write_captions,
)
from lva.report.claims import CLAIMS, Claim, reading, verdicts
from lva.report.headline import headline_measure, headline_table
from lva.report.paper import FAR, LLMS, NEAR, SUCCESS_TEXT, reported_values
from lva.report.references import describe_references, families_of
from lva.report.results import compare_runs, layer_table, results_table, wide_table

__all__ = [
    "CLAIMS",
    "FAR",
    "LLMS",
    "NEAR",
    "SUCCESS_TEXT",
    "Claim",
    "caption_agreement",
    "caption_curves",
    "caption_explained",
    "caption_headline",
    "caption_layers",
    "caption_learning",
    "caption_pairs",
    "caption_spaces",
    "caption_success",
    "caption_synonyms",
    "compare_runs",
    "describe_references",
    "families_of",
    "headline_measure",
    "headline_table",
    "layer_table",
    "reading",
    "reported_values",
    "results_table",
    "verdicts",
    "wide_table",
    "write_captions",
]
