"""The microscope: one training step, phase by phase, as diagram, equation, numbers and code."""
