"""For every test and every notebook under test: nothing of a learner's own progress or settings changes an outcome."""

import os
import tempfile

import pytest


def pytest_configure(config):
    home, patch = tempfile.TemporaryDirectory(prefix="bpcourse-tests-"), pytest.MonkeyPatch()
    config.add_cleanup(home.cleanup)
    config.add_cleanup(patch.undo)
    for name in ("BPCOURSE_HOME", "IPYTHONDIR"):
        patch.setenv(name, home.name)
    config.option.nbval_sanitize_with = str(config.rootpath / "tests" / "nbval.cfg")


def pytest_collection_modifyitems(items):
    """Put last what needs a browser: while Playwright runs, no other test can run an event loop of its own."""
    items.sort(key=lambda item: "lab" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="module", autouse=True)
def progress_of_a_test_module(tmp_path_factory):
    """Give each module of tests a progress of its own, so that none shows in the notebooks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BPCOURSE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def chromium():
    """Give the path of a Chromium on this machine."""
    import browser  # here, as Binder's environment runs the notebooks without Playwright

    if browser.chromium() is None:  # which CI installs
        reason = "needs Chromium on this machine (Debian: apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return browser.chromium()


@pytest.fixture(scope="session")
def lab(chromium):
    """Give one JupyterLab and one browser for all tests that look at a page."""
    import browser

    with browser.server() as lab:
        yield lab
