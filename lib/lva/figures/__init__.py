"""Every figure: tables and episodes in, matplotlib figures out."""

from lva.figures.agent import plot_agent_success, plot_attention, plot_instructions, plot_learning
from lva.figures.agreement import plot_agreement
from lva.figures.browser import Browser
from lva.figures.captions import (
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
from lva.figures.curves import plot_curves
from lva.figures.explained import plot_explained
from lva.figures.film import Film, film_strip, films_of_tasks, record_demonstration, record_film, save_gif
from lva.figures.headline import headline_table, plot_headline
from lva.figures.layers import plot_layers
from lva.figures.maps import map_table
from lva.figures.neighbour_grid import neighbour_grid
from lva.figures.opening import load_run_spaces, open_browser, spaces_of
from lva.figures.pairs import plot_pairs
from lva.figures.pictures import plot_pictures
from lva.figures.references import describe_references
from lva.figures.results import compare_runs, layer_table, reading, results_table, verdicts, wide_table
from lva.figures.saving import save_figure
from lva.figures.schematic import plot_schematic
from lva.figures.spaces import plot_spaces
from lva.figures.style import use_style
from lva.figures.synonyms import plot_synonyms
from lva.figures.world import instruction_table, plot_actions, plot_lengths, plot_success, speed_table

__all__ = [
    "Browser",
    "Film",
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
    "film_strip",
    "films_of_tasks",
    "headline_table",
    "instruction_table",
    "layer_table",
    "load_run_spaces",
    "map_table",
    "neighbour_grid",
    "open_browser",
    "plot_actions",
    "plot_agent_success",
    "plot_agreement",
    "plot_attention",
    "plot_curves",
    "plot_explained",
    "plot_headline",
    "plot_instructions",
    "plot_layers",
    "plot_learning",
    "plot_lengths",
    "plot_pairs",
    "plot_pictures",
    "plot_schematic",
    "plot_spaces",
    "plot_success",
    "plot_synonyms",
    "reading",
    "record_demonstration",
    "record_film",
    "results_table",
    "save_figure",
    "save_gif",
    "spaces_of",
    "speed_table",
    "use_style",
    "verdicts",
    "wide_table",
    "write_captions",
]
