"""The world at a glance: its instructions, its episodes, its speed."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from lva.figures.style import TASK_COLORS
from lva.spaces import item_table
from lva.world import TASKS, Demos, Grammar
from lva.world.kernels.dynamics import ACTIONS


def instruction_table(grammar: Grammar) -> pd.DataFrame:
    """Every instruction once: one row per kind and colour, one column per phrase, in the order of the grammar."""
    table = item_table(grammar)
    table["column"] = table.task.str.upper() + ": " + table.phrase
    columns, rows = table.column.unique(), pd.MultiIndex.from_product([grammar.kinds, grammar.colors])
    wide = table.pivot(index=["kind", "color"], columns="column", values="text").reindex(rows)[columns]
    return wide.rename_axis(index=["kind", "color"], columns=None)


def plot_lengths(demos: Demos) -> Figure:
    """How long the expert's episodes are, by task."""
    figure, axis = plt.subplots(figsize=(6.4, 2.8))
    table = pd.DataFrame({"task": demos.tasks, "actions in the episode": demos.lengths})
    sns.histplot(
        table, x="actions in the episode", hue="task", hue_order=[t for t in TASKS if t in demos.grammar.phrases],
        palette=TASK_COLORS, discrete=True, element="step", stat="proportion", common_norm=False, ax=axis,
    )  # fmt: skip
    axis.set(ylabel="share of episodes", xlim=(0.5, np.quantile(demos.lengths, 0.9995) + 0.5))
    sns.despine(figure)
    figure.tight_layout()
    return figure


def plot_actions(demos: Demos) -> Figure:
    """How often the expert takes each action, by task."""
    figure, axis = plt.subplots(figsize=(6.4, 2.8))
    steps = pd.DataFrame({"task": np.repeat(demos.tasks, demos.lengths), "action": demos.actions})
    shares = steps.groupby("task").action.value_counts(normalize=True).rename("share of actions").reset_index()
    shares["action"] = pd.Categorical(shares.action.map(dict(enumerate(ACTIONS))), ACTIONS[:6])
    order = [task for task in TASKS if task in demos.grammar.phrases]
    sns.barplot(shares, x="action", y="share of actions", hue="task", hue_order=order, palette=TASK_COLORS, ax=axis)
    axis.set(xlabel="")
    sns.despine(figure)
    figure.tight_layout()
    return figure


def plot_success(table: pd.DataFrame) -> Figure:
    """Success by task with its interval; `table` as `success_table` makes it, with a column `policy`."""
    figure, axis = plt.subplots(figsize=(6.4, 2.4))
    policies = list(table.policy.unique())
    for i, policy in enumerate(policies):
        rows = table[table.policy == policy]
        y = np.arange(len(rows)) + (i - (len(policies) - 1) / 2) * 0.22
        spread = np.abs(rows[["low", "high"]].to_numpy().T - rows.success.to_numpy())
        axis.errorbar(rows.success, y, xerr=spread, fmt="o", capsize=3, label=policy)
    axis.set(yticks=range(table.task.nunique()), yticklabels=table.task.unique(), xlim=(0, 1.02), xlabel="success")
    axis.invert_yaxis()
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    sns.despine(figure)
    figure.tight_layout()
    return figure


def speed_table(bench: pd.DataFrame) -> pd.DataFrame:
    """The rows of `bench_world.csv`, formatted for readers."""
    rates = bench[["lva", "peer_rate"]].map(lambda v: "" if pd.isna(v) else f"{v:,.10g}")
    ratio = bench.ratio.map(lambda v: "" if pd.isna(v) else f"{v:,.0f} x")
    parts = [bench.what, rates.lva, bench.unit, bench.peer.fillna(""), rates.peer_rate, ratio, bench.peer_note]
    return pd.concat(parts, axis=1, keys=["what", "lva", "unit", "peer", "its rate", "ratio", "note"])
