"""The questions: one right choice each, true numbers, a reason for every choice, and a still that reads well."""

import json
import re

import numpy as np
import pytest
from rules import unknown_tags

from bpcourse import NeuralNetwork, datasets
from bpcourse.exercises import QUESTIONS, ask, progress, use
from bpcourse.exercises.catalogue import ALL, notebooks
from bpcourse.exercises.questions import answered, marked_up, plain, still, text
from bpcourse.mathematics.validation import InputError

X, Y, W1, B1, W2, B2 = datasets.worked_example()
Z1, A1, Z2, A2 = ALL["forward"](X[:1], W1, B1, W2, B2)
DELTA = ALL["output_delta"](A2, Y[:1])


def right(name):
    return next(choice for choice in QUESTIONS[name].choices if choice.right)


def everything(question):
    return " ".join([question.text, *(f"{choice.text} {choice.reason}" for choice in question.choices)])


def test_every_notebook_has_at_least_three():
    for notebook in notebooks():
        assert len([q for q in QUESTIONS.values() if q.notebook == notebook]) >= 3


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.name)
def test_a_question_is_well_formed(question):
    assert question.notebook in notebooks()
    texts = [choice.text for choice in question.choices]
    assert 3 <= len(texts) <= 4
    assert len(set(map(plain, texts))) == len(texts)
    assert sum(choice.right for choice in question.choices) == 1
    for choice in question.choices:
        assert "$" not in choice.text  # a radio button's text is plain
        assert 4 <= len(choice.reason.split()) <= 40
    words = everything(question)
    assert unknown_tags(words) == []
    assert words.count("$") % 2 == words.count("`") % 2 == 0


def test_the_right_choice_stands_anywhere():
    places = {[choice.right for choice in question.choices].index(True) for question in QUESTIONS.values()}
    assert places == {0, 1, 2, 3}


# Numbers


def sure_and_wrong():
    p, t = np.array([[0.001]]), np.array([[1.0]])
    return [f"{ALL['squared_error'](p, t):.3f}", f"{ALL['binary_cross_entropy'](p, t):.1f}"]


def saturated():
    p, t = np.array([[0.999]]), np.array([[0.0]])
    return [f"{ALL[name](p, t)[0, 0]:.3f}" for name in ("output_delta", "output_delta_cross_entropy")]


def velocity():
    v = np.zeros(1)
    for _ in range(300):
        _, v = ALL["momentum_step"](np.zeros(1), v, np.ones(1), 0.1, 0.9)
    return [f"{v[0]:.0f} times"]


def largest_slope_of_sigmoid():
    a = np.linspace(0, 1, 1001)
    return (a * (1 - a)).max()


def wheels(*rates):
    return float(np.prod(rates))


def largest_nudge_errors():
    """How many times better nudges to one side get when they shrink by 100, for the exponential at 0."""
    errors = [abs((np.exp(h) - 1) / h - 1) for h in (1e-1, 1e-3)]
    return [f"only {10 ** round(np.log10(errors[0] / errors[1]))} times"]


def arrive_together():
    W, b = np.array([[10.0, 10.0], [10.0, 10.0]]), np.array([[-5.0, -15.0]])  # as in notebook 01
    corners = datasets.xor()[0]
    hidden = ALL["layer_forward"](corners, W, b)
    pairs = [(i, j) for i in range(4) for j in range(i) if np.allclose(hidden[i], hidden[j])]
    return [f"({corners[i, 0]:g}, {corners[i, 1]:g})" for pair in pairs for i in pair]


def of_two_samples(j, k):
    a, delta = np.array([[0.7, 0.5], [0.2, 0.4]]), np.array([[-0.1, 0.2], [0.3, -0.1]])  # as in notebook 04
    return f"{ALL['weight_gradient'](a, delta)[j, k]:.2f}"


def chosen_sizes():
    digits = datasets.digits()
    fixed = digits.X_train.shape[1], digits.y_train.shape[1]
    return [f"the {size}" for size in (64, 32, 10) if size not in fixed]


NUMBERS = {
    "what_is_free": chosen_sizes,
    "five_numbers": lambda: ["{:g} and {:g}".format(*ALL["graph_backward"](1.0)[2:])],
    "batch_by_hand": lambda: [of_two_samples(1, 0)],
    "recall_weight_place": lambda: ["[0, 1]"],
    "what_moves": arrive_together,
    "three_tosses": lambda: [f"{wheels(0.6, 0.6, 0.4):.3f}"],
    "recall_prediction": lambda: [f"{A2[0, 0] - Y[0, 0]:.4f}"],
    "recall_slope_sign": lambda: [f"{wheels(3, 0.01):g}"],
    "rate_of_two_wheels": lambda: [f"{wheels(3, -2, 0.01):g}"],
    "both_handles": lambda: [f"x = {x:g}" for x in (1.0,) if len(set(ALL["neuron_backward"](x, 0.3, 0.1, 1.0))) == 1],
    "recall_sigmoid_slope": lambda: [f"{ALL['sigmoid_derivative_from_a'](0.9):.2g}"],
    "one_side_or_two": largest_nudge_errors,
    "recall_two_ways": lambda: [f"{0.3 - 0.5:.1g}"],
    "second_input": lambda: [f"{X[0, 1] * ALL['hidden_delta'](DELTA, W2, A1)[0, 0]:.4f}"],
    "third_weight": lambda: ["[2, 0]"] if W2[2, 0] == 0.5 and W2.shape == (3, 1) else [],
    "what_a_unit_needs": lambda: [
        f"{X[0, 0]:g} and {X[0, 1]:g}",
        f"{W1[0, 0]:g} and {W1[1, 0]:g}",
        f"and {B1[0, 0]:g}",
    ],
    "second_unit": lambda: [f"{abs(Z1[0, 1]):.0f}"],
    "sigmoid_of_zero": lambda: [f"{ALL['sigmoid'](np.zeros(1))[0]:g}"],
    "shapes_of_a_batch": lambda: [str(a.shape) for a in ALL["forward"](X, W1, B1, W2, B2)[1::2]],
    "strongest_pull": lambda: [f"hidden unit {A1.argmax() + 1}"],
    "sure_and_wrong": sure_and_wrong,
    "saturated": saturated,
    "vanishing": lambda: [f"1 : {largest_slope_of_sigmoid() ** -8 // 1000:.0f},000"],
    "speed": velocity,
    "silent_input": lambda: [f"{ALL['weight_gradient'](np.zeros((1, 1)), DELTA)[0, 0] ** 2:.0f}"],
    "both_inputs": lambda: [f"almost {int(datasets.xor()[1][datasets.xor()[0].sum(axis=1) == 2].item())}"],
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_the_right_choice_are_those_of_the_code(name):
    numbers = NUMBERS[name]()
    assert numbers
    for number in numbers:
        assert number in right(name).text


def test_every_right_choice_with_a_number_is_computed():
    with_numbers = {name for name in QUESTIONS if re.search(r"\d", right(name).text)}
    counted_by_hand = {"no_hidden_layer", "outvoted", "which_order"}  # trained below; and numbers of units and layers
    assert with_numbers <= set(NUMBERS) | counted_by_hand


def test_numbers_within_texts_and_reasons():
    slope = np.array([-0.0998])
    assert f"{A2[0, 0]:.4f}" in QUESTIONS["which_way_up"].text
    assert all(f"{W2[j, 0]:.1f}" in QUESTIONS["which_way_up"].text for j in (0, 1))
    assert f"{DELTA[0, 0]:.4f}" in QUESTIONS["sign_of_delta"].text
    assert np.allclose(DELTA, slope, atol=1e-4)
    assert f"{DELTA[0, 0] * W2[1, 0]:+.4f}" in right("sign_of_delta").reason
    assert ALL["hidden_delta"](DELTA, W2, A1)[0, 1] > 0
    assert f"{A1[0, 0]:.4f}" in right("strongest_pull").reason
    assert all(f"{W1[i, 1]:g}" in QUESTIONS["second_unit"].text for i in (0, 1))
    assert all(f"{Z1[0, j]:g}" in right("second_unit").reason for j in (0, 2))
    reasons = [choice.reason for choice in QUESTIONS["strongest_pull"].choices]
    assert any(f"{A1[0, 1]:g}" in reason for reason in reasons)
    assert any(f"{A1[0, 2]:.4f}" in reason for reason in reasons)


def test_other_choices_of_the_batch_by_hand_are_the_gradients_of_other_weights():
    texts = {choice.text for choice in QUESTIONS["batch_by_hand"].choices}
    assert texts == {of_two_samples(1, 0), of_two_samples(0, 1), of_two_samples(1, 1), "-0.05"}


def test_the_slopes_of_the_two_losses_meet_nowhere():
    y_hat, y = np.linspace(0.001, 0.999, 999)[:, None], np.ones((999, 1))
    half, cross = ALL["squared_error_derivative"](y_hat, y), ALL["binary_cross_entropy_derivative"](y_hat, y)
    assert np.all(cross / half >= 4 - 1e-9)


def test_a_network_without_hidden_layer_reads_as_many_digits_as_it_says():
    digits = datasets.digits()
    W, b = np.zeros((64, 10)), np.zeros((1, 10))
    for _ in range(300):
        delta = (ALL["softmax"](digits.X_train @ W + b) - digits.y_train) / len(digits.y_train)
        W, b = W - 2 * digits.X_train.T @ delta, b - 2 * delta.sum(axis=0, keepdims=True)
    part = ALL["accuracy"](digits.X_test @ W + b, digits.labels_test)
    assert f"about {100 * part:.0f} of 100" == right("no_hidden_layer").text


def test_one_hidden_unit_never_solves_xor():
    X_xor, y_xor = datasets.xor()
    for seed in range(20):
        net = NeuralNetwork(2, 1, 1, learning_rate=2, activation="tanh", loss="binary_cross_entropy", seed=seed)
        net.train(X_xor, y_xor, epochs=300)
        assert np.mean((net.forward(X_xor) > 0.5) == y_xor) < 1


# The card


def test_choosing_answers_with_a_reason():
    card = ask("saturated")
    assert card.verdict.value == card.reason.value == ""
    for choice in card.question.choices:
        card.choice.value = plain(choice.text)
        assert ("Right" in card.verdict.value) == choice.right
        assert ("✓" in card.verdict.value) == choice.right
        assert card.reason.value
    card.choice.value = None
    assert card.verdict.value == card.reason.value == ""


def test_the_answer_chosen_last_is_kept_for_the_day_that_the_notebook_is_opened_again():
    card = ask("saturated")
    words = card._repr_mimebundle_()["text/plain"]
    assert answered(words) is None
    for choice in card.question.choices:
        card.choice.value = plain(choice.text)
        shown = answered(words)
        chosen = shown.partition("You chose:")[2].partition("<details>")[0]
        assert marked_up(choice.text) in chosen
        assert marked_up(choice.reason) in chosen
        assert ("Right" in chosen) == choice.right
    assert answered(ask("vanishing")._repr_mimebundle_()["text/plain"]) is None
    assert not progress().exercises["04_output_layer_error"][0][1]


def test_what_is_saved_reads_well_and_is_always_the_same():
    for name in QUESTIONS:
        bundle, again = ask(name)._repr_mimebundle_(), ask(name)._repr_mimebundle_()
        assert bundle["text/plain"] == again["text/plain"] == text(QUESTIONS[name])
        assert bundle["text/html"] == again["text/html"] == still(QUESTIONS[name])
        shown = bundle["text/html"]
        assert shown.index("<details>") < shown.index("Right")
        assert shown.count("<li>") == 2 * len(QUESTIONS[name].choices)
        assert json.dumps(bundle["text/html"])


def test_code_formulas_and_html_signs_are_marked_up():
    assert "<code>W2[2, 0]</code>" in still(QUESTIONS["third_weight"])
    assert r"$(1/4)^8$" in still(QUESTIONS["vanishing"])
    assert "<em>first</em>" in still(QUESTIONS["what_a_unit_needs"])


def test_only_words_are_emphasised():
    assert marked_up("*What came in* times *all*: `d *a* b`, $2 *a* b$, a*b*c, 2 * 3 * 4, `*`") == (
        "<em>What came in</em> times <em>all</em>: <code>d *a* b</code>, $2 *a* b$, a*b*c, 2 * 3 * 4, <code>*</code>"
    )


def test_an_unknown_question_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="saturated"):
        ask("saturatd")


def test_a_question_needs_no_answer_to_an_exercise():
    assert use("forward") is ALL["forward"].reference
