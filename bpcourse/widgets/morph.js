// One drawing becomes the next: parts are matched by their ids, numbers run, what is new fades in, what is gone fades out.

const NUMBERS = /[−-]?\d+(?:\.\d+)?/g;
const MOVING = new Set(["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "d", "points",
  "transform", "opacity", "stroke-width", "viewBox"]);

// As HTML is parsed, which browsers do in a third of the time that XML takes.
const parse = (svg) => new DOMParser().parseFromString(svg, "text/html").body.firstChild;

// Returns t => the text on its way from one to the other, or null if more than its numbers differs.
function between(from, to) {
  const [starts, ends] = [from, to].map((text) => (text.match(NUMBERS) ?? []).map((n) => Number(n.replace("−", "-"))));
  if (!ends.length || from.replace(NUMBERS, "#") !== to.replace(NUMBERS, "#")) return null;
  const written = to.match(NUMBERS);
  return (t) => {
    let i = 0;
    return to.replace(NUMBERS, () => {
      const value = starts[i] + (ends[i] - starts[i]) * t;
      const text = value.toFixed(written[i].split(".")[1]?.length ?? 0);
      i += 1;
      return to.includes("−") || from.includes("−") ? text.replace("-", "−") : text;
    });
  };
}

// Changes a drawing in place to the `next` one: `to(t)` shows it on the way, t from 0 to 1; `end()` arrives. One that
// does not move is only to arrive, which spares it the numbers on the way.
function plan(drawing, next, moves = true) {
  const way = { steps: [], gone: [], moves };
  match(drawing, next, way);
  const to = (t) => way.steps.forEach((step) => step(t));
  return {
    to,
    end() {
      to(1);
      way.gone.forEach((node) => node.remove());
    },
  };
}

function match(node, next, way) {
  if (node.isEqualNode(next)) return;
  attributes(node, next, way);
  const children = [...node.childNodes];
  const named = new Map(children.filter((child) => child.id).map((child) => [child.id, child]));
  const nameless = children.filter((child) => !child.id);
  const kept = new Set();
  let place = null; // what the next child comes after
  for (const child of next.childNodes) {
    let partner = child.id ? named.get(child.id) : nameless.find((other) => other.nodeName === child.nodeName);
    if (partner?.nodeName !== child.nodeName) partner = null;
    if (partner) {
      kept.add(partner);
      if (!partner.id) nameless.splice(nameless.indexOf(partner), 1);
      if (child.nodeType === Node.TEXT_NODE) words(partner, child.data, way);
      else match(partner, child, way);
    } else {
      partner = document.importNode(child, true);
      fade(partner, way, (t) => t);
    }
    const after = place ? place.nextSibling : node.firstChild;
    if (after !== partner) node.insertBefore(partner, after);
    place = partner;
  }
  for (const child of children.filter((other) => !kept.has(other))) {
    way.gone.push(child);
    fade(child, way, (t) => 1 - t);
  }
}

function attributes(node, next, { steps, moves }) {
  for (const name of node.getAttributeNames()) {
    if (!next.hasAttribute(name)) node.removeAttribute(name);
  }
  for (const name of next.getAttributeNames()) {
    const [before, value] = [node, next].map((part) => part.getAttribute(name));
    if (before === value) continue;
    const on = moves && before !== null && MOVING.has(name) && between(before, value);
    if (on) steps.push((t) => node.setAttribute(name, t < 1 ? on(t) : value));
    else node.setAttribute(name, value);
  }
}

function words(node, text, { steps, moves }) {
  if (node.data === text) return;
  const before = node.data;
  const on = (moves && between(before, text)) || ((t) => (t < 0.5 ? before : text)); // its card is half as wide as it will be
  steps.push((t) => (node.data = t < 1 ? on(t) : text));
}

function fade(node, { steps, moves }, opacity) {
  if (!moves || !node.style) return; // a text
  steps.push((t) => (node.style.opacity = t < 1 ? opacity(t) : ""));
}

// How far a drawing is on its way to the next one: it rests at both ends, so that they can be read.
const eased = (t) => {
  const part = Math.min(1, Math.max(0, (t - 0.2) / 0.6));
  return part * part * (3 - 2 * part);
};
