// A pad to draw on, [data-pad]: the pen's way is seen at once, and sent; Python turns it into ink.

function pad(holder, model) {
  let [at, down, keys] = [[16, 16], false, false];
  let [way, token] = ["", ""]; // what is not ink yet; and the last message's
  let finger = null; // of several, the first draws
  const area = () => holder.querySelector("[data-pad]");
  const draw = () => {
    if (!down && area().dataset.pad === token) way = ""; // all of it is ink by now
    area().querySelector(".bp-way").setAttribute("d", way);
    const pen = area().querySelector(".bp-pen");
    [pen.cx.baseVal.value, pen.cy.baseVal.value] = at;
    pen.classList.toggle("bp-down", down);
    pen.classList.toggle("bp-keys", keys); // a pointer shows its own place
  };
  const move = (point) => {
    if (down) {
      token = String(Math.random());
      model.send({ pen: [at, point], token });
      way += `M${at}L${point}`;
    }
    at = point;
    draw();
  };
  const press = (point) => {
    [at, down] = [point, true];
    move(point); // a dot
  };
  const lift = () => {
    down = false;
    draw();
  };
  const cell = (event) => {
    const matrix = area().querySelector(".bp-way").getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return [x, y].map((n) => Math.round(n * 100) / 100);
  };
  holder.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("[data-pad]") || event.button || finger !== null) return;
    event.preventDefault();
    area().focus();
    holder.setPointerCapture(event.pointerId);
    [finger, keys] = [event.pointerId, false];
    press(cell(event));
  });
  holder.addEventListener("pointermove", (event) => event.pointerId === finger && move(cell(event)));
  const end = (event) => {
    if (event.pointerId !== finger) return;
    finger = null;
    lift();
  };
  holder.addEventListener("pointerup", end);
  holder.addEventListener("pointercancel", end);
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
