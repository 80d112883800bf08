"""What lets the playground train on and on in the notebook's event loop, picture by picture."""

import asyncio
import time
import weakref

CHUNK, PACE = 0.005, 1 / 60  # seconds of training for a picture, at most; from one picture to the next, at least
REST, NAP = 0.002, 0.01  # seconds left to the rest of the notebook; between looks whether somebody looks and is ready
ASK, PATIENCE = 10, 10.0  # pictures from one question to the browser to the next; seconds to wait for its answer
_turns = weakref.WeakKeyDictionary()  # event loop -> the lock of the players in it


class Player:
    """Plays a figure: lets it advance again and again, as fast as it is shown.

    Parameters
    ----------
    figure : Playground
        Of which it calls ``advance(epochs)``, puts ``picture.asks`` and, once nobody looks, ``run.value``.

    Attributes
    ----------
    task : asyncio.Task or None
        What plays; None while it is paused.
    """

    def __init__(self, figure):
        self._figure = weakref.ref(figure)  # which may be thrown away while it plays
        self.task = self._asked = None
        self._pictures, self._browser_answers, self._in_sight = 0, False, True

    def play(self):
        """Train on and on; raises RuntimeError where no event loop runs."""
        self._asked = None
        self.task = asyncio.get_running_loop().create_task(self._play())

    def pause(self):
        """Let what plays end by itself, in whichever thread it plays."""
        self.task = None

    def browser_shows(self):
        """Hear from the browser that it shows the picture for which it was asked."""
        self._asked, self._browser_answers = None, True

    def browser_sees(self, seen):
        """Hear from the browser whether the picture is in sight; while it is not, what plays rests."""
        self._asked, self._in_sight = None, seen

    def _figure_that_plays(self):
        """Return the figure; None once it is paused, closed or gone."""
        return self._figure() if self.task is asyncio.current_task() else None

    async def _play(self):
        """Train and draw on and on; all that play take turns, and rest after each for the notebook's other work."""
        while (figure := self._figure_that_plays()) is not None:
            ready = self._in_sight and self._browser_is_ready(figure)
            del figure
            if not ready:
                await asyncio.sleep(NAP)
                continue
            async with _turn():
                began = time.monotonic()
                if (figure := self._figure_that_plays()) is not None:
                    self._go_on(figure)
                del figure
                await asyncio.sleep(max(REST, began + PACE - time.monotonic()))

    def _browser_is_ready(self, figure):
        """Whether the browser has shown the earlier pictures; if it does not answer for long, nobody looks any more."""
        if self._pictures % ASK or not (self._asked and self._browser_answers):
            return True
        if time.monotonic() - self._asked > PATIENCE:
            figure.run.value = False
        return False

    def _go_on(self, figure):
        figure.picture.asks = self._pictures % ASK == 0
        if figure.picture.asks:
            self._asked = time.monotonic()
        self._pictures += 1
        figure.advance(max(1, min(figure.speed.value, int(CHUNK / figure.training.seconds_per_epoch))))


def _turn():
    """Return the lock that a player of this thread's event loop holds while it trains, and rests: one at a time."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
