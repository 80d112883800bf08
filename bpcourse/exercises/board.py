"""The board: what is done and what comes next, as text and as a small table in a notebook."""

from dataclasses import dataclass
from html import escape

from bpcourse.exercises import catalogue, ledger
from bpcourse.exercises.results import COLOURS, card
from bpcourse.mathematics.validation import choice


def progress(notebook=None):
    """Show what is done and what comes next: in the whole course, or in one notebook.

    Parameters
    ----------
    notebook : str, optional
        A notebook's name, such as "02_loss".

    Returns
    -------
    Board

    Raises
    ------
    InputError
        If there is no notebook of that name, or it has no exercises.
    """
    names = catalogue.notebooks()
    if notebook is not None:
        choice(notebook, names, "The notebook")
    done = ledger.done()
    exercises = {name: [(task.name, task.name in done) for task in catalogue.in_notebook(name)] for name in names}
    return Board(exercises, notebook)


@dataclass(frozen=True)
class Board:
    """The progress at one moment."""

    exercises: dict  # for every notebook the pairs (exercise, whether it is done)
    notebook: str | None = None  # the one that it is about; None for all of them

    def __repr__(self):
        return "\n".join([self._head(), *map(" ".join, self._rows()), *self._kinds()])

    def _repr_html_(self):
        colour = COLOURS["open" if self._open() else "passed"]
        if self.notebook:
            return card(colour, *repr(self).splitlines())
        rows = [("notebook", "exercises", "done"), *self._rows()]
        cells = ["".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in row) for row in rows]
        table = f"<table><tr>{'</tr><tr>'.join(cells)}</tr></table>"
        return card(colour, self._head(), more=f"{table}{'<br>'.join(self._kinds())}")

    def _about(self):
        return {self.notebook: self.exercises[self.notebook]} if self.notebook else self.exercises

    def _open(self):
        """Return the pairs (exercise, its notebook) that are not done."""
        return [(task, name) for name, pairs in self._about().items() for task, done in pairs if not done]

    def _head(self):
        still, all_of_them = self._open(), sum(map(len, self._about().values()))
        count = f"{self.notebook or 'Your progress'}: {all_of_them - len(still)} of {all_of_them} exercises done."
        if still and self.notebook:
            return f"{count} Still open: {', '.join(task for task, _ in still)}."
        if still:
            return f"{count} Next: {still[0][0]}, in {still[0][1]}."
        following = [name for name in self.exercises if self.notebook and name > self.notebook]
        return f"{count} {f'Next notebook: {following[0]}.' if following else 'Nothing is open.'}"

    def _kinds(self):
        """Return a line that says how much of each kind is done, where it is about the whole course."""
        if self.notebook:
            return []
        pairs = [pair for pairs in self.exercises.values() for pair in pairs]
        marks = {kind: [done for name, done in pairs if catalogue.ALL[name].kind == kind] for kind in catalogue.KINDS}
        return [", ".join(f"{kind} {sum(done)} of {len(done)}" for kind, done in marks.items() if done)]

    def _rows(self):
        if self.notebook:
            return []
        width, most = max(map(len, self.exercises)), max(map(len, self.exercises.values()))
        rows = [(name, [done for _, done in pairs]) for name, pairs in self.exercises.items()]
        return [
            (name.ljust(width), "".join("○●"[done] for done in marks).ljust(most), f"{sum(marks)} of {len(marks)}")
            for name, marks in rows
        ]
