// Plays a row of frames {svg, over, words, title, stop}: play and pause, step from stop to stop, scrub.

// How far a drawing is on its way to the next one: it rests at both ends, so that they can be read.
const eased = (t) => {
  const part = Math.min(1, Math.max(0, (t - 0.2) / 0.6));
  return part * part * (3 - 2 * part);
};

function player({ model, el, holder, show, arrive }) {
  const bar = el.appendChild(document.createElement("div"));
  bar.className = "bp-transport";
  const [back, play, on] = ["Back", "Play", "Next"].map((name) => {
    const button = bar.appendChild(document.createElement("button"));
    Object.assign(button, { type: "button", textContent: name });
    return button;
  });
  const scrub = bar.appendChild(document.createElement("input"));
  Object.assign(scrub, { type: "range", min: 0, step: "any" });
  scrub.setAttribute("aria-label", "position in the movement");
  scrub.setAttribute("data-lm-suppress-shortcuts", "true");
  const title = bar.appendChild(document.createElement("span"));
  title.setAttribute("aria-live", "polite");
  const words = el.appendChild(document.createElement("div"));
  words.className = "bp-words";

  let at = model.get("at");
  let base = null; // the number of the frame that the drawing leaves from, and the plan to the one after it
  let way = null;
  let due = 0;
  const frames = () => model.get("frames");
  const last = () => frames().length - 1;
  const drawn = (i) => { // a frame without a drawing of its own lies over the last one that has
    const base = frames().findLast((frame, k) => k <= i && frame.svg).svg;
    return parse(base.replace(/<\/svg>$/, `${frames()[i].over ?? ""}</svg>`));
  };
  const stops = () => frames().flatMap((frame, i) => (frame.stop ? [i] : []));

  const seek = (position) => {
    at = Math.max(0, Math.min(last(), position));
    const from = Math.min(Math.floor(at), Math.max(0, last() - 1));
    if (from !== base) {
      arrive();
      way?.end();
      plan(holder.firstElementChild, drawn(from)).end();
      way = from < last() ? plan(holder.firstElementChild, drawn(from + 1)) : null;
      base = from;
    }
    way?.to(eased(at - from));
    const near = frames()[Math.floor(at + 1e-9)];
    if (words.dataset.of !== String(Math.floor(at + 1e-9))) {
      words.innerHTML = near.words ?? "";
      words.dataset.of = Math.floor(at + 1e-9);
      title.textContent = near.title ?? "";
    }
    scrub.max = last();
    scrub.value = at;
    scrub.setAttribute("aria-valuetext", near.title ?? "");
  };
  const tell = () => {
    model.set("at", at);
    model.save_changes();
  };
  const pause = () => {
    cancelAnimationFrame(due);
    due = 0;
    play.textContent = "Play";
    tell();
  };
  const run = (goal) => { // moves on to a frame, at the pace of the model
    cancelAnimationFrame(due);
    if (calm()) {
      seek(goal);
      return pause();
    }
    play.textContent = "Pause";
    let before;
    const step = (now) => {
      const passed = (now - (before ?? now)) / 1000 / model.get("pace");
      before = now;
      seek(goal > at ? Math.min(goal, at + passed) : Math.max(goal, at - passed));
      if (at === goal) return pause();
      due = requestAnimationFrame(step);
    };
    due = requestAnimationFrame(step);
  };
  const toNext = () => run(stops().find((i) => i > at + 1e-6) ?? last());
  const toLast = () => run(stops().findLast((i) => i < at - 1e-6) ?? 0);
  const toggle = () => {
    if (due) return pause();
    if (at >= last()) seek(0);
    if (calm()) return toNext();
    run(last());
  };
  play.addEventListener("click", toggle);
  on.addEventListener("click", toNext);
  back.addEventListener("click", toLast);
  scrub.addEventListener("input", () => {
    cancelAnimationFrame(due);
    due = 0;
    play.textContent = "Play";
    seek(Number(scrub.value));
  });
  scrub.addEventListener("change", tell);
  el.addEventListener("keydown", (event) => {
    if (event.target.closest("button, [role=slider], [role=button]")) return;
    const act = { " ": toggle, ArrowRight: toNext, ArrowLeft: toLast }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  const again = () => {
    base = null;
    way = null;
    delete words.dataset.of;
    seek(at);
  };
  const jump = () => {
    if (!due && model.get("at") !== at) seek(model.get("at"));
  };
  model.on("change:frames", again);
  model.on("change:at", jump);
  seek(at);
  return () => {
    cancelAnimationFrame(due);
    model.off("change:frames", again);
    model.off("change:at", jump);
  };
}
