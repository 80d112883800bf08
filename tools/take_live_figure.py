"""Take the README's picture of a live figure, docs/live_figure.png, from a real browser.

python tools/take_live_figure.py
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import browser  # noqa: E402

FIGURE = 'from bpcourse import widgets\n\nwidgets.TrainingExplorer(data="moons")'


def main():
    target = ROOT / "docs" / "live_figure.png"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser.server() as lab:
        notebook = Path(folder) / "figure.ipynb"
        kernel = {"name": "python3", "display_name": "Python 3"}
        content = new_notebook(cells=[new_code_cell(FIGURE, id="figure")], metadata={"kernelspec": kernel})
        nbformat.write(content, notebook)
        with lab.open(notebook) as page:
            for slider, key in ((1, "PageUp"), (0, "PageUp")):  # the hidden size, then the learning rate
                page.locator(".bp-live .noUi-handle").nth(slider).focus()
                browser.picture_changes(page, page.locator("img.bp-picture"), lambda key=key: page.keyboard.press(key))
            page.evaluate("document.activeElement.blur()")
            page.locator(".bp-live").screenshot(path=target)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
