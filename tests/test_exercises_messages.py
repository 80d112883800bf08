"""What a beginner is told: errors in plain words, results of another kind or form, and what is not done yet."""

# ruff: noqa: F821

import numpy as np
import pytest

from bpcourse.exercises import ALL, judge
from bpcourse.exercises.content.advice import CHANGES_THE_NETWORK

sigmoid = ALL["sigmoid"].reference


def told(name, answer):
    return repr(judge(ALL[name], answer))


# Errors in plain words


def backward_without_self(self, X, y, epochs, target):
    return [backward(X, y)]


def update_without_self(self, X, y, epochs, target):
    update(self.backward(X, y))
    return [1.0]


def loss_without_self(self, X, y, epochs, target):
    return [loss(X, y)]


def eta_of_the_network(self, gradients):
    self.weights = [W - eta * dW for W, dW in zip(self.weights, gradients.weights, strict=True)]


def loss_of_the_targets(self, X, y, epochs, target):
    losses = [self.loss(y, y)]
    while losses[-1] > target and len(losses) <= epochs:
        self.update(self.backward(X, y))
        losses.append(self.loss(y, y))
    return losses


def loss_of_the_inputs(self, X, y, epochs, target):
    losses = [self.loss_function(X, y)]
    while losses[-1] > target and len(losses) <= epochs:
        self.update(self.backward(X, y))
        losses.append(self.loss_function(X, y))
    return losses


def call_without_arguments(self, X, y, epochs, target):
    self.update()
    return [self.loss(X, y)]


def gradients_as_a_list(self, gradients):
    self.weights, self.biases = gradients


def list_as_a_number(self, gradients):
    self.weights = self.weights - self.learning_rate * gradients.weights


def values_as_positions(numbers):
    return sum(numbers[i] for i in numbers) / len(numbers)


def losses_as_positions(losses, tolerance, patience):
    return any(losses[i] < tolerance for i in losses)


def comma_for_a_colon(X, y, size, order):
    return [(X[order[start, start + size]], y[order[start, start + size]]) for start in range(0, len(X), size)]


def append_of_two(X, y, size, order):
    batches = []
    batches.append(X[order[:size]], y[order[:size]])
    return batches


def append_kept(X, y, size, order):
    batches = []
    for start in range(0, len(X), size):
        batches = batches.append((X[order[start : start + size]], y[order[start : start + size]]))
    return batches


def append_kept_in_a_part(activations, weights, y):
    d_weights, d_biases = [], []
    d_weights = d_weights.append(weights[0])
    return d_weights, d_biases


def append_returned(X, y, size, order):
    batches = []
    return batches.append((X, y))


def local_name_misspelled(numbers):
    total = 0
    for number in numbers:
        total = totl + number
    return total / len(numbers)


def name_to_come(z):
    exp_z = exp(z)
    return exp_z / (1 + exp_z)


def raises_a_name_error(numbers):
    raise NameError("number")


ERRORS = [
    ("network_train", backward_without_self, "it is called self.backward"),
    ("network_train", update_without_self, "it is called self.update"),
    ("network_train", loss_without_self, "it is called self.loss"),
    ("network_update", eta_of_the_network, "it is called self.learning_rate"),
    ("network_train", loss_of_the_targets, "loss was called with something else than X and y"),
    ("network_train", loss_of_the_inputs, "loss_function was called with something else than y_hat and y"),
    ("network_train", call_without_arguments, "TypeError: update() missing 1 required"),
    ("network_train", call_without_arguments, "between its brackets"),
    ("network_update", gradients_as_a_list, "two lists in one object"),
    ("network_update", list_as_a_number, "A list does not compute"),
    ("sigmoid_derivative_from_a", lambda a: a(1 - a), "is a * missing"),
    ("weight_gradient", lambda a_prev, delta: a_prev.T() @ delta, "is a * missing"),
    ("numerical_slope", lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / (x - x + 2)(1e-5), "is a * missing"),
    ("numerical_slope", lambda f, x: f * (x + 1e-5), "That is a function itself"),
    ("average", lambda numbers: np.sum(numbers) / len, "That is a function itself"),
    ("average", lambda numbers: np.sum[numbers] / len(numbers), "That is a function itself"),
    ("sigmoid", lambda z: 1 / (1 + np.exp**-z), "That is a function itself"),
    ("average", lambda numbers: numbers.sum / len(numbers), "That is a function itself"),
    ("average", values_as_positions, "range(len(...)) gives positions"),
    ("has_converged", losses_as_positions, "range(len(...)) gives positions"),
    ("average", lambda numbers: sum(numbers[i] for i in len(numbers)), "What counts up to a number?"),
    ("minibatches", comma_for_a_colon, "with a colon?"),
    ("minibatches", append_of_two, "append takes one thing"),
    ("minibatches", append_kept, "append changes its list"),
    ("backward", append_kept_in_a_part, "append changes its list"),
    ("minibatches", append_returned, "append changes its list"),
    ("average", lambda numbers: np.sum(numbers) / len(number), "In your function there is numbers."),
    ("layer_z", lambda a_prev, W, b: x @ W + b, "Which line gives that name its value?"),
    ("weighted_sum", lambda x, w, b: np.sum(X * w) + b, "In your function there is x."),
    ("average", local_name_misspelled, "In your function there is total."),
    ("sigmoid", name_to_come, "In NumPy it is called np.exp."),
    ("average", raises_a_name_error, "Which line gives that name its value?"),
    ("sigmoid", lambda z: 1 / (1 + exp(-z)), "In NumPy it is called np.exp."),
    ("binary_cross_entropy", lambda y_hat, y: -log(y_hat), "In NumPy it is called np.log."),
    ("sigmoid", lambda z: 1 / (1 + e**-z), "np.exp(z) is e to the power of z."),
    ("update", lambda W, dW, eta: W - eta @ dW, "a number multiplies with *"),
    ("xavier", lambda n_in, n_out, random: random.uniform(-1, 1, n_in, n_out), "A shape is one argument"),
    ("xavier", lambda n_in, n_out, random: np.zeros(n_in, n_out), "A shape is one argument"),
]


@pytest.mark.parametrize(("name", "answer", "words"), ERRORS)
def test_an_error_comes_with_advice_of_its_own(name, answer, words):
    text = told(name, answer)
    assert words in text
    assert "gufunc" not in text
    assert "<locals>" not in text


# Results of another kind or form


def says_text(losses, tolerance, patience):
    return "False"


def zips(X, y, size, order):
    return zip([X], [y], strict=True)


def one_array_for_a_list(activations, weights, y):
    d_weights, d_biases = ALL["backward"].reference(activations, weights, y)
    return d_weights[0], d_biases


def one_array_in_the_class(self, X, y):
    gradients = ALL["network_backward"].reference(self, X, y)
    gradients.weights = gradients.weights[0]
    return gradients


def two_lists_for_pairs(X, y, size, order):
    starts = range(0, len(X), size)
    return [X[order[s : s + size]] for s in starts], [y[order[s : s + size]] for s in starts]


def two_biases_swapped(X, y, a1, a2, W2):
    dW1, db1, dW2, db2 = ALL["backward_two_layers"].reference(X, y, a1, a2, W2)
    return dW1, db2, dW2, db1


KINDS = [
    ("has_converged", says_text, "in quotation marks"),
    ("has_converged", says_text, "returned text, 'False'; expected True or False."),
    ("minibatches", zips, "returned a zip; expected a list of pairs, here one."),
    ("minibatches", zips, "list(...) makes a list of it"),
    ("layer_z", lambda a_prev, W, b: map(len, a_prev), "a map; expected an array."),
    ("minibatches", two_lists_for_pairs, "returned 2 lists of one array each; expected a list of pairs, here one."),
    ("backward", one_array_for_a_list, "d_weights is one array; expected a list of 2 arrays."),
    ("backward", one_array_for_a_list, "Every layer has a place of its own in that list."),
    ("network_backward", one_array_in_the_class, "d_weights is one array; expected a list of 2 arrays."),
    ("forward", lambda X, W1, b1, W2, b2: (X, X), "returned 2 arrays; expected 4: z1, a1, z2, a2."),
    ("layer_z", lambda a_prev, W, b: [b, b, b], "returned 3 arrays; expected an array of shape (1, 3)."),
    ("layer_z", lambda a_prev, W, b: 0.5, "is a single number; expected shape (1, 3)"),
    ("binary_cross_entropy", lambda y_hat, y: np.log(y_hat), "What makes one number of many?"),
    ("layer_z", lambda a_prev, W, b: 0.5, "Is there a sum or a mean too many"),
    ("network_backward", lambda self, X, y: (X, y), "returned a tuple; expected a Gradients."),
    ("sigmoid", lambda z: z > 0, "is True; expected 0.7311"),
    ("backward_two_layers", two_biases_swapped, "What comes as db1 is db2."),
]


@pytest.mark.parametrize(("name", "answer", "words"), KINDS)
def test_the_kind_and_the_form_of_a_result_are_told(name, answer, words):
    assert words in told(name, answer)


def test_a_result_that_is_right_but_not_in_its_place_is_named_with_its_place():
    def momentum_step(W, v, dW, eta, mu):
        v = mu * v + dW
        return v, W - eta * v

    assert "What comes as W is v." in told("momentum_step", momentum_step)


def test_a_part_of_a_second_call_is_named_with_its_place():
    calls = []

    def network_backward(self, X, y):
        gradients = ALL["network_backward"].reference(self, X, y)
        calls.append(X)
        if len(calls) % 2 == 0:
            gradients.weights[0] = gradients.weights[0] + 1
        return gradients

    message = judge(ALL["network_backward"], network_backward).message
    assert message.startswith("the second call's d_weights[0] at [")


def test_stars_of_code_stay_in_whatever_a_card_shows():
    def output_delta(y_hat, y):
        raise ValueError("(d@W)*a*(1-a) and *a* and `d *a* (1 - a)`")

    shown = judge(ALL["output_delta"], output_delta)._repr_html_()
    assert "(d@W)*a*(1-a) and *a* and <code>d *a* (1 - a)</code>" in shown
    assert "<em>" not in shown


# Not done yet, or done without a result


def test_an_empty_list_is_no_stub():
    def minibatches(X, y, size, order):
        batches = []
        for start in range(0, len(X), size):
            rows = order[start : start + size]
            (X[rows], y[rows])
        return batches

    def stub(X, y, size, order):
        batches = []
        for _ in range(0, len(X), size):
            ...
        return batches

    assert judge(ALL["minibatches"], stub).status == "open"
    result = judge(ALL["minibatches"], minibatches)
    assert result.status == "failed"
    assert result.message == "Your function returned an empty list."
    assert "puts something into it" in result.hint


def test_a_way_without_a_return_is_told_from_a_forgotten_return():
    def has_converged(losses, tolerance, patience):
        if len(losses) <= patience:
            return False
        if losses[-1 - patience] - losses[-1] < tolerance * losses[-1 - patience]:
            return True

    def nothing(losses, tolerance, patience):
        if len(losses) <= patience:
            return
        enough = losses[-1 - patience] - losses[-1] < tolerance * losses[-1 - patience]  # noqa: F841

    result = judge(ALL["has_converged"], has_converged)
    assert (result.status, result.hint) == ("failed", "Does every way through your function end in a return?")
    assert judge(ALL["has_converged"], nothing).status == "open"


def test_what_is_unknown_is_sent_to_the_formula_or_to_the_text():
    assert "Compare with the formula above" in told("weighted_sum", lambda x, w, b: np.max(x * w) + b)
    assert "Compare with the text above" in told("average", lambda numbers: np.sum(numbers**2))


# What once misled


def losses_alone(self, X, y, epochs, target):
    return [self.loss(X, y)]


def no_losses(self, X, y, epochs, target):
    while self.loss(X, y) > target and epochs > 0:
        self.update(self.backward(X, y))
        epochs -= 1
    return []


def backward_without_return(self, X, y):
    activations = self.activations(X)
    delta = (activations[-1] - y) / len(y)
    gradients = [activations[i].T @ delta for i in range(len(self.weights))]  # noqa: F841


def attribute_misspelled(self, X):
    return [X @ self.weigths[0]]


def one_column_for_all(a_prev, delta):
    """Right where there is a single output, as in the only case with a single sample; other single samples are not."""
    return (a_prev * np.abs(delta).sum() ** 0).T @ (delta.sum(axis=1, keepdims=True) * np.ones(delta.shape))


MISLED = [
    ("network_train", losses_alone, "Nothing came as the gradients used; expected", "returned"),
    ("network_train", no_losses, "Nothing came as the list of losses; expected", "returned"),
    ("network_backward", backward_without_return, "Is the word return missing?", "still None"),
    ("network_activations", attribute_misspelled, "There is weights. Is that the name you mean?", "SimpleNamespace"),
    ("layer_z", lambda a_prev, W, b: np.linalg.inv(a_prev) @ W + b, "Does the equation ask for an inverse?", "Compare"),
    ("average", lambda numbers: np.summ(numbers) / len(numbers), "There is sum. Is that", "Read the error"),
    ("weighted_sum", lambda x, w, b: forward(x, w, b, w, b), "this one does without it", "use("),
    ("forward", lambda X, W1, b1, W2, b2: layer_z(X, W1, b1), "Is it asked for here?", "In NumPy"),
    ("weight_gradient", one_column_for_all, "I do not recognise this one.", "With a single sample"),
]


@pytest.mark.parametrize(("name", "answer", "words", "never"), MISLED)
def test_a_message_does_not_mislead(name, answer, words, never):
    text = told(name, answer)
    assert words in text
    assert never not in text


def test_exceptions_alone_name_a_mistake_only_in_its_own_words():
    """Whoever stops with a ValueError in every case has not made each mistake that does so too."""
    for task in (task for task in ALL.values() if not task.is_chosen):
        result = judge(task, lambda *arguments: np.ones(3) @ np.ones(4))
        assert (result.status, result.mistake) == ("failed", None), task.name


def test_the_line_where_an_answer_stopped_is_given():
    def relu_derivative_from_z(z):
        slope = 0
        if z > 0:
            slope = 1
        return slope

    assert judge(ALL["relu_derivative_from_z"], relu_derivative_from_z).line == 3


# Networks that are changed in place


def test_a_network_may_be_changed_in_place_and_that_is_remarked():
    def network_update(self, gradients):
        for W, b, dW, db in zip(self.weights, self.biases, gradients.weights, gradients.biases, strict=True):
            W -= self.learning_rate * dW
            b -= self.learning_rate * db

    result = judge(ALL["network_update"], network_update)
    assert (result.status, result.remarks) == ("passed", (CHANGES_THE_NETWORK,))
    assert judge(ALL["network_update"], ALL["network_update"].reference).remarks == ()
