"""The tables that a run writes: one schema per table, checked when it is written and when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lva.ground.artifacts import ArtifactError

if TYPE_CHECKING:
    import pandas as pd

SUCCESS = ("episodes", "success", "low", "high", "mean_length")
NULLS = (
    *("ceiling", "null_mean", "null_sd", "excess", "p", "q"),
    *("relabel_mean", "relabel_excess", "relabel_p", "relabel_floor"),
    *("baseline", "baseline_value", "gain", "gain_low", "gain_high", "partial", "partial_p"),
)
ESTIMATE = ("value", "seeds", "seed_sd", "low", "high", *NULLS)

SCHEMAS: Mapping[str, tuple[str, ...]] = {  # table -> its columns
    # 01
    "expert_and_bot": (
        *("task", "episodes", "bot_success", "bot"),
        *("oracle", "oracle_over_bot", "sighted", "sighted_over_bot"),
    ),
    "random_policy": ("task", *SUCCESS, "policy"),
    # 02
    "training": ("samples", "loss", "accuracy", "learning_rate", "seconds", "seed"),
    "success": ("policy", "task", *SUCCESS, "over_shortest", "seed"),
    "success_course": ("samples", "task", "success", "seed"),
    "success_by_instruction": ("policy", "instruction", *SUCCESS, "over_shortest", "seed"),
    "controls": ("policy", "task", *SUCCESS, "over_shortest", "agent"),
    # 03
    "validation": ("model", "measure", "value", "baseline_name", "baseline", "required", "passed"),
    "swaps": ("model", "swap", "nats", "error", "texts"),
    "references": (
        *("reference", "family", "untrained_of", "size", "status", "choice", "note"),
        *("class", "parameters", "objective", "experience", "validation", "without a model"),
    ),
    "explained": ("space", "factor", "share"),
    # 04
    "alignment": ("a", "b", "measure", *ESTIMATE),
    "results": (
        *("reference", "family", "a", "measure", *ESTIMATE),
        *("untrained", "paper_low", "paper", "paper_high"),
    ),
    "certainty": (
        *("reference", "measure", "value", "low", "high"),
        *("baseline", "optimism", "gain", "gain_low", "gain_high"),
    ),
    "calibrated": (
        *("reference", "choice", "of", "null", "measure"),
        *("value", "threshold", "calibrated", "p", "other_half"),
    ),
    "draws": ("reference", "draw", "measure", "value"),
    "verdicts": ("claim", "rule", "this run", "numbers"),
    "ceilings": ("space", "knows", "measure", "value"),
    "synonyms": ("space", "draw", "rate", "chance", "kind"),
    "synonym_choice": ("space", "draw", "rate", "chance", "kind"),
    "curves": (
        *("a", "b", "k", "value", "low", "high", "null_mean", "null_low", "null_high"),
        *("relabel_mean", "relabel_low", "relabel_high"),
    ),
    "ladder": ("rung", "target", "measure", "value", "sd", "low", "high", "pairs"),
    "agreement": ("x", "at", "reference", "measure", "value", "seed"),
    "composition": ("x", "at", "factor", "share", "seed"),
    "peak": ("x", "at", "removed", "reference", "measure", "value", "sd"),
    "layers": ("reference", "layer", "pooling", "measure", "value", "untrained", "headline"),
    "readouts": ("reference", "untrained_of", "layer", "pooling", "target", "measure", "value"),
    "metrics": ("reference", "metric", "centred", "measure", "value"),
    "maps": ("space", "text", "x", "y", "explained"),
    # the study of prefixes
    "prefix_models": ("model", "causal", "generative", "note"),
    "prefix_likeness": (
        *("order", "model", "weights", "mask", "readout"),
        *("target", "measure", "value", "low", "high"),
    ),
    "prefix_ties": ("target", "k", "ceiling", "chance", "words", "prefix"),
    "prefix_weights": ("model", "weights", "mask", "draw", "weight", "correlation"),
    "prefix_predictions": (
        *("model", "order", "target", "measured"),
        *("one weight", "words alone", "prefix alone", "order ignored"),
    ),
    "prefix_course": ("at", "model", "weights", "mask", "readout", "phrase_like", "value", "peak"),
    "prefix_findings": ("prediction", "name", "about", "number", "holds"),
    # 06
    "readings": ("reading", "option", "choice"),
    "trials": ("reading", "seed", "samples", "rooms", "policy", "task", "success"),
    "box": (
        *("reading", "seed", "samples", "success_own", "success_crowded"),
        *("task", "phrase", "object", "reference", "measure", "value"),
    ),
    "reached": (
        *("reading", "reference", "rooms", "seeds", "success"),
        *("value", "low", "high", "untrained", "verdict"),
    ),
    "patterns": ("reading", "seeds", "near", "far", "nearest", "chance", "pattern"),
    "specification": (
        *("reading", "seed", "samples", "reference", "layer", "pooling", "measure", "metric", "centred"),
        *("value", "low", "high", "chance_mean", "chance_low", "chance_high", "words_mean", "words_low", "words_high"),
    ),
    "joint": ("null", "universes", "median", "null_median", "p", "above", "p_above"),
    "choice_shares": ("option", "share"),
    # 07
    "confusion": ("source", "task", "about", "read", "share"),
    "driving": (
        *("scheme", "mapping", "source", "kind", "control", "score", "sd", "function"),
        *("approach", "escape", "found", "success", "divergence", "variance", "agents"),
    ),
    "carried": (
        *("scheme", "reference", "score", "baseline", "excess", "low", "high"),
        *("p", "holm", "ceiling", "agents", "verdict"),
    ),
    "exchange": (
        *("source", "kind", "factor", "subspace", "rank", "dose"),
        *("moved", "sd", "stayed", "natural", "episodes", "agents"),
    ),
    "geometry": ("reference", "layer", "pooling", "scheme", "measure", "value", "score"),
    "predictors": ("scheme", "measure", "correlation", "low", "high", "readouts", "references"),
    # 08
    "transfer_curves": ("language", "kind", "demonstrations", "success", "low", "high", "floor", "seeds"),
    "transfer_needed": ("language", "kind", "goal", "demonstrations"),
    "transfer_held_out": (
        *("axis", "shots", "language", "kind", "success", "low", "high"),
        *("floor", "taught", "seeds"),
    ),
    "transfer_tasks": ("axis", "shots", "language", "kind", "task", "success", "floor"),
    "transfer_verdicts": (
        *("question", "language", "score", "baseline", "excess"),
        *("low", "high", "p", "holm", "seeds", "verdict"),
    ),
    # the pipeline
    "stages": (
        *("stage", "minutes", "hardware"),
        *("python", "lva", "torch", "numpy", "scipy", "numba", "minigrid", "transformers"),
    ),
    # the benchmarks
    "faults_kills": ("trial", "how", "after_s", "stages_finished", "processes_left", "files_that_differ"),
    "faults_damage": ("trial", "file", "damage", "outcome", "said"),
    "faults_calls": ("function", "calls", "answered", "refused", "faults", "first_fault"),
    "bench_reproduce": (
        *(f"minutes_0{stage}" for stage in range(1, 6)),
        *("minutes", "note", "hardware", "python", "torch"),
    ),
    "bench_sweep": (
        *("what", "runs", "at_once", "killed", "minutes", "runs_per_minute", "failed", "peak_gb_of_a_run"),
        *("same_tables", "speed_up", "hardware"),
    ),
    "bench_sweep_size": ("what", "bytes", "hardware"),
    "reproduction": ("number", "published", "here", "difference", "allowed", "agrees"),
}


def check_table(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table if its columns are those of its schema, in that order; a table without a schema is one's own."""
    expected = SCHEMAS.get(name, tuple(table.columns))
    if tuple(table.columns) != expected:
        missing = ", ".join(c for c in expected if c not in table.columns) or "none"
        unknown = ", ".join(str(c) for c in table.columns if c not in expected) or "none"
        raise ArtifactError(
            f"the table {name} must have the columns {', '.join(expected)}; missing: {missing}, unknown: {unknown}. "
            "Another version may have written it: run its notebook again, or give a table of your own another name"
        )
    return table
