"""Time the site that needs no server, from its first start on: python benchmarks/site.py SITE

SITE is the folder that tools/build_site.py made. First start: a browser that has nothing of it yet, no network between.
"""

import re
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import browser
import lite

FIGURE = "from bpcourse import widgets\nwidgets.TrainingExplorer()"
EPOCH = """
import time
from bpcourse import NeuralNetwork, datasets
X, y = datasets.xor()
net = NeuralNetwork(2, 4, 1, learning_rate=0.1, seed=0)
net.train(X, y, epochs=500)
began = time.perf_counter()
net.train(X, y, epochs=5000)
print(f"{(time.perf_counter() - began) / 5000 * 1e6:.0f}")
"""


def main(folder, presses=40):
    with lite.served(folder) as site:
        began = time.perf_counter()
        site.visit()
        site.wait_for_kernel()
        print(f"first start to a kernel that could run: {time.perf_counter() - began:.0f} s")
        site.open("figure.ipynb", browser.notebook(FIGURE, EPOCH))
        card = site.page.locator(".bp-live")
        times = [_press(site.page, card, "ArrowLeft" if press // 5 % 2 else "ArrowRight") for press in range(presses)]
        print(f"first start to the first figure that has moved, two kernels started: {_since(began, times):.0f} s")
        print(
            f"a key to its picture, 200 epochs trained: median {statistics.median(times[2:]) * 1000:.0f} ms, "
            f"95th percentile {statistics.quantiles(times[2:], n=20)[-1] * 1000:.0f} ms"
        )
        shown = site.page.locator(".jp-OutputArea-output").last.inner_text()
        print(f"an epoch of XOR, 2-4-1: {re.search(r'[0-9]+', shown)[0]} µs")
        sizes = [path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()]
        print(f"the site: {sum(sizes) / 1e6:.0f} MB in {len(sizes):,} files; asked for: {_asked(site, folder):.0f} MB")


def _since(began, times):
    return time.perf_counter() - began - sum(times[1:])


def _press(page, card, key):
    """Press a key on the first slider; return the seconds until the drawing is another one."""
    card.get_by_role("slider").first.focus()
    began = time.perf_counter()
    browser.picture_changes(page, card.locator(browser.PICTURE), lambda: page.keyboard.press(key))
    return time.perf_counter() - began


def _asked(site, folder):
    """Return the megabytes of all files that the browser has asked for, each once."""
    paths = {Path(folder, url.removeprefix(site.address).partition("?")[0]) for url in site.requests}
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


if __name__ == "__main__":
    main(*sys.argv[1:])
