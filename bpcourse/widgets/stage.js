// The stage: shows a drawing as part of the page, turns it into the next one, plays a row of them, and listens.

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function render({ model, el }, inSight) {
  const holder = el.appendChild(document.createElement("div"));
  holder.className = "bp-drawing";
  holder.append(document.importNode(parse(model.get("svg")), true));
  const drawing = () => holder.firstElementChild;
  let moving = 0; // the animation frame that is due
  let present = null; // the plan that is being carried out

  const arrive = () => {
    cancelAnimationFrame(moving);
    present?.end();
    present = null;
  };
  const show = (svg, seconds) => {
    arrive();
    const focused = holder.contains(document.activeElement) && document.activeElement;
    const moves = seconds > 0 && !calm();
    present = plan(drawing(), parse(svg), moves);
    if (focused && focused !== document.activeElement) focused.focus({ preventScroll: true }); // it has changed places
    if (!moves) return arrive();
    let start;
    const step = (now) => {
      start ??= now;
      const t = Math.min(1, (now - start) / 1000 / seconds);
      if (t === 1) return arrive();
      present.to(t);
      moving = requestAnimationFrame(step);
    };
    present.to(0);
    moving = requestAnimationFrame(step);
  };
  const shown = () => model.get("asks") && requestAnimationFrame(() => model.send("shown"));
  const update = () => {
    show(model.get("svg"), model.get("seconds"));
    shown();
    setTimeout(() => nameControls(el.closest(".bp-live"))); // once the sliders show their new values
  };
  const replace = ({ parts }) => { // of the drawing that is shown, what moves while it runs
    arrive();
    for (const part of parse(parts).children) {
      const former = drawing().querySelector(`[id="${part.id}"]`);
      if (former) plan(former, part, false).end();
    }
    shown();
  };
  model.on("change:svg", update);
  model.on("msg:custom", replace);
  listen(holder, (message) => model.send(message));
  const stopPad = pad(holder, model);
  const stopPlaying = model.get("frames").length || model.get("plays") ? player({ model, el, holder, show, arrive }) : () => {};
  const laidOut = new ResizeObserver(() => {
    nameControls(el.closest(".bp-live"));
    ringPartners(el.closest(".bp-live"));
    const room = holder.clientWidth;
    if (!room || room === model.get("room")) return;
    model.set("room", room);
    model.save_changes();
  });
  laidOut.observe(holder);
  const stopWatching = model.get("watched") ? watch(model, holder, inSight) : () => {};
  return () => {
    arrive();
    laidOut.disconnect();
    stopPad();
    stopPlaying();
    stopWatching();
    model.off("change:svg", update);
    model.off("msg:custom", replace);
  };
}

// Tells Python what is chosen, dragged or nudged: elements with role button, and with role slider.
function listen(holder, tell) {
  const part = (event) => event.target.closest?.("[role=button], [role=slider]");
  const place = (event) => {
    const svg = holder.firstElementChild;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x, y };
  };
  let dragged = null;
  holder.addEventListener("click", (event) => {
    const chosen = event.target.closest?.("[role=button], [data-id]"); // such as a weight's line beside its number
    if (chosen) tell({ choose: chosen.dataset.id ?? chosen.id });
  });
  holder.addEventListener("pointerdown", (event) => {
    const handle = part(event);
    if (handle?.getAttribute("role") !== "slider") return;
    event.preventDefault();
    handle.focus();
    holder.setPointerCapture(event.pointerId);
    dragged = handle.id;
    tell({ drag: dragged, ...place(event) });
  });
  holder.addEventListener("pointermove", (event) => {
    if (dragged) tell({ drag: dragged, ...place(event) });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    holder.addEventListener(end, () => {
      if (dragged) tell({ dropped: dragged });
      dragged = null;
    });
  }
  const type = (handle, text) => { // a number in place of the one that is shown
    const field = holder.appendChild(document.createElement("input"));
    const [box, around] = [handle, holder].map((part) => part.getBoundingClientRect());
    Object.assign(field, { className: "bp-typed", value: text, ariaLabel: handle.ariaLabel });
    const [left, top] = [box.left - around.left, box.top - around.top].map((n) => `${n}px`);
    Object.assign(field.style, { left, top, width: `${box.width}px`, height: `${box.height}px` });
    let open = true;
    const done = (keep) => {
      if (!open) return;
      open = false; // as the field loses the focus when it goes
      field.remove();
      if (keep) tell({ type: handle.id, text: field.value });
      holder.querySelector(`[id="${handle.id}"]`)?.focus();
    };
    field.addEventListener("keydown", ({ key }) => ["Enter", "Escape"].includes(key) && done(key === "Enter"));
    field.addEventListener("blur", () => done(true));
    field.focus();
  };
  holder.addEventListener("dblclick", (event) => {
    const handle = part(event);
    if (handle?.getAttribute("role") === "slider") type(handle, "");
  });
  const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -1e6, End: 1e6 };
  holder.addEventListener("keydown", (event) => {
    const role = part(event)?.getAttribute("role");
    const { id, dataset } = part(event) ?? {};
    if (role === "button" && [" ", "Enter"].includes(event.key)) tell({ choose: dataset.id ?? id });
    else if (role === "slider" && event.key in STEPS) tell({ nudge: id, steps: STEPS[event.key], key: event.key });
    else if (role === "slider" && /^[\d.,−-]$/.test(event.key)) type(part(event), event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  for (const type of ["keydown", "keyup"]) {
    holder.addEventListener(type, (event) => event.stopPropagation()); // the notebook has its own Enter and Space
  }
}

// Hover or focus on a part rings all parts of the same figure that mean the same, in drawing, formula, numbers and code.
function ringPartners(card) {
  if (!card || card.dataset.rings) return;
  card.dataset.rings = "true";
  const meanings = (part) => part?.dataset.of.split(" ") ?? []; // the part's own name first
  const ring = (event) => {
    const mine = event.type.endsWith("out") ? [] : meanings(event.target.closest?.("[data-of]"));
    for (const part of card.querySelectorAll("[data-of]")) {
      const its = meanings(part);
      part.classList.toggle("bp-ring", mine.includes(its[0]) || its.includes(mine[0]));
    }
  };
  for (const type of ["mouseover", "mouseout", "focusin", "focusout"]) card.addEventListener(type, ring);
}

// Tells whether any of the drawing's views is in sight, each time that changes.
function watch(model, view, inSight) {
  let told;
  const tell = () => {
    const seen = inSight.size > 0 && !document.hidden;
    if (seen !== told) model.send({ seen });
    told = seen;
  };
  const observer = new IntersectionObserver((entries) => {
    inSight[entries.at(-1).isIntersecting ? "add" : "delete"](view);
    tell();
  });
  observer.observe(view);
  document.addEventListener("visibilitychange", tell);
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
    inSight.delete(view);
    tell();
  };
}

export default () => {
  const inSight = new Set(); // of all views of one drawing
  return { render: (view) => render(view, inSight) };
};
