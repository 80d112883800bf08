"""The live card of a question: buttons to choose with, and what is answered to a choice."""

import ipywidgets

from bpcourse.exercises.questions import marked_up, plain, remember, still, text, verdict
from bpcourse.pictures import style
from bpcourse.widgets.choices import Choices
from bpcourse.widgets.live import Readout


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
        asked = ipywidgets.HTMLMath(f"<b>{question.head}</b> {marked_up(question.text)}")
        super().__init__([asked, self.choice, self.verdict, self.reason, Readout(kind="bp-message")])
        self.add_class("bp-question")
        self.choice.observe(self._answer, "value")

    def _answer(self, change):
        if change.new is None:
            self.verdict.value = self.reason.value = ""
            return
        chosen = next(choice for choice in self.question.choices if plain(choice.text) == change.new)
        colour = style.DARK_GREEN if chosen.right else style.DARK_ORANGE
        self.verdict.value = f'<b style="color: {colour}">{verdict(chosen)}</b>'
        self.reason.value = marked_up(chosen.reason)
        remember(self.question, change.new)

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {
            "text/html": still(self.question),
            "text/plain": text(self.question),
        }
