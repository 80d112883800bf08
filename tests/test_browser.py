"""The explorers in real JupyterLab in a real Chromium: keys move sliders, pictures and numbers follow."""

import math
import re

import nbformat
import numpy as np
import pytest
from test_widgets import numbers, plain_descent

browser = pytest.importorskip("browser", reason="needs playwright, see requirements-test.txt", exc_type=ImportError)

from bpcourse import NeuralNetwork, datasets, widgets  # noqa: E402
from bpcourse.widgets.example import line_fit  # noqa: E402

NAMES = ["ForwardExplorer", "LossExplorer", "OutputErrorExplorer", "DescentExplorer", "TrainingExplorer"]


def notebook(path, cells):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture(scope="module")
def lab():
    browser.require_chromium()
    with browser.server() as lab:
        yield lab


@pytest.fixture(scope="module")
def page(lab, tmp_path_factory):
    cells = [nbformat.v4.new_code_cell("from bpcourse import NeuralNetwork, widgets")]
    cells += [nbformat.v4.new_code_cell(f"widgets.{name}()") for name in NAMES]
    with lab.open(notebook(tmp_path_factory.mktemp("nb") / "explorers.ipynb", cells)) as page:
        page.locator("img.bp-picture").nth(len(NAMES) - 1).wait_for()
        yield page


class Card:
    """One live figure on the page."""

    def __init__(self, page, name):
        self.page, self.card = page, page.locator(".bp-live").nth(NAMES.index(name))
        self.picture = self.card.locator("img.bp-picture")

    def press(self, slider, *keys):
        """Press keys on the slider of that name, one after the other, each with its own new picture."""
        for key in keys:
            self.card.get_by_role("slider", name=slider).focus()
            browser.picture_changes(self.page, self.picture, lambda key=key: self.page.keyboard.press(key))

    def choose(self, name, option):
        menu = self.card.get_by_label(name)
        browser.picture_changes(self.page, self.picture, lambda: menu.select_option(option))

    def click(self, name):
        button = self.card.get_by_role("button", name=name, exact=True)
        browser.picture_changes(self.page, self.picture, button.click)

    def wait_for_words(self, words):
        """Wait until the readout holds these words: a picture may still be that of the key pressed before."""
        script = "([card, words]) => card.querySelector('.bp-readout').innerText.includes(words)"
        self.page.wait_for_function(script, arg=[self.card.element_handle(), words], timeout=20_000)

    @property
    def words(self):
        return self.card.locator(".bp-readout").inner_text()

    def pixels(self):
        return self.picture.screenshot()


def test_all_cells_run_without_a_complaint(page):
    assert browser.trouble(page) == []
    assert page.complaints == []
    assert page.locator(".bp-live").count() == len(NAMES)
    assert page.locator(".bp-message:visible").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_a_text_alternative_and_every_control_a_name(page, name):
    card = Card(page, name)
    assert len(card.picture.get_attribute("alt")) > 40
    sliders = card.card.get_by_role("slider").all()
    assert sliders
    assert all(slider.get_attribute("aria-label") for slider in sliders)
    for menu in card.card.locator("select").all():
        assert menu.evaluate("menu => menu.labels.length") == 1
    assert card.card.locator(".bp-readout").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("name", NAMES)
def test_no_description_is_cut_off(page, name):
    for label in Card(page, name).card.locator(".widget-label").all():
        assert label.evaluate("label => label.scrollWidth <= label.clientWidth"), label.inner_text()


def test_forward_pass(page):
    card = Card(page, "ForwardExplorer")
    before, place = card.pixels(), card.picture.bounding_box()
    card.press("input x₁", "ArrowRight", "ArrowRight")  # 1.2
    card.press("its value", "ArrowLeft")  # W1[0,0] = 0.3
    card.wait_for_words("1.2 · 0.3 + 2 · 0.2")
    z1 = [0.3 * 1.2 + 0.2 * 2 + 0.2, -0.6 * 1.2 + 0.5 * 2 - 0.4, 0.8 * 1.2 - 1.2 * 2 - 0.4]
    a1 = [1 / (1 + math.exp(-z)) for z in z1]
    y_hat = 1 / (1 + math.exp(-(1.5 * a1[0] - a1[1] + 0.5 * a1[2] - 0.3)))
    assert numbers(card.words)[-1] == pytest.approx(y_hat, abs=1e-4)
    assert re.search(rf"a2:? {y_hat:.2f}\.", card.picture.get_attribute("alt"))
    assert card.pixels() != before
    assert card.picture.bounding_box() == place


def test_loss(page):
    card = Card(page, "LossExplorer")
    card.press("prediction ŷ", "ArrowRight")
    before = card.pixels()
    card.click("0")
    squared = 0.21**2 / 2
    assert f"½ squared error is {squared:.3g}" in card.picture.get_attribute("alt")
    assert numbers(card.words.split("cross-entropy")[1])[0] == pytest.approx(-math.log(0.79), abs=1e-3)
    assert card.card.get_by_role("button", name="0", exact=True).get_attribute("aria-pressed") == "true"
    assert card.pixels() != before


def test_output_error(page):
    card = Card(page, "OutputErrorExplorer")
    card.choose("sample", "all samples")
    card.choose("weight or bias", "b2[0,0]")
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    y_hat = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)
    gradient = ((y_hat - y) * y_hat * (1 - y_hat)).mean()
    bold = card.card.locator(".bp-readout b").all_inner_texts()
    assert [numbers(text)[0] for text in bold] == pytest.approx([gradient] * 3, abs=1e-5)


def test_descent(page):
    card = Card(page, "DescentExplorer")
    card.press("steps", "ArrowLeft", "ArrowLeft")
    card.wait_for_words("28 steps")
    card.click("too small")
    card.wait_for_words("not there yet")
    card.click("too large")
    card.wait_for_words("It diverges")
    card.click("right")
    rate = widgets.DescentExplorer().presets["right"]
    network, X, y = line_fit()
    (w, b) = plain_descent(rate, 0.0, 28)[-1]
    loss = ((w * X + b - y) ** 2).mean() / 2
    card.wait_for_words(f"28 steps, loss 2.37 → {loss:.3g}")


def test_training(page):
    card = Card(page, "TrainingExplorer")
    before, place = card.pixels(), card.picture.bounding_box()
    card.press("hidden units", "ArrowRight", "ArrowRight")
    card.press("learning rate η", "ArrowRight", "ArrowRight")
    rate = 10 ** (2 * 0.1)
    network = NeuralNetwork(2, 6, 1, rate, activation="tanh", loss="binary_cross_entropy", seed=0)
    loss = network.train(*datasets.xor(), epochs=200).loss[-1]
    card.wait_for_words(f"η = {rate:.3g}, 6 hidden units")
    assert float(re.search(r"loss (\S+) after", card.words)[1]) == pytest.approx(loss, rel=6e-3)
    assert "4 of 4 samples right" in card.words
    assert card.pixels() != before
    assert card.picture.bounding_box() == place
    slider = card.card.get_by_role("slider", name="learning rate η")
    assert slider.get_attribute("aria-valuetext") == f"{rate:.3g}"
    card.choose("data", "moons")
    card.wait_for_words("of 200 samples right")


def test_a_held_key_ends_at_the_last_setting(page):
    card = Card(page, "LossExplorer")
    card.card.get_by_role("slider", name="prediction ŷ").focus()
    start = float(card.card.locator(".widget-readout").inner_text())
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expected = f"ŷ = {start + 0.30:.3g},"
    page.wait_for_function(
        "([card, text]) => card.innerText.includes(text)", arg=[card.card.element_handle(), expected]
    )


def test_running_a_cell_again_replaces_its_figure(lab, tmp_path):
    cells = [
        "from bpcourse import widgets\nimport ipywidgets",
        "widgets.LossExplorer()",
        "len(ipywidgets.widgets.widget._instances)",
    ]
    path = notebook(tmp_path / "again.ipynb", [nbformat.v4.new_code_cell(cell) for cell in cells])
    with lab.open(path) as page:
        counts = []
        for _ in range(3):
            page.locator("img.bp-picture").wait_for()
            counts.append(page.locator(".jp-OutputArea-output pre").last.inner_text())
            browser.run_all(page)
        assert counts[0] == counts[1] == counts[2]
        page.get_by_role("slider", name="prediction ŷ").focus()
        picture = page.locator("img.bp-picture")
        browser.picture_changes(page, picture, lambda: page.keyboard.press("ArrowRight"))
        assert browser.trouble(page) == []


def test_an_error_is_told_in_the_figure(lab, tmp_path):
    cell = (
        "from bpcourse import NeuralNetwork, widgets\n"
        "def make(sizes, learning_rate):\n"
        "    assert sizes[1] != 5, 'not five <please>'\n"
        "    return NeuralNetwork(2, sizes[1], 1, learning_rate, seed=0)\n"
        "widgets.TrainingExplorer(make, epochs=10)"
    )
    path = notebook(tmp_path / "error.ipynb", [nbformat.v4.new_code_cell(cell)])
    with lab.open(path) as page:
        page.get_by_role("slider", name="hidden units").focus()
        page.keyboard.press("ArrowRight")
        page.get_by_text("AssertionError: not five <please>").wait_for()
        browser.picture_changes(page, page.locator("img.bp-picture"), lambda: page.keyboard.press("ArrowRight"))
        page.locator(".bp-message").wait_for(state="hidden")


@pytest.mark.parametrize("width", [700, 1600, 1100])
def test_figures_fit_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    page.wait_for_timeout(500)
    for card in page.locator(".bp-live").all():
        assert card.evaluate("card => card.scrollWidth <= card.clientWidth")
        available = card.bounding_box()["width"] - 2 * (16 + 1)  # padding and border
        picture = card.locator("img.bp-picture")
        natural = float(picture.get_attribute("width"))
        assert picture.bounding_box()["width"] == pytest.approx(min(available, natural), abs=1)
        assert available > min(0.7 * width, 850)


def test_a_saved_notebook_shows_the_picture_with_nothing_running(lab, tmp_path):
    figure = widgets.LossExplorer()
    bundle = figure._repr_mimebundle_()
    cell = nbformat.v4.new_code_cell("widgets.LossExplorer()", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", bundle, execution_count=1)]
    with lab.open(notebook(tmp_path / "saved.ipynb", [cell]), run=False) as page:
        image = page.locator(".jp-OutputArea-output img")
        image.wait_for()
        assert image.get_attribute("alt") == figure.picture.alt
        assert image.evaluate("image => image.naturalWidth") == 1800
