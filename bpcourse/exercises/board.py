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
    finished = set(ledger.done())
    return Board(
        {name: [(task.name, task.name in finished) for task in catalogue.in_notebook(name)] for name in names}, notebook
    )


@dataclass(frozen=True)
class Board:
    """The progress at one moment.

    Attributes
    ----------
    exercises : dict
        For every notebook the pairs (exercise, whether it is done).
    notebook : str or None
        The notebook that it is about; None for all of them.
    """

    exercises: dict
    notebook: str | None = None

    def __repr__(self):
        return "\n".join([self._head(), *map(" ".join, self._rows())])

    def _repr_html_(self):
        if self.notebook:
            return card(self._colour(), *repr(self).splitlines())
        rows = [("notebook", "exercises", "done"), *self._rows()]
        cells = ["".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in row) for row in rows]
        return card(self._colour(), self._head(), more=f"<table><tr>{'</tr><tr>'.join(cells)}</tr></table>")

    def _head(self):
        pairs = self._pairs()
        open_ones = [name for name, finished in pairs if not finished]
        where = f"{self.notebook}: " if self.notebook else "Your progress: "
        count = f"{where}{len(pairs) - len(open_ones)} of {len(pairs)} exercises done."
        if not open_ones:
            return f"{count} {self._farewell()}"
        if self.notebook:
            return f"{count} Still open: {', '.join(open_ones)}."
        return f"{count} Next: {open_ones[0]}, in {self._notebook_of(open_ones[0])}."

    def _pairs(self):
        chosen = [self.notebook] if self.notebook else self.exercises
        return [pair for name in chosen for pair in self.exercises[name]]

    def _farewell(self):
        following = [name for name in self.exercises if self.notebook and name > self.notebook]
        return f"Next notebook: {following[0]}." if following else "Nothing is open."

    def _notebook_of(self, exercise):
        return next(name for name, pairs in self.exercises.items() if exercise in dict(pairs))

    def _rows(self):
        if self.notebook:
            return []
        width = max(map(len, self.exercises))
        return [
            (
                name.ljust(width),
                "".join("●" if finished else "○" for _, finished in pairs).ljust(
                    max(map(len, self.exercises.values()))
                ),
                f"{sum(finished for _, finished in pairs)} of {len(pairs)}",
            )
            for name, pairs in self.exercises.items()
        ]

    def _colour(self):
        return COLOURS["passed" if all(finished for _, finished in self._pairs()) else "open"]
