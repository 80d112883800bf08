"""For every test and every notebook under test: nothing of a learner's own progress or settings changes an outcome."""

import os
import tempfile


def pytest_configure(config):
    home = tempfile.TemporaryDirectory(prefix="bpcourse-tests-")
    config.add_cleanup(home.cleanup)
    os.environ |= {"BPCOURSE_HOME": home.name, "IPYTHONDIR": home.name}
    config.option.nbval_sanitize_with = str(config.rootpath / "tests" / "nbval.cfg")
