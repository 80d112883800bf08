"""The data sets: shapes, balance, the same data for the same seed, and the digits byte for byte."""

import hashlib

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracles import search

from bpcourse import datasets
from bpcourse.mathematics.datasets import TWO_DIMENSIONAL

GENERATORS = {**TWO_DIMENSIONAL, "regression": datasets.regression}
FINGERPRINTS = {
    "pixels": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "labels": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}


def fingerprint(numbers):
    return hashlib.sha256(np.rint(numbers).astype(np.uint8).tobytes()).hexdigest()


# -- two-dimensional sets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GENERATORS)
@search
@given(size=st.integers(1, 300), noise=st.floats(0, 2), seed=st.integers(0, 2**40))
def test_shapes_and_determinism(name, size, noise, seed):
    X, y = GENERATORS[name](size, noise, seed)
    assert X.shape == (size, 1 if name == "regression" else 2)
    assert y.shape == (size, 1)
    assert X.dtype == y.dtype == float
    assert np.isfinite(X).all()
    assert np.isfinite(y).all()
    for array, same in zip((X, y), GENERATORS[name](size, noise, seed), strict=True):
        np.testing.assert_array_equal(array, same)


@pytest.mark.parametrize("name", TWO_DIMENSIONAL)
@pytest.mark.parametrize("size", [1, 2, 4, 7, 200])
def test_classes_are_0_and_1_and_balanced(name, size):
    _, y = TWO_DIMENSIONAL[name](size)
    assert set(np.unique(y)) <= {0.0, 1.0}
    assert abs(2 * y.sum() - size) <= 1


@pytest.mark.parametrize("name", [name for name in GENERATORS if name != "xor"])
def test_another_seed_gives_other_data(name):
    assert not np.array_equal(GENERATORS[name](50, seed=1)[0], GENERATORS[name](50, seed=2)[0])


@pytest.mark.parametrize("name", GENERATORS)
def test_noise_moves_each_number_by_its_own_gaussian(name):
    generate = GENERATORS[name]
    moved = 1 if name == "regression" else 0
    calm, noisy = generate(4000, 0, 3), generate(4000, 0.25, 3)
    np.testing.assert_array_equal(calm[1 - moved], noisy[1 - moved])
    noise = noisy[moved] - calm[moved]
    assert noise.std(axis=0) == pytest.approx(0.25, rel=0.05)
    assert noise.mean(axis=0) == pytest.approx(0, abs=0.02)


def test_xor_is_the_truth_table():
    X, y = datasets.xor()
    np.testing.assert_array_equal(np.hstack([X, y]), [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    X, y = datasets.xor(10)
    np.testing.assert_array_equal(X[4:8], X[:4])
    np.testing.assert_array_equal(y[:, 0], X[:, 0] != X[:, 1])


def test_without_noise_circles_lie_on_circles():
    X, y = datasets.circles(100, noise=0)
    np.testing.assert_allclose(np.hypot(*X.T), np.where(y[:, 0] == 1, 0.4, 1), rtol=1e-14)


def test_without_noise_moons_are_two_half_circles():
    X, y = datasets.moons(100, noise=0)
    upper, lower = X[y[:, 0] == 0] + [0.5, 0.25], X[y[:, 0] == 1] - [0.5, 0.25]
    for half in (upper, lower):
        np.testing.assert_allclose(np.hypot(*half.T), 1, rtol=1e-14)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0).all()


def test_without_noise_spirals_are_each_other_turned_by_half():
    X, y = datasets.spirals(200, noise=0)
    radius = np.hypot(*X.T)
    angle = 2.5 * np.pi * radius + np.pi * y[:, 0]
    np.testing.assert_allclose(X, radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-13)
    assert radius.min() > 0.3
    assert radius.max() <= 1


def test_without_noise_clusters_are_two_points():
    X, y = datasets.clusters(6, noise=0)
    np.testing.assert_array_equal(X, np.where(y == 1, 0.6, -0.6) * [1, 1])


def test_without_noise_regression_is_the_curve():
    X, y = datasets.regression(50, noise=0)
    np.testing.assert_array_equal(y, 0.8 * np.sin(3 * X))
    assert np.abs(X).max() <= 1


def test_the_worked_example_begins_with_numbers_that_one_can_follow():
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    assert [array.shape for array in (X, y, W1, b1, W2, b2)] == [(4, 2), (4, 1), (2, 3), (1, 3), (3, 1), (1, 1)]
    np.testing.assert_allclose((X @ W1 + b1)[0], [1, 0, -2], atol=1e-15)
    assert (X @ W1 + b1 < 0).any()
    X[:] = 0
    assert datasets.worked_example()[0].any()


# -- digits -------------------------------------------------------------------------------------------------


def in_stored_order(parts, seed):
    """Undo the shuffling: test rows come first out of the permutation, then the training rows."""
    order = np.random.default_rng(seed).permutation(sum(map(len, parts)))
    whole = np.concatenate(parts)
    restored = np.empty_like(whole)
    restored[order] = whole
    return restored


@pytest.mark.parametrize(("test_ratio", "seed"), [(0.2, 0), (0.5, 7)])
def test_digits_are_the_original_ones(test_ratio, seed):
    d = datasets.digits(test_ratio, seed)
    assert fingerprint(16 * in_stored_order([d.X_test, d.X_train], seed)) == FINGERPRINTS["pixels"]
    assert fingerprint(in_stored_order([d.labels_test, d.labels_train], seed)) == FINGERPRINTS["labels"]


def test_digits_have_the_shapes_that_their_docstring_says():
    d = datasets.digits()
    assert (d.X_train.shape, d.X_test.shape) == ((1438, 64), (359, 64))
    assert (d.y_train.shape, d.y_test.shape) == ((1438, 10), (359, 10))
    assert "(1438, 64) and (359, 64)" in datasets.Digits.__doc__
    assert "(1438, 10) and (359, 10)" in datasets.Digits.__doc__
    assert (d.X_train.min(), d.X_train.max()) == (0, 1)
    for y, labels in ((d.y_train, d.labels_train), (d.y_test, d.labels_test)):
        np.testing.assert_array_equal(y, np.eye(10)[labels])


def test_digits_of_a_seed_are_the_same_and_nobody_elses():
    first, same, other = datasets.digits(seed=3), datasets.digits(seed=3), datasets.digits(seed=4)
    np.testing.assert_array_equal(first.X_train, same.X_train)
    np.testing.assert_array_equal(first.labels_test, same.labels_test)
    assert not np.array_equal(first.labels_test, other.labels_test)
    first.X_train[:] = 0
    assert datasets.digits(seed=3).X_train.any()


# -- one_hot and train_test_split ---------------------------------------------------------------------------


def test_one_hot():
    np.testing.assert_array_equal(datasets.one_hot([2, 0], 3), [[0, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(datasets.one_hot(np.array([1], np.uint8), 2), [[0, 1]])


@search
@given(size=st.integers(2, 60), test_ratio=st.floats(0.01, 0.99), seed=st.integers(0, 2**40))
def test_a_split_is_disjoint_and_complete_and_keeps_pairs_together(size, test_ratio, seed):
    tests = round(test_ratio * size)
    assume(0 < tests < size)
    X, y = np.arange(size)[:, None], 10 * np.arange(size)
    X_train, X_test, y_train, y_test = datasets.train_test_split(X, y, test_ratio, seed)
    assert len(X_test) == len(y_test) == tests
    assert sorted([*X_train[:, 0], *X_test[:, 0]]) == list(range(size))
    np.testing.assert_array_equal(10 * X_train[:, 0], y_train)
    np.testing.assert_array_equal(10 * X_test[:, 0], y_test)
    for part, same in zip(
        (X_train, X_test, y_train, y_test), datasets.train_test_split(X, y, test_ratio, seed), strict=True
    ):
        np.testing.assert_array_equal(part, same)


def test_a_split_shuffles():
    X = np.arange(100)
    X_train, *_ = datasets.train_test_split(X, X)
    assert not np.array_equal(X_train, np.sort(X_train))
