"""Take the README's picture of a live figure, docs/live_figure.png, from a real browser.

python tools/take_live_figure.py
"""

from pathlib import Path

import browser

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "live_figure.png"
FIGURE = 'from bpcourse import widgets\n\nwidgets.TrainingExplorer(data="moons")'


def main():
    with browser.server() as lab, lab.open(browser.notebook(FIGURE)) as page:
        for name in ("hidden units", "learning rate η"):
            page.get_by_role("slider", name=name).focus()
            browser.picture_changes(page, page.locator(browser.PICTURE), lambda: page.keyboard.press("PageUp"))
        page.evaluate("document.activeElement.blur()")
        page.locator(".bp-live").screenshot(path=TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
