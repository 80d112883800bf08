"""The tutor: references pass, every known mistake gets its own hint, and nothing that a learner hands in breaks it."""

import numpy as np
import pytest

from bpcourse.equations import EQUATIONS
from bpcourse.exercises import ALL, check, judge, solution, use


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path))


EXERCISES = list(ALL.values())
MISTAKES = [(task, mistake) for task in EXERCISES for mistake in task.mistakes]


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_the_reference_passes_on_many_draws(task):
    for seed in range(20):
        result = judge(task, task.reference, seed)
        assert result.status == "passed", result
        assert task.proves in result.message


@pytest.mark.parametrize(("task", "mistake"), MISTAKES, ids=[f"{t.name}-{m.name}" for t, m in MISTAKES])
def test_every_mistake_gets_its_own_hint(task, mistake):
    for seed in range(3):
        result = judge(task, mistake.answer, seed)
        assert (result.status, result.mistake, result.hint) == ("failed", mistake.name, mistake.hint)


def test_the_catalogue_is_large_enough_and_well_formed():
    assert len(EXERCISES) >= 24
    assert len(MISTAKES) >= 100
    for task in EXERCISES:
        assert task.tag in {"", *EQUATIONS}
        assert len({mistake.name for mistake in task.mistakes}) == len(task.mistakes) >= 3


@pytest.mark.parametrize("answer", [None, ..., lambda *arguments: None, lambda *arguments: ..., lambda *a: (1, ...)])
def test_a_stub_is_open(answer):
    for task in EXERCISES:
        if task.name != "network_update":  # which rightly returns None
            assert judge(task, answer).status == "open"


def test_whatever_is_handed_in_gets_a_sentence():
    def raises(*arguments):
        raise RuntimeError("boom")

    for answer in (
        3,
        "text",
        [1],
        raises,
        lambda: 1,
        lambda *a: "x",
        lambda *a: np.nan,
        lambda *a: np.zeros((9, 9)),
        object(),
    ):
        for task in EXERCISES:
            result = judge(task, answer)
            assert result.status == "failed"
            assert result.message.strip()


def test_an_endless_loop_is_stopped(monkeypatch):
    monkeypatch.setattr("bpcourse.exercises.calling.SECONDS", 0.2)

    def endless(z):
        while True:
            pass

    result = check("sigmoid", endless)
    assert result.status == "failed"
    assert "still running" in result.message


def test_an_error_shows_the_learners_own_line():
    def answer(a_prev, W, b):
        product = a_prev @ W.T
        return product + b

    message = check("layer_z", answer).message
    assert "product = a_prev @ W.T" in message
    assert "ValueError" in message


def test_changing_the_input_is_named():
    def answer(z):
        z *= -1
        return 1 / (1 + np.exp(z))

    assert check("sigmoid", answer).mistake == "changes its input in place"


def test_equivalent_answers_pass():
    def with_loops(z):
        flat = [1 / (1 + np.exp(-value)) for value in np.ravel(z)]
        return np.reshape(flat, z.shape)

    assert check("sigmoid", with_loops).status == "passed"
    assert check("sigmoid", lambda z: 0.5 * (1 + np.tanh(z / 2))).status == "passed"
    assert check("sigmoid", lambda z: (1 / (1 + np.exp(-z))).astype(np.float32)).status == "passed"
    one_row = check("bias_gradient", lambda delta: delta.sum(axis=0))
    assert one_row.status == "passed"
    assert "one row" in one_row.message


def test_a_passed_answer_is_used_from_then_on_and_the_reference_until_then():
    def mine(z):
        return 1 / (1 + np.exp(-z))

    check("sigmoid", None)
    assert use("sigmoid") is ALL["sigmoid"].reference
    check("sigmoid", mine)
    assert use("sigmoid") is mine
    check("sigmoid", lambda z: z)
    assert use("sigmoid") is ALL["sigmoid"].reference


def test_the_solution_is_the_reference_itself(capsys):
    solution("layer_forward")
    shown = capsys.readouterr().out
    namespace = {"np": np}
    exec(shown, namespace)
    assert judge(ALL["layer_forward"], namespace["layer_forward"]).status == "passed"
    assert "exercise(" not in shown


def test_an_unknown_name_is_answered_with_the_known_ones():
    assert "sigmoid" in check("sigmod", None).message
    with pytest.raises(KeyError, match="sigmoid"):
        use("sigmod")


def test_a_result_reads_well_as_text_and_escapes_as_html():
    result = check("sigmoid", "<b>")
    assert repr(result).startswith("sigmoid: ✗ not yet right")
    assert "<b>" not in check("sigmoid", lambda z: "<i>")._repr_html_().replace("<b>sigmoid", "")
