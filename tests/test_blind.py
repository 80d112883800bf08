"""Answers whose writers had seen the notebooks and never the tutor: no wrong one passes, and no right one fails.

They stand in tests/blind: open.toml may be read and learned from, held_out.toml is left unread, so that its rates mean
something. `python tools/tutor_rates.py` prints the rates.
"""

import pytest
import tutor_rates


@pytest.fixture(scope="module", params=["open", "held_out"])
def judged(request):
    return tutor_rates.judged(request.param)


def test_every_right_answer_passes(judged):
    failed = [answer for answer, result in judged if answer["kind"] == "right" and result.status != "passed"]
    assert [(answer["exercise"], answer["writer"]) for answer in failed] == []


def test_no_wrong_answer_passes(judged):
    """Some writers call a row of shape (n,) wrong; it passes with a remark, and is used as (1, n)."""
    wrong = [(answer, result) for answer, result in judged if answer["kind"] != "right"]
    passed = [answer for answer, result in wrong if result.status == "passed" and not result.remarks]
    assert [(answer["exercise"], answer["what"]) for answer in passed] == []


def test_most_single_mistakes_are_named(judged):
    outcomes = [tutor_rates.outcome(result) for answer, result in judged if answer["kind"] == "one"]
    assert outcomes.count("named") / len(outcomes) > 0.75
