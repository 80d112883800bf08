"""For every test and every notebook under test: nothing of a learner's own progress or settings changes an outcome."""

import os
import tempfile

import pytest


def pytest_configure(config):
    home = tempfile.TemporaryDirectory(prefix="bpcourse-tests-")
    config.add_cleanup(home.cleanup)
    os.environ |= {"BPCOURSE_HOME": home.name, "IPYTHONDIR": home.name}
    config.option.nbval_sanitize_with = str(config.rootpath / "tests" / "nbval.cfg")


@pytest.fixture(scope="module", autouse=True)
def progress_of_a_test_module(tmp_path_factory):
    """Give each module of tests a progress of its own, so that none shows in the notebooks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOURSE_HOME", str(tmp_path_factory.mktemp("home")))
        yield
