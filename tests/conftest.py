"""For every test: a folder of its own for a learner's progress, and a tutor that remembers no earlier test."""

import pytest

from bpcourse.exercises import answers, ledger


@pytest.fixture(autouse=True)
def a_learner_of_its_own(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path_factory.mktemp("learner")))
    answers.forget()
    ledger.forget()


@pytest.fixture(autouse=True)
def no_safety_net(monkeypatch):
    """Let a fault of the check itself be seen, which a learner is told in words."""

    def fail(name, error):
        raise error

    monkeypatch.setattr(answers, "stumbled", fail)
