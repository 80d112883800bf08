"""Files are replaced as a whole, whatever happens on the way."""

import errno
import os
import stat
import subprocess
import sys
import threading

import pytest

from bpcourse import files


def test_text_and_bytes_are_written_as_they_are(tmp_path):
    path = tmp_path / "new.txt"
    files.replace(path, "η = 0.1\nδ\r\n")
    assert path.read_bytes() == "η = 0.1\nδ\r\n".encode()
    files.replace(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step, error):
    def fail(*arguments):
        raise error

    path = tmp_path / "kept.txt"
    files.replace(path, "old")
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        files.replace(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.replace(tmp_path / "missing" / "file.txt", "text")


def test_permissions_stay_and_a_new_file_gets_those_of_new_files(tmp_path):
    plain, path, kept = tmp_path / "plain.txt", tmp_path / "new.txt", tmp_path / "kept.txt"
    plain.write_text("")
    files.replace(path, "text")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    kept.write_text("old")
    kept.chmod(0o600)
    files.replace(kept, "new")
    assert stat.S_IMODE(kept.stat().st_mode) & 0o077 == 0 or os.name == "nt"


def test_many_writers_at_once_leave_one_whole_content(tmp_path):
    path, contents = tmp_path / "shared.txt", [letter * 100_000 for letter in "abcdefgh"]
    threads = [threading.Thread(target=files.replace, args=(path, content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in contents
    assert list(tmp_path.iterdir()) == [path]


# Reading


def test_text_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "text.txt"
    files.replace(path, "η = 0.1\nδ\r\n")
    assert files.read(path) == "η = 0.1\nδ\r\n"
    with pytest.raises(FileNotFoundError):
        files.read(tmp_path / "missing.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        files.read(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        files.read(tmp_path)


# What is damaged, and what was never finished


def test_a_file_is_set_aside_under_a_name_that_is_free(tmp_path):
    names = []
    for content in ("first", "second"):
        (tmp_path / "kept.json").write_text(content)
        names.append(files.set_aside(tmp_path / "kept.json"))
    assert names == [tmp_path / "kept.damaged-1.json", tmp_path / "kept.damaged-2.json"]
    assert [name.read_text() for name in names] == ["first", "second"]
    assert sorted(tmp_path.iterdir()) == names


def test_what_another_has_set_aside_already_leaves_no_name_behind(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.set_aside(tmp_path / "kept.json")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_cleared_the_day_after(tmp_path):
    program = "import os, pathlib, sys; from bpcourse import files; os.fsync = lambda file: os._exit(1)\n"
    program += "files.replace(pathlib.Path(sys.argv[1]), 'text')"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, str(tmp_path / "kept.json")], check=False)
    old, new = tmp_path.iterdir()
    others = [tmp_path / ".of.a.learner.tmp", tmp_path / "kept.json"]
    for path in [old, *others]:
        path.touch()
        os.utime(path, (0, 0))
    files.clear_unfinished(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([new, *others])
