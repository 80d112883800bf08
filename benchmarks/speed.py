"""How fast the course's network trains, next to programs written for one job each.

Run ``python benchmarks/speed.py`` on a quiet machine, once more with OPENBLAS_NUM_THREADS=1 if figures jump. The
contestants take turns, round after round, so that a slow moment of the machine meets all of them; the table shows
medians, and how many times the first row's time each of them takes. PyTorch and scikit-learn join where they are
installed. Nothing here is needed for the course.
"""

import statistics
import sys
import time
import warnings

import numpy as np

from bpcourse import NeuralNetwork, datasets

ROUNDS = 15


def main():
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, {ROUNDS} rounds, microseconds an epoch (medians)")
    torch = _import_or_explain("torch", "PyTorch")
    neural_network = _import_or_explain("sklearn.neural_network", "scikit-learn")
    X, y = datasets.xor()
    xor = {
        "bpcourse, net.train": _bpcourse_xor(X, y),
        "the classic program": lambda epochs: classic_program(X, y, epochs),
        "the classic program, its loss recorded": lambda epochs: classic_program(X, y, epochs, record=True),
    }
    data = datasets.digits()
    digits = {
        "bpcourse, net.train": _bpcourse_digits(data),
        "plain NumPy, for this one network": lambda epochs: plain_digits(data.X_train, data.y_train, epochs),
    }
    points = datasets.circles(200)
    small_batches = {
        "bpcourse, net.train": _bpcourse_points(*points),
        "plain NumPy, for this one network": lambda epochs: plain_points(*points, epochs),
    }
    if torch:
        xor["PyTorch eager"] = lambda epochs: torch_xor(torch, X, y, epochs)
        digits["PyTorch eager"] = lambda epochs: torch_digits(torch, data.X_train, data.labels_train, epochs)
    if neural_network:
        digits["scikit-learn MLPClassifier"] = lambda epochs: sklearn_digits(neural_network, data, epochs)
    report("XOR 2-4-1, sigmoid, one batch", xor, epochs=2000)
    report("Digits 64-64-10, tanh and softmax, batches of 32", digits, epochs=40)
    report("200 points, 2-4-2-1, tanh and sigmoid, batches of 10", small_batches, epochs=60)


def report(title, contestants, epochs):
    """Time ``contestant(epochs)`` for all contestants in turn, ROUNDS times, and print a table."""
    times = {name: [] for name in contestants}
    for run in contestants.values():
        run(min(epochs, 20))  # warm up
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            start = time.perf_counter()
            run(epochs)
            times[name].append((time.perf_counter() - start) / epochs * 1e6)
    first = next(iter(times))
    print(f"\n{title}\n  {'':40} {'median':>9} {'fastest':>9} {'times the first':>17}")
    for name, measured in times.items():
        ratio = statistics.median(other / own for other, own in zip(measured, times[first], strict=True))
        print(f"  {name:40} {statistics.median(measured):9.1f} {min(measured):9.1f} {ratio:17.2f}")


def _bpcourse_xor(X, y):
    net = NeuralNetwork(2, 4, 1, learning_rate=0.4, init="uniform", seed=0)

    def run(epochs):
        net.reset()
        net.train(X, y, epochs)

    return run


def _bpcourse_digits(data):
    net = NeuralNetwork(64, 64, 10, 0.3, "tanh", "softmax", "cross_entropy", seed=0)

    def run(epochs):
        net.reset()
        net.train(data.X_train, data.y_train, epochs, batch_size=32)

    return run


def _bpcourse_points(X, y):
    net = NeuralNetwork(2, [4, 2], 1, 0.1, "tanh", "sigmoid", "binary_cross_entropy", seed=0)

    def run(epochs):
        net.reset()
        net.train(X, y, epochs, batch_size=10)

    return run


def classic_program(X, y, epochs, record=False, learning_rate=0.1):
    """XOR as many a tutorial trains it: sums over the samples, σ written with e⁻ᶻ."""

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def sigmoid_derivative(a):
        return a * (1 - a)

    random = np.random.default_rng(0)
    W1, b1, W2, b2 = (random.random(shape) for shape in ((2, 4), (1, 4), (4, 1), (1, 1)))
    losses = []
    for _ in range(epochs):
        a1 = sigmoid(np.dot(X, W1) + b1)
        a2 = sigmoid(np.dot(a1, W2) + b2)
        error = y - a2
        if record:
            losses.append(np.mean(error**2))
        d2 = error * sigmoid_derivative(a2)
        d1 = d2.dot(W2.T) * sigmoid_derivative(a1)
        W2 += a1.T.dot(d2) * learning_rate
        b2 += np.sum(d2, axis=0, keepdims=True) * learning_rate
        W1 += X.T.dot(d1) * learning_rate
        b1 += np.sum(d1, axis=0, keepdims=True) * learning_rate
    return losses


def plain_digits(X, y, epochs, batch=32, learning_rate=0.3):
    """Train a 64-64-10 network with every line written for it: no layers, no options, no checks. Return the losses."""

    def forward(X):
        a1 = np.tanh(X @ W1 + b1)
        z2 = a1 @ W2 + b2
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        return a1, e / e.sum(axis=1, keepdims=True)

    random = np.random.default_rng(0)
    limit1, limit2 = np.sqrt(6 / 128), np.sqrt(6 / 74)
    W1, b1 = random.uniform(-limit1, limit1, (64, 64)), np.zeros((1, 64))
    W2, b2 = random.uniform(-limit2, limit2, (64, 10)), np.zeros((1, 10))
    losses = []
    for _ in range(epochs):
        order = random.permutation(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            X_batch, y_batch = X[rows], y[rows]
            a1, y_hat = forward(X_batch)
            d2 = (y_hat - y_batch) / len(rows)
            d1 = (d2 @ W2.T) * (1 - a1 * a1)
            W2 -= learning_rate * (a1.T @ d2)
            b2 -= learning_rate * d2.sum(axis=0, keepdims=True)
            W1 -= learning_rate * (X_batch.T @ d1)
            b1 -= learning_rate * d1.sum(axis=0, keepdims=True)
        _, y_hat = forward(X)
        losses.append(-np.sum(y * np.log(y_hat)) / len(X))
    return losses


def plain_points(X, y, epochs, batch=10, learning_rate=0.1):
    """Train a 2-4-2-1 network with every line written for it. Return the losses."""

    def forward(X):
        a1 = np.tanh(X @ W1 + b1)
        a2 = np.tanh(a1 @ W2 + b2)
        return a1, a2, 1 / (1 + np.exp(-(a2 @ W3 + b3)))

    random = np.random.default_rng(0)
    W1, W2, W3 = (random.uniform(-limit, limit, shape) for limit, shape in ((1, (2, 4)), (1, (4, 2)), (1.4, (2, 1))))
    b1, b2, b3 = np.zeros((1, 4)), np.zeros((1, 2)), np.zeros((1, 1))
    losses = []
    for _ in range(epochs):
        order = random.permutation(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            X_batch, y_batch = X[rows], y[rows]
            a1, a2, y_hat = forward(X_batch)
            d3 = (y_hat - y_batch) / len(rows)
            d2 = (d3 @ W3.T) * (1 - a2 * a2)
            d1 = (d2 @ W2.T) * (1 - a1 * a1)
            W3 -= learning_rate * (a2.T @ d3)
            b3 -= learning_rate * d3.sum(axis=0, keepdims=True)
            W2 -= learning_rate * (a1.T @ d2)
            b2 -= learning_rate * d2.sum(axis=0, keepdims=True)
            W1 -= learning_rate * (X_batch.T @ d1)
            b1 -= learning_rate * d1.sum(axis=0, keepdims=True)
        _, _, y_hat = forward(X)
        losses.append(-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))
    return losses


def torch_xor(torch, X, y, epochs):
    X, y = torch.tensor(X), torch.tensor(y)
    model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Sigmoid(), torch.nn.Linear(4, 1), torch.nn.Sigmoid())
    model = model.double()
    optimizer, loss_function = torch.optim.SGD(model.parameters(), lr=0.4), torch.nn.MSELoss()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss_function(model(X), y).backward()
        optimizer.step()


def torch_digits(torch, X, labels, epochs, batch=32):
    X, labels = torch.tensor(X), torch.tensor(labels)
    model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 10)).double()
    optimizer, loss_function = torch.optim.SGD(model.parameters(), lr=0.3), torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(batch):
            optimizer.zero_grad()
            loss_function(model(X[rows]), labels[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            loss_function(model(X), labels).item()


def sklearn_digits(neural_network, data, epochs):
    model = neural_network.MLPClassifier(
        64, activation="tanh", solver="sgd", alpha=0, batch_size=32, learning_rate_init=0.3, momentum=0, max_iter=epochs
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that so few epochs do not converge
        model.fit(data.X_train, data.labels_train)


def _import_or_explain(module, name):
    try:
        return __import__(module, fromlist=["*"])
    except ImportError:
        print(f"{name} is not installed, so it does not take part.")
        return None


if __name__ == "__main__":
    main()
