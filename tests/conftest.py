"""For every test: a folder of its own for a learner's progress, and a tutor that remembers no earlier test."""

import pytest
from front_end import widgets_made

from bpcourse.exercises import answers, calling, ledger, repairing


@pytest.fixture(autouse=True)
def a_learner_of_its_own(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path_factory.mktemp("learner")))
    answers.forget()
    ledger.forget()


@pytest.fixture(scope="session", autouse=True)
def no_hurry():
    """Give each answer the time that it takes on a busy machine, but where a test says how long it may take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calling, "SECONDS", 60.0)
        yield


@pytest.fixture(autouse=True)
def no_safety_net(monkeypatch):
    """Let a fault of the check itself be seen, which a learner is told in words."""

    def fail(name, error):
        raise error

    monkeypatch.setattr(answers, "stumbled", fail)


@pytest.fixture(autouse=True)
def no_search_for_lines(request, monkeypatch):
    """Let a check name mistakes without looking for their lines, which takes a while, but where lines are tested."""
    if request.module.__name__ != "test_exercises_lines":
        monkeypatch.setattr(repairing, "SECONDS", 0.0)


@pytest.fixture
def closed_afterwards():
    """Close the figures that a test makes, as ipywidgets keeps those that are open."""
    with widgets_made() as made:
        yield
    for widget in list(made):
        widget.close()
