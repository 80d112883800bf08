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

