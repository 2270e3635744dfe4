"""Every figure: tables and episodes in, matplotlib figures out."""

from lva.figures.browser.maps import map_table
from lva.figures.browser.neighbour_grid import neighbour_grid
from lva.figures.browser.run_spaces import load_run_spaces, open_browser, spaces_of
from lva.figures.browser.widget import Browser
from lva.figures.film import (
    Film,
    film_strip,
    films_of_outcomes,
    films_of_tasks,
    record_demonstration,
    record_film,
    save_gif,
)
from lva.figures.gallery import (
    GALLERY,
    Exhibit,
    draw,
    draw_all,
    few_demonstrations,
    find_exhibit,
    load_tables,
    not_drawn,
)
from lva.figures.plots.agent import plot_agent_success, plot_instructions, plot_learning
from lva.figures.plots.agreement import plot_agreement
from lva.figures.plots.attention import attention_of_tasks, plot_attention
from lva.figures.plots.box import plot_box
from lva.figures.plots.courses import plot_courses
from lva.figures.plots.curves import plot_curves
from lva.figures.plots.driving import plot_driving
from lva.figures.plots.exchange import plot_exchange
from lva.figures.plots.explained import plot_explained
from lva.figures.plots.geometry import plot_geometry
from lva.figures.plots.headline import plot_headline
from lva.figures.plots.layers import plot_layers
from lva.figures.plots.pairs import plot_pairs
from lva.figures.plots.pictures import plot_pictures
from lva.figures.plots.prefix import plot_prefix
from lva.figures.plots.schematic import plot_schematic
from lva.figures.plots.spaces import plot_spaces
from lva.figures.plots.specification import plot_specification
from lva.figures.plots.synonyms import plot_synonyms
from lva.figures.plots.transfer import plot_demonstrations, plot_never_shown
from lva.figures.plots.world import instruction_table, plot_actions, plot_lengths, plot_success, speed_table
from lva.figures.redrawing import redraw
from lva.figures.saving import save_figure
from lva.figures.showing import show_figure
from lva.figures.style import use_style
from lva.figures.tables import show_table

__all__ = [
    "GALLERY",
    "Browser",
    "Exhibit",
    "Film",
    "attention_of_tasks",
    "draw",
    "draw_all",
    "few_demonstrations",
    "film_strip",
    "films_of_outcomes",
    "films_of_tasks",
    "find_exhibit",
    "instruction_table",
    "load_run_spaces",
    "load_tables",
    "map_table",
    "neighbour_grid",
    "not_drawn",
    "open_browser",
    "plot_actions",
    "plot_agent_success",
    "plot_agreement",
    "plot_attention",
    "plot_box",
    "plot_courses",
    "plot_curves",
    "plot_demonstrations",
    "plot_driving",
    "plot_exchange",
    "plot_explained",
    "plot_geometry",
    "plot_headline",
    "plot_instructions",
    "plot_layers",
    "plot_learning",
    "plot_lengths",
    "plot_never_shown",
    "plot_pairs",
    "plot_pictures",
    "plot_prefix",
    "plot_schematic",
    "plot_spaces",
    "plot_specification",
    "plot_success",
    "plot_synonyms",
    "record_demonstration",
    "record_film",
    "redraw",
    "save_figure",
    "save_gif",
    "show_figure",
    "show_table",
    "spaces_of",
    "speed_table",
    "use_style",
]
