// Shows the picture that Python draws, with its text alternative; never blank, never jumping.

function nameSliders(card) {
  for (const handle of card?.querySelectorAll(".noUi-handle") ?? []) {
    const label = handle.closest(".widget-inline-hbox, .widget-hslider")?.querySelector(".widget-label");
    if (label) handle.setAttribute("aria-label", label.textContent);
  }
}

function render({ model, el }) {
  const image = document.createElement("img");
  let shown = null;
  const update = () => {
    const next = URL.createObjectURL(new Blob([model.get("data")], { type: model.get("mime") }));
    image.width = model.get("width");
    image.height = model.get("height");
    image.alt = model.get("alt");
    image.src = next; // the browser keeps the old picture until the new one is decoded
    if (shown) URL.revokeObjectURL(shown);
    shown = next;
  };
  image.className = "bp-picture";
  image.addEventListener("load", () => nameSliders(el.closest(".bp-live")));
  model.on("change:data", update);
  update();
  el.append(image);
  return () => {
    model.off("change:data", update);
    URL.revokeObjectURL(shown);
  };
}

export default { render };
