"""For every test and every notebook under test: nothing of a learner's own progress or settings changes an outcome.

With ``-n auto`` of pytest-xdist several processes share the tests, file by file.
"""

import contextlib
import gc
import os
import tempfile

import pytest

LAB = pytest.StashKey[contextlib.ExitStack]()


def pytest_configure(config):
    home, patch = tempfile.TemporaryDirectory(prefix="bpcourse-tests-"), pytest.MonkeyPatch()
    config.add_cleanup(home.cleanup)
    config.add_cleanup(patch.undo)
    for name in ("BPCOURSE_HOME", "IPYTHONDIR"):
        patch.setenv(name, home.name)
    config.option.nbval_sanitize_with = str(config.rootpath / "tests" / "nbval.cfg")
    if config.getoption("dist", "no") == "load":  # as -n gives, and would tear the cells of a notebook apart
        config.option.dist, config.option.loadscopereorder = "loadfile", False


@pytest.hookimpl(optionalhook=True)  # Binder's environment runs the notebooks without pytest-xdist
def pytest_xdist_auto_num_workers():
    """Take a process for each core, but no more than four: then the longest file is what takes longest."""
    return min(os.cpu_count() or 1, 4)


def pytest_collection_modifyitems(items):
    """Put first what needs a browser, as it takes longest: another process does the rest meanwhile."""
    items.sort(key=needs_browser, reverse=True)


def pytest_collection_finish():
    """Let no collection of garbage walk through all that was imported, which stays anyway: tests ask for many."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Stop the browser after the last test that needs it: while Playwright runs, no other can run an event loop."""
    try:
        return (yield)
    finally:
        if LAB in item.config.stash and not needs_browser(nextitem):
            item.config.stash[LAB].close()


def needs_browser(item):
    return "lab" in getattr(item, "fixturenames", ())


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
def lab(chromium, pytestconfig):
    """Give one JupyterLab and one browser for all tests that look at a page."""
    import browser

    pytestconfig.stash[LAB] = running = contextlib.ExitStack()
    pytestconfig.add_cleanup(running.close)
    return running.enter_context(browser.server())
