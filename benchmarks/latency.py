"""From a key pressed on a slider to the new picture on the screen, retraining included, in JupyterLab and Chromium.

    python benchmarks/latency.py [presses]

Prints medians and 95th percentiles in milliseconds of the live figure, on XOR and on 200 points of two moons, and
of a plain ``interact`` that trains the same networks and makes a new figure each time, taken turn by turn. A row's
parts: until the kernel starts, training, drawing (with encoding), and from there to the pixels; then the bytes of a
picture, and what part of ``interact``'s time that is. Last, how many pictures a second the playground shows while it
trains.
"""

import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tools"))
import browser

LIVE = """
import json, time
from bpcourse import NeuralNetwork
from bpcourse.widgets import TrainingExplorer

class Timed(TrainingExplorer):
    def draw(self):
        began = time.time()
        super().draw()
        with open(self.data.value + ".jsonl", "a") as log:
            size = len(self.picture.svg.encode())
            print(json.dumps([began, self.network.seconds, time.time(), size]), file=log)

def make(sizes, learning_rate, seed=0):
    network = NeuralNetwork(2, sizes[1], 1, learning_rate, activation="tanh", loss="binary_cross_entropy", seed=seed)
    train = network.train
    def timed_train(*args, **options):
        began = time.time()
        history = train(*args, **options)
        network.seconds = time.time() - began
        return history
    network.train = timed_train
    return network

Timed(make, data="{data}")
"""
PLAIN = """
import io, json, time
import ipywidgets
import matplotlib.pyplot as plt
from bpcourse import NeuralNetwork, datasets, plots
X, y = datasets.xor()

def retrain(rate, hidden):
    began = time.time()
    network = NeuralNetwork(2, hidden, 1, rate, activation="tanh", loss="binary_cross_entropy", seed=0)
    history = network.train(X, y, epochs=200)
    trained = time.time()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.1), dpi=200, layout="constrained")
    left.semilogy(history.loss)
    extent = plots.extent_of(X)
    right.imshow(plots.predictions_on(network, extent, 40), extent=extent, origin="lower", interpolation="bilinear")
    right.scatter(*X.T, c=y[:, 0])
    plt.show()
    ended, file = time.time(), io.BytesIO()
    figure.savefig(file)
    with open("plain.jsonl", "a") as log:
        print(json.dumps([began, trained - began, ended, file.tell()]), file=log)

ipywidgets.interact(retrain, rate=ipywidgets.FloatLogSlider(min=-3, max=1), hidden=(1, 16));
"""
# Waits for the key, then for a new picture below `output`, an image or a drawing, that is decoded and has been painted.
WATCH = """
output => {
  const picture = () => output.querySelector(".bp-drawing, img");
  const shown = () => picture()?.src ?? picture()?.innerHTML;
  const former = shown();
  window.pressed = null;
  window.painted = new Promise(resolve => {
    addEventListener("keydown", event => { window.pressed = performance.timeOrigin + event.timeStamp; },
                     { capture: true, once: true });
    const observer = new MutationObserver(async () => {
      if (!picture() || !window.pressed || shown() === former) return;
      observer.disconnect();
      const images = picture().src ? [picture()] : picture().querySelectorAll("image");
      await Promise.all([...images].map(image => image.decode()));
      requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
    });
    observer.observe(output, { childList: true, subtree: true, attributes: true, characterData: true });
  });
}
"""
COUNT = """
async ([picture, seconds]) => {
  let pictures = 0;
  const observer = new MutationObserver(() => { pictures += 1; });
  observer.observe(picture, { childList: true, subtree: true, attributes: true });
  await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
  observer.disconnect();
  return pictures / seconds;
}
"""
WARM_UP = 2  # presses that do not count: the first ones load what all others have
LABELS = {"xor": "live, XOR", "moons": "live, 200 moons", "plain": "interact, XOR"}


def main(presses=60):
    cells = {"xor": LIVE.format(data="xor"), "moons": LIVE.format(data="moons"), "plain": PLAIN}
    with browser.server() as lab:
        with lab.open(browser.notebook(*cells.values())) as page:
            assert not browser.trouble(page), browser.trouble(page)
            marks = {name: [] for name in cells}
            for press in range(-WARM_UP, presses):
                for cell, name in enumerate(cells):
                    marks[name].append(_press(page, cell, slider=press % 2, back=press // 4 % 2))
            folder, marks = page.folder, {name: times[WARM_UP:] for name, times in marks.items()}
        print(f"{presses} presses each, ms: median / 95th percentile")
        print(
            f"{'':16}{'key to pixels':>16}{'to kernel':>14}{'training':>14}{'drawing':>14}{'to pixels':>14}{'bytes':>9}"
        )
        waits = {name: np.diff(marks[name], axis=1) for name in cells}
        for name, label in LABELS.items():
            print(f"{label:16}" + _row(marks[name], _kernel_log(folder / f"{name}.jsonl", presses)))
        for name in ("xor", "moons"):
            median, late = (np.percentile(waits["plain"], q) / np.percentile(waits[name], q) for q in (50, 95))
            print(f"{LABELS[name]}: 1/{median:.1f} of interact's median, 1/{late:.1f} of its 95th percentile")
        with lab.open(browser.notebook("from bpcourse import widgets\nwidgets.Playground()")) as page:
            page.locator(".bp-run").click()
            picture = page.locator(browser.PICTURE).element_handle()
            rates = [page.evaluate(COUNT, [picture, 3]) for _ in range(6)][1:]
        print(f"playground, pictures a second: {min(rates):.0f} to {max(rates):.0f}")


def _press(page, cell, slider, back):
    """Press an arrow key on a slider of a cell; return when it was pressed and when the picture was there."""
    output = page.locator(".jp-CodeCell .jp-OutputArea").nth(cell)
    output.locator(".noUi-handle").nth(slider).focus()
    page.evaluate("() => new Promise(resolve => requestIdleCallback(resolve))")  # all is done that the last press left
    output.evaluate(WATCH)
    page.keyboard.press("ArrowLeft" if back else "ArrowRight")
    painted = page.evaluate("window.painted")
    page.wait_for_function(browser.KERNEL_IDLE)
    return page.evaluate("window.pressed"), painted


def _kernel_log(path, presses):
    return [json.loads(line) for line in path.read_text().splitlines()[-presses:]]


def _row(marks, kernel):
    (pressed, painted), (*times, sizes) = np.array(marks).T, np.array(kernel).T
    began, training, ended = 1000 * np.array(times)
    parts = (painted - pressed, began - pressed, training, ended - began - training, painted - ended)
    return (
        "".join(
            f"{np.median(part):>{width - 6}.0f} /{np.percentile(part, 95):>4.0f}"
            for part, width in zip(parts, (16, 14, 14, 14, 14), strict=True)
        )
        + f"{np.median(sizes):>9,.0f}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
