"""Every public function, the arguments it is called with, and the slow literal reference it must equal.

A call is explained if it returns finite numbers, or raises an error of ours: a `ValueError` or `UserError` that is
raised in this library, so that it can name what was wrong. Anything else - an error from inside numpy, a silent nan,
an overflow - is a fault. Containers are of the kinds that signatures ask for; what is in them is not.
"""

from __future__ import annotations

import linecache
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.alignment import reference
from tests.faults import arguments as a
from tests.faults.front_door import FRONT_DOOR, SLOW

import lva
from lva import alignment
from lva.ground.errors import UserError
from lva.models import ReferenceUnavailable

LIBRARY = str(Path(lva.__file__).parent)
OFTEN = settings(
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
DRAWS = st.integers(20, 30)  # permutations of a null


@dataclass(frozen=True)
class Call:
    """How a function is called."""

    arguments: Callable[[int], dict[str, st.SearchStrategy]]  # number of items -> strategy of each argument
    literal: Callable[..., float] | None = None  # the same number, slow and by definition
    nan: bool = False  # may it say "undefined"?
    function: Callable[..., Any] | None = None  # where the arguments of a record it takes are what is drawn
    slow: bool = False  # a second or more a call: a fifth of the calls must do

    def often(self, count: int) -> int:
        """How many of `count` calls are made."""
        return -(-count // 5) if self.slow else count


def _group(n: int) -> st.SearchStrategy:
    factors = np.array([[i % 2, i // 2] for i in range(n // 2 * 2)])
    return st.just(alignment.relabelling_group(factors, None))


def _sides(n: int, **others: st.SearchStrategy) -> dict[str, st.SearchStrategy]:
    return {"x": a.space(n), "y": a.space(n)} | others


def _moments(n: int) -> st.SearchStrategy:
    moment = st.builds(alignment.Moment, st.just("samples"), st.integers(0, 9), st.just("one"), a.space(n))
    return st.lists(moment, min_size=1, max_size=2)


def _read_outs(n: int) -> st.SearchStrategy:
    return st.fixed_dictionaries(
        {"m": st.builds(alignment.Choices, st.fixed_dictionaries({0: a.space(n)}), st.just(0))}
    )


def _scores(keep: np.ndarray) -> np.ndarray:
    """A statistic of the items kept, of two choices or seeds."""
    return np.array([np.sin(keep).mean(), np.cos(keep).mean()])


def _similarity_measure(**others: st.SearchStrategy) -> Callable[[int], dict[str, st.SearchStrategy]]:
    return lambda n: _sides(n, k=a.count(n - 1), metric=a.choice("cosine", "euclidean", "correlation"), **others)


MEASURES = st.builds(
    alignment.Measures, st.sampled_from([("precision",), ("cka", "rsa"), ("precision", "cka", "rsa", "procrustes")])
)
MAPS = st.builds(
    alignment.Map, st.sampled_from(["orthogonal", "affine", "ridge"]), st.sampled_from([None, 1, 3]), st.just(0.1)
)
PROTOCOL = st.builds(alignment.RetrievalProtocol, MAPS, st.sampled_from([2, 3]), st.sampled_from([None, 1]))
TABLE = st.builds(alignment.Table, permutations=st.just(20), refits=st.just(5), groups=st.integers(2, 4))
FOLDS = st.sampled_from([2, 3])


def _masks(n: int) -> st.SearchStrategy:
    def halves(count: int) -> list[np.ndarray]:
        return [np.arange(n) % count == i for i in range(count)]

    return a.mostly(FOLDS.map(halves), st.sampled_from([[], halves(2)[:1], [np.ones(n + 1, bool)] * 2, halves(2) * 2]))


def _known(n: int) -> st.SearchStrategy:
    good = st.lists(st.booleans(), min_size=n, max_size=n)
    return a.mostly(good, st.sampled_from([[True] * (n + 1), [False] * n, [], [[True]] * n]))


CALLS: dict[str, Call] = {
    "agreement_course": Call(lambda n: {"moments": _moments(n), "references": a.spaces(n), "k": a.count(n - 1)}),
    "align": Call(
        lambda n: {
            "spaces": a.spaces(n, least=2),
            "factors": a.mostly(st.none(), a.levels(n)),
            "words": a.mostly(st.none(), a.space(n)),
            "table": TABLE,
        },
        nan=True,
    ),
    "benjamini_hochberg": Call(lambda n: {"p": a.mostly(st.lists(st.floats(0, 1)), a.numbers(n))}, nan=True),
    "best_choice": Call(lambda n: {"choices": a.spaces(n), "target": a.space(n), "permutations": DRAWS}),
    "best_of_halves": Call(
        lambda n: {"scores": st.just(_scores), "n": a.size(9), "splits": a.size(5), "seed": a.seed()}
    ),
    "best_penalty": Call(lambda n: _sides(n, known=_known(n), inner=_masks(n), map_=MAPS)),
    "calibrated": Call(lambda n: {"observed": a.numbers(2), "sample": a.numbers(30, 2), "level": a.share()}),
    "calibrated_table": Call(
        lambda n: {"references": _read_outs(n), "seeds": a.draws(n), "group": _group(n), "permutations": DRAWS},
        nan=True,
    ),
    "ceiling_table": Call(lambda n: {"spaces": a.spaces(n), "classes": a.factors(n), "k": a.count(n - 1)}),
    "certainty_table": Call(
        lambda n: {
            "seeds": a.draws(2 * n),
            "references": a.spaces(2 * n),
            "baselines": st.fixed_dictionaries({"words": a.draws(2 * n)}),
            "factors": a.design(2 * n),
        }
    ),
    "cka": Call(lambda n: _sides(n, debiased=st.booleans()), lambda x, y, debiased: _cka(x, y, debiased)),
    "class_ceiling": Call(lambda n: {"y": a.space(n), "labels": a.labels(n), "k": a.count(n - 1)}),
    "composition_course": Call(lambda n: {"moments": _moments(n), "factors": a.factors(n)}),
    "contrast": Call(
        lambda n: {
            "a": a.draws(n),
            "nearer": a.draws(n),
            "farther": a.draws(n),
            "factors": a.design(n),
            "k": a.count(n - 1),
        }
    ),
    "cross_fitted": Call(lambda n: _sides(n, folds=_masks(n), map_=MAPS)),
    "crossed_interval": Call(lambda n: {"statistic": st.just(_scores), "factors": a.factors(n), "level": a.share()}),
    "crossed_jackknife": Call(lambda n: {"statistic": st.just(_scores), "factors": a.factors(n)}),
    "draw_permutations": Call(lambda n: {"n": a.size(9), "count": a.size(9), "seed": a.seed()}),
    "explained_variance": Call(lambda n: {"y": a.space(n, 3), "predicted": a.space(n, 3)}),
    "factor_shares": Call(lambda n: {"x": a.space(n), "factors": a.factors(n)}),
    "factor_subspace": Call(lambda n: {"x": a.space(n), "labels": a.labels(n), "rank": st.none() | a.count(3)}),
    "factor_table": Call(lambda n: {"spaces": a.spaces(n), "factors": a.factors(n)}),
    "fit_known": Call(lambda n: _sides(n, known=_known(n), map_=MAPS)),
    "fit_relative": Call(lambda n: _sides(n)),
    "interchange": Call(
        lambda n: {"x": a.space(n, 3), "other": a.space(n, 3), "basis": a.basis(3, 2), "dose": a.share()}
    ),
    "jackknife": Call(
        lambda n: {"statistic": st.just(_scores), "n": a.size(9), "groups": st.none() | a.size(9), "level": a.share()}
    ),
    "ladder": Call(lambda n: {"rungs": a.spaces(n), "targets": a.spaces(n), "measures": MEASURES}, nan=True),
    "largest_of": Call(lambda n: {"observed": a.numbers(2), "sample": a.numbers(9, 2)}),
    "max_t": Call(
        lambda n: {"observed": a.numbers(2), "sample": a.numbers(9, 2)},
        nan=True,
        function=lambda observed, sample: alignment.max_t(
            [alignment.Null(("P@1", "cka"), observed, sample, False, ())]
        ),
    ),
    "metric_table": Call(lambda n: {"references": a.spaces(n), "seeds": a.draws(n), "k": a.count(n - 1)}),
    "nearest_pairs": Call(lambda n: {"x": a.space(n), "top": a.count(6)}),
    "nearest_table": Call(lambda n: {"spaces": a.spaces(n), "texts": a.labels(n), "top": a.count(6)}),
    "neighbourhood_size": Call(lambda n: {"n": a.count(200)}),
    "neighbourhood_sizes": Call(lambda n: {"n": a.count(200)}),
    "overlap_mean": Call(lambda n: {"n": a.size(9), "k": a.count(9)}),
    "parts_course": Call(
        lambda n: {"moments": _moments(n), "references": a.spaces(n), "factors": a.factors(n)}, nan=True
    ),
    "permutation_null": Call(lambda n: _sides(n, measures=MEASURES, permutations=a.size(20), seed=a.seed())),
    "precision_at_k": Call(
        _similarity_measure(center=st.just(False)), lambda x, y, k, metric, center: reference.precision(x, y, k, metric)
    ),
    "precision_chunked": Call(
        _similarity_measure(center=st.just(False)), lambda x, y, k, metric, center: reference.precision(x, y, k, metric)
    ),
    "precision_curves": Call(
        lambda n: {
            "spaces": st.fixed_dictionaries({"a": a.space(n), "b": a.space(n)}),
            "a": a.mostly(st.just("a"), st.just("c")),
            "group": _group(n),
            "k_max": a.count(n - 1),
            "permutations": DRAWS,
        }
    ),
    "procrustes": Call(_sides, reference.procrustes),
    "random_subspace": Call(lambda n: {"x": a.space(n), "rank": a.count(3), "rng": st.just(np.random.default_rng(0))}),
    "relabelling_group": Call(lambda n: {"factors": a.levels(n), "words": st.none() | a.space(n // 2 * 2)}),
    "relabelling_null": Call(lambda n: _sides(n, group=_group(n), measures=MEASURES, permutations=a.size(20))),
    "rescaled": Call(lambda n: {"k": a.count(n - 1), "kept": a.count(n), "n": st.just(n)}),
    "retrieval_at_k": Call(lambda n: _sides(n, k=a.count(n), protocol=PROTOCOL)),
    "rsa": Call(
        lambda n: _sides(n, distance=a.choice("cosine", "euclidean"), compare=a.choice("spearman", "pearson")),
        lambda x, y, distance, compare: reference.rsa(x, y, distance, compare) if compare == "spearman" else np.nan,
    ),
    "spread": Call(lambda n: {"values": a.numbers(n)}, nan=True),
    "synonym_choice": Call(
        lambda n: {"x": a.space(n)} | a.wordings(n) | {"length": a.mostly(st.just([0] * n), a.labels(n))}
    ),
    "synonym_choice_table": Call(
        lambda n: (
            {"spaces": st.fixed_dictionaries({"m": a.draws(n)})}
            | a.wordings(n)
            | {"length": a.mostly(st.just([0] * n), a.labels(n))}
        )
    ),
    "synonym_rate": Call(lambda n: {"x": a.space(n)} | a.wordings(n)),
    "synonym_table": Call(lambda n: {"spaces": st.fixed_dictionaries({"m": a.draws(n)})} | a.wordings(n)),
    "threshold": Call(lambda n: {"sample": a.numbers(30), "level": a.share()}),
    "without_factor": Call(
        lambda n: {"x": a.space(n), "factors": a.factors(n), "name": st.sampled_from(["task", "color", "size"])}
    ),
}


CALLS |= {
    name: Call(arguments, nan=True, function=called, slow=name in SLOW)
    for name, (arguments, called) in FRONT_DOOR.items()
}


def public_functions() -> set[str]:
    """The functions of the room of arrays, whose records are fuzzed as their arguments, and all of the front door."""
    arrays = {name for name in alignment.__all__ if not isinstance(getattr(alignment, name), type)}
    return arrays | set(lva.__all__)


def drawn(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments for a function, all of the same number of items."""
    return st.sampled_from([8, 10, 12, 6, 9, 4, 3]).flatmap(lambda n: st.fixed_dictionaries(CALLS[name].arguments(n)))


def judge(name: str, given: dict[str, Any]) -> str:
    """`answered` or `refused`; raise an `AssertionError` that says what is wrong with the call's outcome."""
    call = CALLS[name]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)  # ours: neighbourhoods that say little
            result = (call.function or getattr(alignment, name))(**given)
    except (ValueError, UserError, ReferenceUnavailable) as error:
        assert _raised_here(error), f"{name}: unexplained {type(error).__name__}: {error}"
        return "refused"
    except Exception as error:
        raise AssertionError(f"{name}: unexplained {type(error).__name__}: {error}") from error
    assert call.nan or all(np.isfinite(number).all() for number in _numbers(result)), f"{name}: {result} is not finite"
    if call.literal:
        _check_literal(name, result, call.literal, given)
    return "answered"


def call_often(name: str, count: int) -> dict[str, Any]:
    """Call a function with `count` random arguments: how many were answered, refused, neither, and what went wrong."""
    seen: Counter[str] = Counter()
    wrong: list[str] = []

    @settings(OFTEN, max_examples=CALLS[name].often(count))
    @given(drawn(name))
    def collect(arguments: dict[str, Any]) -> None:
        try:
            seen[judge(name, arguments)] += 1
        except AssertionError as fault:
            wrong.append(str(fault))

    collect()
    counts = {"calls": seen.total() + len(wrong), "answered": seen["answered"], "refused": seen["refused"]}
    return {"function": name, **counts, "faults": len(wrong), "first_fault": wrong[0][:300] if wrong else ""}


def _raised_here(error: BaseException) -> bool:
    """Whether a line of this library raised an error, rather than a function of numpy that it called."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code, line = trace.tb_frame.f_code, linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
    return code.co_filename.startswith(LIBRARY) and line.lstrip().startswith("raise ")


def _numbers(result: Any) -> Iterator[np.ndarray]:
    """All floating-point numbers in a result."""
    if isinstance(result, pd.DataFrame):
        yield from (result[column].to_numpy() for column in result.select_dtypes("floating"))
    elif is_dataclass(result):
        yield from _numbers(astuple(result))
    elif isinstance(result, dict):
        yield from _numbers(list(result.values()))
    elif isinstance(result, (list, tuple)):
        for item in result:
            yield from _numbers(item)
    elif isinstance(result, (float, np.ndarray, np.floating)) and np.asarray(result).dtype.kind == "f":
        yield np.asarray(result)


def _check_literal(name: str, result: float, literal: Callable[..., float], given: dict[str, Any]) -> None:
    """Compare with the reference, on spaces of an ordinary size: no measure here depends on the scale of a space."""
    ordinary = {key: _ordinary(value) if key in ("x", "y") else value for key, value in given.items()}
    expected = literal(**ordinary)
    assert np.isnan(expected) or abs(result - expected) < 1e-6, f"{name}: {result}, by definition {expected}"


def _ordinary(x: np.ndarray) -> np.ndarray:
    x = np.asarray(x, np.float64)
    return x / np.abs(x).max()


def _cka(x: np.ndarray, y: np.ndarray, debiased: bool) -> float:
    return reference.cka_debiased(x, y) if debiased else reference.cka_biased(x, y)
