// Shows the picture that Python draws, with its text alternative; never blank, never jumping.

function render({ model, el }) {
  const image = document.createElement("img");
  let shown = null;
  let asked = false;
  const update = () => {
    const next = URL.createObjectURL(new Blob([model.get("data")], { type: model.get("mime") }));
    image.width = model.get("width");
    image.height = model.get("height");
    image.alt = model.get("alt");
    asked = asked || model.get("asks");
    image.src = next; // the browser keeps the old picture until the new one is decoded
    if (shown) URL.revokeObjectURL(shown);
    shown = next;
  };
  image.className = "bp-picture";
  image.addEventListener("load", () => {
    nameControls(el.closest(".bp-live"));
    if (asked) model.send("shown");
    asked = false;
  });
  model.on("change:data", update);
  update();
  el.append(image);
  model.set("density", Math.min(2, Math.max(1, window.devicePixelRatio))); // so that no pixel is drawn in vain
  model.save_changes();
  return () => {
    model.off("change:data", update);
    URL.revokeObjectURL(shown);
  };
}

export default { render };
