"""Alignment of two embeddings of the same items: measures, nulls, controls. Arrays in, numbers out.

>>> from lva.alignment import precision_at_k, relabelling_null
>>> precision_at_k(x, y, k=15)                                        # x: (n, d1), y: (n, d2)
>>> relabelling_null(x, y, factors, words)["P@15"].excess             # more than shared words?
"""

from __future__ import annotations

from lva.alignment.measures.cca import pwcca, svcca
from lva.alignment.measures.chunked import precision_chunked
from lva.alignment.measures.cka import cka, cknna
from lva.alignment.measures.factors import factor_shares
from lva.alignment.measures.maps import FittedMap, Map
from lva.alignment.measures.neighbours import mutual_rank, nearest_pairs, precision_at_k, precision_curve
from lva.alignment.measures.partition import Partition, variance_partition
from lva.alignment.measures.procrustes import procrustes, procrustes_disparity, procrustes_distance
from lva.alignment.measures.retrieval import Retrieval, RetrievalProtocol, retrieval_at_k
from lva.alignment.measures.rsa import rsa
from lva.alignment.measures.synonyms import SynonymRate, synonym_rate
from lva.alignment.nulls.measures import Measures
from lva.alignment.nulls.null import Finding, Null, benjamini_hochberg, max_t
from lva.alignment.nulls.permutation import mantel_moments, overlap_mean, permutation_null
from lva.alignment.nulls.relabelling import relabelling_null
from lva.alignment.nulls.relabelling_group import RelabellingGroup, relabelling_group
from lva.alignment.tables.align import Table, align
from lva.alignment.tables.curves import precision_curves
from lva.alignment.tables.intervals import Interval, Spread, jackknife, noise_ceiling, spread, subsample
from lva.alignment.tables.ladder import best_choice, contrast, ladder

__all__ = [
    "Finding",
    "FittedMap",
    "Interval",
    "Map",
    "Measures",
    "Null",
    "Partition",
    "RelabellingGroup",
    "Retrieval",
    "RetrievalProtocol",
    "Spread",
    "SynonymRate",
    "Table",
    "align",
    "benjamini_hochberg",
    "best_choice",
    "cka",
    "cknna",
    "contrast",
    "factor_shares",
    "jackknife",
    "ladder",
    "mantel_moments",
    "max_t",
    "mutual_rank",
    "nearest_pairs",
    "noise_ceiling",
    "overlap_mean",
    "permutation_null",
    "precision_at_k",
    "precision_chunked",
    "precision_curve",
    "precision_curves",
    "procrustes",
    "procrustes_disparity",
    "procrustes_distance",
    "pwcca",
    "relabelling_group",
    "relabelling_null",
    "retrieval_at_k",
    "rsa",
    "spread",
    "subsample",
    "svcca",
    "synonym_rate",
    "variance_partition",
]
