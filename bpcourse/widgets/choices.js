// A group of radio buttons: one Tab stop, arrow keys to choose, which JupyterLab then leaves to it.

function render({ model, el }) {
  const group = document.createElement("fieldset");
  group.className = "bp-choices";
  const legend = group.appendChild(document.createElement("legend"));
  legend.textContent = model.get("description");
  const name = `bp-choices-${Math.random().toString(36).slice(2)}`;
  const buttons = model.get("options").map((option, index) => {
    const label = group.appendChild(document.createElement("label"));
    const button = label.appendChild(document.createElement("input"));
    Object.assign(button, { type: "radio", name });
    button.setAttribute("data-lm-suppress-shortcuts", "true");
    label.append(option);
    button.addEventListener("change", () => {
      model.set("value", option);
      model.save_changes();
    });
    return button;
  });
  const update = () => buttons.forEach((button, i) => (button.checked = model.get("options")[i] === model.get("value")));
  model.on("change:value", update);
  update();
  el.append(group);
  return () => model.off("change:value", update);
}

export default { render };
