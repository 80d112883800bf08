"""Answers whose writers had seen the notebooks and never the tutor: no wrong one passes, and no right one fails.

They stand in tests/blind: open.toml may be read and learned from, held_out.toml is left unread, so that its rates mean
something. `python tools/tutor_rates.py` prints the rates. tired.toml holds a hundred more, written later as a tired
student would, by which the search for lines was mended.
"""

import pytest
import tutor_rates

from bpcourse.exercises import calling, repairing

HALVES = ["open", "held_out"]
ONCE_MISLED = (
    "scales to width c instead of 2c",
    "fills the whole column",
    "the whole slope is thrown out",
    "samples as columns all the way",
)
SOME = 5  # every so many answers are judged with the search for their line, which takes a while


@pytest.fixture(scope="module", params=[*HALVES, "tired"])
def judged(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repairing, "SECONDS", 0.0)
        return tutor_rates.judged(tutor_rates.answers(request.param))


@pytest.fixture(scope="module", params=HALVES)
def searched(request):
    wrong = [answer for answer in tutor_rates.answers(request.param) if answer["kind"] != "right"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calling, "SECONDS", 60.0)  # the search has a time of computing of its own
        return tutor_rates.judged(wrong[::SOME])


def test_every_right_answer_passes(judged):
    failed = [answer for answer, result in judged if answer["kind"] == "right" and result.status != "passed"]
    assert [(answer["exercise"], answer["writer"]) for answer in failed] == []


def test_no_wrong_answer_passes(judged):
    """Some writers call a row of shape (n,) wrong; it passes with a remark, and is used as (1, n)."""
    wrong = [(answer, result) for answer, result in judged if answer["kind"] != "right"]
    passed = [answer for answer, result in wrong if result.status == "passed" and not result.remarks]
    assert [(answer["exercise"], answer["what"]) for answer in passed] == []


def test_most_mistakes_are_named_or_their_line_is_found(searched):
    for kind, least in (("one", 0.93), ("two", 0.75)):
        outcomes = [tutor_rates.outcome(result) for answer, result in searched if answer["kind"] == kind]
        assert (outcomes.count("named") + outcomes.count("line")) / len(outcomes) > least


def test_a_line_that_is_shown_is_mostly_one_that_its_writer_calls_wrong(searched):
    single = [(answer, result) for answer, result in searched if answer["kind"] == "one" and result.line]
    assert sum(result.line in answer["lines"] for answer, result in single) / len(single) > 0.9
    assert sum(tutor_rates.is_misled(*pair) for pair in searched) / len(searched) < 0.04  # of all, 1 %; these are few


@pytest.mark.parametrize("what", ONCE_MISLED)
def test_no_line_is_shown_for_what_it_only_hands_on(what, monkeypatch):
    """The edit that mends them all would put the reference's own words in the place of what other lines compute."""
    monkeypatch.setattr(calling, "SECONDS", 60.0)
    answers = [answer for half in ("open", "tired") for answer in tutor_rates.answers(half)]
    (pair,) = tutor_rates.judged([answer for answer in answers if answer["what"].startswith(what)])
    assert pair[1].status == "failed"
    assert pair[1].line in (None, *pair[0]["lines"])
