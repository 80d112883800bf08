"""The line of an answer that is wrong: found in the answer's own source, shown, and asked about; never mended."""

import linecache
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import tutor_rates

from bpcourse.exercises import ALL, calling, check, hint, judge, repairing
from bpcourse.exercises.calling import drawn
from bpcourse.exercises.edits import SLIPS

with (Path(__file__).parent / "lines.toml").open("rb") as file:
    SLIPPED = tomllib.load(file)["slip"]


@pytest.fixture(autouse=True)
def time_for_a_search(monkeypatch):
    """Let a search compute as long as it may, however busy the machine is."""
    monkeypatch.setattr(calling, "SECONDS", 60.0)


def answer_of(exercise, lines):
    head = f"def {exercise}({', '.join(ALL[exercise].parameters)}):"
    return tutor_rates.function_of({"exercise": exercise, "source": "\n    ".join([head, *lines]) + "\n"})


@pytest.mark.parametrize("slip", SLIPPED, ids=lambda slip: slip["name"])
def test_the_line_of_a_slip_is_shown_with_a_question(slip):
    task, answer = ALL[slip["exercise"]], tutor_rates.function_of(slip)
    found = repairing.repair(answer, drawn(task, 0))
    question = SLIPS[slip["kind"]]["question"]  # and not that there is another
    assert (found.line, found.at, found.hint) == (slip["line"], slip["at"], question)
    result = judge(task, answer)
    assert (result.line, result.at) == (found.line, found.at)
    assert f"Line {result.line}: `{result.at}`." in repr(result)
    assert result.hint.strip()


def test_the_first_of_two_slips_is_told_and_that_there_is_another():
    lines = ["z1 = X @ W1 - b1", "a1 = sigmoid(z1)", "z2 = a1 @ W2 + b2", "a2 = -sigmoid(z2)", "return z1, a1, z2, a2"]
    result = judge(ALL["forward"], answer_of("forward", lines))
    assert result.line == 2
    assert repairing.MORE.strip() in result.hint


def test_the_steps_after_a_failure_follow_the_mistake():
    forgotten = ["delta2 = (a2 - y) / len(y) * a2", "delta1 = (delta2 @ W2.T) * a1 * (1 - a1)"]
    gradients = "return X.T @ delta1, delta1.sum(0, keepdims=True), a1.T @ delta2, delta2.sum(0, keepdims=True)"
    answer = answer_of("backward_two_layers", [*forgotten, gradients])
    _, second, third, fourth = (check("backward_two_layers", answer) for _ in range(4))
    assert "the worked network's first sample, delta2 should be [[-0.0998]]; yours is [[-0.2422]]" in second.step
    assert f"line 2: `{forgotten[0]}`" in third.step
    assert "solution" in fourth.step
    asked = [hint("backward_two_layers").text for _ in range(4)]
    assert asked[0].startswith(ALL["backward_two_layers"].nudge)
    assert asked[1] in second.step
    assert asked[2] in third.step
    assert asked[3] in fourth.step


def test_of_two_slips_the_line_of_one_is_to_begin_with():
    lines = ["z1 = X @ W1 - b1", "a1 = sigmoid(z1)", "z2 = a1 @ W2 + b2", "a2 = -sigmoid(z2)", "return z1, a1, z2, a2"]
    answer = answer_of("forward", lines)
    *_, third = (check("forward", answer) for _ in range(3))
    assert f"Begin with line 2: `{lines[0]}`" in third.step


def test_an_answer_without_source_is_still_diagnosed():
    space = {"np": np}
    exec("def sigmoid(z):\n    return 1 / (1 + np.exp(z))", space)
    result = judge(ALL["sigmoid"], space["sigmoid"])
    assert (result.status, result.line, result.at) == ("failed", None, "")
    assert result.mistake


def test_edits_that_print_or_never_end_are_not_noticed(capsys):
    lines = ["losses = [self.loss(X, y)]", "while losses[-1] > target and len(losses) <= epochs:", "    print(losses)"]
    lines += ["    self.update(self.backward(X, y))", "    losses.append(self.loss(y, X))", "return losses"]
    before = sys.gettrace()
    result = judge(ALL["network_train"], answer_of("network_train", lines))
    assert result.line == 6
    assert sys.gettrace() is before
    assert capsys.readouterr() == ("", "")


def test_a_default_of_an_answer_is_kept():
    half = 0.5

    def weighted_sum(x, w, b, scale=half):
        return scale * sum(x * w) + b

    linecache.checkcache()
    assert judge(ALL["weighted_sum"], weighted_sum).line == 2


def test_every_kind_of_slip_has_a_question_of_its_own():
    questions = [slip["question"] for slip in SLIPS.values()]
    assert len(set(questions)) >= len(questions) - 1  # a factor too many and one too few are asked for alike
    assert all(question.strip() == question and question.endswith(("?", ".")) for question in questions)


class Deeper:
    """Counts how many blocks of it lie within each other."""

    now = deepest = 0

    def __enter__(self):
        Deeper.now += 1
        Deeper.deepest = max(Deeper.deepest, Deeper.now)

    def __exit__(self, *error):
        Deeper.now -= 1


def test_an_answer_that_calls_itself_for_ever_stays_far_from_the_limit_of_recursion(monkeypatch):
    """There, Python 3.11 has crashed while it traced."""
    monkeypatch.setattr(repairing, "SECONDS", 0.5)

    def sigmoid(z):
        with Deeper():
            return sigmoid(z)

    assert repairing.repair(sigmoid, drawn(ALL["sigmoid"], 0)).line == 3  # it should not call itself
    assert 0 < Deeper.deepest <= repairing.DEEPEST < sys.getrecursionlimit() / 2
