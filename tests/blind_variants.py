"""Three right answers for each of the second edition's exercises, written from the notebooks alone."""

import math
from itertools import pairwise

import numpy as np

from bpcourse.exercises import ALL

sigmoid = ALL["sigmoid"].reference
layer_forward = ALL["layer_forward"].reference
forward = ALL["forward"].reference
binary_cross_entropy = ALL["binary_cross_entropy"].reference
weight_gradient = ALL["weight_gradient"].reference
bias_gradient = ALL["bias_gradient"].reference
sigmoid_derivative_from_a = ALL["sigmoid_derivative_from_a"].reference
neuron_forward = ALL["neuron_forward"].reference
output_delta = ALL["output_delta"].reference
hidden_delta = ALL["hidden_delta"].reference
error_reaching_a = ALL["error_reaching_a"].reference
numerical_slope = ALL["numerical_slope"].reference
backward_two_layers = ALL["backward_two_layers"].reference
update = ALL["update"].reference
momentum_step = ALL["momentum_step"].reference
xavier = ALL["xavier"].reference
softmax = ALL["softmax"].reference
cross_entropy = ALL["cross_entropy"].reference
network_activations = ALL["network_activations"].reference
network_backward = ALL["network_backward"].reference
network_update = ALL["network_update"].reference
network_train = ALL["network_train"].reference


# 00


def cold_spread_1(numbers):
    return max(numbers) - min(numbers)


def cold_spread_2(numbers):
    return np.ptp(numbers)


def cold_spread_3(numbers):
    smallest = largest = numbers[0]
    for number in numbers:
        if number > largest:
            largest = number
        elif number < smallest:
            smallest = number
    return largest - smallest


# 01


def mend_forward_1(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ W2 + b2
    a2 = 1 / (1 + np.exp(-z2))
    return z1, a1, z2, a2


def mend_forward_2(X, W1, b1, W2, b2):
    z1 = np.dot(X, W1) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(a1, W2) + b2
    return z1, a1, z2, sigmoid(z2)


def mend_forward_3(X, W1, b1, W2, b2):
    results = []
    a = X
    for W, b in ((W1, b1), (W2, b2)):
        z = b + a @ W
        e = np.exp(-z)
        a = 1 / (e + 1)
        results += [z, a]
    return tuple(results)


def cold_forward_1(X, weights, biases):
    a = X
    for W, b in zip(weights, biases, strict=False):
        a = sigmoid(a @ W + b)
    return a


def cold_forward_2(X, weights, biases):
    activations = [X]
    for i in range(len(weights)):
        activations.append(layer_forward(activations[i], weights[i], biases[i]))
    return activations[-1]


def cold_forward_3(X, weights, biases):
    if len(weights) == 0:
        return X
    first = 1 / (1 + np.exp(-(np.matmul(X, weights[0]) + biases[0])))
    return cold_forward_3(first, weights[1:], biases[1:])


# 02


def mend_slope_1(y_hat, y):
    N = len(y)
    d = y_hat - y
    slope = d / N
    slope = slope / (y_hat * (1 - y_hat))
    return slope


def mend_slope_2(y_hat, y):
    N = len(y)
    d = y_hat - y
    slope = d / N
    slope = slope / y_hat / (1 - y_hat)
    return slope


def mend_slope_3(y_hat, y):
    return ((1 - y) / (1 - y_hat) - y / y_hat) / y.shape[0]


def cold_loss_1(y_hat, y):
    d = y_hat - y
    return np.sum(np.log(1 + d**2)) / len(y)


def cold_loss_2(y_hat, y):
    return np.log1p(np.square(y - y_hat)).sum(axis=1).mean()


def cold_loss_3(y_hat, y):
    total = 0.0
    for n in range(len(y)):
        for k in range(y.shape[1]):
            error = y_hat[n, k] - y[n, k]
            total += math.log(1 + error * error)
    return total / len(y)


# 03


def neuron_forward_1(x, w, b, y):
    z = w * x + b
    a = 1 / (1 + np.exp(-z))
    loss = 0.5 * (a - y) ** 2
    return z, a, loss


def neuron_forward_2(x, w, b, y):
    z = b + x * w
    a = sigmoid(z)
    return z, a, (y - a) * (y - a) / 2


def neuron_forward_3(x, w, b, y):
    z = w * x + b
    a = (1 + math.tanh(z / 2)) / 2
    d = a - y
    loss = 1 / 2 * d**2
    return z, a, loss


def neuron_backward_1(x, w, b, y):
    z, a, loss = neuron_forward(x, w, b, y)
    d_z = (a - y) * a * (1 - a)
    d_w, d_b = d_z * x, d_z
    return d_w, d_b


def neuron_backward_2(x, w, b, y):
    _, a, _ = neuron_forward(x, w, b, y)
    d_a = a - y
    d_z = d_a * sigmoid_derivative_from_a(a)
    return x * d_z, 1 * d_z


def neuron_backward_3(x, w, b, y):
    e = math.exp(-(w * x + b))
    rate = e / (1 + e) ** 2
    delta = rate * (1 / (1 + e) - y)
    d_b = delta
    d_w = d_b * x
    return d_w, d_b


def shared_backward_1(x, w):
    p = sigmoid(w * x)
    q = sigmoid(w * p)
    d_w = q * (1 - q) * p
    d_p = q * (1 - q) * w
    d_w += d_p * p * (1 - p) * x
    return d_w


def shared_backward_2(x, w):
    p = sigmoid(w * x)
    q = sigmoid(w * p)
    slope_p, slope_q = p - p**2, q - q**2
    return slope_q * (p + w * slope_p * x)


def shared_backward_3(x, w):
    # forwards: carry the rate with respect to w along
    s = w * x
    p = 1 / (1 + np.exp(-s))
    p_dot = np.exp(-s) / (1 + np.exp(-s)) ** 2 * x
    t = w * p
    t_dot = p + w * p_dot
    return np.exp(-t) / (1 + np.exp(-t)) ** 2 * t_dot


def fork_backward_1(x):
    u, v = np.sin(x), x**2
    d_u, d_v = v, u
    d_x = 1.0
    d_x += d_u * np.cos(x)
    d_x += d_v * 2 * x
    return d_x


def fork_backward_2(x):
    u, v = np.sin(x), x**2
    d_u, d_v = v, u
    d_x = d_u * np.cos(x)
    d_x = d_x + d_v * 2 * x
    d_x = d_x + 1
    return d_x


def fork_backward_3(x):
    return x * (2 * np.sin(x) + x * np.cos(x)) + 1


def cold_chain_1(x):
    u = 3 * x - 1
    v = 1 + u**2
    d_v = 1 / v
    d_u = d_v * 2 * u
    return d_u * 3


def cold_chain_2(x):
    return 6 * (3 * x - 1) / (1 + (3 * x - 1) ** 2)


def cold_chain_3(x):
    # multiplied out: 1 + (3x - 1)^2 = 9x^2 - 6x + 2
    inside = 9 * x * x - 6 * x + 2
    rate_of_inside = 18 * x - 6
    return rate_of_inside / inside


# 04


def mend_last_layer_1(a1, a2, y):
    N = len(y)
    delta2 = (a2 - y) / N
    delta2 = delta2 * a2 * (1 - a2)
    dW2 = a1.T @ delta2
    db2 = delta2.sum(axis=0, keepdims=True)
    return dW2, db2


def mend_last_layer_2(a1, a2, y):
    delta = output_delta(a2, y)
    return weight_gradient(a1, delta), bias_gradient(delta)


def mend_last_layer_3(a1, a2, y):
    N = y.shape[0]
    slope = a2 - a2 * a2
    dW2 = np.zeros((a1.shape[1], a2.shape[1]))
    db2 = np.zeros((1, a2.shape[1]))
    for n in range(N):
        delta = (a2[n] - y[n]) * slope[n] / N
        dW2 += np.outer(a1[n], delta)
        db2 += delta
    return dW2, db2


def cold_output_1(a_prev, a, y):
    N = len(y)
    delta = (a - y) / N * (1 - a**2)
    dW = a_prev.T @ delta
    db = delta.sum(axis=0, keepdims=True)
    return dW, db


def cold_output_2(a_prev, a, y):
    d = (a - y) * (1 - a) * (1 + a)
    db = np.mean(d, axis=0).reshape(1, -1)
    dW = np.einsum("nj,nk->jk", a_prev, d) / len(a)
    return dW, db


def cold_output_3(a_prev, a, y):
    N, n_out = a.shape
    n_in = a_prev.shape[1]
    dW, db = np.zeros((n_in, n_out)), np.zeros((1, n_out))
    for n in range(N):
        for k in range(n_out):
            back = (a[n, k] - y[n, k]) * (1 - a[n, k] ** 2) / N
            db[0, k] += back
            for j in range(n_in):
                dW[j, k] += a_prev[n, j] * back
    return dW, db


# 05


def gradient_by_nudges_1(loss, W):
    slopes, h = np.zeros_like(W), 1e-5
    for place in np.ndindex(W.shape):
        before = W[place]
        W[place] = before + h
        up = loss()
        W[place] = before - h
        down = loss()
        slopes[place] = (up - down) / (2 * h)
        W[place] = before
    return slopes


def gradient_by_nudges_2(loss, W):
    slopes, _h = np.zeros_like(W), 1e-5
    for place in np.ndindex(W.shape):
        before = W[place]

        def loss_at(value, place=place):
            W[place] = value
            return loss()

        slopes[place] = numerical_slope(loss_at, before)
        W[place] = before
    return slopes


def gradient_by_nudges_3(loss, W):
    h = 1e-5
    rows, columns = W.shape
    result = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            old = W[i, j]
            values = {}
            for sign in (-1, 1):
                W[i, j] = old + sign * h
                values[sign] = loss()
                W[i, j] = old
            result[i, j] = 0.5 * (values[1] - values[-1]) / h
    return result


def relu_1(z):
    return np.maximum(z, 0)


def relu_2(z):
    return np.where(z > 0, z, 0)


def relu_3(z):
    return (z + np.abs(z)) / 2


def mend_relu_layer_1(delta_next, W_next, z):
    a = np.maximum(z, 0)
    reaching = delta_next @ W_next.T
    slope = np.where(a > 0, 1.0, 0.0)
    return reaching * slope


def mend_relu_layer_2(delta_next, W_next, z):
    return error_reaching_a(delta_next, W_next) * (z > 0)


def mend_relu_layer_3(delta_next, W_next, z):
    delta = np.dot(delta_next, W_next.T)
    delta[z <= 0] = 0
    return delta


def mend_backward_1(activations, weights, y):
    d_weights, d_biases = [], []
    a = activations[-1]
    delta = (a - y) / len(y) * a * (1 - a)
    for i in reversed(range(len(weights))):
        d_weights.insert(0, activations[i].T @ delta)
        d_biases.insert(0, delta.sum(axis=0, keepdims=True))
        if i > 0:
            delta = (delta @ weights[i].T) * activations[i] * (1 - activations[i])
    return d_weights, d_biases


def mend_backward_2(activations, weights, y):
    d_weights, d_biases = [], []
    delta = output_delta(activations[-1], y)
    i = len(weights) - 1
    while True:
        a = activations[i]
        d_weights.append(weight_gradient(a, delta))
        d_biases.append(bias_gradient(delta))
        if i == 0:
            break
        delta = hidden_delta(delta, weights[i], a)
        i -= 1
    return d_weights[::-1], d_biases[::-1]


def mend_backward_3(activations, weights, y):
    L = len(weights)
    deltas = [None] * L
    reaching = (activations[L] - y) / len(y)
    for i in range(L - 1, -1, -1):
        out = activations[i + 1]
        deltas[i] = reaching * (out - out**2)
        reaching = deltas[i] @ weights[i].T
    d_weights = [a.T @ d for a, d in zip(activations, deltas, strict=False)]
    d_biases = [d.sum(axis=0, keepdims=True) for d in deltas]
    return d_weights, d_biases


def cold_backward_1(X, y, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    delta2 = (z2 - y) / len(y)
    delta1 = (delta2 @ W2.T) * (z1 > 0)
    dW1, db1 = X.T @ delta1, delta1.sum(axis=0, keepdims=True)
    dW2, db2 = a1.T @ delta2, delta2.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2


def cold_backward_2(X, y, W1, b1, W2, b2):
    hidden = X.dot(W1) + b1
    on = np.where(hidden > 0, 1.0, 0.0)
    hidden = hidden * on
    error = (hidden.dot(W2) + b2 - y) / X.shape[0]
    dW2 = weight_gradient(hidden, error)
    db2 = bias_gradient(error)
    error = error_reaching_a(error, W2) * on
    return weight_gradient(X, error), bias_gradient(error), dW2, db2


def cold_backward_3(X, y, W1, b1, W2, b2):
    gradients = [np.zeros(p.shape) for p in (W1, b1, W2, b2)]
    N = len(X)
    for n in range(N):
        x = X[n : n + 1]
        z1 = x @ W1 + b1
        a1 = np.where(z1 > 0, z1, 0)
        d2 = a1 @ W2 + b2 - y[n : n + 1]
        d1 = d2 @ W2.T
        d1[z1 <= 0] = 0
        for total, part in zip(gradients, (x.T @ d1, d1, a1.T @ d2, d2), strict=False):
            total += part / N
    dW1, db1, dW2, db2 = gradients
    return dW1, db1, dW2, db2


# 06


def mend_step_1(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    W2 = W2 - eta * a1.T @ delta2
    b2 = b2 - eta * delta2.sum(axis=0, keepdims=True)
    W1 = W1 - eta * X.T @ delta1
    b1 = b1 - eta * delta1.sum(axis=0, keepdims=True)
    return W1, b1, W2, b2


def mend_step_2(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
    W2_new = W2 - eta * a1.T @ delta2
    b2_new = b2 - eta * delta2.sum(axis=0, keepdims=True)
    delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
    W1_new = W1 - eta * X.T @ delta1
    b1_new = b1 - eta * delta1.sum(axis=0, keepdims=True)
    return W1_new, b1_new, W2_new, b2_new


def mend_step_3(X, y, W1, b1, W2, b2, eta):
    _, a1, _, a2 = forward(X, W1, b1, W2, b2)
    gradients = backward_two_layers(X, y, a1, a2, W2)
    return tuple(update(p, g, eta) for p, g in zip((W1, b1, W2, b2), gradients, strict=False))


def mend_momentum_1(W, gradients, eta, mu):
    v = np.zeros_like(W)
    for dW in gradients:
        v = mu * v + dW
        W = W - eta * v
    return W


def mend_momentum_2(W, gradients, eta, mu):
    v = np.zeros_like(W)
    for dW in gradients:
        W, v = momentum_step(W, v, dW, eta, mu)
    return W


def mend_momentum_3(W, gradients, eta, mu):
    step = 0 * W  # holds -eta * v
    for i in range(len(gradients)):
        step = mu * step - eta * gradients[i]
        W = W + step
    return W


def cold_descent_1(slope, w, eta, steps):
    places = [w]
    for _ in range(steps):
        w = w - eta * slope(w)
        places.append(w)
    return places


def cold_descent_2(slope, w, eta, steps):
    path = [w]
    while len(path) < steps + 1:
        path.append(path[-1] - eta * slope(path[-1]))
    return path


def cold_descent_3(slope, w, eta, steps):
    if steps == 0:
        return [w]
    return [w, *cold_descent_3(slope, w - eta * slope(w), eta, steps - 1)]


# 07


class Network_1:
    def __init__(self, sizes, learning_rate, seed=0, output=sigmoid, loss=binary_cross_entropy):
        random = np.random.default_rng(seed)
        self.weights = [xavier(n_in, n_out, random) for n_in, n_out in pairwise(sizes)]
        self.biases = [np.zeros((1, n)) for n in sizes[1:]]
        self.learning_rate = learning_rate
        self.output = output
        self.loss_function = loss

    activations = network_activations
    backward = network_backward
    update = network_update
    train = network_train

    def forward(self, X):
        return self.activations(X)[-1]

    def loss(self, X, y):
        return self.loss_function(self.forward(X), y)


class Network_2:
    def __init__(self, sizes, learning_rate, seed=0, output=sigmoid, loss=binary_cross_entropy):
        self.sizes, self.learning_rate, self.output, self._loss = sizes, learning_rate, output, loss
        rng = np.random.default_rng(seed)
        self.weights, self.biases = [], []
        for i in range(len(sizes) - 1):
            c = np.sqrt(6 / (sizes[i] + sizes[i + 1]))
            self.weights.append(rng.uniform(-c, c, (sizes[i], sizes[i + 1])))
            self.biases.append(np.zeros((1, sizes[i + 1])))

    def activations(self, X):
        a = [X]
        last = len(self.weights) - 1
        for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=False)):
            z = a[-1] @ W + b
            a.append(self.output(z) if i == last else np.tanh(z))
        return a

    def forward(self, X):
        return self.activations(X)[-1]

    def loss(self, X, y):
        return self._loss(self.forward(X), y)

    def backward(self, X, y):
        return network_backward(self, X, y)

    def update(self, gradients):
        for i in range(len(self.weights)):
            self.weights[i] = self.weights[i] - self.learning_rate * gradients.weights[i]
            self.biases[i] = self.biases[i] - self.learning_rate * gradients.biases[i]

    def train(self, X, y, epochs, target):
        losses = [self.loss(X, y)]
        for _ in range(epochs):
            if losses[-1] <= target:
                break
            self.update(self.backward(X, y))
            losses.append(self.loss(X, y))
        return losses


class Network_3:
    def __init__(self, sizes, learning_rate, seed=0, output=sigmoid, loss=binary_cross_entropy):
        generator = np.random.default_rng(seed)
        self.learning_rate = learning_rate
        self.output = output
        self.weights = []
        self.biases = []
        for n_in, n_out in pairwise(sizes):
            self.weights += [xavier(n_in, n_out, generator)]
            self.biases += [0.0 * np.ones((1, n_out))]
        # a function that belongs to this one network, instead of a method
        self.loss = lambda X, y: loss(self.forward(X), y)

    def activations(self, X):
        return network_activations(self, X)

    def forward(self, X):
        *_, y_hat = self.activations(X)
        return y_hat

    def backward(self, X, y):
        return network_backward(self, X, y)

    def update(self, gradients):
        network_update(self, gradients)

    def train(self, X, y, epochs, target):
        return network_train(self, X, y, epochs, target)


def one_hot_1(labels, classes):
    return np.eye(classes)[labels]


def one_hot_2(labels, classes):
    targets = np.zeros((len(labels), classes))
    for n, label in enumerate(labels):
        targets[n, label] = 1
    return targets


def one_hot_3(labels, classes):
    return (labels.reshape(-1, 1) == np.arange(classes)).astype(float)


def mend_softmax_1(z):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    return e / total


def mend_softmax_2(z):
    rows = []
    for row in z:
        e = np.exp(row - max(row))
        rows.append(e / sum(e))
    return np.array(rows)


def mend_softmax_3(z):
    z = z - z.max(axis=1, keepdims=True)
    return np.exp(z - np.log(np.exp(z).sum(axis=1))[:, None])


class cold_network_1:
    def __init__(self, n_in, n_hidden, seed):
        random = np.random.default_rng(seed)
        self.W1 = random.normal(0, np.sqrt(2 / n_in), (n_in, n_hidden))
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = xavier(n_hidden, 3, random)
        self.b2 = np.zeros((1, 3))

    def forward(self, X):
        a1 = np.maximum(X @ self.W1 + self.b1, 0)
        return a1, softmax(a1 @ self.W2 + self.b2)

    def loss(self, X, labels):
        _, p = self.forward(X)
        return -np.mean(np.log(p[np.arange(len(X)), labels]))

    def gradients(self, X, labels):
        a1, p = self.forward(X)
        delta2 = (p - np.eye(3)[labels]) / len(X)
        delta1 = (delta2 @ self.W2.T) * (a1 > 0)
        return (
            X.T @ delta1,
            delta1.sum(axis=0, keepdims=True),
            a1.T @ delta2,
            delta2.sum(axis=0, keepdims=True),
        )

    def train(self, X, labels, epochs, learning_rate):
        for _ in range(epochs):
            dW1, db1, dW2, db2 = self.gradients(X, labels)
            self.W1 -= learning_rate * dW1
            self.b1 -= learning_rate * db1
            self.W2 -= learning_rate * dW2
            self.b2 -= learning_rate * db2

    def predict(self, X):
        return self.forward(X)[1].argmax(axis=1)


class cold_network_2:
    """Log-probabilities throughout; flat biases would do too, here they are rows."""

    def __init__(self, n_in, n_hidden, seed):
        rng = np.random.default_rng(seed)
        self.W1 = rng.standard_normal((n_in, n_hidden)) * (2 / n_in) ** 0.5
        self.W2 = rng.standard_normal((n_hidden, 3)) * (2 / n_hidden) ** 0.5
        self.b1, self.b2 = np.zeros((1, n_hidden)), np.zeros((1, 3))

    def scores(self, X):
        z1 = X @ self.W1 + self.b1
        return z1, np.where(z1 > 0, z1, 0) @ self.W2 + self.b2

    def loss(self, X, labels):
        _, z2 = self.scores(X)
        top = z2.max(axis=1)
        log_total = top + np.log(np.exp(z2 - top[:, None]).sum(axis=1))
        right = np.array([row[label] for row, label in zip(z2, labels, strict=False)])
        return np.mean(log_total - right)

    def gradients(self, X, labels):
        z1, z2 = self.scores(X)
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        delta = e / e.sum(axis=1, keepdims=True)
        for n, label in enumerate(labels):
            delta[n, label] -= 1
        delta /= len(labels)
        dW2 = np.maximum(z1, 0).T @ delta
        db2 = delta.sum(axis=0).reshape(1, 3)
        back = delta @ self.W2.T
        back[z1 <= 0] = 0
        return X.T @ back, back.sum(axis=0).reshape(1, -1), dW2, db2

    def train(self, X, labels, epochs, learning_rate):
        losses = [self.loss(X, labels)]
        for _ in range(epochs):
            g = self.gradients(X, labels)
            for name, slope in zip(("W1", "b1", "W2", "b2"), g, strict=False):
                setattr(self, name, getattr(self, name) - learning_rate * slope)
            losses.append(self.loss(X, labels))
        return losses

    def predict(self, X):
        return np.argmax(self.scores(X)[1], axis=1)


class cold_network_3:
    def __init__(self, n_in, n_hidden, seed):
        random = np.random.default_rng(seed)
        self.W1, self.W2 = xavier(n_in, n_hidden, random), xavier(n_hidden, 3, random)
        self.b1, self.b2 = np.zeros((1, n_hidden)), np.zeros((1, 3))

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = self.z1 * (self.z1 > 0)
        self.a2 = softmax(self.a1 @ self.W2 + self.b2)
        return self.a2

    def one_hot(self, labels):
        y = np.zeros((len(labels), 3))
        y[range(len(labels)), labels] = 1
        return y

    def loss(self, X, labels):
        return cross_entropy(self.forward(X), self.one_hot(labels))

    def gradients(self, X, labels):
        delta2 = (self.forward(X) - self.one_hot(labels)) / len(X)
        delta1 = error_reaching_a(delta2, self.W2) * np.where(self.z1 > 0, 1, 0)
        return (
            weight_gradient(X, delta1),
            bias_gradient(delta1),
            weight_gradient(self.a1, delta2),
            bias_gradient(delta2),
        )

    def train(self, X, labels, epochs, learning_rate):
        epoch = 0
        while epoch < epochs:
            dW1, db1, dW2, db2 = self.gradients(X, labels)
            self.W1 = self.W1 - learning_rate * dW1
            self.W2 = self.W2 - learning_rate * dW2
            self.b1 = self.b1 - learning_rate * db1
            self.b2 = self.b2 - learning_rate * db2
            epoch += 1

    def predict(self, X):
        y_hat = self.forward(X)
        return np.array([list(row).index(max(row)) for row in y_hat])


WRITTEN_BLIND = {
    "cold_spread": [cold_spread_1, cold_spread_2, cold_spread_3],
    "mend_forward": [mend_forward_1, mend_forward_2, mend_forward_3],
    "cold_forward": [cold_forward_1, cold_forward_2, cold_forward_3],
    "mend_slope": [mend_slope_1, mend_slope_2, mend_slope_3],
    "cold_loss": [cold_loss_1, cold_loss_2, cold_loss_3],
    "neuron_forward": [neuron_forward_1, neuron_forward_2, neuron_forward_3],
    "neuron_backward": [neuron_backward_1, neuron_backward_2, neuron_backward_3],
    "shared_backward": [shared_backward_1, shared_backward_2, shared_backward_3],
    "fork_backward": [fork_backward_1, fork_backward_2, fork_backward_3],
    "cold_chain": [cold_chain_1, cold_chain_2, cold_chain_3],
    "mend_last_layer": [mend_last_layer_1, mend_last_layer_2, mend_last_layer_3],
    "cold_output": [cold_output_1, cold_output_2, cold_output_3],
    "gradient_by_nudges": [gradient_by_nudges_1, gradient_by_nudges_2, gradient_by_nudges_3],
    "relu": [relu_1, relu_2, relu_3],
    "mend_relu_layer": [mend_relu_layer_1, mend_relu_layer_2, mend_relu_layer_3],
    "mend_backward": [mend_backward_1, mend_backward_2, mend_backward_3],
    "cold_backward": [cold_backward_1, cold_backward_2, cold_backward_3],
    "mend_step": [mend_step_1, mend_step_2, mend_step_3],
    "mend_momentum": [mend_momentum_1, mend_momentum_2, mend_momentum_3],
    "cold_descent": [cold_descent_1, cold_descent_2, cold_descent_3],
    "Network": [Network_1, Network_2, Network_3],
    "one_hot": [one_hot_1, one_hot_2, one_hot_3],
    "mend_softmax": [mend_softmax_1, mend_softmax_2, mend_softmax_3],
    "cold_network": [cold_network_1, cold_network_2, cold_network_3],
}
