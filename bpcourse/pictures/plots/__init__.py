"""The course's pictures. Each function draws on the matplotlib Axes that it is given and returns the artists named.

Nothing here uses pyplot: a figure made by `figure` is seen when `show` is asked for its picture, and is
gone when nobody holds it any more. A network is whatever has ``forward(X)``; where more is needed, it says so.
"""

from bpcourse.pictures.plots.curves import activation, gradient_sizes, loss_curve, regression_fit
from bpcourse.pictures.plots.frame import PREDICTION, SIGNED, Picture, drawing, figure, show
from bpcourse.pictures.plots.images import confusion_matrix, digits, weights_as_images
from bpcourse.pictures.plots.maps import descent, here, loss_contours, loss_landscape
from bpcourse.pictures.plots.plane import (
    boundary,
    decision_boundary,
    extent_of,
    grid,
    hidden_boundaries,
    predictions_on,
    samples,
    shading,
)
