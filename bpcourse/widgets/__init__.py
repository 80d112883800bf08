"""Live figures: pictures that follow their controls. Each is an ipywidgets box; display it by naming it."""
