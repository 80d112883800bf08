"""The look that all pictures share: colours that stay apart for colour-blind readers (Okabe & Ito 2008), and a second cue.

Blue with solid lines and squares stands for positive numbers and class 1, orange with dashed lines and circles
for negative numbers and class 0.
"""

BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
YELLOW = "#E69F00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, YELLOW, SKY)

INK = "#1F2933"
MUTED = "#5F6B7A"
GRID = "#E3E8ED"
PAPER = "#FFFFFF"

CLASS_COLOURS = (ORANGE, BLUE)
CLASS_MARKERS = ("o", "s")
