"""The explorers in real JupyterLab in a real Chromium: keys move sliders, pictures and numbers follow."""

import math
import re

import browser
import numpy as np
import pytest
from playwright.sync_api import expect
from test_widgets import numbers, plain_descent

from bpcourse import NeuralNetwork, datasets, widgets
from bpcourse.widgets.example import line_fit

NAMES = ["ForwardExplorer", "LossExplorer", "OutputErrorExplorer", "DescentExplorer", "TrainingExplorer"]
PICKY = """
def make(sizes, learning_rate):
    assert sizes[1] != 5, "not five <please>"
    return NeuralNetwork(2, sizes[1], 1, learning_rate, seed=0)

widgets.TrainingExplorer(make, epochs=10)
"""
FITS = """([card, width]) => {
    const box = card.getBoundingClientRect(), room = box.width - 2 * (16 + 1);  // without padding and border
    const picture = card.querySelector(".bp-drawing > svg");
    const fit = Math.min(room, Number(picture.getAttribute("width")));
    return box.right <= width && card.scrollWidth <= card.clientWidth && room > Math.min(0.7 * width, 850)
        && Math.abs(picture.getBoundingClientRect().width - fit) <= 1;
}"""
OPEN_WIDGETS = 'len(widgets.LossExplorer.get_manager_state()["state"])'


@pytest.fixture(scope="module")
def page(lab):
    imports = "from bpcourse import NeuralNetwork, widgets"
    explorers = [f"widgets.{name}()" for name in NAMES]
    with lab.open(browser.notebook(imports, *explorers, PICKY, OPEN_WIDGETS)) as page:
        expect(page.locator(browser.PICTURE)).to_have_count(len(NAMES) + 1)
        yield page


class Card:
    """One live figure on the page."""

    def __init__(self, page, name):
        self.page, self.card = page, page.locator(".bp-live").nth([*NAMES, "PICKY"].index(name))
        self.picture, self.readout = self.card.locator(browser.PICTURE), self.card.locator(".bp-readout")

    def press(self, slider, *keys):
        """Press keys on the slider of that name, one after the other, each with its own new picture."""
        for key in keys:
            self.card.get_by_role("slider", name=slider).focus()
            browser.picture_changes(self.page, self.picture, lambda key=key: self.page.keyboard.press(key))

    def choose(self, name, option):
        menu = self.card.get_by_label(name, exact=True)
        browser.picture_changes(self.page, self.picture, lambda: menu.select_option(option))

    def click(self, name):
        button = self.card.get_by_role("button", name=name, exact=True)
        browser.picture_changes(self.page, self.picture, button.click)

    def alt(self):
        return self.picture.evaluate("picture => picture.querySelector('svg').ariaLabel")

    def pixels(self):
        return self.picture.screenshot()


def test_all_cells_run_without_a_complaint(page):
    assert browser.trouble(page) == []
    assert page.complaints == []
    assert page.locator(".bp-message:visible").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_a_text_alternative_and_every_control_a_name(page, name):
    card = Card(page, name)
    assert len(card.alt()) > 40
    sliders = card.card.get_by_role("slider").all()
    assert sliders
    assert all(slider.get_attribute("aria-label") for slider in sliders)
    for menu in card.card.locator("select").all():
        assert menu.evaluate("menu => menu.labels.length") == 1
    assert card.readout.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("name", NAMES)
def test_no_description_is_cut_off(page, name):
    for label in Card(page, name).card.locator(".widget-label").all():
        assert label.evaluate("label => label.scrollWidth <= label.clientWidth"), label.inner_text()


def test_forward_pass(page):
    card = Card(page, "ForwardExplorer")
    before, place = card.pixels(), card.picture.bounding_box()
    card.press("input x₁", "ArrowRight", "ArrowRight")  # 1.2
    card.press("its value", "ArrowLeft")  # W1[0,0] = 0.3
    expect(card.readout).to_contain_text("1.2 · 0.3 + 2 · 0.2")
    z1 = [0.3 * 1.2 + 0.2 * 2 + 0.2, -0.6 * 1.2 + 0.5 * 2 - 0.4, 0.8 * 1.2 - 1.2 * 2 - 0.4]
    a1 = [1 / (1 + math.exp(-z)) for z in z1]
    y_hat = 1 / (1 + math.exp(-(1.5 * a1[0] - a1[1] + 0.5 * a1[2] - 0.3)))
    assert numbers(card.readout.inner_text())[-1] == pytest.approx(y_hat, abs=1e-4)
    assert re.search(rf"a2:? {y_hat:.3f}\.", card.alt())
    assert card.pixels() != before
    assert card.picture.bounding_box() == place


def test_inputs_and_weights_are_dragged_in_the_network(page):
    card = Card(page, "ForwardExplorer")
    for id, label in (("unit-0-1", "input x₂"), ("w-2-1-0", "its value")):
        part = card.picture.locator(f'[id="{id}"]')
        part.scroll_into_view_if_needed()
        box, before = part.bounding_box(), float(part.get_attribute("aria-valuenow"))
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 60, y, steps=4)
        page.mouse.up()
        expect(part).not_to_have_attribute("aria-valuenow", f"{before:.6g}")
        assert float(part.get_attribute("aria-valuenow")) < before
        slider = card.card.get_by_role("slider", name=label).element_handle()
        same = "([part, slider]) => Math.abs(part.ariaValueNow - slider.ariaValueNow) < 0.05"
        page.wait_for_function(same, arg=[part.element_handle(), slider])  # the slider follows the drawing
        part.focus()
        browser.picture_changes(page, card.picture, lambda: page.keyboard.press("ArrowRight"))
    expect(card.card.get_by_label("weight or bias")).to_have_value("W2[1,0]")
    card.picture.locator('[id="link-w-1-0-0"] line').last.click(force=True)
    expect(card.card.get_by_label("weight or bias")).to_have_value("W1[0,0]")


def test_loss(page):
    card = Card(page, "LossExplorer")
    card.press("prediction ŷ", "ArrowRight")
    before = card.pixels()
    card.click("0")
    squared = 0.21**2 / 2
    assert f"½ squared error is {squared:.3g}" in card.alt()
    assert numbers(card.readout.inner_text().split("cross-entropy")[1])[0] == pytest.approx(-math.log(0.79), abs=1e-3)
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


def test_a_prediction_is_dragged_on_the_strip_of_sigma(page):
    card = Card(page, "LossExplorer")
    knob = card.card.get_by_role("slider", name="z in the picture").locator("circle").last
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    browser.picture_changes(page, card.picture, lambda: page.mouse.move(x + 80, y, steps=4))
    page.mouse.up()
    field = card.card.locator(".widget-readout").first
    expect(field).not_to_have_text("0.21")
    text = card.readout.inner_text()
    prediction, z = numbers(text)[:2]
    assert prediction == pytest.approx(1 / (1 + math.exp(-z)), abs=0.01)
    expect(field).to_have_text(f"{prediction:.2f}")
    card.card.get_by_role("slider", name="ŷ in the picture").focus()
    browser.picture_changes(page, card.picture, lambda: page.keyboard.press("ArrowRight"))
    expect(field).to_have_text(f"{prediction + 0.01:.2f}")
    for _ in range(round(100 * (prediction - 0.2))):
        page.keyboard.press("ArrowLeft")


def test_descent(page):
    card = Card(page, "DescentExplorer")
    card.press("steps", "ArrowLeft", "ArrowLeft")
    expect(card.readout).to_contain_text("28 steps")
    card.click("too small")
    expect(card.readout).to_contain_text("not there yet")
    card.click("too large")
    expect(card.readout).to_contain_text("It diverges")
    card.click("right")
    figure = widgets.DescentExplorer()
    figure.right.click()
    network, X, y = line_fit()
    (w, b) = plain_descent(figure.learning_rate.value, 0.0, 28)[-1]
    loss = ((w * X + b - y) ** 2).mean() / 2
    expect(card.readout).to_contain_text(f"28 steps, loss 2.37 → {loss:.3g}")


def test_training(page):
    card = Card(page, "TrainingExplorer")
    expect(card.readout).to_contain_text("after 200 epochs, 4 of 4")  # the end of the training is looked at
    before, place = card.pixels(), card.picture.bounding_box()
    card.press("hidden units", "ArrowRight", "ArrowRight")
    card.press("learning rate η", "ArrowRight", "ArrowRight")
    rate = 10 ** (2 * 0.1)
    network = NeuralNetwork(2, 6, 1, rate, activation="tanh", loss="binary_cross_entropy", seed=0)
    loss = network.train(*datasets.xor(), epochs=200).loss[-1]
    expect(card.readout).to_contain_text(f"η = {rate:.3g}, 6 hidden units")
    assert float(re.search(r"loss (\S+) after", card.readout.inner_text())[1]) == pytest.approx(loss, rel=6e-3)
    assert "4 of 4 samples right" in card.readout.inner_text()
    assert card.pixels() != before
    assert card.picture.bounding_box() == place
    slider = card.card.get_by_role("slider", name="learning rate η")
    assert slider.get_attribute("aria-valuetext") == f"{rate:.3g}"
    card.choose("data", "moons")
    expect(card.readout).to_contain_text("of 200 samples right")


def test_the_epochs_of_a_training_are_scrubbed_and_played(page):
    card = Card(page, "TrainingExplorer")
    card.press("epoch looked at", "Home")
    expect(card.readout).to_contain_text("at epoch 0 loss")
    card.card.get_by_role("button", name="Play or pause").click()
    expect(card.readout).to_contain_text(re.compile("at epoch [1-9]"))
    expect(card.readout).not_to_contain_text("at epoch", timeout=30_000)  # it ends at the last one


def test_a_held_key_ends_at_the_last_setting(page):
    card = Card(page, "LossExplorer")
    card.card.get_by_role("slider", name="prediction ŷ").focus()
    start = float(card.card.locator(".widget-readout").inner_text())
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect(card.readout).to_contain_text(f"ŷ = {start + 0.30:.3g},")


def test_an_error_is_told_in_the_figure(page):
    card = Card(page, "PICKY")
    card.card.get_by_role("slider", name="hidden units").focus()
    page.keyboard.press("ArrowRight")
    message = card.card.locator(".bp-message")
    expect(message).to_contain_text("AssertionError: not five <please>")
    browser.picture_changes(page, card.picture, lambda: page.keyboard.press("ArrowRight"))
    expect(message).to_be_hidden()


@pytest.mark.parametrize("width", [700, 1600, 1100])
def test_figures_fit_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    for card in page.locator(".bp-live").all():
        page.wait_for_function(FITS, arg=[card.element_handle(), width])


def test_running_cells_again_replaces_their_figures(page):
    counts = [page.locator(".jp-OutputArea-output pre").last.inner_text()]
    for _ in range(2):
        browser.run_all(page)
        counts.append(page.locator(".jp-OutputArea-output pre").last.inner_text())
    assert len(set(counts)) == 1
    Card(page, "LossExplorer").press("prediction ŷ", "ArrowRight")
    assert browser.trouble(page) == []
