"""Every figure: tables and episodes in, matplotlib figures out."""

from lva.figures.film import Film, film_strip, films_of_tasks, record_film
from lva.figures.style import use_style
from lva.figures.world import instruction_table, plot_actions, plot_lengths, plot_success, speed_table

__all__ = [
    "Film",
    "film_strip",
    "films_of_tasks",
    "instruction_table",
    "plot_actions",
    "plot_lengths",
    "plot_success",
    "record_film",
    "speed_table",
    "use_style",
]
