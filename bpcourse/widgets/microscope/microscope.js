// Shows the network diagram as part of the page, so that a weight or bias can be chosen by pointer or keyboard.

// Phases differ in length: the card keeps the height of the longest one it has shown, so that the page does not jump.
const longest = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const sameWidth = target.dataset.width === String(contentRect.width);
    target.dataset.width = contentRect.width;
    target.style.minHeight = sameWidth ? `${contentRect.height}px` : "";
  }
});

function keepHeight(body) {
  if (body) longest.observe(body);
}

function render({ model, el }) {
  const holder = document.createElement("div");
  holder.className = "bp-diagram";
  const name = () => nameControls(el.closest(".bp-live"));
  const update = () => {
    const focused = holder.contains(document.activeElement) && document.activeElement.id;
    holder.innerHTML = new TextDecoder().decode(model.get("data"));
    if (focused) holder.querySelector(`[id="${focused}"]`)?.focus();
    setTimeout(name); // once the sliders show their new values
  };
  const choose = (event) => {
    const part = event.target.closest("[data-of], [role=button]");
    if (!part) return;
    event.preventDefault();
    model.send({ choose: part.dataset.of ?? part.id });
  };
  holder.addEventListener("click", choose);
  holder.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") choose(event);
  });
  for (const type of ["keydown", "keyup"]) {
    holder.addEventListener(type, (event) => event.stopPropagation()); // the notebook has its own Enter and Space
  }
  model.on("change:data", update);
  update();
  el.append(holder);
  const laidOut = new ResizeObserver(() => {
    name(); // at first there are no controls beside the picture yet
    keepHeight(el.closest(".bp-body"));
  });
  laidOut.observe(holder);
  return () => {
    laidOut.disconnect();
    model.off("change:data", update);
  };
}

export default { render };
