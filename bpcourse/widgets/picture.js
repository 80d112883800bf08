// Shows the picture that Python draws, with its text alternative; never blank, never jumping.

// ipywidgets leaves sliders and toggles without names for screen readers, and tells a log slider's exponent as its value.
function nameControls(card) {
  for (const slider of card?.querySelectorAll(".widget-slider") ?? []) {
    const handle = slider.querySelector(".noUi-handle");
    handle?.setAttribute("aria-label", slider.querySelector(".widget-label").textContent);
    handle?.setAttribute("aria-valuetext", slider.querySelector(".widget-readout").textContent);
  }
  for (const toggle of card?.querySelectorAll(".widget-toggle-buttons") ?? []) {
    toggle.setAttribute("role", "group");
    toggle.setAttribute("aria-label", toggle.querySelector(".widget-label").textContent);
    for (const button of toggle.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", button.classList.contains("mod-active"));
    }
  }
}

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
