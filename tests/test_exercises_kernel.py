"""Checks in a real kernel: what an answer does there never ends it."""

import ast
import os

import pytest
from front_end import answer
from jupyter_client.manager import run_kernel


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs a cell in a kernel and returns what the expression `value` gives then."""
    environment = {**os.environ, "BPCOURSE_HOME": str(tmp_path_factory.mktemp("learner"))}
    with run_kernel(env=environment) as client:
        client.iopub_channel.stop()  # nobody looks, so no message waits to be read

        def run(source, value):
            given = answer(client, client.execute(source, user_expressions={"value": value}))
            assert given["status"] == "ok", given
            return ast.literal_eval(given["user_expressions"]["value"]["data"]["text/plain"])

        assert run("import numpy as np\nfrom bpcourse.exercises import check", "0") == 0
        yield run


@pytest.mark.parametrize("leave", ["exit()", "quit()", "get_ipython().ask_exit()", "import sys; sys.exit()"])
def test_a_kernel_survives_an_answer_that_leaves_it(run, leave):
    leaving = f"def sigmoid(z):\n    {leave}\nresult = check('sigmoid', sigmoid)"
    message, hint = run(leaving, "(result.message, result.hint)")
    assert "SystemExit" in message
    assert leave in message
    assert "a function ends with return" in hint
    assert run("result = check('sigmoid', lambda z: 1 / (1 + np.exp(-z)))", "result.status") == "passed"


def test_a_learner_may_leave_the_kernel_after_a_check(run):
    run("check('sigmoid', lambda z: exit())", "0")
    assert run("", "'ask_exit' in vars(get_ipython())") is False
