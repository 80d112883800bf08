// A pad to draw on, [data-pad]: the pen's way is seen at once, and sent 20 times a second; Python turns it into ink.

function pad(holder, model) {
  let [way, fresh, token, due] = ["", [], "", 0]; // `fresh` are the points not sent yet
  let [at, down, keys] = [[16, 16], false, false];
  const area = () => holder.querySelector("[data-pad]");
  const draw = () => {
    if (!down && !fresh.length && area().dataset.pad === token) way = ""; // all of it is ink by now
    area().querySelector(".bp-way").setAttribute("d", way);
    const pen = area().querySelector(".bp-pen");
    ["cx", "cy"].forEach((name, i) => pen.setAttribute(name, at[i]));
    pen.classList.toggle("bp-down", down);
    pen.classList.toggle("bp-keys", keys); // a pointer shows its own place
  };
  const send = () => {
    clearTimeout(due);
    due = 0;
    if (!fresh.length) return;
    token = String(Math.random());
    model.send({ pen: fresh, token });
    fresh = [];
  };
  const press = (point) => {
    send();
    [at, down, fresh] = [point, true, [point]];
    way += `M${at}l0 0`;
    due = setTimeout(send, 50);
    draw();
  };
  const move = (point) => {
    if (down && !fresh.length) fresh.push(at);
    at = point;
    if (down) {
      fresh.push(at);
      way += `L${at}`;
      due ||= setTimeout(send, 50);
    }
    draw();
  };
  const lift = () => {
    down = false;
    send();
    draw();
  };
  const cell = (event) => {
    const matrix = area().querySelector(".bp-way").getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return [x, y].map((n) => Math.round(n * 100) / 100);
  };
  let finger = null; // of several, the first draws
  holder.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("[data-pad]") || event.button || finger !== null) return;
    event.preventDefault();
    area().focus();
    holder.setPointerCapture(event.pointerId);
    [finger, keys] = [event.pointerId, false];
    press(cell(event));
  });
  holder.addEventListener("pointermove", (event) => event.pointerId === finger && move(cell(event)));
  for (const end of ["pointerup", "pointercancel"]) {
    holder.addEventListener(end, (event) => {
      if (event.pointerId !== finger) return;
      finger = null;
      lift();
    });
  }
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  holder.addEventListener("keydown", (event) => {
    const step = WAYS[event.key];
    if (!event.target.closest("[data-pad]") || !(step || event.key === " ")) return;
    event.preventDefault();
    keys = true;
    if (step) move(at.map((n, i) => Math.max(0, Math.min(32, n + step[i]))));
    else if (!event.repeat) down ? lift() : press(at);
  });
  holder.addEventListener("focusout", () => down && finger === null && lift());
  const follow = () => area() && draw();
  model.on("change:svg", follow);
  return () => model.off("change:svg", follow);
}
