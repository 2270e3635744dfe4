"""One look for all figures: readable in print, and to readers who do not tell red from green."""

from __future__ import annotations

import seaborn as sns

TASK_COLORS = {"go-to": "#0173b2", "pick-up": "#de8f05", "escape-from": "#029e73"}  # seaborn's `colorblind`


def use_style() -> None:
    """Set seaborn's theme for the figures that follow."""
    sns.set_theme(context="notebook", style="ticks", palette="colorblind", rc={"figure.dpi": 110, "savefig.dpi": 200})
