"""The texts of exercises and questions, content/*.toml: what is wrong in one is told with its file and its entry."""

import ast
import inspect
import re
from itertools import product

import numpy as np
import pytest
from rules import unknown_tags

from bpcourse.exercises import ALL, calling, comparing, texts
from bpcourse.exercises.catalogue import notebooks

EXERCISES = list(ALL.values())

GOOD = """
[sigmoid]
proves = "It does."
nudge = "Begin."

[[sigmoid.mistake]]
name = "it is upside down"
hint = "Which way up?"
answer = '-z'
"""


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What is said about a file with a text of its own."""
    monkeypatch.setattr(texts.resources, "files", lambda package: tmp_path)

    def told(text, read):
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        texts.read.cache_clear()
        with pytest.raises(texts.ContentError) as error:
            read()
        return str(error.value)

    yield told
    texts.read.cache_clear()


def exercise():
    return texts.of_exercise("mine.toml", "sigmoid", ["sigmoid", "forward"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[sigmoid]", "[sigmoid", "mine.toml is no TOML: "),
        ("[sigmoid]", "[sigmod]", "mine.toml: the table of an exercise came as 'sigmod'; .* Did you mean 'sigmoid'"),
        ("nudge =", "nugde =", "mine.toml, sigmoid: a key came as 'nugde'; .* Did you mean 'nudge'"),
        ('nudge = "Begin."', "", "mine.toml, sigmoid has no nudge."),
        ('nudge = "Begin."', "nudge = 3", "mine.toml, sigmoid: nudge came as 3; expected text in quotation marks."),
        ('nudge = "Begin."', 'nudge = ""', "mine.toml, sigmoid has no nudge."),
        ("hint =", "hnt =", "mine.toml, sigmoid, mistake 1: a key came as 'hnt'; .* Did you mean 'hint'"),
        ("answer = '-z'", "", "mine.toml, sigmoid, mistake 1 has no answer."),
        ("[sigmoid]", "[[sigmoid]]", "mine.toml, sigmoid is no table"),
        (GOOD, "", re.escape("mine.toml has no table [sigmoid].")),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_entry(told, old, new, words):
    assert old in GOOD
    assert re.search(words, told(GOOD.replace(old, new), exercise))


def test_a_good_file_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(texts.resources, "files", lambda package: tmp_path)
    texts.read.cache_clear()
    broken = GOOD.replace('"Begin."', '"""\nBegin,\n   and go on."""')
    (tmp_path / "mine.toml").write_text(broken, encoding="utf-8")
    assert exercise()["nudge"] == "Begin, and go on."
    texts.read.cache_clear()


def test_a_choice_without_a_reason_is_told(told):
    question = '[00_start_here.both]\nask = "Which?"\nright = ["this", "so"]\nwrong = [["that"]]'
    words = told(question, lambda: list(texts.of_questions("mine.toml")))
    assert words == "mine.toml, both: ['that'] is no choice; expected a text, and a reason for it."


@pytest.mark.parametrize("source", ["1 / (1 -", "for", "", "break", "return return"])
def test_an_answer_that_is_no_python_is_told(source):
    with pytest.raises(texts.ContentError, match=r"mine\.toml, sigmoid, 'it is odd': its answer is no Python"):
        texts.compiled(source, ALL["sigmoid"].reference, ALL, "mine.toml, sigmoid, 'it is odd'")


def test_an_expression_and_a_body_are_compiled_alike():
    reference = ALL["layer_forward"].reference
    for source in ("sigmoid(a_prev @ W)", "z = a_prev @ W\nreturn sigmoid(z)", "  z = a_prev @ W\n  return sigmoid(z)"):
        answer = texts.compiled(source, reference, ALL, "mine.toml")
        assert list(inspect.signature(answer).parameters) == ["a_prev", "W", "b"]
        np.testing.assert_allclose(answer(np.zeros((1, 2)), np.ones((2, 3)), None), np.full((1, 3), 0.5))


def test_every_notebook_with_exercises_has_a_file_and_every_mistake_can_be_compiled():
    assert {task.file for task in EXERCISES} == {f"ex{notebook}.toml" for notebook in notebooks()}
    for task in EXERCISES:
        assert all(callable(mistake.answer) for mistake in task.mistakes)


# Numbers


def on_the_way(task):
    """Return the numbers of an exercise's first two cases: given, in every part of the reference, and in its result."""
    found = []
    for case in task.cases(np.random.default_rng(0))[:2]:
        space = dict(zip(task.parameters, case, strict=True)) if not task.given else {}
        values = [*case, *calling.call(task, task.reference, case).result.arrays]
        for node in ast.walk(ast.parse(inspect.getsource(task.reference))):
            if isinstance(node, ast.expr) and space:
                try:
                    values.append(eval(ast.unparse(node), task.reference.__globals__ | space))
                except Exception:  # a name that the reference gives a value itself
                    continue
        arrays = [array for value in values for array in comparing.arrays_in(value)]
        found += [float(number) for array in arrays if array.dtype.kind in "fi" for number in array.flat]
    return found


@pytest.mark.parametrize("task", [t for t in EXERCISES if t.worked or t.hints], ids=lambda task: task.name)
def test_numbers_in_hints_are_those_of_the_code(task):
    known = set(on_the_way(task))
    products = {sign * a * b for a, b in product(known, known) for sign in (1, -1)}
    for text in [task.worked, *task.hints]:
        assert unknown_tags(text) == []
        for number in re.findall(r"-?\d+\.\d+", text):
            digits = len(number.split(".")[1])
            assert any(f"{value:.{digits}f}" == number for value in known | products), (number, text)
