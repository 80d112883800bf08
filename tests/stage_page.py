"""A drawing on a page of its own in Chromium, tied to its figure in Python: what JupyterLab does, in a second."""

import contextlib
import json

import browser
from front_end import hear
from playwright.sync_api import sync_playwright

from bpcourse.widgets.live import Stage

PAGE = """<!doctype html><meta charset="utf-8"><style>{css} body {{ margin: 0; background: {paper}; }}</style>
<body data-jp-theme-light="{light}"><div class="bp-live" style="max-width: none; border: 0; padding: 0">
<div id="stage"></div></div><script type="module">{script}
const state = {state};
const handlers = {{}};
const model = {{
  get: (name) => state[name],
  set(name, value) {{ state[name] = value; }},
  on(event, handler) {{ (handlers[event] ??= []).push(handler); }},
  off() {{}},
  save_changes() {{ tell({{ room: state.room }}).then(take); }},
  send(message) {{ tell(message).then(take); }},
}};
window.sent = 0;
window.take = (svg) => {{
  window.sent += 1;
  if (svg === state.svg) return;
  state.svg = svg;
  for (const handler of handlers["change:svg"] ?? []) handler();
}};
const widget = main();
widget.render({{ model, el: document.getElementById("stage") }});
</script>"""


@contextlib.contextmanager
def stage_page(figure, theme="light", width=926):
    """Show the drawing of a `LiveDrawing`, so many pixels wide; give the page, whose `faults` are its errors."""
    state = {name: getattr(figure.picture, name) for name in Stage.class_own_traits(sync=True) if name[0] != "_"}
    script = Stage._esm.replace("export default", "const main =")
    light = theme == "light"
    look = {"css": Stage._css, "light": str(light).lower(), "paper": "#fff" if light else "#111"}

    def tell(message):
        if "room" in message:
            figure.picture.room = message["room"]
        else:
            hear(figure, message)
        return figure.picture.svg

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.chromium(), args=browser.FLAGS)
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.expose_function("tell", tell)
        page.set_content(PAGE.format(script=script, state=json.dumps(state), **look))
        page.wait_for_function("() => window.sent > 0")  # the room is told first
        yield page
        chromium.close()


OVERLAPS = """() => {
  const svg = document.querySelector(".bp-drawing svg");
  const whole = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
  const boxes = words.map((text) => [text.textContent, text.getBoundingClientRect()]);
  const leaves = (b) => b.left < whole.left - 1 || b.right > whole.right + 1
      || b.top < whole.top - 1 || b.bottom > whole.bottom + 1;
  const out = boxes.filter(([, b]) => leaves(b)).map(([name]) => `${name} leaves the drawing`);
  boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 3) out.push(`${one} overlaps ${other}`);
  }));
  return out;
}"""


def faults_of_labels(page):
    """Return which texts of the drawing overlap each other, or leave it."""
    return page.evaluate(OVERLAPS)
