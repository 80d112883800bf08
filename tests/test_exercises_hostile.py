"""Answers that attack the check itself: it never raises, its card can be shown, and the kernel stays as it was."""

import _thread
import builtins
import gc
import math
import os
import random
import sys
import threading
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcourse.exercises import Result, answers, calling, check, judging, repairing
from bpcourse.exercises.answers import stumbled
from bpcourse.exercises.content.advice import REPLACES

EXP = np.exp
LONG = 10**6
LONGEST_CARD = 2000


def sigmoid(z):
    return 1 / (1 + EXP(-z))


def raising(error):
    def answer(z):
        raise error

    return answer


def changing(change, answer=sigmoid):
    """Return an answer that does `change` before it computes."""

    def changes(z):
        change()
        return answer(z)

    return changes


def of_text(words):
    """Return an exception whose text is what `words` gives."""
    return type("Odd", (Exception,), {"__str__": lambda self: words()})()


def written(source):
    space = {}
    exec(source, space)
    return space["answer"]


class NameExits(type):
    @property
    def __name__(cls):
        sys.exit()


class Nameless(metaclass=NameExits):
    pass


class NamelessError(Exception, metaclass=NameExits):
    pass


class LooksExit:
    """A right answer, but looking at its signature, or for its source, exits."""

    def __getattr__(self, name):
        sys.exit()

    def __call__(self, z):
        return sigmoid(z)


class Unhashable(str):
    __hash__ = None


class OddText(str):
    def __getitem__(self, place):
        return 3


holds_itself = []
holds_itself.append(holds_itself)
nested = [1]
for _ in range(30):
    nested = [nested, nested]
very_long = type("L" * LONG, (Exception,), {"__call__": None})

NAMES = {
    "a list": [1, 2],
    "a list that holds itself": holds_itself,
    "a list of a thousand million ones": nested,
    "text that is no text": OddText("sigmo"),
    "half a surrogate pair": "sigmoid\ud800",
    "long text": "s" * LONG,
    "an object of a class with a long name": very_long(),
    "an object of a class whose name exits": Nameless(),
}
TEXTS = {
    "of 100,000 characters": "x" * 100_000,
    "of 10,000,000 characters": "x" * 10**7,
    "of many words that are looked for": "matmul: indices must be integers <locals>." * 10**5,
    "of spaces": " " * 10**6,
    "of half surrogate pairs": "\ud800 \udfff",
    "of marks": "<b>`<i>`</b> & \x00 \x1b[31m",
}
ANSWERS = {
    **{f"an error text {what}": raising(ValueError(text)) for what, text in TEXTS.items()},
    **{f"a text {what}": lambda z, text=text: text for what, text in TEXTS.items()},
    "an error text that exits": raising(of_text(sys.exit)),
    "an error text that interrupts": raising(of_text(lambda: (_ for _ in ()).throw(KeyboardInterrupt))),
    "an error text that is no text": raising(of_text(lambda: OddText("odd"))),
    "an error of a class with a long name": raising(very_long()),
    "an unknown name that is long": raising(NameError("x", name="n" * LONG)),
    "an unknown name near one that is long": written(f"def answer(z):\n {'n' * LONG} = 1\n return {'n' * LONG}m"),
    "an argument with a long name": written(f"def answer({'n' * LONG}, z): pass"),
    "an object of a class with a long name": very_long(),
    "returning an object of a class with a long name": lambda z: very_long(),
    "an object of a class whose name exits": Nameless(),
    "an error of a class whose name exits": raising(NamelessError()),
    "a masked array": lambda z: np.ma.masked_array(sigmoid(z), z > 0),
}

NOBODY_FORESAW = {
    "an unhashable name": (Unhashable("sigmoid"), sigmoid),
    "an answer that exits when it is looked at": ("sigmoid", LooksExit()),
}


def looked_at(result):
    """Return a result that can be shown, and tells what it is about."""
    card = result._repr_html_()
    assert len(card.encode()) < LONGEST_CARD
    assert repr(result).encode()
    assert result.status in ("open", "failed")
    assert result.message
    return result


@pytest.mark.parametrize("what", NAMES)
def test_a_name_of_any_kind_is_answered(what):
    looked_at(check(NAMES[what], sigmoid))


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_of_any_kind_is_answered(what):
    looked_at(check("sigmoid", ANSWERS[what]))


def test_a_result_of_another_kind_is_named_with_few_letters():
    looked_at(check("network_backward", lambda self, X, y: very_long()))


def test_what_refuses_to_become_an_array_may_say_why():
    class Tensor:
        def __array__(self, *arguments, **options):
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")

    result = looked_at(check("sigmoid", lambda z: Tensor()))
    assert "a Tensor that is no array" in result.message
    assert "tensor.detach().numpy()" in result.hint


def test_an_error_text_that_never_ends_is_stopped_with_the_answer(monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.2)

    def endless():
        while True:
            pass

    assert "still running" in looked_at(check("sigmoid", raising(of_text(endless)))).message


HOSTILE = st.text(st.sampled_from("<>&`'\"/!-bi \n") | st.characters())  # half surrogate pairs included


@given(HOSTILE, HOSTILE)
def test_a_card_is_balanced_and_holds_a_learners_text_as_text(name, text):
    texts = {"message": text, "mistake": text, "hint": text, "tag": text, "place": text, "step": text}
    card = Result(name, "failed", **texts)._repr_html_()
    card.encode()
    page = Page()
    page.feed(card)
    page.close()
    assert page.open == []
    assert page.tags <= {"div", "b", "br", "code"}
    assert [name for name, _ in page.attributes] == ["style"]


class Page(HTMLParser):
    """Reads HTML, and fails where a tag is closed that is not open."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes = [], set(), set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= set(attributes)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, text):
        raise AssertionError(text)

    handle_decl = handle_pi = unknown_decl = handle_comment


# The last safety net


@pytest.mark.parametrize("what", NOBODY_FORESAW)
def test_what_nobody_foresaw_is_told_in_words(what, monkeypatch):
    monkeypatch.setattr(answers, "stumbled", stumbled)
    result = looked_at(check(*NOBODY_FORESAW[what]))
    assert result.message.startswith("The check itself stumbled over this answer")
    assert "Restart the kernel" in result.hint


def test_a_fault_of_the_check_is_seen_by_its_tests(monkeypatch):
    monkeypatch.setattr(judging, "judge", lambda task, answer: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        check("sigmoid", sigmoid)


@pytest.mark.parametrize("place", ["judging.judge", "reuse.keep", "answers.find"])
def test_a_learners_interrupt_is_no_fault_of_the_check(place, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"bpcourse.exercises.{place}", interrupt)
    assert check("sigmoid", sigmoid).message == "You stopped the check before it was through."


def test_an_answer_that_interrupts_the_kernel_is_as_an_interrupt():
    assert "You stopped the check" in check("sigmoid", changing(_thread.interrupt_main)).message


# What is changed for everyone


@pytest.mark.parametrize(("module", "name"), [(np, "asarray"), (np, "exp"), (np, "errstate"), (builtins, "len")])
def test_tools_that_a_cell_has_broken_are_told(module, name, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(module, name, lambda *arguments, **options: 1 / 0)
        result = check("sigmoid", sigmoid)
    assert f"{name}: no longer what it was" in looked_at(result).message
    assert "Restart the kernel" in result.hint
    assert check("sigmoid", sigmoid).status == "passed"


def replacing(module, name, value=None, answer=sigmoid):
    return changing(lambda: setattr(module, name, value), answer)


def uphill(z):
    return 1 / (1 + EXP(z))


def replaces_exp(z):
    np.exp = lambda number: EXP(-number)
    return uphill(z)


REPLACED = {
    "np.exp": replaces_exp,
    "np.allclose": replacing(np, "allclose", lambda *arguments, **options: True, uphill),
    "np.asarray": replacing(np, "asarray"),
    "np.random.default_rng": replacing(np.random, "default_rng"),
    "np.linalg.inv": changing(lambda: delattr(np.linalg, "inv")),
    "math.exp": replacing(math, "exp", EXP),
    "len": replacing(builtins, "len", lambda thing: 1 / 0),
    "isinstance": replacing(builtins, "isinstance"),
    "type": replacing(builtins, "type"),
    "str": replacing(builtins, "str", lambda thing: 1 / 0, raising(ValueError("x"))),
}


@pytest.mark.parametrize("what", REPLACED)
def test_an_answer_that_replaces_a_tool_fails_and_the_tool_is_put_back(what):
    module, _, name = what.rpartition(".")
    module = {"": builtins, "np": np, "np.random": np.random, "np.linalg": np.linalg, "math": math}[module]
    before = dict(vars(module))
    result = looked_at(check("sigmoid", REPLACED[what]))
    assert dict(vars(module)) == before
    assert result.message.startswith(f"Your function changes {what} for everyone")
    assert result.mistake == REPLACES.mistake
    assert check("sigmoid", uphill).status == "failed"
    assert check("sigmoid", sigmoid).status == "passed"


def test_one_that_replaces_a_tool_and_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.2)
    threads = threading.active_count()

    def endless(z):
        builtins.range = None
        while True:
            pass

    assert "range" in looked_at(check("sigmoid", endless)).message
    assert threading.active_count() == threads


CHANGES = {
    "np.random": lambda: np.random.seed(0),
    "random": lambda: random.seed(0),
    "what NumPy does with bad numbers": lambda: np.seterr(all="raise"),
    "how NumPy prints": lambda: np.set_printoptions(precision=1),
    "the folder": lambda: os.chdir(os.sep),
    "the environment": lambda: (os.environ.update(BPCOURSE_HOME="elsewhere", NEW="1"), os.environ.pop("PATH", None)),
    "garbage collection": gc.disable,
    "the limit of recursion": lambda: sys.setrecursionlimit(500),
    "warnings": lambda: warnings.simplefilter("error"),
    "where is printed": lambda: setattr(sys, "stdout", None),
}


def kernel():
    return {
        "np.random": str(np.random.get_state()),
        "random": random.getstate(),
        "what NumPy does with bad numbers": np.geterr(),
        "how NumPy prints": np.get_printoptions(),
        "the folder": os.getcwd(),
        "the environment": dict(os.environ),
        "garbage collection": gc.isenabled(),
        "the limit of recursion": sys.getrecursionlimit(),
        "warnings": list(warnings.filters),
        "where is printed": sys.stdout,
    }


@pytest.mark.parametrize("what", CHANGES)
def test_what_an_answer_sets_for_the_whole_kernel_is_undone(what):
    before = kernel()
    assert check("sigmoid", changing(CHANGES[what])).status == "passed"
    assert kernel() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder that is in use")
def test_a_folder_that_is_gone_hinders_no_check(monkeypatch, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert check("sigmoid", sigmoid).status == "passed"


# Where there are no threads


@pytest.fixture
def no_threads(monkeypatch):
    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


ENDLESS = """
def sigmoid(z):
    while True:
        try:
            z = z + 1
        except Exception:
            pass
"""


def test_without_threads_an_answer_is_judged_and_an_endless_one_is_stopped(no_threads, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.5)
    before = sys.gettrace()
    assert check("sigmoid", sigmoid).status == "passed"
    result = check("sigmoid", written(ENDLESS.replace("sigmoid", "answer")))
    assert (result.status, result.message) == ("failed", "Your code was still running after 0.5 seconds.")
    assert sys.gettrace() is before


def test_without_threads_the_line_is_found_too(no_threads, monkeypatch):
    monkeypatch.setattr(repairing, "SECONDS", 0.7)

    def weighted_sum(x, w, b):
        total = np.sum(x + w)
        return total + b

    result = check("weighted_sum", weighted_sum)
    assert (result.status, result.line) == ("failed", 2)
