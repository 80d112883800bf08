// ipywidgets leaves sliders and toggles without names for screen readers, and tells a log slider's exponent as its value;
// JupyterLab takes the arrow keys from menus, and in the browser alone from sliders.
function nameControls(card) {
  const each = (selector, act) => card?.querySelectorAll(selector).forEach(act);
  each(".widget-slider", nameSlider);
  each("select", (menu) => menu.setAttribute("data-lm-suppress-shortcuts", "true"));
  each(".widget-play i", (icon) => {
    icon.parentElement.ariaLabel = icon.className.includes("stop") ? "Back to the start" : "Play or pause";
  });
  each(".widget-toggle-buttons", (toggle) => {
    toggle.setAttribute("role", "group");
    toggle.ariaLabel = toggle.querySelector(".widget-label").textContent;
    for (const button of toggle.querySelectorAll("button")) button.ariaPressed = button.classList.contains("mod-active");
  });
}

function nameSlider(slider) {
  const [handle, label, readout] = ["noUi-handle", "widget-label", "widget-readout"].map((part) => slider.querySelector(`.${part}`));
  if (!handle || handle.ariaLabel) return;
  const tellValue = () => { handle.ariaValueText = readout.textContent; };
  handle.ariaLabel = label.textContent;
  handle.setAttribute("data-lm-suppress-shortcuts", "true");
  tellValue();
  new MutationObserver(tellValue).observe(readout, { childList: true, characterData: true, subtree: true });
  if (!readout.isContentEditable) return;
  readout.setAttribute("role", "textbox");
  readout.ariaLabel = `${label.textContent}, as a number`;
  const makeReadable = () => { // ipywidgets cannot read the minus that it shows, and of 0,5 it reads 0
    if (!/[−,]/.test(readout.textContent)) return;
    readout.textContent = readout.textContent.replace("−", "-").replace(",", ".");
    getSelection().selectAllChildren(readout);
    getSelection().collapseToEnd();
  };
  for (const type of ["focus", "input"]) readout.addEventListener(type, makeReadable);
}

