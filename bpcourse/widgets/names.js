// ipywidgets leaves sliders and toggles without names for screen readers, and tells a log slider's exponent as its value;
// JupyterLab takes the arrow keys from menus, and in the browser alone from sliders.
function nameControls(card) {
  for (const slider of card?.querySelectorAll(".widget-slider") ?? []) {
    const handle = slider.querySelector(".noUi-handle");
    const [label, readout] = [slider.querySelector(".widget-label"), slider.querySelector(".widget-readout")];
    const tellValue = () => handle.setAttribute("aria-valuetext", readout.textContent);
    if (!handle || handle.ariaLabel) continue;
    handle.setAttribute("aria-label", label.textContent);
    handle.setAttribute("data-lm-suppress-shortcuts", "true");
    tellValue();
    new MutationObserver(tellValue).observe(readout, { childList: true, characterData: true, subtree: true });
    if (readout.isContentEditable) {
      readout.setAttribute("role", "textbox");
      readout.setAttribute("aria-label", `${label.textContent}, as a number`);
      const makeReadable = () => { // ipywidgets cannot read the minus that it shows, and of 0,5 it reads 0
        if (!/[−,]/.test(readout.textContent)) return;
        readout.textContent = readout.textContent.replace("−", "-").replace(",", ".");
        getSelection().selectAllChildren(readout);
        getSelection().collapseToEnd();
      };
      readout.addEventListener("focus", makeReadable);
      readout.addEventListener("input", makeReadable);
    }
  }
  for (const menu of card?.querySelectorAll("select") ?? []) {
    menu.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  for (const icon of card?.querySelectorAll(".widget-play i") ?? []) {
    icon.parentElement.setAttribute("aria-label", icon.className.includes("stop") ? "Back to the start" : "Play or pause");
  }
  for (const toggle of card?.querySelectorAll(".widget-toggle-buttons") ?? []) {
    toggle.setAttribute("role", "group");
    toggle.setAttribute("aria-label", toggle.querySelector(".widget-label").textContent);
    for (const button of toggle.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", button.classList.contains("mod-active"));
    }
  }
}

