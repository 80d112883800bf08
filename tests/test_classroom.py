"""A class: checks leave a line each, learners hand in a file, and a lecturer reads a table without names."""

import json

import numpy as np
import pytest

from bpcourse.exercises import check
from bpcourse.exercises.classroom import TRIES, hand_in, table
from bpcourse.exercises.ledger import home
from bpcourse.start import command


def no_minus(z):
    return 1 / (1 + np.exp(z))


def nonsense(z):
    return np.cos(17 * z) - 3


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def learner(folder, name, monkeypatch, *answers):
    monkeypatch.setenv("BPCOURSE_HOME", str(folder / "homes" / name))
    for answer in answers:
        check("sigmoid", answer)
    hand_in(folder / f"{name}.json")


def row(text, name="sigmoid"):
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return line.split(maxsplit=3)[1:]


@pytest.fixture
def handed_in(tmp_path, monkeypatch):
    learner(tmp_path, "ada", monkeypatch, no_minus, no_minus, sigmoid, no_minus)
    learner(tmp_path, "grace", monkeypatch, nonsense)
    learner(tmp_path, "alan", monkeypatch)
    return tmp_path


def test_the_table_counts_who_is_done_tries_and_mistakes_with_the_unrecognised_first(handed_in):
    done, tries, wrong = row(table(handed_in))
    assert (done, tries) == ("1", "2")  # the median of ada's three, up to her right one, and of grace's one
    assert wrong == "1 × not recognised; 3 × the minus in the exponent is missing"


def test_an_answer_that_was_not_recognised_can_be_read(handed_in):
    text = table(handed_in)
    assert "np.cos(17 * z) - 3" in text
    assert "np.exp(z)" not in text


def test_nobody_is_named_unless_asked(handed_in):
    names = ("ada", "grace", "alan")
    assert not any(name in table(handed_in) for name in names)
    assert [line.split(":")[0] for line in table(handed_in, names=True).splitlines()[-3:]] == sorted(names)


def test_a_typed_answer_is_kept_as_it_was_typed(tmp_path, monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path / "home"))
    check("line_squared", "17 * x ** 5")
    hand_in(tmp_path / "somebody.json")
    assert "17 * x ** 5" in table(tmp_path)


STRANGE = [
    "no JSON",
    "[]",
    '{"progress": 3, "tries": []}',
    '{"progress": {}}',
    "[" * 100_000,
]


@pytest.mark.parametrize("content", STRANGE, ids=range(len(STRANGE)))
def test_a_file_that_is_something_else_is_named_and_left_out(handed_in, content):
    before = row(table(handed_in))
    (handed_in / "essay.json").write_text(content, encoding="utf-8")
    assert row(table(handed_in)) == before
    assert "essay.json" in table(handed_in)


def test_entries_that_are_no_tries_are_left_out_and_nothing_steers_the_terminal(tmp_path):
    tries = [3, {"exercise": "sigmoid"}, {"exercise": ["sigmoid"], "status": "failed", "mistake": None}]
    tries += [{"exercise": "sigmoid", "status": "failed", "mistake": "\x1b[2J", "answer": "\x1b]0;mine\x07"}]
    (tmp_path / "x.json").write_text(json.dumps({"progress": {}, "tries": tries}), encoding="utf-8")
    assert row(table(tmp_path))[:2] == ["0", "1"]
    assert "\x1b" not in table(tmp_path)


def test_a_check_goes_on_where_no_line_can_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path / "file"))
    assert check("sigmoid", no_minus).mistake == "the minus in the exponent is missing"
    assert "cannot be saved" in capsys.readouterr().out


def test_a_stub_is_no_try():
    check("sigmoid")
    assert not (home() / TRIES).exists()


def test_the_commands_hand_in_and_show_the_table(tmp_path, capsys):
    check("sigmoid", sigmoid)
    command.main(["hand-in", str(tmp_path / "ada.json")])
    assert "1 exercise done, 1 check" in capsys.readouterr().out
    command.main(["table", str(tmp_path)])
    assert row(capsys.readouterr().out)[0] == "1"


@pytest.mark.parametrize("wish", ["hand-in", "export"])
def test_a_command_without_its_file_says_how(wish):
    with pytest.raises(SystemExit, match=f"python -m bpcourse {wish}"):
        command.main([wish])


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SystemExit, match="cannot be read"):
        command.main(["table", str(tmp_path / "nowhere")])
