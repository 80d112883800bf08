"""Data sets small enough to see through, all of them offline.

Each two-dimensional set returns samples X, (size, 2), and targets y, (size, 1), of 0 and 1; `noise` is the standard
deviation of the Gaussian added to X (to y for `regression`), and the same `seed` gives the same data.
"""

from dataclasses import dataclass
from importlib import resources

import numpy as np

from bpcourse.mathematics import validation
from bpcourse.mathematics.validation import InputError


def worked_example():
    """Return the network that the course works by hand: X, y (four samples) and W1, b1, W2, b2 (2-3-1, sigmoid).

    The first sample gives z1 = (1, 0, -2), numbers that one can follow without a machine.
    """
    X, y = np.array([[1.0, 2.0], [0.0, 1.0], [-1.0, 1.0], [2.0, -1.0]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    W1, b1 = np.array([[0.4, -0.6, 0.8], [0.2, 0.5, -1.2]]), np.array([[0.2, -0.4, -0.4]])
    W2, b2 = np.array([[1.5], [-1.0], [0.5]]), np.array([[-0.3]])
    return X, y, W1, b1, W2, b2


def xor(size=4, noise=0.0, seed=0):
    """Exclusive or: 1 where exactly one input is 1. The four corners of a square, over and over."""
    random, y = _classes(size, seed)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[np.arange(len(y)) % 4]
    return _noisy(X, noise, random), (X[:, :1] != X[:, 1:]).astype(float)


def circles(size=200, noise=0.1, seed=0):
    """A small circle (class 1) inside a large one (class 0)."""
    random, y = _classes(size, seed)
    X = np.where(y == 1, 0.4, 1.0) * _direction(random.uniform(0, 2 * np.pi, y.shape))
    return _noisy(X, noise, random), y


def moons(size=200, noise=0.1, seed=0):
    """Two interlocking half circles."""
    random, y = _classes(size, seed)
    X = _direction(random.uniform(0, np.pi, y.shape))
    X = np.where(y == 1, [1.0, 0.5] - X, X) - [0.5, 0.25]
    return _noisy(X, noise, random), y


def spirals(size=200, noise=0.05, seed=0):
    """Two spirals wound around each other, most of a turn each: the hard one."""
    random, y = _classes(size, seed)
    radius = random.uniform(0.1, 1.0, y.shape) ** 0.5
    X = radius * _direction(2.5 * np.pi * radius + np.pi * y)
    return _noisy(X, noise, random), y


def clusters(size=200, noise=0.3, seed=0):
    """Two Gaussian clouds, which a straight line can separate."""
    random, y = _classes(size, seed)
    return _noisy(np.where(y == 1, [0.6, 0.6], [-0.6, -0.6]), noise, random), y


def regression(size=100, noise=0.1, seed=0):
    """A curve to fit instead of classes: X, (size, 1), from -1 to 1; y = sin(3x) ⋅ 0.8 + noise, (size, 1)."""
    random, y = _classes(size, seed)
    X = random.uniform(-1, 1, y.shape)
    return X, _noisy(0.8 * np.sin(3 * X), noise, random)


def _classes(size, seed):
    """Return a random generator, and as many targets, 0 and 1 in turn: (size, 1)."""
    random = np.random.default_rng(validation.whole_number(seed, "seed", least=0))
    return random, np.arange(validation.whole_number(size, "size"))[:, None] % 2.0


def _noisy(values, noise, random):
    return values + validation.real_number(noise, "noise") * random.normal(size=values.shape)


def _direction(angle):
    return np.hstack([np.cos(angle), np.sin(angle)])


TWO_DIMENSIONAL = {"xor": xor, "circles": circles, "moons": moons, "spirals": spirals, "clusters": clusters}


@dataclass(frozen=True)
class Digits:
    """Handwritten digits, split into a part to train on and a part to test with.

    Attributes
    ----------
    X_train, X_test : ndarray, (1438, 64) and (359, 64)
        Images of 8 × 8 pixels as rows, each pixel from 0 (paper) to 1 (ink).
    y_train, y_test : ndarray, (1438, 10) and (359, 10)
        One-hot targets.
    labels_train, labels_test : ndarray of int
        The digits themselves, 0 to 9.
    """

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray
    labels_train: np.ndarray
    labels_test: np.ndarray


def digits(test_ratio=0.2, seed=0):
    """Return 1,797 real handwritten digits as `Digits`, shuffled and split with `seed`.

    Optical recognition of handwritten digits, E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
    Repository, CC BY 4.0; the 8 × 8 test part as scikit-learn ships it. See ``bpcourse/data/README.md``.
    """
    with (resources.files("bpcourse") / "data" / "digits.npz").open("rb") as file, np.load(file) as stored:
        pixels, labels = stored["pixels"] / 16, stored["labels"].astype(int)
    X_train, X_test, labels_train, labels_test = train_test_split(pixels, labels, test_ratio, seed)
    return Digits(X_train, X_test, one_hot(labels_train, 10), one_hot(labels_test, 10), labels_train, labels_test)


def one_hot(labels, classes):
    """Turn class numbers, (N,), from 0 to classes - 1, into rows with a single 1, (N, classes); or raise InputError."""
    classes = validation.whole_number(classes, "classes")
    labels = validation.any_array(labels, "labels")
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        came = f"labels have shape {labels.shape} and type {labels.dtype}"
        raise InputError(f"{came}; expected whole numbers of shape (N,), as labels.ravel().astype(int) makes them.")
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        raise InputError(f"labels reach from {labels.min()} to {labels.max()}; expected 0 to {classes - 1}.")
    return np.eye(classes)[labels]


def train_test_split(X, y, test_ratio=0.2, seed=0):
    """Shuffle X and y together and split off a test part: X_train, X_test, y_train, y_test.

    Raises InputError if X and y differ in length, or a part would be empty.
    """
    test_ratio = validation.real_number(test_ratio, "test_ratio", above=True, below=1.0)
    X, y = validation.any_array(X, "X"), validation.any_array(y, "y")
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise InputError(f"X has shape {X.shape} and y has shape {y.shape}; expected as many rows in both.")
    tests = round(test_ratio * len(X))
    if not 0 < tests < len(X):
        raise InputError(f"Of {len(X)} samples, test_ratio {test_ratio:g} takes {tests}; expected some in each part.")
    order = np.random.default_rng(validation.whole_number(seed, "seed", least=0)).permutation(len(X))
    return X[order[tests:]], X[order[:tests]], y[order[tests:]], y[order[:tests]]
