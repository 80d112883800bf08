"""Questions to predict the answer to, before the notebook shows it: choices, and a reason for each of them."""

from dataclasses import dataclass

import anywidget
import ipywidgets
import traitlets

from bpcourse.exercises.results import COLOURS, marked_up
from bpcourse.mathematics.validation import choice
from bpcourse.widgets.live import Readout, page_part


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from.

    Attributes
    ----------
    text : str
        Plain text, since it stands beside a radio button.
    reason : str
        Why it is right or wrong; may hold formulas between dollar signs, and code between backticks.
    right : bool
    """

    text: str
    reason: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with choices, one of which is right.

    Attributes
    ----------
    name, notebook : str
    text : str
        May hold formulas between dollar signs, and code between backticks.
    choices : tuple of Choice
    """

    name: str
    notebook: str
    text: str
    choices: tuple


QUESTIONS = {}


def question(notebook, name, text, *choices):
    """Add a question to `QUESTIONS`. Each choice is a pair (text, reason); the first one is the right one."""
    right, *others = (Choice(words, reason, number == 0) for number, (words, reason) in enumerate(choices))
    place = sum(map(ord, name)) % len(choices)  # the right one stands anywhere, and always in the same place
    QUESTIONS[name] = Question(name, notebook, text, (*others[:place], right, *others[place:]))


def ask(name):
    """Show a question of the course, to be answered by a choice.

    Parameters
    ----------
    name : str
        One of those in `QUESTIONS`.

    Returns
    -------
    QuestionCard

    Raises
    ------
    InputError
        If there is no question of that name; the message names the nearest one.
    """
    return QuestionCard(QUESTIONS[choice(name, list(QUESTIONS), "The question")])


class Choices(anywidget.AnyWidget):
    """Radio buttons with a name for the group, operated by the arrow keys, which those of ipywidgets are not.

    Attributes
    ----------
    options : list of str
    value : str or None
        The option that is chosen; None as long as none is.
    description : str
    """

    _esm = page_part("choices.js")
    _css = page_part("card.css", "choices.css")
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    value = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    description = traitlets.Unicode("Your answer:").tag(sync=True)


class QuestionCard(ipywidgets.VBox):
    """A question with a button for each choice; what is chosen is answered with a reason.

    In a saved notebook it is the question, the choices, and the answer to be unfolded.

    Attributes
    ----------
    question : Question
    choice : Choices
        Its value is the text of the choice; None as long as nothing is chosen.
    verdict : Readout
        Right or not, announced by screen readers.
    reason : ipywidgets.HTMLMath
    """

    def __init__(self, question):
        self.question = question
        self.choice = Choices(options=[plain(choice.text) for choice in question.choices])
        self.verdict, self.reason = Readout(), ipywidgets.HTMLMath()
        text = ipywidgets.HTMLMath(f"<b>Predict.</b> {marked_up(question.text)}")
        super().__init__([text, self.choice, self.verdict, self.reason])
        self.add_class("bp-question")
        self.choice.observe(self._answer, "value")

    def _answer(self, change):
        if change.new is None:
            self.verdict.value = self.reason.value = ""
            return
        chosen = next(choice for choice in self.question.choices if plain(choice.text) == change.new)
        colour = COLOURS["passed" if chosen.right else "failed"]
        words = "✓ Right." if chosen.right else "✗ Not quite. Choose again, if you like."
        self.verdict.value = f'<b style="color: {_on_white(colour)}">{words}</b>'
        self.reason.value = marked_up(chosen.reason)

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {
            "text/html": still(self.question),
            "text/plain": text(self.question),
        }


def _on_white(colour):
    """Return a shade of a colour of the course that is dark enough for text on white."""
    return {"#009E73": "#00704F", "#D55E00": "#A84800"}[colour]


def plain(words):
    """Return a text without the marks of code."""
    return words.replace("`", "")


def still(question):
    """Return a question as HTML for saved notebooks: the answer is there to be unfolded."""
    choices = "".join(f"<li>{marked_up(choice.text)}</li>" for choice in question.choices)
    reasons = "".join(
        f"<li><b>{'Right' if choice.right else 'No'}</b>, {marked_up(choice.text)}: {marked_up(choice.reason)}</li>"
        for choice in question.choices
    )
    return (
        f"<div><p><b>Predict.</b> {marked_up(question.text)}</p><ul>{choices}</ul>"
        f"<details><summary>Compare</summary><ul>{reasons}</ul></details></div>"
    )


def text(question):
    """Return a question as text, the answer at its end."""
    right = next(choice for choice in question.choices if choice.right)
    choices = "\n".join(f"- {plain(choice.text)}" for choice in question.choices)
    return f"Predict. {plain(question.text)}\n{choices}\nAnswer: {plain(right.text)}. {plain(right.reason)}"
