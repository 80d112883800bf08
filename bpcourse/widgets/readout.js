// A line of text that screen readers announce when it changes.

function render({ model, el }) {
  const update = () => {
    el.innerHTML = model.get("value");
    el.hidden = !model.get("value");
  };
  el.setAttribute("aria-live", "polite");
  el.classList.add(model.get("kind"));
  model.on("change:value", update);
  update();
  return () => model.off("change:value", update);
}

export default { render };
