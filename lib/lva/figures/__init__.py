"""Every figure: tables and episodes in, matplotlib figures out."""

from lva.figures.agent import plot_agent_success, plot_attention, plot_instructions, plot_learning
from lva.figures.film import Film, film_strip, films_of_tasks, record_demonstration, record_film, save_gif
from lva.figures.style import use_style
from lva.figures.world import instruction_table, plot_actions, plot_lengths, plot_success, speed_table

__all__ = [
    "Film",
    "film_strip",
    "films_of_tasks",
    "instruction_table",
    "plot_actions",
    "plot_agent_success",
    "plot_attention",
    "plot_instructions",
    "plot_learning",
    "plot_lengths",
    "plot_success",
    "record_demonstration",
    "record_film",
    "save_gif",
    "speed_table",
    "use_style",
]
