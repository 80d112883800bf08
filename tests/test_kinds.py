"""The kinds of exercises beside plain code: derive, debug, measure, cold; bug hunts; and the program that goes home."""

import json
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from test_conventions import NOTEBOOKS

from bpcourse import NeuralNetwork, datasets
from bpcourse.exercises import ALL, bug_hunt, check, export, given, hint, hunting, solution, use
from bpcourse.exercises.calling import drawn
from bpcourse.exercises.catalogue import KINDS
from bpcourse.mathematics.validation import InputError

DERIVED = [task for task in ALL.values() if task.kind == "derive" and not task.lines]
ORDERED = [task for task in ALL.values() if task.lines]
MEASURED = [task for task in ALL.values() if task.kind == "measure"]
DEBUGGED = [task for task in ALL.values() if task.kind == "debug"]
COLD = [task for task in ALL.values() if task.kind == "cold"]


def named(task):
    return task.name


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


def test_every_exercise_is_of_a_known_kind():
    assert {task.kind for task in ALL.values()} == set(KINDS)


# Derive: an expression


@pytest.mark.parametrize("task", DERIVED, ids=named)
def test_the_derived_expression_passes_and_is_what_solution_prints(task, capsys):
    solution(task.name)
    expression = capsys.readouterr().out.strip()
    assert check(task.name, expression).status == "passed"
    assert check(task.name, f"({expression}) + 0.001").status == "failed"


ORACLES = {  # what each expression is the rate of, by nudging
    "line_squared": lambda x: slope(lambda x: (2 * x + 1) ** 2, x),
    "two_ways": lambda x: slope(lambda x: x**2 * np.exp(x), x),
    "cross_entropy_slope": lambda p, y: slope(lambda p: -(y * np.log(p) + (1 - y) * np.log(1 - p)), p),
    "tanh_slope": lambda a: slope(np.tanh, np.arctanh(a)),
    "from_indices": lambda a, d: np.einsum("nj,nk->jk", a, d),
    "predicted_fall": lambda eta, g1, g2: -eta * np.dot([g1, g2], [g1, g2]),
    "top_speed": lambda g, mu: g * sum(mu**k for k in range(2000)),
    "blame_of_two": lambda a, w1, w2, d1, d2: slope(
        lambda z: d1 * w1 * sigmoid(z) + d2 * w2 * sigmoid(z), np.log(a / (1 - a))
    ),
}


@pytest.mark.parametrize("task", DERIVED, ids=named)
def test_the_derived_expression_agrees_with_an_oracle(task):
    for arguments in drawn(task, 0, 1, 2).inputs:
        assert np.allclose(task.reference(*arguments), ORACLES[task.name](*arguments), rtol=1e-5, atol=1e-7)


def test_an_expression_may_be_written_as_on_paper():
    for expression in ("8·x + 4", "4 × (2*x + 1)", "8*x^1 + 4"):
        assert check("line_squared", expression).status == "passed"
    assert check("tanh_slope", "1 − a²").status == "passed"


def test_what_is_no_expression_is_told_with_the_symbols():
    for wrong in ("2x + 1", "4 * (2 * x + 1", "y = 4 * x", "import os", "x)\nprint(1"):
        result = check("line_squared", wrong)
        assert result.status == "failed"
        assert "in x" in result.hint


def test_dots_are_no_answer_yet():
    for task in (*DERIVED, *ORDERED):
        assert check(task.name, "...").status == "open"


def test_a_wrong_expression_is_looked_into_like_any_answer():
    result = check("line_squared", "2 * (2 * x + 1)")
    assert result.mistake == "the rate of the inner function is left out"
    assert result.line is None


# Derive: an order


@pytest.mark.parametrize("task", ORDERED, ids=named)
def test_lines_in_their_order_pass_and_each_other_order_gets_its_question(task):
    assert sorted(task.order) == sorted(task.lines)
    assert len(task.because) == len(task.lines)
    assert check(task.name, " ".join(task.order.lower())).status == "passed"
    for place in range(len(task.order) - 1):
        letters = list(task.order)
        letters[place : place + 2] = letters[place + 1], letters[place]
        result = check(task.name, "".join(letters))
        assert result.status == "failed"
        assert result.hint == task.because[place]
    assert check(task.name, task.order[:-1]).status == "failed"
    assert check(task.name, 3).status == "open"


def test_lines_of_the_sigmoids_slope_are_equal_numbers():
    z = np.linspace(-3, 3, 7)
    u, a = 1 + np.exp(-z), sigmoid(z)
    for line in (-1 / u**2 * -np.exp(-z), np.exp(-z) / u**2, 1 / u * np.exp(-z) / u, a * (1 - a)):
        assert np.allclose(line, slope(sigmoid, z))


def test_what_is_kept_in_the_graph_of_five_numbers_is_what_nudges_measure():
    def loss(p):
        return 0.5 * (p - 5) ** 2

    for x in (1.0, -0.7, 1.4):
        u, v = x**2, 3 * x
        measured = [
            slope(loss, u * v),
            slope(lambda u, v=v: loss(u * v), u),
            slope(lambda v, u=u: loss(u * v), v),
            slope(lambda x: loss(x**2 * 3 * x), x),
        ]
        assert np.allclose(ALL["graph_backward"](x), measured, rtol=1e-5, atol=1e-7)


def test_minus_the_log_of_the_bell_is_half_the_squared_error_but_for_a_constant():
    d = np.linspace(-3, 3, 13)
    bell = np.exp(-(d**2) / 2) / np.sqrt(2 * np.pi)
    losses = [ALL["squared_error"](np.array([[e]]), np.zeros((1, 1))) for e in d]
    assert np.ptp(-np.log(bell) - losses) < 1e-12


def test_first_weights_have_the_variance_that_their_size_is_derived_from():
    for n_in, n_out in [(400, 300), (200, 700)]:
        W = ALL["xavier"](n_in, n_out, np.random.default_rng(0))
        assert W.var() == pytest.approx(2 / (n_in + n_out), rel=0.02)
        assert W.max() ** 2 / 3 == pytest.approx(2 / (n_in + n_out), rel=0.001)


def test_lines_of_the_collapses_are_equal_numbers():
    p, y, N = np.array([0.3, 0.8]), np.array([1.0, 0.0]), 2
    assert np.allclose((p - y) / (p * (1 - p)) / N * p * (1 - p), (p - y) / N)
    a, t = np.array([0.2, 0.5, 0.3]), np.array([0.0, 1.0, 0.0])
    rates = np.diag(a) - np.outer(a, a)
    assert np.allclose(rates @ (-t / a), -t + a * t.sum())
    assert np.allclose(rates @ (-t / a), a - t)


@pytest.mark.parametrize("task", [*ORDERED, *MEASURED], ids=named)
def test_given_shows_all_that_is_given(task):
    shown = given(task.name)
    for letter in task.lines or task.reasons:
        assert f"\n{letter}  " in f"\n{shown!r}"
        assert f"<b>{letter}</b>" in shown._repr_html_()


def test_given_says_where_nothing_is_given():
    with pytest.raises(InputError, match="gives no lines"):
        given("sigmoid")


# Measure


def descent(eta, steps=100):
    w = 1.0
    for _ in range(steps):
        w -= eta * 4 * w
    return abs(w)


def valley(mu):
    w, v, curvature = np.array([10.0, 1.0]), np.zeros(2), np.array([1.0, 50.0])
    for _ in range(100):
        v = mu * v + curvature * w
        w = w - 0.03 * v
    return 0.5 * np.sum(curvature * w**2)


def undecided():
    ts = np.linspace(0, 0.5, 5001)
    hidden = sigmoid(20 * ts[:, None] - np.array([5, 15]))
    return ts[np.argmax(sigmoid(20 * hidden[:, 0] - 20 * hidden[:, 1] - 10) >= 0.5)]


def choose_shape():
    """The fewest hidden units with which some of ten networks gets the island right; with fewer, none does."""
    X, y = datasets.circles(100, noise=0)
    for hidden in range(1, 6):
        for seed in range(10):
            options = {"activation": "tanh", "loss": "binary_cross_entropy", "seed": seed}
            network = NeuralNetwork(2, hidden, 1, learning_rate=1, **options)
            network.train(X, y, epochs=1500)
            if np.all((network.forward(X) > 0.5) == y):
                return hidden
    return None


def best_guess():
    cs = np.linspace(0, 1, 1001)
    return cs[np.argmin([np.mean(0.5 * (c - np.array([0, 0, 0, 1])) ** 2) for c in cs])]


def too_far():
    hs = np.linspace(1e-4, 0.1, 100_000)
    return hs[np.abs(((1 + hs) ** 3 - 1) / hs - 3) <= 0.03].max()


def best_nudge():
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    network = NeuralNetwork(2, 3, 1)

    def loss(w):
        network.weights, network.biases = [W1, np.vstack([[[w]], W2[1:]])], [b1, b2]
        return network.loss(X, y)

    network.weights, network.biases = [W1, W2], [b1, b2]
    exact = network.backward(X, y).weights[1][0, 0]
    errors = {k: abs(slope(loss, W2[0, 0], 10.0**k) - exact) for k in range(-10, 0)}
    return min(errors, key=errors.get)


def cost_of_nudges():
    network = NeuralNetwork(64, 32, 10)
    return 2 * sum(array.size for array in network.weights + network.biases)


def slow_layers():
    X, y, *_ = datasets.worked_example()
    for layers in range(1, 12):
        ratios = []
        for seed in range(20):
            back = NeuralNetwork(2, [10] * layers, 1, seed=seed).backward(X, y)
            ratios.append(np.linalg.norm(back.weights[0]) / np.linalg.norm(back.weights[-1]))
        if np.median(ratios) < 1e-3:
            return layers
    return None


def success_rate():
    X, y = datasets.xor()
    networks = [use("Network")([2, 2, 1], learning_rate=2.0, seed=seed) for seed in range(50)]
    return 2 * sum(network.train(X, y, epochs=1000, target=0.0)[-1] < 0.1 for network in networks)


EXPERIMENTS = {
    "undecided": undecided,
    "choose_shape": choose_shape,
    "best_guess": best_guess,
    "too_far": too_far,
    "best_nudge": best_nudge,
    "cost_of_nudges": cost_of_nudges,
    "slow_layers": slow_layers,
    "edge_of_stability": lambda: max(eta for eta in np.arange(0.3, 0.7, 0.01) if descent(eta) < 1),
    "best_memory": lambda: min((0, 0.5, 0.7, 0.9, 0.99), key=valley),
    "success_rate": success_rate,
}


@pytest.mark.parametrize("task", MEASURED, ids=named)
def test_the_experiment_gives_the_number_that_is_wanted(task):
    number = EXPERIMENTS[task.name]()
    for letter, (_, remark) in task.reasons.items():
        result = check(task.name, (number, letter))
        assert result.status == ("passed" if letter == task.right else "failed")
        assert remark in f"{result.message} {result.hint}"
    for far in (number * 3 + 1, number - 3):
        result = check(task.name, (far, task.right))
        assert result.status == "failed"
        assert ("less" if far > number else "more") in result.message


NEAR = [(task, *near) for task in MEASURED for near in task.near]


@pytest.mark.parametrize(("task", "least", "most", "question"), NEAR, ids=lambda value: getattr(value, "name", None))
def test_a_natural_wrong_number_is_asked_about_in_its_own_words(task, least, most, question):
    for number in {least, most}:
        assert check(task.name, (number, task.right)).hint == question
    assert question.endswith("?")


def test_a_measurement_that_is_none_is_told_the_form():
    assert check("too_far", (..., "...")).status == "open"
    assert check("too_far", 0.01).status == "open"
    assert "no number" in check("too_far", ("0.01", "b")).message
    assert "a, b, c" in check("too_far", (0.01, "z")).message


# Debug


def program(task):
    """Return the program with the slip, as the notebook gives it."""
    path = next(path for path in NOTEBOOKS if path.stem == task.notebook)
    cells = nbformat.read(path, as_version=4).cells
    source = next(cell.source for cell in cells if f"def {task.name}(" in cell.source)
    space = dict(task.reference.__globals__)
    exec(source, space)
    return space[task.name]


def apart(task, answer):
    """Return how far an answer's results are from the right ones, over all cases: 0 for equal ones."""
    differences, sizes = 0.0, 0.0
    for arguments in drawn(task, 0).inputs:
        mine, right = (np.concatenate([np.ravel(a) for a in flat(f(*arguments))]) for f in (answer, task.reference))
        differences, sizes = differences + np.sum((mine - right) ** 2), sizes + np.sum(mine**2) + np.sum(right**2)
    return np.sqrt(differences / sizes)


def flat(value):
    return [a for part in value for a in flat(part)] if isinstance(value, list | tuple) else [value]


@pytest.mark.parametrize("task", DEBUGGED, ids=named)
def test_the_planted_slip_runs_is_seen_by_a_check_and_is_not_given_away(task):
    planted = program(task)
    assert apart(task, planted) > 1e-4  # far more than a gradient check lets through
    assert apart(task, task.reference) == 0
    result = check(task.name, planted)
    assert result.status == "open"
    assert result.mistake is None
    assert result.line is None


def test_a_network_trained_with_a_planted_slip_ends_higher():
    X, y, *parameters = datasets.worked_example()
    last = {}
    for name, last_layer in [
        ("planted", program(ALL["mend_last_layer"])),
        ("mended", ALL["mend_last_layer"].reference),
    ]:
        W1, b1, W2, b2 = parameters
        for _ in range(100):
            _, a1, _, a2 = ALL["forward"](X, W1, b1, W2, b2)
            dW2, db2 = last_layer(a1, a2, y)
            W2, b2 = W2 - 10 * dW2, b2 - 10 * db2
        last[name] = ALL["squared_error"](ALL["forward"](X, W1, b1, W2, b2)[-1], y)
    assert last["planted"] > 1.1 * last["mended"]


# Cold


def wrong_for(task):
    if task.name == "cold_network":
        return type("Wrong", (), {"__init__": lambda self, n_in, n_hidden, seed: None})
    space = {}
    exec(f"def answer({', '.join(task.parameters)}): return 12345.0", space)
    return space["answer"]


@pytest.mark.parametrize("task", COLD, ids=named)
def test_a_cold_exercise_says_only_what_it_sees_until_the_third_try(task):
    for tries in (1, 2):
        result = check(task.name, wrong_for(task))
        assert result.status == "failed"
        assert result.hint == ""
        assert f"{tries} of 3" in result.step
        assert "cold" in hint(task.name).text
    assert "of 3" not in check(task.name, wrong_for(task)).step
    assert "is cold" not in hint(task.name).text


# A hunt


@pytest.mark.parametrize("name", hunting.PROGRAMS)
@pytest.mark.parametrize("seed", range(3))
def test_a_hunt_hides_one_slip_in_a_program_that_runs(name, seed):
    hunt = bug_hunt(seed, name)
    assert repr(hunt) == repr(bug_hunt(seed, name))
    task = ALL[name]
    outcomes = [task.run(hunt.program, *arguments) for arguments in drawn(task, 0).inputs]
    assert outcomes
    verdicts = [hunt.found(line).status for line in range(1, len(hunt.source.splitlines()) + 1)]
    assert verdicts.count("passed") == 1
    assert all(f"{line:2}  {text}" in repr(hunt) for line, text in enumerate(hunt.source.splitlines(), start=1))


def test_hunts_differ():
    assert len({bug_hunt(seed).source for seed in range(12)}) > 8


def test_a_hunt_in_an_unknown_program_is_refused():
    with pytest.raises(InputError, match="program"):
        bug_hunt(0, "sigmoid_")


# Home


RUN = """
import runpy, sys, json
runpy.run_path("net.py", run_name="__main__")
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_exported_program_runs_with_numpy_alone(tmp_path):
    own = "def xavier(m, n, random):\n    c = (6 / (m + n)) ** 0.5\n    return random.uniform(-c, c, (m, n))\n"
    space = {}
    path = tmp_path / "own.py"
    path.write_text(own, encoding="utf-8")
    exec(compile(own, str(path), "exec"), space)
    assert check("xavier", space["xavier"]).status == "passed"
    assert "1 of them yours" in export(tmp_path / "net.py")
    assert own in (tmp_path / "net.py").read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True)
    *lines, modules = done.stdout.splitlines()
    assert float(lines[0].split()[-1]) < 1e-7
    assert "loss 0.0" in lines[1]
    assert not {"bpcourse", "matplotlib", "ipywidgets", "IPython"} & set(json.loads(modules))


def test_an_exported_program_of_before_is_kept(tmp_path):
    (tmp_path / "net.py").write_text("mine", encoding="utf-8")
    export(tmp_path / "net.py")
    others = [path for path in tmp_path.iterdir() if path.name != "net.py"]
    assert [path.read_text(encoding="utf-8") for path in others] == ["mine"]
    export(tmp_path / "net.py")
    assert len(list(tmp_path.iterdir())) == 2
