"""What a browser makes of drawings: which of their texts cover each other or leave the drawing."""

from playwright.sync_api import sync_playwright

# A text's box has room for accents and tails above and below; two texts touch where their letters do.
FIND = """() => [...document.querySelectorAll('.drawing')].flatMap(({id, firstElementChild: svg}) => {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map(text => {
        const {left, right, top, bottom, height} = text.getBoundingClientRect();
        return {words: text.textContent, left, right, top: top + 0.22 * height, bottom: bottom - 0.22 * height};
    }).filter(box => box.words.trim());
    const out = boxes.filter(box => box.left < frame.left - 0.5 || box.right > frame.right + 0.5
        || box.top < frame.top || box.bottom > frame.bottom).map(box => `${id}: ${box.words} leaves it`);
    const over = boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => a.left < b.right - 0.5 && b.left < a.right - 0.5
        && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5).map(b => `${id}: ${a.words} and ${b.words}`));
    const scale = frame.width / svg.viewBox.baseVal.width;
    const small = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()
        && scale * parseFloat(text.getAttribute('font-size')) < 11.99).map(text => `${id}: ${text.textContent}, small`);
    return [...out, ...over, ...small];
})"""


def overlaps(chromium, drawings, width):
    """Return in words which texts cover each other, leave their drawing, or are smaller than 12 pixels.

    `drawings` maps names to SVG texts; each is shown on a page that gives it so many pixels of `width`. `chromium` is
    the path of the browser, as the fixture of that name gives it.
    """
    shown = "".join(
        f'<div class="drawing" id="{name}" style="width: {width}px">{svg}</div>' for name, svg in drawings.items()
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless=new", "--no-sandbox"])
        page = browser.new_page(viewport={"width": width + 40, "height": 800})
        page.set_content(f"<!doctype html><body>{shown}</body>")
        found = page.evaluate(FIND)
        browser.close()
    return found
