"""What tables say: results, verdicts, captions, the README's blocks."""

from lva.ground.paper import SUCCESS_TEXT, reported_values
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
from lva.report.claims import CLAIMS, Claim, Evidence, reading, verdicts
from lva.report.readings.agents import (
    read_ablations,
    read_instructions,
    read_success,
    read_success_course,
    read_training,
)
from lva.report.readings.alignment import (
    read_claim,
    read_course,
    read_draws,
    read_relabelling,
    read_static,
    read_word_order,
)
from lva.report.readings.demonstrations import read_demos, read_expert, read_lengths, read_random
from lva.report.readings.multiverse import (
    caption_box,
    caption_courses,
    caption_specification,
    read_joint,
    read_nominated,
    read_reached,
    read_trained,
)
from lva.report.readings.references import read_explained, read_swaps, read_validation
from lva.report.tables.beside import rivals_table
from lva.report.tables.calibration import power_text
from lva.report.tables.certainty import certainty_view, corrected_together, found_in_runs
from lva.report.tables.groups import contrast_families
from lva.report.tables.headline import headline_measure, headline_table
from lva.report.tables.multiverse import box_lines, language_models, near_and_far
from lva.report.tables.pairs import pair_matrix
from lva.report.tables.references import describe_references, families_of
from lva.report.tables.results import (
    compare_runs,
    draw_table,
    finished_results,
    layer_table,
    readout_table,
    readout_view,
    results_table,
    wide_table,
)
from lva.report.tables.views import (
    ablation_table,
    calibrated_view,
    ceiling_view,
    ladder_table,
    metric_view,
    partial_table,
    retrieval_table,
)

__all__ = [
    "CLAIMS",
    "SUCCESS_TEXT",
    "Claim",
    "Evidence",
    "ablation_table",
    "box_lines",
    "calibrated_view",
    "caption_agreement",
    "caption_box",
    "caption_courses",
    "caption_curves",
    "caption_explained",
    "caption_headline",
    "caption_layers",
    "caption_learning",
    "caption_pairs",
    "caption_spaces",
    "caption_specification",
    "caption_success",
    "caption_synonyms",
    "ceiling_view",
    "certainty_view",
    "compare_runs",
    "contrast_families",
    "corrected_together",
    "describe_references",
    "draw_table",
    "families_of",
    "finished_results",
    "found_in_runs",
    "headline_measure",
    "headline_table",
    "ladder_table",
    "language_models",
    "layer_table",
    "metric_view",
    "near_and_far",
    "pair_matrix",
    "partial_table",
    "power_text",
    "read_ablations",
    "read_claim",
    "read_course",
    "read_demos",
    "read_draws",
    "read_expert",
    "read_explained",
    "read_instructions",
    "read_joint",
    "read_lengths",
    "read_nominated",
    "read_random",
    "read_reached",
    "read_relabelling",
    "read_static",
    "read_success",
    "read_success_course",
    "read_swaps",
    "read_trained",
    "read_training",
    "read_validation",
    "read_word_order",
    "reading",
    "readout_table",
    "readout_view",
    "reported_values",
    "results_table",
    "retrieval_table",
    "rivals_table",
    "verdicts",
    "wide_table",
    "write_captions",
]
