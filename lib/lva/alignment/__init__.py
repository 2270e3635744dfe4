"""Alignment of two embeddings of the same items: measures, nulls, baselines. Arrays in, numbers out.

>>> from lva.alignment import precision_at_k, relabelling_group, relabelling_null
>>> precision_at_k(x, y, k=15)                                        # x: (n, d1), y: (n, d2)
>>> group = relabelling_group(factors, words)
>>> relabelling_null(x, y, group)["P@15"].excess                       # more than shared words?
"""

from __future__ import annotations

from lva.alignment.measures.ceilings import class_ceiling
from lva.alignment.measures.chunked import precision_chunked
from lva.alignment.measures.cka import cka
from lva.alignment.measures.crossfit import best_penalty, cross_fitted, explained_variance, fit_known
from lva.alignment.measures.factors import factor_shares, without_factor
from lva.alignment.measures.maps import FittedMap, Map
from lva.alignment.measures.neighbourhoods import neighbourhood_size, neighbourhood_sizes, overlap_mean
from lva.alignment.measures.neighbours import nearest_pairs, precision_at_k
from lva.alignment.measures.procrustes import procrustes
from lva.alignment.measures.relative import RelativeMap, fit_relative
from lva.alignment.measures.retrieval import Retrieval, RetrievalProtocol, retrieval_at_k
from lva.alignment.measures.rsa import rsa
from lva.alignment.measures.subspaces import factor_subspace, interchange, random_subspace
from lva.alignment.measures.synonyms import SynonymRate, synonym_choice, synonym_rate
from lva.alignment.nulls.calibration import calibrated, largest_of, threshold
from lva.alignment.nulls.measures import Measures
from lva.alignment.nulls.null import Finding, Null, benjamini_hochberg, max_t
from lva.alignment.nulls.permutation import draw_permutations, permutation_null
from lva.alignment.nulls.relabelling import relabelling_null
from lva.alignment.nulls.relabelling_group import RelabellingGroup, relabelling_group
from lva.alignment.tables.align import Table, align
from lva.alignment.tables.calibrated import Choices, calibrated_table
from lva.alignment.tables.certainty import certainty_table
from lva.alignment.tables.choices import best_choice, metric_table
from lva.alignment.tables.course import Moment, agreement_course, composition_course, parts_course
from lva.alignment.tables.crossed import crossed_interval, crossed_jackknife, rescaled
from lva.alignment.tables.curves import precision_curves
from lva.alignment.tables.halves import BestOfHalves, best_of_halves
from lva.alignment.tables.intervals import Component, Interval, Spread, jackknife, spread
from lva.alignment.tables.ladder import contrast, ladder
from lva.alignment.tables.single import ceiling_table, factor_table, nearest_table
from lva.alignment.tables.synonyms import synonym_choice_table, synonym_table

__all__ = [
    "BestOfHalves",
    "Choices",
    "Component",
    "Finding",
    "FittedMap",
    "Interval",
    "Map",
    "Measures",
    "Moment",
    "Null",
    "RelabellingGroup",
    "RelativeMap",
    "Retrieval",
    "RetrievalProtocol",
    "Spread",
    "SynonymRate",
    "Table",
    "agreement_course",
    "align",
    "benjamini_hochberg",
    "best_choice",
    "best_of_halves",
    "best_penalty",
    "calibrated",
    "calibrated_table",
    "ceiling_table",
    "certainty_table",
    "cka",
    "class_ceiling",
    "composition_course",
    "contrast",
    "cross_fitted",
    "crossed_interval",
    "crossed_jackknife",
    "draw_permutations",
    "explained_variance",
    "factor_shares",
    "factor_subspace",
    "factor_table",
    "fit_known",
    "fit_relative",
    "interchange",
    "jackknife",
    "ladder",
    "largest_of",
    "max_t",
    "metric_table",
    "nearest_pairs",
    "nearest_table",
    "neighbourhood_size",
    "neighbourhood_sizes",
    "overlap_mean",
    "parts_course",
    "permutation_null",
    "precision_at_k",
    "precision_chunked",
    "precision_curves",
    "procrustes",
    "random_subspace",
    "relabelling_group",
    "relabelling_null",
    "rescaled",
    "retrieval_at_k",
    "rsa",
    "spread",
    "synonym_choice",
    "synonym_choice_table",
    "synonym_rate",
    "synonym_table",
    "threshold",
    "without_factor",
]
