"""A table as `align` makes it, with chosen numbers: the agent and the untrained one with three references."""

import numpy as np
import pandas as pd

FAMILIES = {"llama-here": "llama", "qwen-here": "qwen", "bert-here": "bert", "gated": "clip"}
REPORTED = pd.DataFrame(
    [("agent", "llama", "P@15", 0.70, 0.73), ("agent", "bert", "P@15", 0.30, 0.35)],
    columns=["a", "b", "measure", "low", "high"],
)
REFERENCES = ["llama-here", "qwen-here", "bert-here"]
HALF = 0.05  # of every interval
DEFAULTS = {"value": 0.6, "untrained": 0.2, "q": 0.001, "gain": -0.1, "relabel_p": 0.01, "among": 0.65}
OTHERS = {"untrained, identity words": 0.3, "agent shuffled": 0.25}  # agents that cannot act


def alignment(**given) -> pd.DataFrame:
    """Every number is one for all references, or a list of three; `among` is that of references with each other."""
    each = {name: np.broadcast_to(given.get(name, default), 3) for name, default in DEFAULTS.items()}
    pairs = [("agent", b, each["value"][i], i) for i, b in enumerate(REFERENCES)]
    pairs += [("agent untrained", b, each["untrained"][i], i) for i, b in enumerate(REFERENCES)]
    pairs += [(a, b, each["among"][0], 0) for a in REFERENCES for b in REFERENCES if a != b]
    rows = [
        {
            "a": a, "b": b, "measure": measure, "value": v, "seeds": 3, "seed_sd": 0.01, "low": v - HALF,
            "high": v + HALF, "ceiling": 0.7, "null_mean": 0.14 if measure == "P@15" else 0.01, "q": each["q"][i],
            "baseline": "bag of words", "baseline_value": v - each["gain"][i], "gain": each["gain"][i],
            "gain_low": each["gain"][i] - HALF, "gain_high": each["gain"][i] + HALF, "relabel_excess": 0.1,
            "relabel_p": each["relabel_p"][i], "partial": np.nan, "partial_p": np.nan,
        }
        for a, b, v, i in pairs
        for measure in ("P@1", "P@15")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def certainty(table: pd.DataFrame) -> pd.DataFrame:
    """The table of certainty that has the agent's values and gains, with the same intervals."""
    rows = table[table.a == "agent"].rename(columns={"b": "reference"})
    columns = ["reference", "measure", "value", "low", "high", "baseline", "gain", "gain_low", "gain_high"]
    return rows[columns].assign(optimism=0.01)


def ladder(table: pd.DataFrame, **others) -> pd.DataFrame:
    """Agents that cannot act, by rung, with one value for all references or a list of three."""
    values = {rung: np.broadcast_to(others.get(rung, value), 3) for rung, value in OTHERS.items()}
    rows = [
        (rung, reference, measure, value[i])
        for rung, value in values.items()
        for i, reference in enumerate(REFERENCES)
        for measure in ("P@1", "P@15")
        if (table.b == reference).any()
    ]
    return pd.DataFrame(rows, columns=["rung", "target", "measure", "value"])
