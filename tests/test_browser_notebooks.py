"""The course's own notebooks in real JupyterLab in a real Chromium: every cell, every live figure, by keyboard.

With the environment variable BPCOURSE_SCREENSHOTS, a picture of every live figure is left in the folder it names.
"""

import os
import pathlib
import re

import browser
import nbformat
import numpy as np
import pytest
import rules
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect
from test_widgets import numbers

from bpcourse import NeuralNetwork, datasets, exercises

FOLDER = pathlib.Path(__file__).parent.parent / "notebooks"
LIVE_FIGURES = {
    "00_start_here": 2,
    "01_forward_pass": 1,
    "02_loss": 1,
    "03_chain_rule": 3,
    "04_output_layer_error": 2,
    "05_hidden_layer_error": 1,
    "06_updates": 1,
    "07_full_training": 4,
}
PICTURE = "card => card.querySelector('.bp-drawing').innerHTML"
STORED_PICTURES = """count => {
    const images = [...document.querySelectorAll('.jp-OutputArea-output img')];
    return images.length === count && images.every(image => image.complete && image.naturalWidth > 0);
}"""
DRAWING = ".bp-drawing > svg"
ALT = f"card => card.querySelector('{DRAWING}').ariaLabel"
VIOLATIONS = """async () => {
    const found = await axe.run({include: [['.bp-live'], ['.bp-question']]}, {resultTypes: ['violations']});
    const told = ({id, nodes}) => nodes.map(node => `${id}: ${node.html.slice(0, 200)}\\n${node.failureSummary}`);
    return {violations: found.violations.flatMap(told), passes: found.passes.length};
}"""


@pytest.fixture(scope="module", params=LIVE_FIGURES)
def page(lab, request):
    """A notebook of the course, opened as it is stored, looked at, and then run."""
    notebook = nbformat.read(FOLDER / f"{request.param}.ipynb", as_version=4)
    with lab.open(notebook, height=1400, run=False) as page:
        page.notebook, page.stored_pictures = request.param, texts_of_pictures(notebook)
        page.wait_for_function(STORED_PICTURES, arg=len(page.stored_pictures))
        page.shown_at_first = page.locator(".jp-OutputArea-output img").evaluate_all("all => all.map(one => one.alt)")
        browser.run_all(page)
        for card in page.locator(".bp-live").all():
            card.locator(DRAWING).wait_for()
        yield page


def texts_of_pictures(notebook):
    """Return the words that stand for the pictures in a notebook's stored outputs."""
    shown = [output.get("data", {}) for cell in rules.code(notebook) for output in cell.outputs]
    return [data["text/plain"] for data in shown if rules.is_picture(data)]


def in_notebook(name):
    """Run a test in one notebook only."""
    return pytest.mark.parametrize("page", [name], indirect=True)


def wait_for_text(element, pattern):
    """Wait until the text of an element matches a regular expression, and return the match."""
    expect(element).to_contain_text(re.compile(pattern), use_inner_text=True)
    return re.search(pattern, element.inner_text())


def move(page, card, slider, key="ArrowRight"):
    """Press a key on a slider, and wait until the figure's picture is another one."""
    before = card.evaluate(PICTURE)
    slider.focus()
    page.keyboard.press(key)
    changed = f"([card, before]) => ({PICTURE})(card) !== before"
    page.wait_for_function(changed, arg=[card.element_handle(), before], timeout=20_000)


def test_all_cells_run_without_a_complaint(page):
    assert browser.trouble(page) == []
    assert page.complaints == []
    assert page.locator(".bp-live").count() == LIVE_FIGURES[page.notebook]


def test_stored_pictures_are_shown_with_nothing_running(page):
    assert page.shown_at_first == [text.removeprefix("Picture: ") for text in page.stored_pictures]


def test_every_live_figure_is_photographed(page, tmp_path):
    folder = pathlib.Path(os.environ.get("BPCOURSE_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    for number, card in enumerate(page.locator(".bp-live").all(), start=1):
        path = folder / f"{page.notebook}-{number}.png"
        card.screenshot(path=path)
        assert path.stat().st_size > 10_000  # more than an empty card


def test_the_first_slider_of_every_live_figure_answers_the_keyboard(page):
    for card in page.locator(".bp-live:has(.widget-slider)").all():
        slider = card.get_by_role("slider").first
        number = card.locator(".widget-slider .widget-readout").first
        alt, value = card.evaluate(ALT), number.inner_text()
        assert len(alt) > 40
        move(page, card, slider)
        assert number.inner_text() != value
        assert card.evaluate(ALT) != alt
        assert card.locator(".bp-message").inner_text() == ""
        move(page, card, slider, "ArrowLeft")
        assert number.inner_text() == value
        assert card.locator(".bp-message").inner_text() == ""
    assert browser.trouble(page) == []
    assert page.complaints == []


def assert_that_axe_finds_nothing_amiss(page):
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(VIOLATIONS)
    assert found["violations"] == []
    assert found["passes"] > 10


def test_axe_finds_nothing_amiss_in_figures_and_questions(page):
    page.locator(".bp-question").first.get_by_role("radio").nth(1).press("Space")
    page.locator(".bp-question").first.get_by_text(re.compile("✓ Right|✗ Not quite")).wait_for()
    assert_that_axe_finds_nothing_amiss(page)
    with browser.theme(page, "JupyterLab Dark"):
        assert_that_axe_finds_nothing_amiss(page)


@in_notebook("05_hidden_layer_error")
def test_next_leads_through_the_phases_by_keyboard(page):
    card = page.locator(".bp-microscope")
    readout, present = card.locator(".bp-readout"), card.locator(".bp-rail [aria-current]")
    wait_for_text(readout, "^Phase 8 of 11")
    for key, tags in (("Enter", "BP4 BP3"), ("Space", "BP4 BP3"), ("Enter", "U1 U2"), ("Space", "input")):
        phase = int(re.search(r"Phase (\d+)", readout.inner_text())[1])
        card.get_by_role("button", name="Next").press(key)
        wait_for_text(readout, "^Phase 1 of 11 after 1 update" if tags == "input" else f"^Phase {phase + 1} of 11")
        expect(present).to_contain_text(tags)
    card.get_by_role("button", name="Reset").focus()
    page.keyboard.press("Space")
    wait_for_text(readout, "^Phase 8 of 11")  # where the cell opened it
    expect(present).to_contain_text("BP2")


@in_notebook("05_hidden_layer_error")
@pytest.mark.parametrize(("layer", "i", "j"), [(1, 0, 2), (1, 1, 0), (2, 1, 0)])
def test_a_click_on_a_weight_shows_its_gradient(page, layer, i, j):
    X, _, W1, b1, W2, b2 = datasets.worked_example()
    network = NeuralNetwork(2, 3, 2)  # as in the notebook, where a second output joins
    network.weights, network.biases = [W1, np.hstack([W2, [[-0.5], [1.0], [2.0]]])], [b1, np.hstack([b2, [[0.2]]])]
    gradient = network.backward(X[:1], np.array([[1.0, 0.0]])).weights[layer - 1][i, j]
    card, name = page.locator(".bp-microscope"), f"W{layer}[{i},{j}]"
    card.locator(f'.bp-drawing [id="w-{layer}-{i}-{j}"]').click()
    page.wait_for_selector(f'.bp-drawing [id="w-{layer}-{i}-{j}"].lit', state="attached")
    words = wait_for_text(card.locator(".bp-readout"), rf"gradient of {re.escape(name)} (\S+\d)")
    assert numbers(words[1])[0] == pytest.approx(gradient, rel=1e-3)
    wait_for_text(card.locator(".bp-why[open]"), re.escape(f"∂L/∂{name} = "))
    product = card.locator(".bp-why[open]").inner_text()
    total, slope = re.search(rf"∂L/∂{re.escape(name)} = .* = (\S+)\n", product), re.search(r"/ 2h: (\S+)\. ", product)
    assert [numbers(text[1])[0] for text in (total, slope)] == pytest.approx([gradient] * 2, rel=1e-3)
    assert "They agree." in product


@in_notebook("07_full_training")
def test_the_training_explorer_tells_what_a_training_gives(page):
    card = page.locator(".bp-live").first
    for name in ("learning rate η", "hidden units", "hidden units"):
        move(page, card, card.get_by_role("slider", name=name))
    rate = 10**0.1
    network = NeuralNetwork(2, 6, 1, rate, activation="tanh", loss="binary_cross_entropy", seed=0)
    X, y = datasets.xor()
    loss = network.train(X, y, epochs=200).loss[-1]
    right = int(((network.forward(X) > 0.5) == (y > 0.5)).sum())
    words = wait_for_text(card.locator(".bp-readout"), rf"η = {rate:.3g}, 6 hidden units: loss (\S+) after 200 epo")
    assert float(words[1]) == pytest.approx(loss, rel=6e-3)
    assert f"{right} of 4 samples right" in card.locator(".bp-readout").inner_text()


@in_notebook("07_full_training")
def test_the_training_explorer_trains_the_learners_own_class(page):
    card = page.locator(".bp-live").nth(1)
    move(page, card, card.get_by_role("slider", name="hidden units"))
    X, y = datasets.xor()
    random, xavier = np.random.default_rng(0), exercises.ALL["xavier"].reference
    W1, W2, b1, b2 = xavier(2, 5, random), xavier(5, 1, random), np.zeros((1, 5)), np.zeros((1, 1))
    for _ in range(201):
        a1 = np.tanh(X @ W1 + b1)
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
        delta2 = (a2 - y) / 4
        delta1 = delta2 @ W2.T * (1 - a1**2)
        W1, b1, W2, b2 = W1 - X.T @ delta1, b1 - delta1.sum(0), W2 - a1.T @ delta2, b2 - delta2.sum(0)
    words = wait_for_text(card.locator(".bp-readout"), r"η = 1, 5 hidden units: loss (\S+) after 200 epochs")
    assert float(words[1]) == pytest.approx(loss, rel=6e-3)


def run_first_cell(page):
    """Run the notebook's first code cell, and wait until it is done."""
    cell = page.locator(".jp-CodeCell").first
    prompt = cell.locator(".jp-InputPrompt")
    before = int(prompt.inner_text().strip("[]:"))
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    finished = "([prompt, before]) => Number(prompt.innerText.match(/\\d+/)) > before"
    page.wait_for_function(finished, arg=[prompt.element_handle(), before])


@in_notebook("07_full_training")
def test_other_cells_run_while_the_playground_plays(page):
    card = page.locator(".bp-playground")
    run, readout = card.locator(".bp-run"), card.locator(".bp-readout")

    def epoch():
        return int(re.search(r"Epoch ([\d,]+)", readout.inner_text())[1].replace(",", ""))

    def wait_for_more(than=None):
        script = "([words, n]) => Number(words.innerText.match(/Epoch ([\\d,]+)/)[1].replaceAll(',', '')) > n"
        before = epoch() if than is None else than
        page.wait_for_function(script, arg=[readout.element_handle(), before])

    run.focus()
    page.keyboard.press("Space")
    wait_for_text(run, "Pause")
    wait_for_more()

    run_first_cell(page)
    assert run.inner_text().strip() == "Pause"
    card.locator(DRAWING).scroll_into_view_if_needed()
    wait_for_more()

    run.focus()
    page.keyboard.press("Space")
    wait_for_text(run, "Run")
    run_first_cell(page)  # when that is done, all that was on its way has arrived
    stopped = epoch()
    card.get_by_role("button", name="Step").press("Space")
    wait_for_more(than=stopped)
    assert epoch() == stopped + 1  # so nothing was trained in between
    assert_no_trouble(page, card, "Step")


@in_notebook("07_full_training")
def test_out_of_sight_the_playground_rests_and_seen_again_it_goes_on(page):
    card = page.locator(".bp-playground")
    run, picture = card.locator(".bp-run"), card.locator(browser.PICTURE)

    def epochs_while_a_cell_runs():
        """The epochs in the picture before and after a cell that stands far away has run."""
        texts = []
        for _ in range(2):
            texts.append(re.search(r"after ([\d,]+) epochs", card.evaluate(ALT))[1])
            run_first_cell(page)
        return texts

    run.press("Space")
    wait_for_text(run, "Pause")
    picture.scroll_into_view_if_needed()
    browser.picture_changes(page, picture, lambda: None)
    any(len(set(epochs_while_a_cell_runs())) == 1 for _ in range(10))  # until the kernel has heard of it
    rests = [epochs_while_a_cell_runs() for _ in range(3)]
    assert len({text for texts in rests for text in texts}) == 1
    assert run.inner_text().strip() == "Pause"
    browser.picture_changes(page, picture, picture.scroll_into_view_if_needed)
    run.press("Space")
    wait_for_text(run, "Run")
    assert_no_trouble(page, card, "Run")


@in_notebook("07_full_training")
def test_settings_changed_while_the_playground_plays_do_not_disturb_it(page):
    card = page.locator(".bp-playground")
    run, units = card.locator(".bp-run"), card.get_by_label("hidden units")
    run.press("Space")
    wait_for_text(run, "Pause")
    for text in ("8, 8", "3", "2, 3, 2", "4, 4"):
        units.fill(text)
        units.press("Enter")
        sizes = "-".join(["2", *text.split(", "), "1"])
        shown = f"([card, sizes]) => ({ALT})(card).includes(`a ${{sizes}} network`)"
        page.wait_for_function(shown, arg=[card.element_handle(), sizes], timeout=20_000)
    wait_for_text(card.locator(".bp-readout"), r"Epoch [1-9]")
    assert run.inner_text().strip() == "Pause"
    assert card.locator(".bp-message").inner_text() == ""
    run.press("Space")
    wait_for_text(run, "Run")
    assert browser.trouble(page) == []


# Every control. These tests leave the figures changed, so they come last.

VALUES = ".noUi-handle, select, input[type=number]"
BUTTONS = "button"
PARTS = ".bp-words [tabindex], .bp-words summary"
KNOBS = ".bp-drawing [role=slider], .bp-drawing [role=button]"
NUMBERS = ".widget-readout[contenteditable=true]"
USABLE = """(card, kinds) => {
    card.querySelectorAll("[data-number]").forEach(former => { delete former.dataset.number; });
    const usable = [...card.querySelectorAll(kinds)].filter(control => !control.disabled
        && !control.closest("[disabled]") && control.getClientRects().length);
    usable.forEach((control, n) => { control.dataset.number = n; });
    return usable.length;
}"""
LOOK = f"card => [({PICTURE})(card), card.querySelector('.bp-readout').innerText]"
STATE = "control => control.value ?? control.ariaValueText"
LATER = {"batch size", "learning rate η", "L2 penalty λ", "epochs/picture"}  # of the playground: for the next epoch


def usable(card, *kinds):
    """Return the controls of these kinds in a live figure that can be used, in their order on the page."""
    return [card.locator(f'[data-number="{n}"]') for n in range(card.evaluate(USABLE, ", ".join(kinds)))]


def name_of(control):
    title = "control.querySelector(':scope > title')?.textContent"
    return control.evaluate(
        f"control => control.ariaLabel ?? {title} ?? (control.labels?.[0] ?? control).innerText.trim()"
    )


def press_and_wait(page, card, control, key, changes=True):
    """Press a key on a control; wait until what the figure shows, or else its own value, is another one."""
    before, value = card.evaluate(LOOK), control.evaluate(STATE)
    control.press(key)
    if changes:
        wait_for_another_look(page, card, before)
    else:
        script = f"([control, value]) => ({STATE})(control) !== value"
        page.wait_for_function(script, arg=[control.element_handle(), value], timeout=10_000)


def wait_for_another_look(page, card, before):
    changed = f"([card, before]) => ({LOOK})(card).some((part, n) => part !== before[n])"
    page.wait_for_function(changed, arg=[card.element_handle(), before], timeout=10_000)


def keys_for(control):
    """Return two keys that move a control that holds a value: where it has room, and back."""
    kind, now, most = control.evaluate(
        """control => control.matches("select") ? ["menu", control.selectedIndex, control.options.length - 1]
            : [control.tagName, Number(control.ariaValueNow), Number(control.ariaValueMax)]"""
    )
    keys = ("ArrowDown", "ArrowUp") if kind == "menu" else ("ArrowUp", "ArrowDown")
    return keys if kind == "INPUT" or now < most else keys[::-1]


def assert_no_trouble(page, card, after):
    assert card.locator(".bp-message").inner_text() == "", after
    assert browser.trouble(page) == [], after
    assert page.complaints == [], after


def test_every_control_is_reached_by_the_tab_key_and_has_a_name(page):
    for card in page.locator(".bp-live").all():
        controls = usable(card, VALUES, NUMBERS, "input", BUTTONS, PARTS, KNOBS)
        controls[0].focus()
        reached = [0]
        for _ in controls[1:]:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("Number(document.activeElement.dataset.number)"))
        assert reached == list(range(len(controls)))
        assert all(name_of(control) for control in controls)


def test_every_control_that_holds_a_value_answers_the_keyboard(page):
    for card in page.locator(".bp-live").all():
        plays = card.locator(".bp-run").count() > 0
        for control in usable(card, VALUES):
            name = name_of(control)
            if control.evaluate("control => control.options?.length === 1"):
                continue
            for key in keys_for(control):
                press_and_wait(page, card, control, key, changes=not (plays and name in LATER))
            assert_no_trouble(page, card, name)


def test_a_number_can_be_typed_beside_every_slider(page):
    for card in page.locator(".bp-live").all():
        plays = card.locator(".bp-run").count() > 0
        for number in usable(card, NUMBERS):
            name = name_of(number).removesuffix(", as a number")
            slider = card.get_by_role("slider", name=name, exact=True)
            value = number.inner_text()
            press_and_wait(page, card, slider, keys_for(slider)[0], changes=not (plays and name in LATER))
            shown = card.evaluate(LOOK)
            number.focus()
            assert "−" not in number.inner_text()  # ipywidgets shows that sign, but cannot read it
            number.fill(value.replace("−", "-"))
            number.press("Enter")
            page.wait_for_function(
                f"([slider, value]) => ({STATE})(slider) === value", arg=[slider.element_handle(), value]
            )
            if not (plays and name in LATER):
                wait_for_another_look(page, card, shown)
            assert_no_trouble(page, card, name)


@in_notebook("05_hidden_layer_error")
def test_the_microscope_never_gets_shorter_from_phase_to_phase(page):
    card = page.locator(".bp-microscope")
    card.get_by_role("button", name="Reset").press("Space")
    wait_for_text(card.locator(".bp-readout"), "^Phase 8 of 11")  # where the cell opens it
    heights = []
    with browser.less_motion(page):  # the heights at the stops are the same
        for step in range(2 * 11):
            card.get_by_role("button", name="Next").press("Space")
            wait_for_text(card.locator(".bp-readout"), f"^Phase {(step + 8) % 11 + 1} of 11")
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")  # laid out
            heights.append(card.bounding_box()["height"])
    assert heights == sorted(heights)
    assert len(set(heights[11:])) == 1


@in_notebook("07_full_training")
def test_a_click_on_a_link_of_the_playground_chooses_its_weight_to_be_set(page):
    card = page.locator(".bp-playground")
    picture, field = card.locator(browser.PICTURE), card.get_by_label("its value")
    link = picture.locator('[id="W3[0,0]"]')
    part = "link => { const {x, y} = link.getPointAtLength(0.8 * link.getTotalLength()).matrixTransform("
    x, y = link.evaluate(f"{part}link.getScreenCTM()); return [x, y]; }}")
    browser.picture_changes(page, picture, lambda: page.mouse.click(x, y))
    wait_for_text(card.locator(".bp-readout"), re.escape("Chosen: W3[0,0] = "))
    ring = picture.locator("#links path[stroke]").first
    assert ring.get_attribute("d") == link.get_attribute("d")
    browser.picture_changes(page, picture, lambda: picture.locator('[id="b1[0,1]"]').press("Enter"))
    wait_for_text(card.locator(".bp-readout"), re.escape("Chosen: b1[0,1] = "))
    browser.picture_changes(page, picture, lambda: link.press("Space"))
    wait_for_text(card.locator(".bp-readout"), re.escape("Chosen: W3[0,0] = "))

    before = card.evaluate(ALT)
    field.fill("-2.5")
    field.press("Enter")
    words = wait_for_text(card.locator(".bp-readout"), re.escape("Chosen: W3[0,0] = −2.5, ∂L/∂W3[0,0] = ") + r"\S")
    assert words
    assert card.evaluate(ALT) != before  # with another loss


@in_notebook("07_full_training")
def test_plus_and_minus_in_the_playground_change_its_network(page):
    card = page.locator(".bp-playground")
    picture, units = card.locator(browser.PICTURE), card.get_by_label("hidden units")
    for button, sizes in (("more-units-1", "2-5-4-1"), ("less-layers", "2-5-1"), ("more-layers", "2-5-5-1")):
        part = picture.locator(f'[id="{button}"]')
        browser.picture_changes(page, picture, lambda part=part: part.press("Enter"))
        assert part.evaluate("part => part === document.activeElement")  # to be pressed again
        assert f"a {sizes} network" in card.evaluate(ALT)
        expect(units).to_have_value(", ".join(sizes.split("-")[1:-1]))
    units.fill("4, 4")
    browser.picture_changes(page, picture, lambda: units.press("Enter"))


def test_every_button_answers_the_keyboard(page):
    for card in page.locator(".bp-live").all():
        for button in usable(card, BUTTONS):
            name, pressed = name_of(button), button.get_attribute("aria-pressed")
            if (
                name in ("Run", "Play", "Back") or pressed == "true"
            ):  # Back follows Next, the others have their own tests
                continue
            if name == "Reset" and card.locator(".bp-run").count() == 0:  # the playground has just done a Step
                slider = card.get_by_role("slider").first
                press_and_wait(page, card, slider, keys_for(slider)[0])
            press_and_wait(page, card, button, "Space")
            if pressed:
                page.wait_for_function("button => button.ariaPressed === 'true'", arg=button.element_handle())
            if name == "Next":
                press_and_wait(page, card, card.get_by_role("button", name="Back"), "Space")
            if name == "Keep":
                press_and_wait(page, card, card.get_by_role("button", name="Forget"), "Space")
            assert_no_trouble(page, card, name)
