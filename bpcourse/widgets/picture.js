// Shows the picture that Python draws, with its text alternative; never blank, never jumping.

function render({ model, el }, inSight) {
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
  if (model.get("clickable")) {
    image.classList.add("bp-clickable");
    image.addEventListener("click", ({ offsetX, offsetY }) => {
      model.send({ click: [offsetX / image.clientWidth, offsetY / image.clientHeight] });
    });
  }
  model.on("change:data", update);
  update();
  el.append(image);
  const laidOut = new ResizeObserver(() => {
    const room = el.clientWidth;
    if (!room || room === model.get("room")) return;
    model.set("room", room);
    model.save_changes();
  });
  laidOut.observe(el);
  const stopWatching = model.get("watched") ? watch(model, image, inSight) : () => {};
  model.set("density", Math.min(2, Math.max(1, window.devicePixelRatio))); // so that no pixel is drawn in vain
  model.save_changes();
  return () => {
    laidOut.disconnect();
    stopWatching();
    model.off("change:data", update);
    URL.revokeObjectURL(shown);
  };
}

// Tells whether any of the picture's views is in sight, each time that changes.
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
  const inSight = new Set(); // of all views of one picture
  return { render: (view) => render(view, inSight) };
};
