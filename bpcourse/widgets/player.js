// Plays a row of frames {svg, over, words, title, stop}: play and pause, step from stop to stop, choose one on the rail, scrub.

function player({ model, el, holder, show, arrive }) {
  const make = (tag, parent, look) => Object.assign(parent.appendChild(document.createElement(tag)), look);
  el.classList.add("bp-player");
  el.dataset.lmSuppressShortcuts = "true"; // the notebook has its own arrow keys
  const rail = make("div", el, { className: "bp-rail", role: "group", ariaLabel: "phases" });
  el.prepend(rail);
  const bar = make("div", el, { className: "bp-transport" });
  const words = make("div", el, { className: "bp-words" });
  const [back, play, on] = ["Back", "Play", "Next"].map((textContent) => make("button", bar, { type: "button", textContent }));
  const scrub = make("input", bar, { type: "range", min: 0, step: "any", ariaLabel: "position in the movement" });
  const title = make("span", bar, { ariaLive: "polite" });

  let at = model.get("at");
  let base = null; // the number of the frame that the drawing leaves from, and the plan to the one after it
  let way = null;
  let due = 0;
  let drawn = model.get("svg"); // what Python drew last
  const wanted = []; // what is to be done once the frames have come
  const frames = () => model.get("frames");
  const last = () => frames().length - 1;
  const drawing = (i) => { // a frame without a drawing of its own lies over the last one that has
    const below = frames().findLast((frame, k) => k <= i && frame.svg).svg;
    return below.replace(/<\/svg>$/, `${frames()[i].over ?? ""}</svg>`);
  };
  const stops = () => frames().flatMap((frame, i) => (frame.stop ? [i] : []));

  const tellPlace = () => {
    const now = Math.floor(at + 1e-9);
    title.textContent = frames()[now]?.title ?? "";
    scrub.max = last();
    scrub.value = at;
    scrub.setAttribute("aria-valuetext", title.textContent);
    const present = stops().findIndex((i) => i >= at - 1e-6); // the stop that is reached, or on its way
    [...rail.children].forEach((button, i) => button.toggleAttribute("aria-current", i === present));
  };
  const wordsAt = (place) => frames().findLast((frame, i) => i <= place + 1e-6 && frame.words !== undefined)?.words ?? "";
  const say = (html) => {
    if (words.dataset.html === html) return;
    const unfolded = words.querySelector("details")?.open;
    if (words.contains(document.activeElement)) play.focus(); // as the focused symbol goes
    words.innerHTML = words.dataset.html = html;
    if (unfolded) words.querySelector("details")?.setAttribute("open", "");
  };
  const seek = (position) => {
    at = Math.max(0, Math.min(last(), position));
    const from = Math.min(Math.floor(at), Math.max(0, last() - 1));
    if (from !== base) {
      arrive();
      way?.end();
      plan(holder.firstElementChild, parse(drawing(from)), false).end();
      way = from < last() ? plan(holder.firstElementChild, parse(drawing(from + 1))) : null;
      base = from;
    }
    way?.to(eased(at - from));
    say(wordsAt(at));
    tellPlace();
  };
  const tell = () => {
    model.set("at", at);
    model.save_changes();
  };
  const halt = () => {
    cancelAnimationFrame(due);
    due = 0;
    play.textContent = "Play";
  };
  const run = (goal) => { // moves on to a frame, at the pace of the model
    halt();
    if (calm()) {
      seek(goal);
      return tell();
    }
    play.textContent = "Pause";
    let before;
    const step = (now) => {
      const passed = (now - (before ?? now)) / 1000 / model.get("pace");
      before = now;
      seek(goal > at ? Math.min(goal, at + passed) : Math.max(goal, at - passed));
      if (at === goal) {
        halt();
        return tell();
      }
      due = requestAnimationFrame(step);
    };
    due = requestAnimationFrame(step);
  };
  const leap = (goal) => { // straight to a stop
    halt();
    show(drawing(goal), 0.4);
    [at, base, way] = [goal, null, null];
    say(wordsAt(goal));
    tellPlace();
    tell();
  };
  // Where numbers have changed, Python makes the frames anew when they are needed.
  const fresh = (act) => {
    if (!model.get("stale")) return act();
    if (wanted.push(act) === 1) model.send({ wants: "frames" });
  };
  const toNext = () => (at < last() ? fresh(() => run(stops().find((i) => i > at + 1e-6) ?? last())) : model.send({ beyond: 1 }));
  const toLast = () => (at > 0 ? fresh(() => run(stops().findLast((i) => i < at - 1e-6) ?? 0)) : model.send({ beyond: -1 }));
  const toggle = () => {
    if (due) {
      halt();
      return tell();
    }
    fresh(() => {
      if (at >= last()) seek(0);
      run(calm() ? stops().find((i) => i > at) : last());
    });
  };
  play.addEventListener("click", toggle);
  on.addEventListener("click", toNext);
  back.addEventListener("click", toLast);
  scrub.addEventListener("input", () => {
    halt();
    const place = Number(scrub.value);
    fresh(() => seek(place));
  });
  scrub.addEventListener("change", () => fresh(tell));
  el.addEventListener("keydown", (event) => {
    const act = { " ": toggle, ArrowRight: toNext, ArrowLeft: toLast }[event.key];
    const busy = event.key === " " ? "button, summary, input, [role=button], [role=slider]" : "input, [role=slider]";
    if (!act || event.target.closest(busy)) return; // they have a use for the key themselves
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  const again = () => {
    const names = frames().flatMap((frame) => (frame.stop ? [frame.name ?? ""] : []));
    if (names.join() !== [...rail.children].map((button) => button.textContent).join()) {
      rail.replaceChildren();
      if (names.some(Boolean)) {
        names.forEach((textContent, i) =>
          make("button", rail, { type: "button", textContent, onclick: () => fresh(() => leap(stops()[i])) }));
      }
    }
    [base, way] = [null, null];
    tellPlace();
  };
  const serve = () => {
    if (!model.get("stale")) setTimeout(() => wanted.splice(0).forEach((act) => act())); // once `at` is the new frames'
  };
  const jump = () => { // Python has gone to another place, with a drawing of its own, or another view has
    const redrawn = drawn !== model.get("svg");
    drawn = model.get("svg");
    if (model.get("at") === at) return;
    halt();
    if (!redrawn) return seek(model.get("at"));
    [at, base, way] = [model.get("at"), null, null];
    tellPlace();
  };
  const listened = { "change:frames": again, "change:stale": serve, "change:at": jump, "change:words": () => say(model.get("words")) };
  for (const [name, act] of Object.entries(listened)) model.on(name, act);
  say(model.get("words"));
  again();
  return () => {
    halt();
    for (const [name, act] of Object.entries(listened)) model.off(name, act);
  };
}
