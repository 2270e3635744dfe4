"""What every measure does with numbers at the ends of the scale, and with arguments that make no sense."""

import numpy as np
import pytest

from lva import alignment
from lva.alignment import Map, RetrievalProtocol, Table

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 12))
Y = X + RNG.normal(size=X.shape)
FACTORS = {"a": np.arange(60) % 3, "b": np.arange(60) % 4}
MEASURES = {
    **{
        f"P@k {metric}{' centred' if center else ''}": lambda x, m=metric, c=center: alignment.precision_at_k(
            x, Y, 9, m, c
        )
        for metric in ("cosine", "euclidean", "correlation")
        for center in (False, True)
    },
    **{
        f"P@k in chunks, {metric}": lambda x, m=metric: alignment.precision_chunked(x, Y, 9, m)
        for metric in ("cosine", "euclidean")
    },
    **{f"RSA {d}": lambda x, d=d: alignment.rsa(x, Y, d) for d in ("cosine", "euclidean", "correlation")},
    "RSA pearson": lambda x: alignment.rsa(x, Y, "euclidean", "pearson"),
    "partial RSA": lambda x: alignment.rsa(x, Y, given=[x[..., :2]]),
    "CKA": lambda x: alignment.cka(x, Y),
    "partial CKA": lambda x: alignment.cka(x, Y, given=[x[..., :2]]),
    "Procrustes": lambda x: alignment.procrustes(x, Y),
    "retrieval": lambda x: alignment.retrieval_at_k(x, Y).forward,
    "retrieval by CSLS": lambda x: alignment.retrieval_at_k(x, Y, 1, RetrievalProtocol(csls=3)).forward,
    "shares": lambda x: alignment.factor_shares(x, FACTORS)["a"],
    "the greatest P@k": lambda x: alignment.class_ceiling(x, FACTORS["a"], 9),
}


@pytest.mark.parametrize("scale", [2.0**-700, 1e-200, 1e155, 2.0**1020], ids=lambda scale: f"{scale:.0e}")
@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_is_the_same_at_any_scale(measure, scale):
    assert MEASURES[measure](X * scale) == pytest.approx(MEASURES[measure](X), abs=1e-12)


@pytest.mark.parametrize("scale", [1e-200, 1e300])
def test_a_part_is_taken_out_at_any_scale(scale):
    expected = alignment.without_factor(X, FACTORS, "a")
    np.testing.assert_allclose(alignment.without_factor(X * scale, FACTORS, "a") / scale, expected, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_a_map_says_that_it_cannot_square_its_anchors(scale):
    for pair, name in (((X * scale, Y), "x"), ((Y, X * scale), "y")):
        with pytest.raises(ValueError, match=f"{name} is of the order of .* rescale it"):
            Map("ridge").fit(*pair)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ma.array(X, mask=X > 1), "masked entries"),
        (X + 1j, "holds complex128, expected real numbers"),
        (X.astype(str), "expected real numbers"),
        (X[0], "reshape it"),
        (np.where(X > 2, np.inf, X), "NaN or infinity in row"),
    ],
)
def test_what_is_no_space_is_refused(x, message):
    for measure in MEASURES.values():
        with pytest.raises(ValueError, match=message):
            measure(x)


@pytest.mark.parametrize("k", [0, -1, 1.5, True, np.nan, None, "3", 60])
def test_a_number_of_neighbours_that_cannot_be(k):
    for call in (
        lambda: alignment.precision_at_k(X, Y, k),
        lambda: alignment.precision_chunked(X, Y, k),
        lambda: alignment.retrieval_at_k(X, Y, k),
        lambda: alignment.class_ceiling(X, FACTORS["a"], k),
    ):
        with pytest.raises(ValueError, match="k="):
            call()


@pytest.mark.parametrize("ks", [(), (0,), (-1,), (1.5,), (True,), (5, 5)])
def test_widths_of_a_table_that_cannot_be(ks):
    with pytest.raises(ValueError, match="ks"):
        Table(ks=ks)


@pytest.mark.parametrize("csls", [0, -1, 1.5, True, 11])
def test_neighbours_for_csls_that_cannot_be(csls):
    with pytest.raises(ValueError, match="csls="):
        alignment.retrieval_at_k(X, Y, 1, RetrievalProtocol(csls=csls))


@pytest.mark.parametrize(
    "wrong", [{"components": 0}, {"components": 1.5}, {"components": True}, {"penalty": -1}, {"penalty": np.inf}]
)
def test_options_of_a_map_that_cannot_be(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name}="):
        Map(**wrong)


def test_labels_that_do_not_fit_their_items():
    items = np.arange(60)
    with pytest.raises(ValueError, match="no label for item 4"):
        alignment.factor_shares(X, {"a": np.where(items > 3, np.nan, 1.0)})
    with pytest.raises(ValueError, match=r"length: shape .5,. for 60 items"):
        alignment.synonym_choice(X, items // 4, items % 2, items[:5])
    with pytest.raises(ValueError, match=r"meaning: shape .5,. for 60 items"):
        alignment.synonym_rate(X, items // 4, items[:5])


def test_what_must_come_together():
    with pytest.raises(ValueError, match="go together"):
        alignment.align({"x": X, "y": Y}, words=X)
    with pytest.raises(ValueError, match="at least one on each side"):
        alignment.contrast(X, [], [Y], FACTORS)
