"""Captions: what each figure shows, with its numbers, from the tables it is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from lva.ground.artifacts import atomic_path
from lva.ground.paper import SUCCESS_TEXT
from lva.report.tables.course import EXPERIENCE, over_seeds, shares_over_seeds
from lva.report.tables.headline import headline_measure, headline_table
from lva.report.tables.pairs import NAMES, discoveries, pair_matrix, pair_measures, parts_of
from lva.report.wording import number_text, p_text, percent_text, range_text


def write_captions(captions: Mapping[str, str], path: str | Path) -> None:
    """Collect captions, name of the figure -> text, in one Markdown file."""
    with atomic_path(Path(path)) as temporary:
        sections = [f"## {name}\n\n{text}\n" for name, text in captions.items()]
        temporary.write_text("\n".join(["# What the figures show\n", *sections]), encoding="utf-8")


def caption_learning(training: pd.DataFrame) -> str:
    """The numbers of `plot_learning`."""
    last = training.groupby("seed").last()
    return (
        f"Loss and accuracy of the cloned actions over {int(last.samples.max()):,} samples, mean and range of "
        f"{len(last)} seeds; at the end {number_text(last.loss.mean())} and {number_text(last.accuracy.mean())}."
    )


def caption_success(success: pd.DataFrame) -> str:
    """The numbers of `plot_agent_success`."""
    mean = success.groupby(["policy", "task"], sort=False).success.mean()
    return listed(
        f"Success in unseen rooms, one point per seed; the paper's agents succeed in {SUCCESS_TEXT}.",
        {
            policy: ", ".join(f"{task} {percent_text(share)}" for (_, task), share in rows.items())
            for policy, rows in mean.groupby(level="policy", sort=False)
        },
    )


def caption_synonyms(choice: pd.DataFrame) -> str:
    """The numbers of `plot_synonyms`."""
    rate = choice.groupby("space").rate.mean().sort_values(ascending=False, kind="stable")
    return listed(
        "How often a synonym of an instruction is nearer to it than an instruction of the same length about the same "
        f"object that means something else; at random {percent_text(choice.chance.mean())}.",
        {name: percent_text(share) for name, share in rate.items()},
    )


def caption_headline(
    alignment: pd.DataFrame, reported: pd.DataFrame, families: Mapping[str, str], measure: str | None = None
) -> str:
    """The numbers of `plot_headline`."""
    measure = measure or headline_measure(alignment)
    table = headline_table(alignment, reported, families, measure)
    return listed(
        f"{measure} of the trained agent with each model: mean ± sd over seeds [95 % interval over instructions]. "
        "Meanings shuffled: colours, kinds and phrases renamed among themselves, which keeps every overlap of words.",
        {row.Index: _headline_row(row) for row in table.itertuples()},
    )


def caption_curves(curves: pd.DataFrame, ks: Sequence[int] | None = None) -> str:
    """The numbers of `plot_curves` at a few k: by default the first, a third of the last, and the last."""
    agent = curves[curves.a == "agent"]
    ks = ks or (1, round(agent.k.max() / 3), agent.k.max())
    few = agent[agent.k.isin(ks)]
    rows = few.pivot(index="b", columns="k", values="value").loc[agent.b.unique()]
    ends = f"At k = {' / '.join(map(str, rows.columns))}; chance gives {_slashed(few.groupby('k').null_mean.mean())}."
    return listed(
        f"P@k of the trained agent with each model, k = {agent.k.min()} to {agent.k.max()}, mean and range over seeds; "
        f"bands hold 95 % of a null. {ends}",
        {name: _slashed(row) for name, row in rows.iterrows()},
    )


def caption_pairs(alignment: pd.DataFrame, measures: Sequence[str] | None = None, order_by: str | None = None) -> str:
    """The numbers of `plot_pairs`: the range of each measure, the pairs at its ends, and how many are significant."""
    order_by = order_by or headline_measure(alignment)
    rows = {}
    for measure in measures or pair_measures(alignment):
        name, column, p = parts_of(measure)
        square = pair_matrix(alignment, name, column)
        pairs = square.where(np.triu(np.ones(square.shape, dtype=bool), 1)).stack().dropna()
        significant, beyond = int(discoveries(alignment, name, p).to_numpy().sum()) // 2, "shuffled meanings"
        title = f"{name} over shuffled meanings"
        if column == "value":
            chance = number_text(alignment[alignment.measure == name].null_mean.mean())
            title, beyond = f"{NAMES.get(name, name)} (chance {chance})", "chance"
        rows[title] = f"{_ends(pairs)}; {significant} of {len(pairs)} pairs above {beyond}, false discovery rate 5 %"
    return listed(
        f"Each square compares two spaces of the same instructions. Spaces that are alike stand side by side (average "
        f"linkage on {order_by}). Hatched: both spaces come from models that read letters or pieces of words, and the "
        f"excess over shuffled meanings may be about these, not about meaning.",
        rows,
    )


def caption_layers(layers: pd.DataFrame, measure: str | None = None) -> str:
    """The numbers of `plot_layers`: the registry's choice beside the smallest and the largest value."""
    measure = measure or headline_measure(layers)
    rows = {}
    for name, one in layers[layers.measure == measure].groupby("reference", sort=False):
        values = one.set_index(["layer", "pooling"]).value
        chosen = [
            f"chosen {number_text(v)} (layer {layer}, {p})" for (layer, p), v in values[one.headline.to_numpy()].items()
        ]
        rows[name] = "; ".join([*chosen, _ends(values.rename(index="layer {}".format, level="layer"), ", ")])
    return listed(f"{measure} of the trained agent with every layer of each model, under every pooling.", rows)


def caption_spaces(maps: pd.DataFrame) -> str:
    """The numbers of `plot_spaces`: how much of each space its map shows."""
    shares = maps.groupby("space", sort=False).explained.first()
    rows = {name: f"{percent_text(share)} of the variance" for name, share in shares.items()}
    return listed(
        "A dot is an instruction. Each map shows the two directions in which a space varies most (principal "
        "components of vectors of length 1), turned to resemble the first map; the other dimensions are not shown.",
        rows,
    )


def caption_explained(explained: pd.DataFrame) -> str:
    """The numbers of `plot_explained`."""
    known = explained.dropna(subset="share")
    shares = (known.factor + " " + known.share.map(percent_text)).groupby(known.space, sort=False).agg(", ".join)
    return listed(
        "Share of the variance over instructions that each factor explains, beyond the factors before it; rest is what "
        "they leave.",
        shares.to_dict(),
    )


def caption_agreement(
    agreement: pd.DataFrame,
    composition: pd.DataFrame | None = None,
    success: pd.DataFrame | None = None,
    measure: str | None = None,
) -> str:
    """The numbers of `plot_agreement`: where each line begins, where it is highest and where it ends."""
    measure = measure or headline_measure(agreement)
    table = agreement[agreement.measure == measure]
    rows = {}
    if success is not None:
        for task, one in success.groupby("task", sort=False):
            rows[f"success in {task}"] = _course(over_seeds(one, "success", "samples")["mean"])
    for kind in [kind for kind in EXPERIENCE if (table.x == kind).any()]:
        for name, one in table[table.x == kind].groupby("reference", sort=False):
            rows[f"{name}, {kind}"] = _course(over_seeds(one, "value")["mean"])
        if composition is not None:
            for factor, shares in shares_over_seeds(composition[composition.x == kind]).items():
                rows[f"share of {factor}, {kind}"] = _course(shares)
    below = "" if composition is None else " Below, what the factors explain of the variance of E_L."
    above = "" if success is None else " Above, how often it succeeds, sampled, in rooms that it has not seen."
    return listed(f"{measure} of the agent with each model, by its experience; mean over seeds.{above}{below}", rows)


def listed(what: str, rows: Mapping[str, str]) -> str:
    """Return a sentence on what is drawn, and one line per row."""
    return "\n".join([what, "", *(f"- {name}: {text}" for name, text in rows.items())])


def _headline_row(row: NamedTuple) -> str:
    reported = _known("; reported {}", range_text(row.paper_low, row.paper_high), row.paper)
    if pd.isna(row.value):
        return f"not run{reported}"
    parts = [
        _known("{}", number_text(row.value), row.value),
        _known(" ± {}", number_text(row.seed_sd), row.seed_sd),
        _known(" [{}]", range_text(row.low, row.high), row.low),
        _known("; untrained {}", number_text(row.untrained), row.untrained),
        _known("; meanings shuffled {}", number_text(row.relabel_mean), row.relabel_mean),
        _known(
            " (excess {})", f"{number_text(row.relabel_excess, '+.2f')}, {p_text(row.relabel_p)}", row.relabel_excess
        ),
        _known("; best word baseline {}", f"{number_text(row.baseline_value)} ({row.baseline})", row.baseline_value),
        _known("; chance {}", f"{number_text(row.null_mean)} ± {number_text(row.null_sd)}", row.null_mean),
    ]
    return "".join(parts) + reported


def _known(form: str, text: str, value: float) -> str:
    return form.format(text) if pd.notna(value) else ""


def _ends(values: pd.Series, between: str = " – ") -> str:
    """The smallest and the largest value, each with its place."""
    if values.isna().all():
        return "not computed"
    places = (values.idxmin(), values.idxmax())
    return " to ".join(f"{number_text(values[place])} ({between.join(place)})" for place in places)


def _slashed(values: Iterable[float]) -> str:
    return " / ".join(map(number_text, values))


def _course(line: pd.Series) -> str:
    """Where a line begins, where it is highest and where it ends."""
    ends = dict.fromkeys([line.index[0], line.idxmax(), line.index[-1]])
    return " to ".join(f"{number_text(line[at])} at {at:,}" for at in ends)
