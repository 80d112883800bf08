"""Mistakes on no list: in pairs, in another style, at random. They never pass, and what is said of them is true."""

import random as chance

import numpy as np
import pytest

from bpcourse.exercises import ALL, calling, comparing, judge, recognising
from bpcourse.exercises.content import advice
from bpcourse.exercises.results import Diagnosis

EXERCISES = [task for task in ALL.values() if not task.is_chosen]
SEEDS = (101, 102)  # draws on which no judge has looked


def behaves_like(task, answer, mistake, place=""):
    """Whether, on new draws, an answer does what a known mistake does: in all of the result, or in one part of it."""
    part = task.results.index(place) if place else None
    for seed in SEEDS:
        for case in task.cases(np.random.default_rng(seed)):
            mine, theirs = calling.call(task, answer, case), calling.call(task, mistake.answer, case)
            if place and not comparing.equal(mine.result.arrays[part], theirs.result.arrays[part]):
                return False
            if not place and not (calling.same(mine, theirs) or calling.same_numbers(mine, theirs)):
                return False
    return True


def is_right(task, answer):
    """Whether, on new draws, an answer gives exactly what the reference gives."""
    for seed in SEEDS:
        for case in task.cases(np.random.default_rng(seed)):
            if not calling.same(calling.call(task, answer, case), calling.call(task, task.reference, case)):
                return False
    return True


def assert_true(task, answer, result):
    """Assert that an answer passed only if it is right, and that no mistake is named that it does not have."""
    assert result.message.strip()
    if result.status == "passed":  # two wrongs, such as two signs, can make a right
        assert is_right(task, answer), f"{task.name} passed"
        return
    named = [known for known in task.mistakes if known.name == result.mistake and known.name != advice.IN_PLACE.mistake]
    if named:
        assert behaves_like(task, answer, named[0], result.place), f"{task.name}: {result}"


# Two mistakes at once


def negative(value):
    return _mapped(lambda array: -array, value)


def turned(value):
    return _mapped(lambda array: array.T, value)


def summed(value):
    return _mapped(lambda array: np.sum(array, axis=0, keepdims=True) if np.ndim(array) else array, value)


def _mapped(change, value):
    if isinstance(value, list | tuple):
        return type(value)(_mapped(change, part) for part in value)
    return change(np.asarray(value, dtype=float))


PLAIN = [task for task in EXERCISES if "self" not in task.parameters]


@pytest.mark.parametrize("task", PLAIN, ids=lambda task: task.name)
def test_a_second_mistake_on_top_is_never_passed_and_never_misnamed(task):
    for mistake in task.mistakes:
        for second in (negative, turned, summed):

            def both(*arguments, first=mistake.answer, second=second):
                return second(first(*arguments))

            assert_true(task, both, judge(task, both))


@pytest.mark.parametrize("task", [t for t in PLAIN if len(t.results) > 1], ids=lambda task: task.name)
def test_parts_of_two_mistakes_are_never_passed_and_never_misnamed(task):
    pairs = [(a, b) for a in task.mistakes for b in task.mistakes if a is not b]
    pairs = chance.Random(0).sample(pairs, min(len(pairs), 30))
    count = len(task.results)
    for one, other in pairs:

        def mixed(*arguments, one=one, other=other):
            first, second = one.answer(*arguments), other.answer(*arguments)
            return (*first[: count // 2], *second[count // 2 :])

        assert_true(task, mixed, judge(task, mixed))


def test_the_first_wrong_part_is_named_even_if_another_is_wrong_too():
    def backward_two_layers(X, y, a1, a2, W2):
        delta2 = (a2 - y) / len(y) * a2 * (1 - a2)
        delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
        return X.T @ delta1, delta1.mean(axis=0, keepdims=True), -a1.T @ delta2, delta2.sum(axis=0, keepdims=True)

    result = judge(ALL["backward_two_layers"], backward_two_layers)
    assert result.place == "db1"
    assert "means" in result.mistake


# The same mistakes in another style


def sigma(z):
    return 1 / (1 + np.exp(-z))


def looped_layer_without_bias(a_prev, W, b):
    z = np.zeros((len(a_prev), W.shape[1]))
    for n in range(len(a_prev)):
        for k in range(W.shape[1]):
            for j in range(len(W)):
                z[n, k] += a_prev[n, j] * W[j, k]
    return z


def looped_gradient_over_n(a_prev, delta):
    total = np.zeros((a_prev.shape[1], delta.shape[1]))
    for a, d in zip(a_prev, delta, strict=True):
        total = total + np.outer(a, d) / len(a_prev)
    return total


def looped_units(delta):
    return np.array([[sum(row)] for row in delta])


def looped_loss(y_hat, y):
    total = 0
    for p, t in zip(np.ravel(y_hat), np.ravel(y), strict=True):
        total += (p - t) ** 2
    return total / len(y)


def looped_relu(z):
    result = np.ones(z.shape)
    for i, value in np.ndenumerate(np.maximum(z, 0)):
        result[i] = 1.0 if value >= 0 else 0.0
    return result


def einsum_two_layers(X, y, a1, a2, W2):
    delta2 = (a2 - y) / len(y)
    delta1 = np.einsum("nk,jk->nj", delta2, W2) * a1 * (1 - a1)
    return X.T @ delta1, delta1.sum(axis=0), np.einsum("nj,nk->jk", a1, delta2), delta2.sum(axis=0)


def step_with_new_weights(X, y, W1, b1, W2, b2, eta):
    a1 = sigma(X @ W1 + b1)
    a2 = sigma(a1 @ W2 + b2)
    delta2 = (a2 - y) / len(X) * a2 * (1 - a2)
    W2 = W2 - eta * a1.T @ delta2
    b2 = b2 - eta * delta2.sum(axis=0)
    delta1 = delta2 @ W2.T * a1 * (1 - a1)
    return W1 - eta * X.T @ delta1, b1 - eta * delta1.sum(axis=0), W2, b2


def called_without_a_name(activations, weights, y):
    d_weights, d_biases = [None] * len(weights), [None] * len(weights)
    delta = ALL["output_delta"](activations[-1], y)
    for i in reversed(range(len(weights))):
        d_weights[i] = ALL["weight_gradient"](activations[i], delta)
        d_biases[i] = ALL["bias_gradient"](delta)
        if i > 0:
            ALL["hidden_delta"](delta, weights[i], activations[i])
    return d_weights, d_biases


def back_before_the_gradients(activations, weights, y):
    d_weights, d_biases = [None] * len(weights), [None] * len(weights)
    delta = ALL["output_delta"](activations[-1], y)
    for i in reversed(range(len(weights))):
        if i > 0:
            delta = ALL["hidden_delta"](delta, weights[i], activations[i])
        d_weights[i] = ALL["weight_gradient"](activations[i], delta)
        d_biases[i] = ALL["bias_gradient"](delta)
    return d_weights, d_biases


def target_first(X, y, a1, a2, W2):
    delta2 = ALL["output_delta"](y, a2)
    delta1 = ALL["hidden_delta"](delta2, W2, a1)
    return X.T @ delta1, delta1.sum(axis=0, keepdims=True), a1.T @ delta2, delta2.sum(axis=0, keepdims=True)


def layers_for_sums(X, W1, b1, W2, b2):
    z1 = ALL["layer_forward"](X, W1, b1)
    a1 = sigma(z1)
    z2 = a1 @ W2 + b2
    return z1, a1, z2, sigma(z2)


def loss_begun_anew(y_hat, y):
    for p, t in zip(y_hat, y, strict=True):
        total = 0
        total += 0.5 * np.sum((p - t) ** 2)
    return total / len(y)


def loss_by_rows(y_hat, y):
    total = 0
    for p, t in zip(y_hat, y, strict=True):
        total = total - (t * np.log(p) + (1 - t) * np.log(1 - p))
    return total / len(y)


def rested_once(losses, tolerance, patience):
    for i in range(len(losses) - patience):  # noqa: SIM110
        if losses[i] - losses[i + patience] < tolerance * losses[i]:
            return True
    return False


def counted_once(y_hat, labels):
    count = 0
    for row, label in zip(y_hat, labels, strict=True):
        if np.argmax(row) == label:
            count += 1
        return count / len(labels)


def train_by_for_to_the_end(self, X, y, epochs, target):
    losses = [self.loss(X, y)]
    for _ in range(epochs):
        self.update(self.backward(X, y))
        losses += [self.loss(X, y)]
    return losses


OTHER_STYLE = [
    ("weighted_sum", lambda x, w, b: np.dot(x, w), "the bias is forgotten"),
    ("sigmoid", lambda z: np.exp(-z) / (1 + np.exp(-z)), "the minus in the exponent is missing"),
    ("layer_z", looped_layer_without_bias, "the bias is forgotten"),
    ("layer_z", lambda a_prev, W, b: np.einsum("nj,kj->nk", a_prev, W) + b, "W is transposed"),
    ("squared_error", looped_loss, "the ½ is missing"),
    ("squared_error_derivative", lambda y_hat, y: np.negative(y - y_hat), "the 1/N of the mean is missing"),
    ("output_delta", lambda y_hat, y: (y_hat - y) * np.exp(np.log(y_hat) + np.log(1 - y_hat)), "the 1/N of the mean"),
    ("bias_gradient", looped_units, "the sum runs over the units"),
    ("bias_gradient", lambda delta: np.einsum("nk->n", delta), "the sum runs over the units"),
    ("weight_gradient", looped_gradient_over_n, "it is divided by N once more"),
    ("weight_gradient", lambda a_prev, delta: np.einsum("nj,nk->kj", a_prev, delta), "the factors stand"),
    ("error_reaching_a", lambda delta_next, W_next: np.tensordot(delta_next, W_next, 1), "the transpose is missing"),
    ("hidden_delta", lambda delta, W, a: np.einsum("nk,jk->nj", delta, W), "σ′ is missing"),
    ("relu_derivative_from_z", looped_relu, "it is 1 everywhere"),
    ("backward_two_layers", einsum_two_layers, "σ′ of the output layer is missing"),
    ("update", lambda W, dW, eta: np.add(W, np.multiply(dW, eta)), "the step goes uphill"),
    ("training_step", step_with_new_weights, "the output weights are updated before"),
    ("network_train", train_by_for_to_the_end, "the target is ignored"),
    ("network_train", lambda *a: ALL["network_train"](*a)[-1], "the last loss is returned"),
    ("backward", called_without_a_name, "δ is carried back, but what comes out of that is not kept"),
    ("backward", back_before_the_gradients, "δ is carried back before the gradients are made"),
    ("backward_two_layers", target_first, "prediction and target have changed places"),
    ("output_delta", lambda y_hat, y: np.dot((y_hat - y) / len(y), y_hat * (1 - y_hat)), "the matrix product"),
    ("forward", layers_for_sums, "z1 is an activation already"),
    ("squared_error", loss_begun_anew, "only the last sample counts"),
    ("squared_error", lambda y_hat, y: sum(0.5 * (y_hat - y) ** 2) / len(y), "there is one loss for each output"),
    ("binary_cross_entropy", loss_by_rows, "there is one loss for each output"),
    ("has_converged", rested_once, "any earlier rest counts"),
    ("accuracy", counted_once, "only the first sample counts"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "mistake"), OTHER_STYLE)
def test_a_mistake_is_recognised_however_it_is_written(name, answer, mistake):
    task = ALL[name]
    result = judge(task, answer)
    assert result.status == "failed"
    assert result.mistake.startswith(mistake)


# What is alike everywhere


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda right: -right, "the sign"),
        (lambda right: 3 * right, "3 times"),
        (lambda right: right + 0.25, "0.25 too large"),
        (lambda right: np.round(right, 2), "rounded"),
        (lambda right: right.T, "transposed"),
        (lambda right: right[None], "shape"),
        (lambda right: right.tolist(), "a list"),
        (lambda right: 1 - right, "1 minus"),
    ],
)
def test_a_general_pattern_is_named(change, name):
    task = ALL["layer_z"]
    result = judge(task, lambda a_prev, W, b: change(a_prev @ W + b))
    assert name in result.mistake


def test_a_likeness_by_chance_is_not_named():
    task = ALL["weighted_sum"]
    for seed in range(30):  # now and then the largest product is the first one in every case of a draw
        assert judge(task, lambda x, w, b: np.max(x * w) + b, seed).mistake is None


def test_a_sigmoid_too_many_is_named():
    result = judge(ALL["weighted_sum"], lambda x, w, b: sigma(np.sum(x * w) + b))
    assert result.mistake == "the activation is applied already"
    result = judge(ALL["sigmoid"], lambda z: sigma(sigma(z)))
    assert "a sigmoid too many" in result.mistake


def test_a_factor_of_the_samples_is_named():
    task = ALL["error_reaching_a"]
    result = judge(task, lambda delta_next, W_next: len(delta_next) * delta_next @ W_next.T)
    assert "N times too large" in result.mistake
    result = judge(ALL["output_delta"], lambda y_hat, y: (y - y_hat) * y_hat * (1 - y_hat))
    assert (
        result.mistake == "everything is N times too large, N being the number of samples, and the sign is turned round"
    )


@pytest.mark.parametrize(
    ("name", "answer", "number"),
    [
        ("average", lambda numbers: np.sum(numbers) / 3, 3),
        ("squared_error", lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2) / 4, 4),
        ("output_delta", lambda y_hat, y: (y_hat - y) / 4 * y_hat * (1 - y_hat), 4),
    ],
)
def test_a_number_of_samples_that_is_written_as_a_number_is_named(name, answer, number):
    assert judge(ALL[name], answer).mistake == f"it is divided as if there were always {number}"


def test_a_part_that_is_a_list_of_numbers_is_named():
    def backward_two_layers(X, y, a1, a2, W2):
        dW1, db1, dW2, db2 = ALL["backward_two_layers"].reference(X, y, a1, a2, W2)
        return dW1, list(db1[0]), dW2, list(db2[0])

    assert judge(ALL["backward_two_layers"], backward_two_layers).mistake == advice.A_LIST.mistake


def test_parts_of_a_mistake_with_fewer_results_are_not_looked_for():
    def forward(X, W1, b1, W2, b2):
        a1 = sigma(X @ W1 + b1)
        return a1, 2 * a1, a1, a1

    assert "only the two activations" not in judge(ALL["forward"], forward).mistake


def test_results_in_another_order_are_named():
    def momentum_step(W, v, dW, eta, mu):
        v = mu * v + dW
        return v, W - eta * v

    assert judge(ALL["momentum_step"], momentum_step).mistake == "the results come in another order"


def test_right_arrays_in_other_lists_are_named():
    def pairs(activations, weights, y):
        return list(zip(*ALL["backward"](activations, weights, y), strict=True))

    def one_list(activations, weights, y):
        d_weights, d_biases = ALL["backward"](activations, weights, y)
        return d_weights + d_biases

    for answer in (pairs, one_list):
        assert judge(ALL["backward"], answer).mistake == advice.ANOTHER_NESTING.mistake


def test_a_draw_from_another_generator_is_named():
    def xavier(n_in, n_out, random):
        limit = np.sqrt(6 / (n_in + n_out))
        return np.random.uniform(-limit, limit, (n_in, n_out))

    assert judge(ALL["xavier"], xavier).mistake == advice.DRAWS.mistake


def test_right_for_one_sample_only_is_said():
    first_and_last = lambda a_prev, delta: np.outer(a_prev[0], delta[-1]) + 0 * a_prev.T @ delta  # noqa: E731
    result = judge(ALL["weight_gradient"], first_and_last)
    assert (result.mistake, result.line) == (None, None)
    assert "With a single sample it is right" in result.hint


def test_a_result_that_is_empty_for_some_inputs_gets_a_sentence():
    result = judge(ALL["layer_z"], lambda a_prev, W, b: a_prev @ W + b if len(a_prev) < 3 else [])
    assert (result.status, result.mistake) == ("failed", None)
    assert "an empty list" in result.message


def test_right_arrays_in_other_lists_for_some_inputs_and_wrong_ones_for_others_get_a_sentence():
    def backward(activations, weights, y):
        d_weights, d_biases = ALL["backward"](activations, weights, y)
        if len(y) == 1:
            return d_weights + d_biases
        return [d + 7 * i for i, d in enumerate(d_weights)], [d**2 for d in d_biases]

    result = judge(ALL["backward"], backward)
    assert (result.status, result.mistake) == ("failed", None)


def test_recognisers_are_tried_in_their_order_and_each_sees_what_the_answer_did(monkeypatch):
    def never(evidence):
        assert [outcome.result.arrays[0].shape for outcome in evidence.outcomes]
        return None

    def always(evidence):
        return Diagnosis("it is written on a Monday", "Which day is it?", "F1", "z")

    monkeypatch.setattr(recognising, "KNOWN", (never, always, *recognising.KNOWN))
    result = judge(ALL["layer_z"], lambda a_prev, W, b: a_prev @ W)
    assert (result.mistake, result.hint) == ("it is written on a Monday", "Which day is it?")
    assert (result.tag, result.place) == ("F1", "z")


# At random


def random_expression(random, names, depth=3):
    """Return a random expression over arrays, as Python source."""
    if depth == 0 or random.random() < 0.15:
        return random.choice([*names, *names, "1", "0.5", "2"])
    kind = random.randrange(4)
    left = random_expression(random, names, depth - 1)
    if kind == 0:
        operation = random.choice(
            ["np.exp(-{})", "({}).T", "np.sum({})", "np.sum({}, axis=0)", "np.mean({})", "(1 - {})"]
        )
        return operation.format(left)
    right = random_expression(random, names, depth - 1)
    return f"({left} {random.choice(['+', '-', '*', '*', '/', '@', '@'])} {right})"


@pytest.mark.parametrize("task", PLAIN, ids=lambda task: task.name)
def test_random_answers_never_pass_and_never_raise(task):
    random = chance.Random(task.name)
    names = [name for name in task.parameters if name != "f"]
    for _ in range(25):
        count = max(1, len(task.results))
        sources = ", ".join(random_expression(random, names) for _ in range(count))
        answer = eval(f"lambda {', '.join(task.parameters)}: ({sources})", {"np": np})
        assert_true(task, answer, judge(task, answer))


@pytest.mark.parametrize("task", PLAIN, ids=lambda task: task.name)
def test_random_changes_of_the_right_shape_never_pass(task):
    """The reference with its numbers changed at one place, by a little or a lot: the right shape, the wrong numbers."""
    random = np.random.default_rng(1)

    def spoiled(size):
        def change(array):
            array = np.array(array, dtype=float)
            flat = array.reshape(-1)
            if flat.size:
                flat[random.integers(flat.size)] += size * (1 + abs(flat).max())
            return array

        return lambda *arguments: _mapped(change, task.reference(*arguments))

    for size in (1e-3, 0.1, 10.0, np.nan):
        answer = spoiled(size)
        assert judge(task, answer).status == "failed"


# What the cases must tell apart


OF_CLASSES = {
    *("binary_cross_entropy", "binary_cross_entropy_derivative", "cross_entropy", "cross_entropy_slope", "mend_slope"),
    "minibatches",
}
WITH_TARGETS = [task for task in PLAIN if "y" in task.parameters and task.name not in OF_CLASSES]


@pytest.mark.parametrize("task", WITH_TARGETS, ids=lambda task: task.name)
def test_a_square_of_the_targets_is_not_taken_for_the_targets(task):
    place = task.parameters.index("y")

    def squared(*arguments):
        return task.reference(*(value**2 if i == place else value for i, value in enumerate(arguments)))

    assert judge(task, lambda *arguments: squared(*arguments)).status == "failed"


def test_softmax_shifted_by_its_mean_is_refused():
    def softmax(z):
        e = np.exp(z - z.mean(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    assert judge(ALL["softmax"], softmax).status == "failed"
