"""Questions to predict the answer to, before the notebook shows it: choices, and a reason for each of them."""

import re
from dataclasses import dataclass

from bpcourse.exercises import ledger, results, texts
from bpcourse.mathematics.validation import choice


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    text: str  # plain, since it stands beside a radio button
    reason: str  # why it is right or wrong; may hold formulas between dollar signs, and code between backticks
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
    recall : bool
        Whether it asks for what earlier notebooks taught; otherwise for what the next cells will show.
    """

    name: str
    notebook: str
    text: str
    choices: tuple
    recall: bool = False

    @property
    def head(self):
        """The word that says what to do."""
        return "Recall." if self.recall else "Predict."


CHOSEN = "chosen_"  # before a question's name, where the answer to it is kept beside those to exercises
INVITATION = "<em>To choose an answer, run this cell.</em>"


def _question(notebook, name, table):
    """Return the `Question` that a table of content/quiz.toml holds."""
    right, *others = (Choice(*pair, right=pair is table["right"]) for pair in (table["right"], *table["wrong"]))
    place = sum(map(ord, name)) % (1 + len(others))  # the right one stands anywhere, and always in the same place
    return Question(name, notebook, table["ask"], (*others[:place], right, *others[place:]), table.get("recall", False))


QUESTIONS = {name: _question(notebook, name, table) for notebook, name, table in texts.of_questions("quiz.toml")}


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
    asked = QUESTIONS[choice(name, list(QUESTIONS), "The question")]
    from bpcourse.exercises.question_card import QuestionCard  # here, since nothing else needs ipywidgets

    return QuestionCard(asked)


def marked_up(words):
    """Return a text of the course as HTML: code between backticks, formulas as they are, *words* emphasised."""
    parts = re.split(r"(<code>.*?</code>|\$[^$]*\$)", results.marked_up(words))  # every second one stays as it is
    parts[::2] = [re.sub(r"(?<!\w)\*(\w[^*]*)\*(?!\w)", r"<em>\1</em>", part) for part in parts[::2]]
    return "".join(parts)


def plain(words):
    """Return a text without the marks of code."""
    return words.replace("`", "")


def still(question, chosen=None):
    """Return a question as HTML for saved notebooks: the answer is there to be unfolded, or the one that was `chosen`.

    Parameters
    ----------
    question : Question
    chosen : str, optional
        The plain text of a choice.
    """
    choices = "".join(f"<li>{marked_up(choice.text)}</li>" for choice in question.choices)
    reasons = "".join(
        f"<li><b>{'Right' if choice.right else 'No'}</b>, {marked_up(choice.text)}: {marked_up(choice.reason)}</li>"
        for choice in question.choices
    )
    verdicts = "".join(
        f"<p><b>You chose:</b> {marked_up(choice.text)}. <b>{verdict(choice)}</b> {marked_up(choice.reason)}</p>"
        for choice in question.choices
        if plain(choice.text) == chosen
    )
    return (
        f"<div><p><b>{question.head}</b> {marked_up(question.text)}</p><ul>{choices}</ul>{verdicts}"
        f"<details><summary>Compare</summary><ul>{reasons}</ul></details><p>{INVITATION}</p></div>"
    )


def verdict(choice):
    """Return in words whether a choice is right."""
    return "✓ Right." if choice.right else "✗ Not quite. Choose again, if you like."


def remember(question, chosen):
    """Keep which answer, its plain text, was chosen last."""
    ledger.record(f"{CHOSEN}{question.name}", chosen)


def answered(words):
    """Return the question that is `words` as `text` with the answer that was chosen, as HTML; None if there is none."""
    kept = ledger.load()
    for question in QUESTIONS.values():
        if f"{CHOSEN}{question.name}" in kept and text(question) == "".join(words):
            return still(question, kept[f"{CHOSEN}{question.name}"]["source"])
    return None


def text(question):
    """Return a question as text, the answer at its end."""
    right = next(choice for choice in question.choices if choice.right)
    choices = "\n".join(f"- {plain(choice.text)}" for choice in question.choices)
    return f"{question.head} {plain(question.text)}\n{choices}\nAnswer: {plain(right.text)}. {plain(right.reason)}"
