// A line of text that screen readers announce when it changes. A message also says when the card's kernel has gone.

const GONE = `<b>The kernel behind this cell has gone.</b> To wake it, run the cells above and then this one again:
  in the menu Run, choose “Run All Above Selected Cell”, then “Run Selected Cell”.`;

function render({ model, el }) {
  let gone = false;
  const update = () => {
    el.innerHTML = gone ? GONE : model.get("value");
    el.hidden = !el.innerHTML;
  };
  el.setAttribute("aria-live", "polite");
  el.classList.add(model.get("kind"));
  model.on("change:value", update);
  update();
  const stopWatching = model.get("kind") === "bp-message" ? watchKernel(model, el, (now) => { gone = now; update(); }) : () => {};
  return () => {
    stopWatching();
    model.off("change:value", update);
  };
}

// Tells when the kernel is gone: shut down, dead, or started anew, so that it knows nothing of this card any more.
function watchKernel(model, el, tell) {
  const session = model.widget_manager?.context?.sessionContext; // JupyterLab's; elsewhere, views are marked as disconnected
  const check = () => {
    const card = el.closest(".bp-live, .bp-question");
    const dead = session && (!session.session?.kernel || ["dead", "terminating"].includes(session.session.kernel.status));
    const gone = Boolean(dead || el.closest(".jupyter-widgets-disconnected"));
    card?.classList.toggle("bp-gone", gone);
    for (const part of card?.querySelectorAll(".bp-drawing [tabindex]") ?? []) part.tabIndex = gone ? -1 : 0;
    for (const group of card?.querySelectorAll(".bp-choices") ?? []) group.disabled = gone;
    tell(gone);
  };
  model.on("comm_live_update", check);
  session?.statusChanged.connect(check);
  session?.kernelChanged.connect(check);
  return () => {
    model.off("comm_live_update", check);
    session?.statusChanged.disconnect(check);
    session?.kernelChanged.disconnect(check);
  };
}

export default { render };
