"""The tutor: references pass, every known mistake gets its own hint, and nothing that a learner hands in breaks it."""

import gc
import inspect
import math
import re
import sys
import threading
import time

import numpy as np
import pytest
import tutor_rates
from rules import unknown_tags

from bpcourse.exercises import ALL, calling, check, hint, judge, solution, use
from bpcourse.exercises.catalogue import UnknownExerciseError
from bpcourse.exercises.content.advice import IN_PLACE, REMEMBERS
from bpcourse.exercises.hints import steps
from bpcourse.mathematics.equations import EQUATIONS

CLASSES = {"Network", "cold_network"}  # a mistake is a function, or an expression
EXERCISES = [task for task in ALL.values() if not task.is_chosen]
MISTAKES = [(task, mistake) for task in EXERCISES for mistake in task.mistakes]
WORDS = 60


def words(result):
    return len(re.findall(r"\S*\w\S*", repr(result)))


# The catalogue


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_the_reference_passes_on_many_draws(task):
    for seed in range(20):
        result = judge(task, task.reference, seed)
        assert result.status == "passed", result
        assert task.proves in result.message


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_every_mistake_gets_its_own_hint(task):
    for mistake in task.mistakes:
        result, where = judge(task, mistake.answer), f"{task.file}, {task.name}, {mistake.name!r}"
        assert result.status == "failed", f"{where}: its answer is no mistake; it is {result.status}"
        assert (result.mistake, result.hint) == (mistake.name, mistake.hint), f"{where}: it is taken for another"
        assert words(result) <= WORDS, result


def test_a_mistake_computes_something_in_at_least_one_case():
    for task, mistake in MISTAKES:
        cases = task.cases(np.random.default_rng(0))
        errors = [calling.call(task, mistake.answer, case).error for case in cases]
        assert None in errors, f"{task.file}, {task.name}, {mistake.name!r}: {errors[0]!r} in every case"


def test_the_catalogue_is_well_formed():
    for task in EXERCISES:
        assert task.tag in {"", *EQUATIONS}
        assert task.mistakes or task.name in CLASSES
        assert len({mistake.name for mistake in task.mistakes}) == len(task.mistakes)


def test_what_is_said_is_short_and_its_tags_exist():
    for task in EXERCISES:
        assert words(judge(task, task.reference)) <= WORDS
        for step in steps(task):
            assert unknown_tags(step) == []
    for _, mistake in MISTAKES:
        assert mistake.tag in {"", *EQUATIONS}
        assert unknown_tags(f"{mistake.name} {mistake.hint}") == []
        assert mistake.hint.rstrip().endswith(("?", ".")), mistake.hint
        assert not mistake.name.endswith("."), mistake.name


def test_a_mistake_that_speaks_of_equations_is_tagged_with_one_of_them():
    for task, mistake in MISTAKES:
        spoken_of = [tag for tag in EQUATIONS if re.search(rf"\b{tag}\b", f"{mistake.name} {mistake.hint}")]
        assert not spoken_of or mistake.tag in spoken_of, (task.name, mistake)


def test_no_hint_or_nudge_gives_the_answer_away():
    for task in EXERCISES:
        *_, last = source_of(task).rstrip().splitlines()
        code = last.strip().removeprefix("return ")
        if re.fullmatch(r"[\w, ()]+", code):  # names alone
            continue
        for text in [task.nudge, task.worked, *task.hints, *(mistake.hint for mistake in task.mistakes)]:
            assert code not in text


def source_of(task):
    return inspect.getsource(task.reference)


TRAPS = {
    "the derivative of z fed with a": ("hidden_delta", "as if a were z"),
    "an extra derivative": ("output_delta_cross_entropy", "σ′ is still there"),
    "a missing derivative": ("output_delta", "σ′ is missing"),
    "a transpose that square matrices hide": ("error_reaching_a", "the transpose is missing"),
    "the inverse": ("error_reaching_a", "the inverse"),
    "sum for mean": ("squared_error", "the sum over the samples"),
    "the half": ("squared_error", "the ½ is missing"),
    "two times": ("squared_error_derivative", "a factor 2"),
    "the sign": ("update", "uphill"),
    "the axis": ("bias_gradient", "over the units"),
    "keepdims": ("softmax", "keepdims is forgotten"),
    "the bias": ("layer_z", "the bias is forgotten"),
    "weights updated too early": ("training_step", "before the hidden error"),
    "the relu mask": ("relu_derivative_from_z", "with >="),
    "softmax without the shift": ("softmax", "overflows"),
    "softmax over the wrong axis": ("softmax", "over the samples"),
    "the log of zero": ("cross_entropy", "0 · log 0"),
    "gradients accumulated": ("network_backward", "accumulated"),
    "the last activation": ("forward", "the last layer's activation is forgotten"),
    "X shuffled without y": ("minibatches", "y is not"),
    "the last batch's loss": ("epoch_loss", "the last batch's loss"),
    "the learning rate twice": ("update", "applied twice"),
    "in place": ("update", IN_PLACE.mistake),
    "zero weights": ("xavier", "all weights are 0"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_of_the_field_is_in_the_catalogue(trap):
    name, words_of_it = TRAPS[trap]
    assert [m for m in ALL[name].mistakes if words_of_it in m.name], [m.name for m in ALL[name].mistakes]


# Whatever is handed in


@pytest.mark.parametrize("answer", [None, ..., lambda *arguments: None, lambda *arguments: ..., lambda *a: (1, ...)])
def test_a_stub_is_open(answer):
    for task in EXERCISES:
        if task.name != "network_update":  # which rightly returns None
            assert judge(task, answer).status == "open"


def test_a_forgotten_return_is_open_and_named():
    def sigmoid(z):
        1 / (1 + np.exp(-z))

    result = check("sigmoid", sigmoid)
    assert result.status == "open"
    assert "return missing" in result.message


def test_half_a_stub_is_open_and_a_gap_in_finished_code_is_named():
    def started(X, W1, b1, W2, b2):
        z1 = X @ W1 + b1
        a1 = ...
        z2 = a1 @ W2 + b2
        a2 = ...
        return z1, a1, z2, a2

    def forgotten(activations, weights, y):
        d_weights, d_biases = [None] * len(weights), [None] * len(weights)
        d_weights[-1] = activations[-2].T @ activations[-1]
        return d_weights, d_biases

    assert check("forward", started).status == "open"
    result = check("backward", forgotten)
    assert result.status == "failed"
    assert "d_weights[0] is still None" in result.message


def test_dots_left_in_the_code_mean_not_done_yet_unless_the_numbers_are_right():
    def network_train(self, X, y, epochs, target):
        losses = [self.loss(X, y)]
        ...
        return losses

    def sigmoid(z):
        ...
        return 1 / (1 + np.exp(-z))

    def softmax(z):
        return np.exp(z) / np.exp(z)[..., :1]

    assert check("network_train", network_train).status == "open"
    assert check("sigmoid", sigmoid).status == "passed"
    assert check("softmax", softmax).status == "failed"


def test_a_way_through_without_a_return_is_named():
    def average(numbers):
        if len(numbers) == 2:
            return (numbers[0] + numbers[1]) / 2

    result = check("average", average)
    assert result.status == "failed"
    assert "returned nothing for" in result.message


class Evil:
    """Raises at every touch."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


class Bad:
    def __call__(self, *arguments):
        return self

    def __array__(self, *arguments, **options):
        raise KeyError("no")

    def __repr__(self):
        raise ValueError("no words")


def exits(*arguments):
    sys.exit("bye")


def interrupts(*arguments):
    raise KeyboardInterrupt


def recurses(*arguments):
    return recurses(*arguments)


def yields(*arguments):
    yield from arguments


async def waits(*arguments):
    return 1


def raises_badly(*arguments):
    raise type("Odd", (Exception,), {"__str__": lambda self: 1 / 0})


def warns(*arguments):
    return np.float64(1) / np.float64(0)


ANYTHING = {
    "a number": 3,
    "text": "text",
    "a list": [1],
    "an array": np.zeros(3),
    "an object": object(),
    "a class": Bad,
    "a callable that returns itself": Bad(),
    "no arguments": lambda: 1,
    "too many arguments": lambda a, b, c, d, e, f, g, h, i: 1,
    "keywords only": lambda *, z: 1,
    "returns text": lambda *a: "0.5",
    "returns bytes": lambda *a: b"1",
    "returns nan": lambda *a: np.nan,
    "returns inf": lambda *a: np.full((2, 2), np.inf),
    "returns another shape": lambda *a: np.zeros((9, 9)),
    "returns an empty array": lambda *a: np.zeros((0, 3)),
    "returns five axes": lambda *a: np.zeros((1, 1, 1, 1, 1)),
    "returns complex numbers": lambda *a: np.array([1j]),
    "returns objects": lambda *a: np.array([object(), 1], dtype=object),
    "returns a ragged list": lambda *a: [[1, 2], [3]],
    "returns a dictionary": lambda *a: {"z": 1},
    "returns a set": lambda *a: {1},
    "returns evil": lambda *a: Evil(),
    "returns a function": lambda *a: np.exp,
    "returns a module": lambda *a: np,
    "returns dates": lambda *a: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "returns a huge int": lambda *a: 10**400,
    "returns a list that holds itself": lambda *a: (lambda x: x.append(x) or x)([1, "a"]),
    "returns very many things": lambda *a: [np.zeros(1)] * 100_000,
    "returns a terabyte": lambda *a: np.broadcast_to(0.0, (10**6, 10**6)),
    "asks for too much memory": lambda *a: np.ones((10**7, 10**7)),
    "returns its arguments": lambda *a: a,
    "exits": exits,
    "interrupts": interrupts,
    "recurses": recurses,
    "yields": yields,
    "waits": waits,
    "raises badly": raises_badly,
    "warns": warns,
    "a built-in": len,
    "print": print,
    "np.exp": np.exp,
}


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("what", ANYTHING)
def test_whatever_is_handed_in_gets_a_sentence(what):
    for task in EXERCISES:
        result = judge(task, ANYTHING[what])
        assert result.status in ("failed", "open"), (task.name, result)
        assert result.message.strip()
        assert words(result) <= WORDS, result
        assert "<b>" in result._repr_html_()
    gc.collect()  # so that a coroutine that nobody awaited complains here


def test_evil_itself_gets_a_sentence():
    assert check("sigmoid", Evil()).status == "failed"


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("a number", "without brackets"),
        ("no arguments", "takes no arguments; expected (z)"),
        ("returns text", "text"),
        ("returns nan", "a single number; expected shape (1,)"),
        ("returns complex numbers", "complex numbers"),
        ("returns a function", "a function"),
        ("returns a dictionary", "a dict"),
        ("yields", "a generator"),
        ("exits", "SystemExit"),
        ("interrupts", "KeyboardInterrupt"),
        ("recurses", "RecursionError"),
        ("asks for too much memory", "Error"),
    ],
)
def test_the_sentence_says_what_came(what, sentence):
    assert sentence in judge(ALL["sigmoid"], ANYTHING[what]).message


def test_nan_is_shown_where_it_is():
    def softmax(z):
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) + 0.0

    result = check("softmax", softmax)
    assert "nan" in result.message
    assert "overflows" in result.mistake


@pytest.mark.parametrize("body", ["while True: pass", "while True:\n  try: time.sleep(0.01)\n  except Exception: pass"])
def test_an_endless_loop_is_stopped(monkeypatch, body):
    monkeypatch.setattr("bpcourse.exercises.calling.SECONDS", 0.2)
    space = {"time": time}
    indented = body.replace("\n", "\n    ")
    exec(f"def endless(z):\n    {indented}", space)
    before = threading.active_count()
    result = check("sigmoid", space["endless"])
    assert result.status == "failed"
    assert "still running" in result.message
    assert threading.active_count() == before


def test_what_cannot_be_stopped_is_left_behind_and_said(monkeypatch):
    monkeypatch.setattr("bpcourse.exercises.calling.SECONDS", 0.1)
    release, awake = threading.Event(), threading.Event()

    def sleeps(z):
        try:
            release.wait()  # in C, as a huge product would be
        finally:
            awake.set()

    message = check("sigmoid", sleeps).message
    assert not awake.is_set()
    assert "still running" in message
    assert "restart the kernel" in message
    release.set()
    assert awake.wait(60)


def test_a_learners_own_interrupt_ends_the_check(monkeypatch):
    join = threading.Thread.join
    presses = iter([KeyboardInterrupt])

    def joined(self, timeout=None):
        for pressed in presses:
            raise pressed
        return join(self, timeout)

    monkeypatch.setattr(threading.Thread, "join", joined)
    result = check("sigmoid", lambda z: z)
    assert (result.status, result.message) == ("failed", "You stopped the check before it was through.")


def test_an_error_shows_the_learners_own_line_in_plain_words():
    def answer(a_prev, W, b):
        product = W @ a_prev.T @ a_prev
        return product + b

    message = check("layer_z", answer).message
    assert "`product = W @ a_prev.T @ a_prev`" in message
    assert "ValueError" in message
    assert "the inner sizes are 3 and 2" in message or "inner sizes" in message
    assert "gufunc" not in message


def test_a_spelling_mistake_is_said_to_be_one():
    def sigmoid(z):
        return 1 / (1 + numpi.exp(-z))  # noqa: F821

    result = check("sigmoid", sigmoid)
    assert "numpi" in result.message
    assert "spelling" in result.hint


def test_what_is_printed_is_swallowed_and_remarked(capsys):
    def talks(numbers):
        print("hello")
        print("oh", file=sys.stderr)
        return np.mean(numbers)

    result = check("average", talks)
    assert result.status == "passed"
    assert "prints" in result.message
    assert capsys.readouterr() == ("", "")


def test_changing_the_input_is_named():
    def answer(z):
        z *= -1
        return 1 / (1 + np.exp(z))

    assert check("sigmoid", answer).mistake == "changes its input in place"


def test_an_answer_that_remembers_is_named():
    seen = []

    def average(numbers):
        seen.append(np.sum(numbers))
        return np.mean(numbers) if len(seen) < 4 else sum(seen)

    assert check("average", average).mistake == REMEMBERS.mistake


def test_arguments_in_another_order_are_named():
    def output_delta(y, y_hat):
        return (y_hat - y) / len(y) * y_hat * (1 - y_hat)

    assert "another order" in check("output_delta", output_delta).mistake


def test_the_inputs_of_an_answer_stay_as_they_are():
    cases = ALL["forward"].cases(np.random.default_rng(0))
    before = [[array.copy() for array in case] for case in cases]
    calling.observe(ALL["forward"], ALL["forward"].reference, cases)
    for case, copy in zip(cases, before, strict=True):
        for array, same in zip(case, copy, strict=True):
            np.testing.assert_array_equal(array, same)


# The names


def test_an_unknown_name_is_answered_with_the_nearest():
    assert "sigmoid" in check("sigmod", None).message
    assert "quotation marks" in check(lambda z: z).message
    assert check([1], 2).status == check(None).status == check(7, 7).status == "failed"
    for function in (use, solution, hint):
        with pytest.raises(UnknownExerciseError, match="sigmoid"):
            function("sigmod")
        with pytest.raises(KeyError):
            function("nothing like it")
        with pytest.raises(ValueError, match="expected text"):
            function(3)


# Hints in steps


def test_a_name_of_an_odd_kind_is_answered_too():
    class Odd:
        __name__ = bytearray(b"sigmoid")

    assert "came as a Odd; expected text" in repr(check(Odd(), lambda z: z))


def written(name, *lines):
    """Return an answer with a source, as a notebook's cell would define it."""
    head = f"def {name}({', '.join(ALL[name].parameters)}):"
    return tutor_rates.function_of({"exercise": name, "source": "\n    ".join([head, *lines]) + "\n"})


def test_a_repeated_failure_gives_one_step_more_each_time():
    def wrong(z):
        return 1 / (1 + np.exp(z))

    first, second, third, fourth = (check("sigmoid", wrong) for _ in range(4))
    assert first.mistake
    assert first.step == ""
    assert ALL["sigmoid"].worked in second.step
    assert ALL["sigmoid"].nudge in third.step
    assert "solution" in fourth.step
    check("sigmoid", lambda z: 1 / (1 + np.exp(-z)))
    assert check("sigmoid", wrong).step == ""


def test_a_step_for_an_answer_that_stops_or_never_ends_is_told_in_time(monkeypatch):
    monkeypatch.setattr("bpcourse.exercises.calling.SECONDS", 0.2)
    for line in ("while True: pass", "raise SystemExit", "return z @ z @ z"):
        answer = written("sigmoid", line)
        assert [bool(check("sigmoid", answer).step) for _ in range(3)][-2:] == [True, True]


def test_hints_come_one_by_one_and_never_hold_the_solution():
    texts = [hint("weight_gradient").text for _ in range(4)]
    assert "BP4" in texts[0]
    assert texts[0] == steps(ALL["weight_gradient"])[0]
    assert 'solution("weight_gradient")' in texts[2]
    assert texts[2] == texts[3]
    assert all("a_prev.T" not in text for text in texts)
    assert hint("sigmoid").text == steps(ALL["sigmoid"])[0]


def test_every_exercise_has_a_nudge_its_own_hints_numbers_and_a_solution():
    for task in EXERCISES:
        nudge, *own, numbers, last = steps(task)
        assert len(nudge.split()) <= 40
        assert own == task.hints
        assert numbers == task.worked or numbers.startswith("An example: for ")
        assert task.name in last


@pytest.mark.parametrize("name", ["backward", "network_backward"])
def test_the_hardest_have_at_least_three_hints_of_their_own(name):
    assert len(ALL[name].hints) >= 3


def test_the_solution_is_the_reference_itself(capsys):
    for task in EXERCISES:
        if task.kind == "derive":  # an expression; see test_kinds.py
            continue
        solution(task.name)
        shown = capsys.readouterr().out
        assert shown.startswith((f"def {task.name}(", f"class {task.name}:"))
        assert "exercise(" not in shown
    solution("layer_forward")
    namespace = {"np": np}
    exec(capsys.readouterr().out, namespace)
    assert judge(ALL["layer_forward"], namespace["layer_forward"]).status == "passed"


# How it reads


def test_a_result_reads_well_as_text_and_escapes_as_html():
    result = check("sigmoid", lambda z: z @ "<i>")
    assert repr(result).startswith("sigmoid: ✗ not yet right")
    shown = result._repr_html_()
    assert "<i>" not in shown
    assert "<code>" in shown


def test_the_message_shows_the_smallest_input():
    message = check("sigmoid", lambda z: 1 / (1 + np.exp(z))).message
    assert message == "The result at [0] is 0.2689; expected 0.7311, for z = [1.]."


def test_a_check_draws_few_cases():
    for task in EXERCISES:
        assert len(task.cases(np.random.default_rng(0))) <= 12


def test_the_courses_own_version_is_not_the_learners():
    result = check("sigmoid", use("sigmoid"))
    assert result.status == "open"
    assert "not yours" in result.message


def test_returning_new_arrays_does_not_update_a_network():
    def returns_only(self, gradients):
        pairs = zip(self.weights, gradients.weights, strict=True)
        return [W - self.learning_rate * dW for W, dW in pairs], self.biases

    result = check("network_update", lambda self, gradients: tuple(returns_only(self, gradients)))
    assert (result.status, result.mistake) == ("failed", "nothing of the network has changed")


def test_pairs_that_are_not_pairs_are_seen():
    def flat(X, y, size, order):
        batches = []
        for start in range(0, len(X), size):
            batches += (X[order[start : start + size]], y[order[start : start + size]])
        return batches

    result = check("minibatches", flat)
    assert (result.status, result.mistake) == (
        "failed",
        "the list holds X, y, X, y, one after another, instead of pairs",
    )
    assert result.message == "Your function returned 2 arrays; expected a list of pairs, here one."


def test_zeros_are_not_called_rounded():
    assert check("hidden_delta", lambda delta_next, W_next, a: 0 * a).mistake == "everything is 0"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda y_hat, y: np.sum(0.5 * (y_hat - y) ** 2) / N, "len(y)"),  # noqa: F821
        (lambda y_hat, y: np.sum(0.5 * (y_hat - y) ^ 2), "**"),
        (lambda y_hat, y: 0.5 * (y_hat - y) ** 2, "a single number"),
        (lambda y_hat, y: average(y_hat - y), "use('average')"),  # noqa: F821
    ],
)
def test_what_a_beginner_trips_over_is_told_in_words(answer, words):
    assert words in repr(check("squared_error", answer))


def test_functions_of_math_are_told_from_those_of_numpy():
    result = check("sigmoid", lambda z: 1 / (1 + math.exp(-z)))
    assert "Which function of NumPy takes a whole array?" in result.hint


def test_lists_of_numbers_that_are_changed_are_noticed():
    def has_converged(losses, tolerance, patience):
        losses.reverse()
        return len(losses) > patience and losses[patience] - losses[0] < tolerance * losses[patience]

    assert judge(ALL["has_converged"], has_converged).mistake == "changes its input in place"


@pytest.mark.parametrize("name", ["network_backward", "network_train"])
def test_methods_that_the_class_will_have_may_be_called(name):
    def network_backward(self, X, y):
        gradients = ALL[name].reference(self, X, y)
        assert np.array_equal(self.forward(X), self.activations(X)[-1])
        return gradients

    def network_train(self, X, y, epochs, target):
        losses = [self.loss_function(self.forward(X), y)]
        while losses[-1] > target and len(losses) <= epochs:
            self.update(self.backward(X, y))
            losses.append(self.loss_function(self.forward(X), y))
        return losses

    assert (
        judge(ALL[name], {"network_backward": network_backward, "network_train": network_train}[name]).status
        == "passed"
    )


def test_a_forgotten_self_is_named():
    def network_activations(self, X):
        return [X @ W for W in weights]  # noqa: F821

    assert "self.weights" in judge(ALL["network_activations"], network_activations).hint
