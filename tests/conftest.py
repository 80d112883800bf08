"""For every test: a folder of its own for a learner's progress, and a tutor that remembers no earlier test."""

import pytest

from bpcourse.exercises import answers


@pytest.fixture(autouse=True)
def a_learner_of_its_own(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path_factory.mktemp("learner")))
    for memory in (answers._answers, answers._failures, answers._hints):
        memory.clear()
