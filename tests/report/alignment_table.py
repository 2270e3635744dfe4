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


def alignment(**given) -> pd.DataFrame:
    """Every number is one for all references, or a list of three; `among` is that of references with each other."""
    each = {name: np.broadcast_to(given.get(name, default), 3) for name, default in DEFAULTS.items()}
    pairs = [("agent", b, each["value"][i], i) for i, b in enumerate(REFERENCES)]
    pairs += [("agent untrained", b, each["untrained"][i], i) for i, b in enumerate(REFERENCES)]
    pairs += [(a, b, each["among"][0], 0) for a in REFERENCES for b in REFERENCES if a != b]
    rows = [
        {
            "a": a, "b": b, "measure": measure, "value": v, "seeds": 3, "seed_sd": 0.01, "low": v - HALF,
            "high": v + HALF, "null_mean": 0.14 if measure == "P@15" else 0.01, "q": each["q"][i],
            "baseline": "bag of words", "baseline_value": v - each["gain"][i], "gain": each["gain"][i],
            "gain_low": each["gain"][i] - HALF, "gain_high": each["gain"][i] + HALF, "relabel_excess": 0.1,
            "relabel_p": each["relabel_p"][i], "partial": np.nan, "partial_p": np.nan,
        }
        for a, b, v, i in pairs
        for measure in ("P@1", "P@15")
    ]  # fmt: skip
    return pd.DataFrame(rows)
