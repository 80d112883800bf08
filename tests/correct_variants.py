"""Right answers to the exercises, written in other ways than the references: loops, other functions, other shapes."""

import math

import numpy as np
from blind_variants import WRITTEN_BLIND

from bpcourse.mathematics.backprop import Gradients


def sigma(z):
    return 1 / (1 + np.exp(-z))


def rows_by_loops(a, W, b):
    z = np.zeros((len(a), W.shape[1]))
    for n in range(len(a)):
        for k in range(W.shape[1]):
            z[n, k] = b[0, k]
            for j in range(W.shape[0]):
                z[n, k] += a[n, j] * W[j, k]
    return z


def each(f, array):
    flat = [f(float(value)) for value in np.ravel(array)]
    return np.reshape(flat, np.shape(array))


def forward_layer_by_layer(X, W1, b1, W2, b2):
    results, a = [], X
    for W, b in ((W1, b1), (W2, b2)):
        z = np.dot(a, W) + b
        a = 0.5 * (1 + np.tanh(z / 2))
        results += [z, a]
    return tuple(results)


def forward_of_columns(X, W1, b1, W2, b2):
    z1 = (W1.T @ X.T + b1.T).T
    a1 = sigma(z1)
    z2 = (W2.T @ a1.T + b2.T).T
    return [z1, a1, z2, sigma(z2)]


def two_layers(X, y, a1, a2, W2):
    delta2 = (a2 - y) * (a2 - a2**2) / X.shape[0]
    delta1 = np.einsum("nk,jk->nj", delta2, W2) * (a1 - a1**2)
    return (
        np.dot(X.T, delta1),
        np.sum(delta1, axis=0, keepdims=True),
        np.dot(a1.T, delta2),
        np.sum(delta2, axis=0, keepdims=True),
    )


def two_layers_sample_by_sample(X, y, a1, a2, W2):
    dW1, db1 = np.zeros((X.shape[1], a1.shape[1])), np.zeros(a1.shape[1])
    dW2, db2 = np.zeros(W2.shape), np.zeros(W2.shape[1])
    for x, target, hidden, output in zip(X, y, a1, a2, strict=True):
        delta2 = (output - target) / len(X) * output * (1 - output)
        delta1 = (W2 @ delta2) * hidden * (1 - hidden)
        dW1, db1 = dW1 + np.outer(x, delta1), db1 + delta1
        dW2, db2 = dW2 + np.outer(hidden, delta2), db2 + delta2
    return dW1, db1, dW2, db2


def backward_with_insert(activations, weights, y):
    d_weights, d_biases = [], []
    delta = (activations[-1] - y) * activations[-1] * (1 - activations[-1]) / y.shape[0]
    for a, W in zip(activations[-2::-1], weights[::-1], strict=True):
        d_weights.insert(0, np.dot(a.T, delta))
        d_biases.insert(0, delta.sum(0, keepdims=True))
        delta = np.dot(delta, W.T) * a * (1 - a)
    return d_weights, d_biases


def backward_with_deltas(activations, weights, y):
    deltas = [(activations[-1] - y) / len(y) * activations[-1] * (1 - activations[-1])]
    for i in range(len(weights) - 1, 0, -1):
        deltas.append(np.einsum("nk,jk->nj", deltas[-1], weights[i]) * (activations[i] - activations[i] ** 2))
    deltas = deltas[::-1]
    return (
        [np.einsum("nj,nk->jk", a, d) for a, d in zip(activations[:-1], deltas, strict=True)],
        [np.sum(d, axis=0) for d in deltas],
    )


def backward_recursive(activations, weights, y):
    def back(i, delta):
        own = [activations[i].T @ delta], [delta.sum(axis=0)[None]]
        if i == 0:
            return own
        before = back(i - 1, (delta @ weights[i].T) * activations[i] * (1 - activations[i]))
        return before[0] + own[0], before[1] + own[1]

    a = activations[-1]
    return back(len(weights) - 1, (a - y) / len(y) * a * (1 - a))


def step_in_one(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward_layer_by_layer(X, W1, b1, W2, b2)
    gradients = two_layers(X, y, a1, a2, W2)
    return tuple(old - eta * d for old, d in zip((W1, b1, W2, b2), gradients, strict=True))


def step_by_hand(X, y, W1, b1, W2, b2, eta):
    a1 = sigma(X @ W1 + b1)
    a2 = sigma(a1 @ W2 + b2)
    delta2 = (a2 - y) / len(X) * a2 * (1 - a2)
    delta1 = delta2 @ W2.T * a1 * (1 - a1)
    W2 = W2 - eta * a1.T @ delta2
    b2 = b2 - eta * delta2.sum(axis=0)
    return W1 - eta * X.T @ delta1, b1 - eta * delta1.sum(axis=0), W2, b2


def step_on_copies(X, y, W1, b1, W2, b2, eta):
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    z1, a1, z2, a2 = forward_of_columns(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = two_layers(X, y, a1, a2, W2)
    W1 -= eta * dW1
    b1 -= eta * db1
    W2 -= eta * dW2
    b2 -= eta * db2
    return [W1, b1, W2, b2]


def batches_by_while(X, y, size, order):
    batches, start = [], 0
    while start < len(order):
        batches.append((X[order][start : start + size], y[order][start : start + size]))
        start += size
    return batches


def batches_by_split(X, y, size, order):
    parts = np.split(order, range(size, len(order), size))
    return [[X[rows], y[rows]] for rows in parts]


def batches_by_take(X, y, size, order):
    starts = range(0, X.shape[0], size)
    return tuple((np.take(X, order[s : s + size], axis=0), y[order[s : s + size], :]) for s in starts)


def converged_by_ratio(losses, tolerance, patience):
    if len(losses) < patience + 1:
        return False
    earlier, last = losses[-(patience + 1)], losses[-1]
    return bool((earlier - last) / earlier < tolerance)


def converged_by_index(losses, tolerance, patience):
    now = len(losses) - 1
    then = now - patience
    return then >= 0 and losses[now] > losses[then] * (1 - tolerance)


def converged_as_numpy(losses, tolerance, patience):
    recent = np.array(losses[-patience - 1 :])
    return np.bool_(recent.size == patience + 1 and recent[0] - recent[-1] < tolerance * recent[0])


def activations_by_index(self, X):
    result = [X]
    for i in range(len(self.weights)):
        z = np.dot(result[i], self.weights[i]) + self.biases[i]
        result.append(self.output(z) if i == len(self.weights) - 1 else np.tanh(z))
    return result


def activations_by_concatenation(self, X):
    a, result = X, [X]
    *hidden, last = zip(self.weights, self.biases, strict=True)
    for W, b in hidden:
        a = np.tanh(rows_by_loops(a, W, b))
        result = [*result, a]
    return (*result, self.output(a @ last[0] + last[1]))


def activations_of_sigmoids(self, X):
    result = [X]
    for W, b in zip(self.weights, self.biases, strict=True):
        z = result[-1] @ W + b
        result += [2 * sigma(2 * z) - 1 if len(result) < len(self.weights) else self.output(z)]
    return result


def class_backward(self, X, y):
    activations = self.activations(X)
    d_weights, d_biases = [], []
    delta = (activations[-1] - y) / X.shape[0]
    for a, W in zip(reversed(activations[:-1]), reversed(self.weights), strict=True):
        d_weights.append(np.dot(a.T, delta))
        d_biases.append(np.sum(delta, axis=0, keepdims=True))
        delta = np.dot(delta, W.T) * (1 - a * a)
    return Gradients(d_weights[::-1], d_biases[::-1])


def class_backward_with_vectors(self, X, y):
    gradients = class_backward(self, X, y)
    return Gradients(gradients.weights, [b.ravel() for b in gradients.biases])


def class_backward_with_deltas(self, X, y):
    a = self.activations(X)
    deltas = [None] * len(self.weights)
    deltas[-1] = (a[-1] - y) / len(y)
    for i in range(len(self.weights) - 2, -1, -1):
        deltas[i] = (1 + a[i + 1]) * (1 - a[i + 1]) * (deltas[i + 1] @ self.weights[i + 1].T)
    return Gradients(
        [before.T @ d for before, d in zip(a, deltas, strict=False)], [d.sum(axis=0)[None, :] for d in deltas]
    )


def update_by_index(self, gradients):
    for i in range(len(self.weights)):
        self.weights[i] = self.weights[i] - self.learning_rate * gradients.weights[i]
        self.biases[i] = self.biases[i] - self.learning_rate * gradients.biases[i]


def update_in_place(self, gradients):
    for W, b, dW, db in zip(self.weights, self.biases, gradients.weights, gradients.biases, strict=True):
        W -= self.learning_rate * dW
        b -= self.learning_rate * db


def update_by_append(self, gradients):
    weights, biases = [], []
    for i, W in enumerate(self.weights):
        weights.append(W - self.learning_rate * gradients.weights[i])
    for i, b in enumerate(self.biases):
        biases.append(b - self.learning_rate * gradients.biases[i])
    self.weights = weights
    self.biases = biases


def train_by_for(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    for _ in range(epochs):
        if losses[-1] <= target:
            break
        self.update(self.backward(X, y))
        losses.append(self.loss(X, y))
    return losses


def train_by_count(self, X, y, epochs, target):
    loss, epoch = self.loss(X, y), 0
    losses = [loss]
    while loss > target and epoch < epochs:
        gradients = self.backward(X, y)
        self.update(gradients)
        loss = self.loss(X, y)
        losses.append(loss)
        epoch = epoch + 1
    return losses


def train_as_array(self, X, y, epochs, target):
    return np.array(train_by_for(self, X, y, epochs, target))


def draw_and_scale(n_in, n_out, random):
    c = math.sqrt(6.0 / (n_in + n_out))
    return random.uniform(low=-c, high=c, size=(n_in, n_out))


def draw_by_limit(n_in, n_out, random):
    limit = 6**0.5 / (n_in + n_out) ** 0.5
    return random.uniform(-limit, limit, [n_in, n_out])


def draw_then_stretch(n_in, n_out, random):
    return (2 * random.random((n_in, n_out)) - 1) * np.sqrt(6 / (n_in + n_out))


def softmax_by_rows(z):
    result = np.zeros(z.shape)
    for n, row in enumerate(z):
        e = np.exp(row - max(row))
        result[n] = e / sum(e)
    return result


def softmax_by_logarithm(z):
    shifted = z - np.max(z, axis=1)[:, None]
    return np.exp(shifted - np.log(np.sum(np.exp(shifted), axis=1))[:, None])


def single(f):
    """The same computed in float32."""
    return lambda *arguments: f(*(a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in arguments))


def graph_by_small_steps(x):
    u = x * x
    v = 3 * x
    error = u * v - 5
    blame = {"u": error * v, "v": error * u}
    by_u = blame["u"] * (2 * x)
    by_v = 3 * blame["v"]
    return error, blame["u"], blame["v"], by_u + by_v


def graph_as_a_polynomial(x):
    p = 3 * x**3
    return [p - 5, (p - 5) * 3 * x, (p - 5) * x**2, (p - 5) * 9 * x**2]


def graph_in_an_array(x):
    d_p = 3 * np.power(x, 3) - 5
    d_u, d_v = d_p * np.array([3 * x, x**2])
    return np.array([d_p, d_u, d_v, np.dot([d_u, d_v], [2 * x, 3])])


VARIANTS = {
    "average": [
        lambda numbers: np.mean(numbers),
        lambda numbers: sum(numbers) / numbers.size,
        lambda numbers: math.fsum(numbers) / numbers.shape[0],
    ],
    "weighted_sum": [
        lambda x, w, b: x @ w + b,
        lambda x, w, b: b + sum(xi * wi for xi, wi in zip(x, w, strict=True)),
        lambda x, w, b: np.dot(w, x) + b,
        lambda x, w, b: float(np.einsum("i,i", x, w) + b),
    ],
    "sigmoid": [
        lambda z: 0.5 * (1 + np.tanh(z / 2)),
        lambda z: each(lambda value: 1 / (1 + math.exp(-value)), z),
        lambda z: np.exp(z) / (np.exp(z) + 1),
        lambda z: 1 - 1 / (1 + np.exp(z)),
        single(sigma),
    ],
    "layer_z": [
        lambda a_prev, W, b: np.dot(a_prev, W) + b,
        rows_by_loops,
        lambda a_prev, W, b: np.einsum("nj,jk->nk", a_prev, W) + b[0],
        single(lambda a_prev, W, b: a_prev @ W + b),
    ],
    "layer_forward": [
        lambda a_prev, W, b: sigma(rows_by_loops(a_prev, W, b)),
        lambda a_prev, W, b: sigma((W.T @ a_prev.T + b.T).T),
        lambda a_prev, W, b: 1 / (1 + np.exp(-a_prev @ W - b)),
    ],
    "forward": [
        forward_layer_by_layer,
        forward_of_columns,
        lambda X, W1, b1, W2, b2: (
            rows_by_loops(X, W1, b1),
            sigma(X @ W1 + b1),
            rows_by_loops(sigma(X @ W1 + b1), W2, b2),
            sigma(sigma(X @ W1 + b1) @ W2 + b2),
        ),
        single(forward_layer_by_layer),
    ],
    "squared_error": [
        lambda y_hat, y: np.mean(np.sum((y_hat - y) ** 2, axis=1)) / 2,
        lambda y_hat, y: sum(0.5 * (a - b) ** 2 for a, b in zip(np.ravel(y_hat), np.ravel(y), strict=True)) / len(y),
        lambda y_hat, y: np.linalg.norm(y - y_hat) ** 2 / (2 * y.shape[0]),
        single(lambda y_hat, y: 0.5 * np.square(y_hat - y).sum() / len(y)),
    ],
    "squared_error_derivative": [
        lambda y_hat, y: -(y - y_hat) / y.shape[0],
        lambda y_hat, y: np.array([(a - b) / len(y) for a, b in zip(y_hat, y, strict=True)]),
        lambda y_hat, y: 1 / len(y_hat) * np.subtract(y_hat, y),
    ],
    "binary_cross_entropy": [
        lambda y_hat, y: np.mean(np.sum(-y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat), axis=1)),
        lambda y_hat, y: -np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat))) / len(y),
        lambda y_hat, y: -np.sum(y * np.log(y_hat + 1e-12) + (1 - y) * np.log1p(-y_hat)) / y.shape[0],
    ],
    "binary_cross_entropy_derivative": [
        lambda y_hat, y: (-y / y_hat + (1 - y) / (1 - y_hat)) / len(y),
        lambda y_hat, y: (y_hat - y) / (len(y) * (y_hat - y_hat**2)),
        lambda y_hat, y: np.where(y == 1, -1 / y_hat, 1 / (1 - y_hat)) / len(y),
    ],
    "sigmoid_derivative_from_a": [
        lambda a: a - a**2,
        lambda a: each(lambda value: value * (1 - value), a),
        lambda a: 0.25 - (a - 0.5) ** 2,
    ],
    "output_delta": [
        lambda y_hat, y: (1 - y_hat) * y_hat * (y_hat - y) / y.shape[0],
        lambda y_hat, y: np.array(
            [[(p - t) * p * (1 - p) / len(y) for p, t in zip(*row, strict=True)] for row in zip(y_hat, y, strict=True)]
        ),
        lambda y_hat, y: -(y - y_hat) / len(y) * (y_hat - y_hat**2),
    ],
    "output_delta_cross_entropy": [
        lambda y_hat, y: y_hat / len(y) - y / len(y),
        lambda y_hat, y: (y_hat - y) / (y_hat * (1 - y_hat)) / len(y) * y_hat * (1 - y_hat),
        lambda y_hat, y: np.multiply(y_hat - y, 1 / y.shape[0]),
    ],
    "bias_gradient": [
        lambda delta: np.sum(delta, axis=0),
        lambda delta: np.ones((1, len(delta))) @ delta,
        lambda delta: sum(delta).reshape(1, -1),
        lambda delta: np.einsum("nk->k", delta)[None, :],
    ],
    "weight_gradient": [
        lambda a_prev, delta: np.dot(a_prev.T, delta),
        lambda a_prev, delta: sum(np.outer(a, d) for a, d in zip(a_prev, delta, strict=True)),
        lambda a_prev, delta: (delta.T @ a_prev).T,
        lambda a_prev, delta: (a_prev[:, :, None] * delta[:, None, :]).sum(axis=0),
    ],
    "numerical_slope": [
        lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
        lambda f, x: 0.5 * ((f(x + 1e-5) - f(x)) / 1e-5 + (f(x) - f(x - 1e-5)) / 1e-5),
        lambda f, x: (f(x - 1e-5) - f(x + 1e-5)) / (-2 * 1e-5),
        lambda f, x: (f(x + 1e-6) - f(x - 1e-6)) / 2e-6,
    ],
    "error_reaching_a": [
        lambda delta_next, W_next: np.dot(delta_next, W_next.T),
        lambda delta_next, W_next: (W_next @ delta_next.T).T,
        lambda delta_next, W_next: np.array([[np.sum(d * w) for w in W_next] for d in delta_next]),
    ],
    "hidden_delta": [
        lambda delta_next, W_next, a: np.dot(delta_next, W_next.T) * (a - a**2),
        lambda delta_next, W_next, a: (W_next @ delta_next.T).T * (1 - a) * a,
        lambda delta_next, W_next, a: np.einsum("nk,jk,nj->nj", delta_next, W_next, a * (1 - a)),
    ],
    "relu_derivative_from_z": [
        lambda z: (z > 0).astype(float),
        lambda z: z > 0,
        lambda z: np.heaviside(z, 0),
        lambda z: each(lambda value: 1 if value > 0 else 0, z),
    ],
    "backward_two_layers": [two_layers, two_layers_sample_by_sample, single(two_layers)],
    "backward": [backward_with_insert, backward_with_deltas, backward_recursive],
    "update": [
        lambda W, dW, eta: -eta * dW + W,
        lambda W, dW, eta: np.subtract(W, np.multiply(eta, dW)),
        lambda W, dW, eta: np.array(
            [[w - eta * d for w, d in zip(*rows, strict=True)] for rows in zip(W, dW, strict=True)]
        ),
    ],
    "training_step": [step_in_one, step_by_hand, step_on_copies],
    "momentum_step": [
        lambda W, v, dW, eta, mu: (W - eta * (mu * v + dW), mu * v + dW),
        lambda W, v, dW, eta, mu: [W - eta * mu * v - eta * dW, v * mu + dW],
        lambda W, v, dW, eta, mu: (W + eta * (-mu * v - dW), np.add(dW, np.dot(mu, v))),
    ],
    "minibatches": [batches_by_while, batches_by_split, batches_by_take],
    "epoch_loss": [
        lambda losses, sizes: losses @ sizes / sizes.sum(),
        lambda losses, sizes: np.average(losses, weights=sizes),
        lambda losses, sizes: sum(loss * n for loss, n in zip(losses, sizes, strict=True)) / sum(sizes),
    ],
    "graph_backward": [graph_by_small_steps, graph_as_a_polynomial, graph_in_an_array],
    "has_converged": [converged_by_ratio, converged_by_index, converged_as_numpy],
    "xavier": [draw_and_scale, draw_by_limit, draw_then_stretch],
    "softmax": [
        softmax_by_rows,
        softmax_by_logarithm,
        lambda z: (lambda e: e / np.sum(e, axis=-1, keepdims=True))(np.exp(z - z.max(axis=-1).reshape(-1, 1))),
    ],
    "cross_entropy": [
        lambda y_hat, y: -np.mean(np.log(np.sum(y_hat * y, axis=1))),
        lambda y_hat, y: -sum(math.log(p[np.argmax(t)]) for p, t in zip(y_hat, y, strict=True)) / len(y),
        lambda y_hat, y: -np.log(y_hat[np.arange(len(y)), y.argmax(axis=1)]).mean(),
        lambda y_hat, y: -np.sum(y * np.log(y_hat + 1e-15)) / y.shape[0],
    ],
    "accuracy": [
        lambda y_hat, labels: np.sum(np.argmax(y_hat, axis=1) == labels) / len(labels),
        lambda y_hat, labels: (
            sum(int(row.argmax()) == label for row, label in zip(y_hat, labels, strict=True)) / labels.size
        ),
        lambda y_hat, labels: np.count_nonzero(y_hat.argmax(1) == labels) / labels.shape[0],
    ],
    "network_activations": [activations_by_index, activations_by_concatenation, activations_of_sigmoids],
    "network_backward": [class_backward, class_backward_with_vectors, class_backward_with_deltas],
    "network_update": [update_by_index, update_in_place, update_by_append],
    "network_train": [train_by_for, train_by_count, train_as_array],
}

VARIANTS |= WRITTEN_BLIND
