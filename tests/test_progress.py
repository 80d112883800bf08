"""Progress: kept in files, whole and across kernels; and what a learner has written is used again."""

import json
import os
import subprocess
import sys
import threading
import uuid

import numpy as np
import pytest
from front_end import answer
from jupyter_client.manager import run_kernel

from bpcourse.exercises import ALL, answers, check, progress, use
from bpcourse.exercises.catalogue import notebooks
from bpcourse.exercises.classroom import TRIES
from bpcourse.exercises.ledger import FIRST_EDITION, FOLDER, done, home, load, record
from bpcourse.mathematics.validation import InputError


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def layer_forward(a_prev, W, b):
    return sigmoid(a_prev @ W + b)


def bias_gradient(delta):
    return np.sum(delta, axis=0)


def another_kernel():
    """Forget what was checked in this one."""
    answers.forget()


def file(name="sigmoid"):
    return home() / FOLDER / f"{name}.json"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))


# Kept


def test_a_passed_exercise_is_kept_with_its_source():
    assert done() == []
    check("sigmoid", sigmoid)
    assert done() == ["sigmoid"]
    assert json.loads(file().read_text(encoding="utf-8"))["source"].startswith("def sigmoid(z)")
    assert set(home().rglob("*")) == {home() / TRIES, home() / FOLDER, file()}


def test_a_failure_or_a_stub_takes_nothing_away():
    check("sigmoid", sigmoid)
    check("sigmoid", lambda z: z)
    check("sigmoid", None)
    assert done() == ["sigmoid"]


def test_progress_survives_another_process():
    check("sigmoid", sigmoid)
    program = (
        "from bpcourse.exercises import progress, use; print(progress()); print(use('sigmoid').__code__.co_filename)"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert f"1 of {len(ALL)}" in printed
    assert "<your sigmoid>" in printed


def test_the_place_is_that_of_the_environment_or_the_users_own(monkeypatch, tmp_path):
    assert str(home()) == os.environ["BPCOURSE_HOME"]
    monkeypatch.delenv("BPCOURSE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert home() == tmp_path / ".bpcourse"


def test_unknown_entries_of_a_newer_version_are_kept():
    write(file("to_come"), '{"source": null, "stars": 3}')
    check("sigmoid", sigmoid)
    assert load()["to_come"] == {"source": None, "stars": 3}
    assert done() == ["sigmoid"]


def test_what_the_first_edition_kept_is_kept(capsys):
    entries = {name: {"source": "def sigmoid(z):\n    return z"} for name in ("sigmoid", "average", "to_come")}
    before = json.dumps({"exercises": entries})
    write(home() / FIRST_EDITION, before)
    assert load() == entries
    check("sigmoid", sigmoid)
    another_kernel()
    assert use("sigmoid").__code__.co_filename == "<your sigmoid>"
    assert done() == ["average", "sigmoid"]
    assert (home() / FIRST_EDITION).read_text() == before
    assert "damaged" not in capsys.readouterr().out


def test_the_file_is_replaced_as_a_whole(monkeypatch):
    check("sigmoid", sigmoid)
    before = file().read_bytes()

    def broken(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", broken)
    record("sigmoid", None)
    assert file().read_bytes() == before
    assert list(file().parent.iterdir()) == [file()]


# By several at once

ALL_AT_ONCE = """
import os
from bpcourse.exercises import ALL, ledger

wait, go = os.pipe()
children = []
for name in ALL:
    child = os.fork()
    if not child:
        os.close(go)
        os.read(wait, 1)  # comes back as soon as nobody holds the other end open
        ledger.record(name, None)
        os._exit(0)
    children.append(child)
os.close(go)
for child in children:
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_as_many_processes_as_exercises_lose_nothing():
    subprocess.run([sys.executable, "-W", "ignore", "-c", ALL_AT_ONCE], check=True)
    assert done() == list(ALL)


def test_two_kernels_at_once_lose_nothing():
    results = [f"exercise_{number}" for number in range(136)]
    environment = {**os.environ, "BPCOURSE_HOME": str(home())}
    with run_kernel(env=environment) as one, run_kernel(env=environment) as other:
        requests = {
            client: client.execute(f"from bpcourse.exercises import ledger\nfor n in {names}: ledger.record(n, None)")
            for client, names in ((one, results[::2]), (other, results[1::2]))
        }
        assert [answer(client, request)["status"] for client, request in requests.items()] == ["ok", "ok"]
    assert set(load()) == set(results)


def test_it_is_never_seen_half_written():
    record("sigmoid", "x" * 100_000)
    seen, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            seen.append(json.loads(file().read_text(encoding="utf-8"))["source"][0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    for letter in "abcdefghij":
        record("sigmoid", letter * 100_000)
    stop.set()
    watcher.join()
    assert seen
    assert set(seen) <= set("xabcdefghij")


# Trouble


OWN, OLD = f"{FOLDER}/sigmoid.json", FIRST_EDITION
DAMAGE = ["{", "", "[]", '{"source": 1}', "\x00\x01", "\ud800", "[" * 100_000, '{"source": ' + "9" * 10_000 + "}"]
DAMAGED = [(path, damage) for path in (OWN, OLD) for damage in DAMAGE]
DAMAGED += [(OLD, '{"exercises": 3}'), (OLD, '{"exercises": {"sigmoid": 1}}'), (OLD, '{"exercises": ' * 100_000)]


@pytest.mark.parametrize(("path", "damage"), DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_set_aside_and_said_once(path, damage, capsys):
    record("average", None)
    write(home() / path, damage)
    before = (home() / path).read_bytes()
    assert done() == ["average"]
    assert done() == ["average"]
    said = capsys.readouterr().out
    aside = (home() / path).with_suffix(".damaged-1.json")
    assert said.count("damaged") == 2  # in one sentence: what happened, and the file's new name
    assert str(aside) in said
    assert aside.read_bytes() == before
    check("sigmoid", sigmoid)
    assert done() == ["average", "sigmoid"]


def test_a_second_damaged_file_does_not_replace_the_first():
    for content in ("first", "second"):
        write(file(), content)
        done()
    kept = [file().with_suffix(f".damaged-{number}.json").read_text(encoding="utf-8") for number in (1, 2)]
    assert kept == ["first", "second"]


def test_a_source_that_is_no_text_for_utf_8_is_kept_and_not_used():
    record("sigmoid", "def sigmoid(z):\n    return '\ud800'")
    write(file("average"), '{"source": "\\ud800"}')
    assert done() == ["average", "sigmoid"]
    assert use("sigmoid") is ALL["sigmoid"].reference
    assert use("average") is ALL["average"].reference


def test_what_a_kernel_left_that_was_killed_while_it_wrote_is_cleared():
    check("sigmoid", sigmoid)
    left = [folder / f".progress.json.{uuid.uuid4().hex}.tmp" for folder in (home(), file().parent)]
    for path in left:
        path.touch()
        os.utime(path, (0, 0))
    record("average", None)
    assert not any(path.exists() for path in left)
    assert done() == ["average", "sigmoid"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("place", ["", FOLDER, FIRST_EDITION, f"{FOLDER}/sigmoid.json"])
def test_a_named_pipe_in_its_place_is_said_and_not_waited_for(place, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path / "home"))
    (home() / place).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(home() / place)
    assert done() == []
    check("average", lambda numbers: np.mean(numbers))
    assert done() == ["average"]
    assert "cannot be" in capsys.readouterr().out


def test_a_home_that_is_not_there_is_made(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("BPCOURSE_HOME", str(tmp_path / "missing" / "deep"))
    assert done() == []
    check("sigmoid", sigmoid)
    assert done() == ["sigmoid"]
    assert file().exists()
    assert capsys.readouterr().out == ""


def test_a_home_of_nobody_hinders_nothing(monkeypatch):
    monkeypatch.setenv("BPCOURSE_HOME", "~nobody-of-that-name/progress")
    assert done() == []


def test_a_folder_that_may_not_be_listed_is_said_once(monkeypatch, capsys):
    check("sigmoid", sigmoid)

    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.listdir", refuse)
    assert done() == done() == []
    assert capsys.readouterr().out.count("cannot be read") == 1


def test_a_folder_whose_files_may_not_be_opened_is_said_once(monkeypatch, capsys):
    for name in ALL:
        record(name, None)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bpcourse.files.read", refuse)
    assert done() == []
    assert capsys.readouterr().out.count(f"{home() / FOLDER} cannot be read") == 1


def test_what_could_not_be_written_is_written_once_it_can(monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", lambda *arguments: os.stat("/not/there"))
        check("average", lambda numbers: np.mean(numbers))
    assert not file("average").exists()
    check("sigmoid", sigmoid)
    assert file("average").exists()
    assert file("sigmoid").exists()


def test_where_nothing_can_be_written_the_course_goes_on(monkeypatch, tmp_path, capsys):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    monkeypatch.setenv("BPCOURSE_HOME", str(blocked / "progress"))
    assert check("sigmoid", sigmoid).status == "passed"
    assert check("average", lambda numbers: np.mean(numbers)).status == "passed"
    said = capsys.readouterr().out
    assert said.count("cannot be saved") == 1
    assert "BPCOURSE_HOME" in said
    assert done() == ["average", "sigmoid"]
    another_kernel()
    assert use("sigmoid").__code__.co_filename == "<your sigmoid>"


def test_a_read_only_folder_is_said(capsys, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("os.replace", refuse)
    check("sigmoid", sigmoid)
    assert "cannot be saved" in capsys.readouterr().out


# Used again


def test_in_one_kernel_the_last_check_counts():
    assert use("sigmoid") is ALL["sigmoid"].reference
    check("sigmoid", sigmoid)
    assert use("sigmoid") is sigmoid
    check("sigmoid", lambda z: z)
    assert use("sigmoid") is ALL["sigmoid"].reference


def test_in_another_kernel_the_learners_own_source_is_used():
    check("sigmoid", sigmoid)
    another_kernel()
    mine = use("sigmoid")
    assert mine is not sigmoid
    assert mine.__code__.co_filename == "<your sigmoid>"
    np.testing.assert_allclose(mine(np.array([0.0])), [0.5])


def test_an_answer_may_call_an_earlier_one():
    check("sigmoid", sigmoid)
    check("layer_forward", layer_forward)
    another_kernel()
    mine = use("layer_forward")
    assert mine.__code__.co_filename == "<your layer_forward>"
    assert mine.__globals__["sigmoid"].__code__.co_filename == "<your sigmoid>"


def test_an_answer_that_needs_what_is_not_there_is_done_but_the_reference_is_used():
    secret = 1

    def average(numbers):
        return secret * np.mean(numbers)

    assert check("average", average).status == "passed"
    assert use("average") is average
    another_kernel()
    assert done() == ["average"]
    assert use("average") is ALL["average"].reference


def test_a_kept_source_that_no_longer_passes_is_not_used():
    for source in (
        "def sigmoid(z):\n    return z",
        "def sigmoid(z:",
        "import nothing",
        "def sigmoid(z):\n    return sigmoid(z)",
    ):
        record("sigmoid", source)
        assert use("sigmoid") is ALL["sigmoid"].reference


def test_sources_that_call_each_other_do_not_hang():
    record("sigmoid", "def sigmoid(z):\n    return layer_forward(z, 1, 0)")
    record("layer_forward", "def layer_forward(a_prev, W, b):\n    return sigmoid(a_prev @ W + b)")
    assert use("sigmoid") is ALL["sigmoid"].reference
    assert use("layer_forward").__code__.co_filename == "<your layer_forward>"


def test_vectors_come_as_rows_where_they_are_used():
    check("bias_gradient", bias_gradient)
    assert use("bias_gradient")(np.ones((3, 2))).shape == (1, 2)
    another_kernel()
    assert use("bias_gradient")(np.ones((3, 2))).shape == (1, 2)


def test_an_answer_with_few_digits_counts_but_the_reference_is_used():
    check("sigmoid", lambda z: sigmoid(z.astype(np.float32)))
    assert done() == ["sigmoid"]
    assert use("sigmoid") is ALL["sigmoid"].reference


# Whose it is


def test_nothing_is_said_as_long_as_no_answer_has_been_given(capsys):
    use("sigmoid")
    check("sigmoid", None)
    use("sigmoid")
    assert capsys.readouterr().out == ""


def test_yours_is_said_here_and_in_another_kernel(capsys):
    check("sigmoid", sigmoid)
    use("sigmoid")
    assert capsys.readouterr().out == "sigmoid: yours.\n"
    another_kernel()
    use("sigmoid")
    assert capsys.readouterr().out == "sigmoid: yours.\n"


def test_ours_is_said_and_why_where_there_is_an_answer(capsys):
    check("sigmoid", lambda z: z)
    use("sigmoid")
    assert capsys.readouterr().out == "sigmoid: ours, as your last answer did not pass.\n"
    check("sigmoid", sigmoid)
    check("sigmoid", lambda z: z)
    assert use("sigmoid") is ALL["sigmoid"].reference
    assert capsys.readouterr().out == "sigmoid: ours, as your last answer did not pass. The exercise stays done.\n"
    check("sigmoid", lambda z: sigmoid(z.astype(np.float32)))
    use("sigmoid")
    assert capsys.readouterr().out == "sigmoid: ours, as yours computes with fewer digits.\n"


def test_ours_is_said_where_yours_came_without_source_or_does_not_pass(capsys):
    check("sigmoid", eval("lambda z: 1 / (1 + np.exp(-z))", {"np": np}))
    another_kernel()
    assert use("sigmoid") is ALL["sigmoid"].reference
    assert capsys.readouterr().out.startswith("sigmoid: ours. Yours passed, but could not be kept")
    record("sigmoid", "def sigmoid(z):\n    return z")
    use("sigmoid")
    assert capsys.readouterr().out.startswith("sigmoid: ours, as yours does not pass here.")


def test_a_stub_takes_nothing_away():
    check("sigmoid", sigmoid)
    check("sigmoid", None)
    assert use("sigmoid") is sigmoid
    another_kernel()
    check("sigmoid", None)
    assert use("sigmoid").__code__.co_filename == "<your sigmoid>"


def test_it_is_said_once_in_a_cell_and_whenever_it_changes(capsys):
    check("sigmoid", sigmoid)
    for _ in range(3):
        use("sigmoid")
    assert capsys.readouterr().out == "sigmoid: yours.\n"
    check("sigmoid", lambda z: z)
    use("sigmoid")
    check("sigmoid", sigmoid)
    use("sigmoid")
    assert capsys.readouterr().out.splitlines()[1:] == ["sigmoid: yours."]


def test_answers_that_others_are_made_of_are_not_announced(capsys):
    check("sigmoid", sigmoid)
    check("layer_forward", layer_forward)
    another_kernel()
    use("layer_forward")
    assert capsys.readouterr().out == "layer_forward: yours.\n"


# The board


def test_the_board_tells_what_is_done_and_what_comes_next():
    assert repr(progress()).startswith(
        f"Your progress: 0 of {len(ALL)} exercises done. Next: average, in 00_start_here."
    )
    check("average", lambda numbers: np.mean(numbers))
    check("sigmoid", sigmoid)
    board = progress()
    assert repr(board).startswith(
        f"Your progress: 2 of {len(ALL)} exercises done. Next: cold_spread, in 00_start_here."
    )
    assert "○○●○○○○○○" in repr(board)
    assert repr(board).splitlines()[-1].startswith("code 2 of ")
    assert board._repr_html_().count("<tr>") == 1 + len(notebooks())
    assert repr(board) == repr(progress())


def test_the_line_of_a_notebook():
    check("sigmoid", sigmoid)
    line = repr(progress("01_forward_pass"))
    assert line == (
        "01_forward_pass: 1 of 10 exercises done. Still open: no_line_for_xor, weighted_sum, layer_z, layer_forward, "
        "forward, undecided, choose_shape, mend_forward, cold_forward."
    )
    assert "\n" not in line
    record("average", None)
    record("cold_spread", None)
    assert repr(progress("00_start_here")) == "00_start_here: 2 of 2 exercises done. Next notebook: 01_forward_pass."


def test_when_all_is_done():
    for name in ALL:
        record(name, None)
    assert "Nothing is open." in repr(progress())
    assert "Nothing is open." in repr(progress("07_full_training"))


def test_a_notebook_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="02_loss"):
        progress("02_los")
