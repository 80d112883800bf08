import base64
import io
import re
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from front_end import displayed
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave
from nbconvert import HTMLExporter

from bpcourse import NeuralNetwork, datasets, plots
from bpcourse.mathematics import landscape, own_class
from bpcourse.mathematics.activations import ACTIVATIONS
from bpcourse.mathematics.training import History
from bpcourse.mathematics.validation import InputError
from bpcourse.pictures import style, writing
from bpcourse.pictures.plots.maps import contour_levels

IMAGES = Path(__file__).parent / "images"


class Forward:
    """A learner's class that can do nothing but forward: ŷ = σ(10 (w ⋅ x + b))."""

    def __init__(self, w=(1.0, -0.5), b=0.1):
        self.w, self.b = np.array(w), b

    def forward(self, X):
        return 1 / (1 + np.exp(-10 * (X @ self.w + self.b)[:, None]))


def worked_network():
    X, y, W1, b1, W2, b2 = datasets.worked_example()
    network = NeuralNetwork(2, 3, 1)
    network.weights, network.biases = [W1, W2], [b1, b2]
    return network, X, y


def new_axes(**size):
    return plots.figure(**size)[1]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def labels(ax):
    """The runs' names: in the legend, or at the lines' ends."""
    return legend(ax) if ax.get_legend() else [text.get_text() for text in ax.texts if text.get_weight() == "bold"]


def test_a_landscape_without_a_path_marks_where_the_network_stands():
    network, X, y = worked_network()
    ax = new_axes()
    plots.loss_landscape(ax, network, X, y, "W1[0,0]", "W2[2,0]", resolution=5)
    assert "the network" in texts(ax)
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[0.4, 0.5]]]


def test_a_landscape_points_straight_downhill_across_its_lines_and_shows_the_valley():
    network, X, y = worked_network()
    figure, ax = plots.figure(width=6, height=4)
    plots.loss_landscape(ax, network, X, y, "W2[1,0]", "b2[0,0]")
    plots.show(figure, "A landscape.")
    gradients = network.backward(X, y)
    downhill = -np.array([gradients.weights[1][1, 0], gradients.biases[1][0, 0]])
    (arrow,) = [text for text in ax.texts if text.get_gid() == "downhill"]
    start, tip = (ax.transData.transform(place) for place in (arrow.xyann, arrow.xy))
    np.testing.assert_allclose(arrow.xyann, [network.weights[1][1, 0], network.biases[1][0, 0]])
    direction = (tip - start) / np.linalg.norm(tip - start)
    np.testing.assert_allclose(direction, downhill / np.linalg.norm(downhill), atol=1e-6)  # so that axes are equal
    across, up = np.linspace(*ax.get_xlim(), 60), np.linspace(*ax.get_ylim(), 60)
    losses = landscape.loss_surface(network, X, y, "W2[1,0]", "b2[0,0]", across, up)
    here = network.loss(X, y)
    inner = landscape.loss_surface(network, X, y, "W2[1,0]", "b2[0,0]", across[8:-8], up[8:-8])
    assert inner.min() < min(0.5 * here, losses.min() + 0.1 * here)
    ends = [ax.get_xlim(), ax.get_ylim()]
    assert all(low < value < high for value, (low, high) in zip(arrow.xy, ends, strict=True))


# -- figure and show ---------------------------------------------------------------------------------------


def test_figure_is_free_of_pyplot_and_of_the_readers_settings():
    settings = dict(mpl.rcParams)
    figure, ax = plots.figure()
    assert dict(mpl.rcParams) == settings
    assert isinstance(figure, Figure)
    assert figure.canvas.manager is None
    assert not ax.spines["top"].get_visible()
    assert not ax.spines["right"].get_visible()
    assert ax.xaxis.label.get_color() == style.INK
    assert [len(figure.axes) for figure in (plots.figure(3)[0], plots.figure(2, 2)[0])] == [3, 4]
    assert plots.figure(2, 3)[1].shape == (3, 2)


def test_a_picture_does_not_depend_on_the_readers_settings():
    def draw():
        figure, axes = plots.figure(2)
        plots.loss_curve(axes[0], {"a": [3.0, 2.0, 1.0], "b": [3.0, 1.0, 0.01]}, target=0.1)
        plots.activation(axes[1], "tanh")
        return plots.show(figure, "two").png

    odd = {"font.size": 30, "lines.linewidth": 9, "axes.grid": False, "text.color": "red", "xtick.color": "red",
           "savefig.bbox": "tight", "axes.labelsize": 30, "legend.frameon": True}  # fmt: skip
    with mpl.rc_context(odd):
        settings = dict(mpl.rcParams)
        picture = draw()
        assert dict(mpl.rcParams) == settings
    assert picture == draw()


@pytest.mark.parametrize("wrong", [{"columns": 0}, {"rows": 1.5}, {"width": -1}, {"height": "3"}])
def test_figure_refuses(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        plots.figure(**wrong)


def test_a_picture_is_sharp_and_carries_its_alt_text():
    picture = plots.show(plots.figure(width=5, height=2)[0], " A still sea. ")
    data = displayed(picture)
    assert data["text/plain"] == repr(picture) == "Picture: A still sea."
    alt, png, width = re.match(
        r'<img alt="(.*?)" src="data:image/png;base64,(.*?)" width="(\d+)"', data["text/html"]
    ).groups()
    assert (alt, width) == ("A still sea.", "500")
    assert base64.b64decode(png) == picture.png
    assert imread(io.BytesIO(picture.png)).shape[:2] == (400, 1000)


def test_an_exported_notebook_has_the_alt_text():
    picture = plots.show(plots.figure()[0], "Loss & a slope")
    output = nbformat.v4.new_output("display_data", displayed(picture))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("show", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(notebook)
    (image,) = re.findall(r"<img[^>]*>", page)
    assert 'alt="Loss &amp; a slope"' in image
    assert 'width="640"' in image


@pytest.mark.parametrize("alt", ["", "  ", None, 3])
def test_a_picture_without_alt_text_is_refused(alt):
    with pytest.raises(InputError, match="alt"):
        plots.show(plots.figure()[0], alt)


def test_show_wants_the_figure_itself():
    with pytest.raises(InputError, match="tuple"):
        plots.show(plots.figure(), "A picture.")


# -- curves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity"])
def test_activation_shows_f_and_its_slope(name):
    ax = new_axes()
    line, slope = plots.activation(ax, name)
    z = line.get_xdata()
    assert (z[0], z[-1]) == (-6, 6)
    np.testing.assert_array_equal(line.get_ydata(), ACTIVATIONS[name].function(z))
    x, y = slope.get_data()
    drawn = np.isfinite(y)
    np.testing.assert_array_equal(y[drawn], ACTIVATIONS[name].derivative_from_z(x[drawn]))
    assert drawn.all() == (name != "relu")  # the jump of relu′ is left open
    assert line.get_linestyle() != slope.get_linestyle()
    assert {"f(z)", "f′(z)"} <= set(texts(ax))
    assert len(plots.activation(new_axes(), name, derivative=False)) == 1


def test_activation_refuses_softmax():
    with pytest.raises(InputError, match="softmax"):
        plots.activation(new_axes(), "softmax")


def test_loss_curves_differ_in_colour_and_line():
    ax = new_axes()
    runs = {"small": History([0.5, 0.4, 0.3], "epochs"), "right": [0.5, 0.2, 0.1, 0.05]}
    lines = plots.loss_curve(ax, runs, target=0.1)
    np.testing.assert_array_equal(lines[0].get_ydata(), [0.5, 0.4, 0.3])
    np.testing.assert_array_equal(lines[1].get_xdata(), [0, 1, 2, 3])
    assert len({line.get_color() for line in lines}) == len({line.get_linestyle() for line in lines}) == 2
    assert labels(ax) == ["small", "right"]
    assert ax.get_legend() is None
    assert "target 0.1" in texts(ax)
    assert ax.get_yscale() == "linear"
    assert ax.get_ylim()[0] == 0
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss L")


def test_runs_that_end_side_by_side_have_labels_that_do_not_touch():
    figure, ax = plots.figure()
    plots.loss_curve(ax, {f"run {run}": [1.0, 0.5, 0.1 + 0.001 * run] for run in range(6)})
    FigureCanvasAgg(figure).draw()
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    assert len(boxes) == 6
    assert all(low.y0 + low.height * 0.8 < high.y0 for low, high in pairwise(boxes))
    assert all(box.x1 <= figure.bbox.x1 for box in boxes)


def test_events_are_marked_at_their_epochs():
    ax = new_axes()
    plots.loss_curve(ax, [1.0, 0.5, 0.4, 0.4], marks={"plateau": 2, "early stop": 3})
    assert {"plateau", "early stop"} <= set(texts(ax))
    places = {text.get_text(): text.xy[0] for text in ax.texts}
    assert (places["plateau"], places["early stop"]) == (2, 3)
    assert {2, 3} <= {line.get_xdata()[0] for line in ax.lines if line.get_xdata()[0] == line.get_xdata()[-1]}
    with pytest.raises(InputError, match="early stop"):
        plots.loss_curve(new_axes(), [1.0, 0.5], marks={"early stop": "late"})


def test_twelve_runs_stay_apart():
    ax = new_axes()
    lines = plots.loss_curve(ax, {str(run): [1.0, run / 12] for run in range(12)})
    assert legend(ax) == [str(run) for run in range(12)]
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 12


@pytest.mark.parametrize(
    ("losses", "log", "scale"),
    [
        ([1.0, 0.01], None, "log"),
        ([1.0, 0.1], None, "linear"),
        ([1.0, 0.1], True, "log"),
        ([1.0, 0.01], False, "linear"),
        ([1.0, 0.0], None, "linear"),
    ],
)
def test_the_loss_axis_is_logarithmic_where_it_helps(losses, log, scale):
    ax = new_axes()
    plots.loss_curve(ax, losses, log=log)
    assert ax.get_yscale() == scale
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    labels = [t.get_text() for t in ax.get_yticklabels() if low <= t.get_position()[1] <= high]
    assert len(labels) >= 2
    assert all(re.fullmatch(r"\d+(\.\d+)?", label) for label in labels)  # plain numbers, no powers of ten
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    "run", [History([1.0, 2.0, 9.0, 300.0], "diverged"), [1.0, 2.0, 9.0, 300.0], [1.0, 2.0, 9.0, 11.0, np.inf]]
)
def test_a_diverged_run_is_marked_where_it_leaves_the_picture(run):
    ax = new_axes()
    line, other = plots.loss_curve(ax, {"wild": run, "good": [1.0, 0.5]})
    assert labels(ax) == ["wild (diverged)", "good"]
    assert line.get_ydata()[-1] == 10
    assert [mark.get_marker() for mark in ax.lines if mark.get_marker() in ("X", "o")] == ["X", "o"]
    alone = new_axes()
    plots.loss_curve(alone, run)
    assert texts(alone) == ["diverged"]


def test_a_run_that_diverged_at_once_is_a_single_mark():
    ax = new_axes()
    (line,) = plots.loss_curve(ax, History([2.0], "diverged"))
    np.testing.assert_array_equal(line.get_ydata(), [2.0])
    assert texts(ax) == ["diverged"]


@pytest.mark.parametrize("runs", [{}, [], [np.nan], {"a": []}, np.ones((2, 2)), "abc", {"a": "abc"}])
def test_loss_curve_refuses_runs_without_losses(runs):
    with pytest.raises(InputError, match="run"):
        plots.loss_curve(new_axes(), runs)


def test_several_runs_in_a_list_are_numbered():
    ax = new_axes()
    nets = [NeuralNetwork(2, 3, 1, seed=seed) for seed in range(3)]
    assert len(plots.loss_curve(ax, [net.train(*datasets.xor(), 5) for net in nets])) == 3
    assert labels(ax) == ["1", "2", "3"]
    plots.loss_curve(ax := new_axes(), {0: [1.0, 0.5], 1: [1.0, 0.4]})
    assert labels(ax) == ["0", "1"]
    plots.loss_curve(ax := new_axes(), [-1.0, -2.0, -20.0])
    assert "diverged" not in texts(ax)


def test_the_plane_wants_classes_and_says_which_samples_do_not_fit():
    net, (X, y) = NeuralNetwork(2, 3, 1, seed=0), datasets.xor()
    with pytest.raises(InputError, match="y reaches from -1 to 1; expected the classes 0 and 1"):
        plots.decision_boundary(new_axes(), net, X, 2 * y - 1)
    with pytest.raises(InputError, match="y_test came as None"):
        plots.decision_boundary(new_axes(), net, X, y, X_test=X)
    with pytest.raises(InputError, match="X_test has shape"):
        plots.decision_boundary(new_axes(), net, X, y, X_test=X[:, :1], y_test=y)


def test_a_map_without_a_finite_loss_is_refused():
    with pytest.raises(InputError, match="all NaN or infinite"):
        plots.loss_contours(new_axes(), [0, 1], [0, 1], np.full((2, 2), np.nan))


def test_boundaries_of_a_network_with_flat_biases():
    net, (X, y) = NeuralNetwork(2, 3, 1, seed=0), datasets.xor()
    flat = SimpleNamespace(weights=net.weights, biases=[b[0] for b in net.biases])
    expected = plots.hidden_boundaries(new_axes(), net, X, y)
    for mine, theirs in zip(plots.hidden_boundaries(new_axes(), flat, X, y), expected, strict=True):
        np.testing.assert_array_equal(mine.get_xydata(), theirs.get_xydata())


def test_regression_fit():
    X, y = datasets.regression(30)
    network = NeuralNetwork(1, 4, 1, output_activation="identity", seed=1)
    ax = new_axes()
    curve = plots.regression_fit(ax, network, X, y)
    np.testing.assert_array_equal(curve.get_ydata()[:, None], network.forward(curve.get_xdata()[:, None]))
    (points,) = [line for line in ax.lines if line is not curve]
    assert set(points.get_ydata()) == set(y[:, 0])
    ends = np.array([[segment[0][1], segment[1][1]] for segment in ax.collections[0].get_segments()])
    np.testing.assert_allclose(np.sort(ends[:, 1] - ends[:, 0]), np.sort((network.forward(X) - y)[:, 0]), rtol=1e-12)


# -- the plane ---------------------------------------------------------------------------------------------


def test_decision_boundary_shades_what_forward_says():
    X, y = datasets.moons(40)
    ax, network = new_axes(), Forward()
    image = plots.decision_boundary(ax, network, X, y, resolution=21)
    predictions = image.get_array()
    left, right, bottom, top = plots.extent_of(X)
    assert left < X[:, 0].min() < X[:, 0].max() < right
    assert predictions[0, 0] == network.forward(np.array([[left, bottom]]))[0, 0]
    assert predictions[0, -1] == network.forward(np.array([[right, bottom]]))[0, 0]
    assert predictions[13, 4] == pytest.approx(
        network.forward(np.array([[left + 4 * (right - left) / 20, bottom + 13 * (top - bottom) / 20]]))[0, 0]
    )
    step = (right - left) / 20  # the pixel's middle, not its edge, lies on the point that was asked
    assert image.get_extent()[0] == pytest.approx(left - step / 2)
    assert (ax.get_xlim(), ax.get_ylim()) == ((left, right), (bottom, top))
    assert tuple(image.cmap(0.5)[:3]) == pytest.approx(to_rgba(style.PAPER)[:3], abs=0.01)


def test_the_boundary_is_where_forward_crosses_one_half():
    X, y = datasets.moons(40)
    extent = plots.extent_of(X)
    network = Forward()
    contour = plots.boundary(new_axes(), plots.predictions_on(network, extent, 200), extent)
    (path,) = contour.get_paths()
    np.testing.assert_allclose(network.forward(path.vertices), 0.5, atol=0.005)
    assert len(path.vertices) > 100
    assert plots.boundary(new_axes(), np.full((9, 9), 0.7), extent) is None


def test_samples_differ_by_class_in_colour_and_marker_and_tests_are_hollow():
    X, y = datasets.moons(40)
    zeros, ones = plots.samples(new_axes(), X, y)
    np.testing.assert_array_equal(zeros.get_offsets(), X[y[:, 0] == 0])
    np.testing.assert_array_equal(ones.get_offsets(), X[y[:, 0] == 1])
    assert tuple(zeros.get_facecolor()[0]) == to_rgba(style.ORANGE)
    assert tuple(ones.get_facecolor()[0]) == to_rgba(style.BLUE)
    assert len(zeros.get_paths()[0].vertices) != len(ones.get_paths()[0].vertices)
    hollow = plots.samples(new_axes(), X, y, hollow=True)[1]
    assert tuple(hollow.get_facecolor()[0]) == to_rgba(style.PAPER)
    assert tuple(hollow.get_edgecolor()[0]) == to_rgba(style.BLUE)


def test_misclassified_samples_are_crossed_out():
    X = np.array([[1.0, 0.0], [-1.0, 0.0], [2.0, 1.0], [-2.0, 1.0]])
    y = np.array([[1.0], [0.0], [0.0], [0.0]])
    X_test, y_test = np.array([[-1.5, -1.0], [1.5, 0.5]]), np.array([[1.0], [1.0]])
    ax = new_axes()
    plots.decision_boundary(ax, Forward((1.0, 0.0), 0.0), X, y, X_test, y_test)
    crosses = {c.get_gid(): np.asarray(c.get_offsets()).tolist() for c in ax.collections if c.get_gid()}
    assert crosses == {"wrong training": [[2.0, 1.0]], "wrong test": [[-1.5, -1.0]]}
    assert legend(ax) == ["class 0", "class 1", "test 0", "test 1", "ŷ = 0.5", "wrong (2)"]


def test_a_network_that_says_the_same_everywhere_is_drawn_without_a_boundary():
    class Constant:
        def forward(self, X):
            return np.full((len(X), 1), 0.2)

    plots.decision_boundary(new_axes(), Constant(), *datasets.xor())


@pytest.mark.parametrize(
    ("X", "y", "resolution", "hint"),
    [
        (np.zeros((4, 3)), np.zeros((4, 1)), 9, "X"),
        (np.zeros((4, 2)), np.zeros((3, 1)), 9, "y"),
        (np.zeros((4, 2)), np.zeros(4), 9, "y"),
        (np.zeros((4, 2)), np.zeros((4, 1)), 1, "resolution"),
    ],
)
def test_decision_boundary_refuses(X, y, resolution, hint):
    with pytest.raises(InputError, match=hint):
        plots.decision_boundary(new_axes(), Forward(), X, y, resolution=resolution)


def test_a_network_with_two_outputs_is_refused_in_words():
    with pytest.raises(InputError, match=r"\(4, 2\)|\(\d+, 2\)"):
        plots.decision_boundary(new_axes(), NeuralNetwork(2, 3, 2), *datasets.xor())


def test_hidden_boundaries_lie_where_z_is_zero_and_arrows_point_to_the_positive_side():
    network, X, y = worked_network()
    ax = new_axes()
    lines = plots.hidden_boundaries(ax, network, X, y)
    assert len(lines) == 3
    W, b = network.weights[0], network.biases[0]
    arrows = {text.get_gid(): text for text in ax.texts if text.get_gid()}
    for unit, line in enumerate(lines):
        np.testing.assert_allclose(line.get_xydata() @ W[:, unit] + b[0, unit], 0, atol=1e-12)
        start, tip = (
            np.array(end) @ W[:, unit] + b[0, unit]
            for end in (arrows[f"arrow {unit}"].xyann, arrows[f"arrow {unit}"].xy)
        )
        assert start == pytest.approx(0, abs=1e-12)
        assert tip > 0.1
    assert {"1", "2", "3"} <= set(texts(ax))  # units are counted from 1, as in the diagram
    assert {line.get_color() for line in lines} == {style.INK}
    (border,) = ax.collections[2:]  # after the samples
    assert border.get_linewidth()[0] > 2 * lines[0].get_linewidth()
    for path in border.get_paths():
        np.testing.assert_allclose(network.forward(path.vertices), 0.5, atol=2e-3)
    assert "ŷ = 0.5" in legend(ax)


def test_units_whose_line_is_elsewhere_are_named():
    network, X, y = worked_network()
    network.weights = [np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]), network.weights[1]]
    network.biases = [np.array([[0.0, 1.0, 100.0]]), network.biases[1]]
    ax = new_axes()
    (line,) = plots.hidden_boundaries(ax, network, X, y)
    np.testing.assert_allclose(line.get_xdata(), 0)
    assert ax.get_title() == "outside the picture: unit 2, 3"


@pytest.mark.parametrize("width", [6.4, 9.0])
def test_the_legend_leaves_the_plane_its_room(width):
    X, y = datasets.moons(60, noise=0.3)
    figure, axes = plots.figure(2, width=width)
    plots.decision_boundary(axes[0], Forward(), X, y, X[:20] + 0.1, y[:20])
    plots.hidden_boundaries(axes[1], worked_network()[0], X, y)
    plots.show(figure, "Two planes.")
    for ax in axes:
        inside = ax.get_window_extent().width / figure.bbox.width
        assert inside > 0.3
        box = ax.get_legend().get_window_extent()
        assert 0 <= box.x0 < box.x1 <= figure.bbox.width
    assert axes[0].get_legend().get_window_extent().x1 < axes[1].get_legend().get_window_extent().x0


def test_axes_of_any_origin_will_do():
    network, X, y = worked_network()
    ax = Figure().add_axes((0.1, 0.3, 0.8, 0.6))
    plots.decision_boundary(ax, network, X, y)
    plots.loss_curve(ax.figure.add_axes((0, 0, 0.1, 0.1)), [1.0, 0.5])
    ax.figure.savefig(io.BytesIO())


# -- the landscape -----------------------------------------------------------------------------------------


def test_loss_landscape_shows_the_surface_around_the_network():
    network, X, y = worked_network()
    ax = new_axes()
    path, _ = landscape.descent_path(network, X, y, "W2[0,0]", "W1[1,1]", 12, 4.0)
    contours = plots.loss_landscape(ax, network, X, y, "W2[0,0]", "W1[1,1]", span=3, path=path)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("W2[0,0]", "W1[1,1]")
    assert ax.get_xlim() == (1.5 - 3, 1.5 + 3)
    assert ax.get_ylim() == (0.5 - 3, 0.5 + 3)
    (outline, *_) = [c for c in ax.collections if c is not contours]
    for level, lines in zip(outline.levels, outline.get_paths(), strict=True):
        for x1, x2 in lines.vertices[::25]:
            own_class.set_parameter(network, "W2[0,0]", x1)
            own_class.set_parameter(network, "W1[1,1]", x2)
            assert network.loss(X, y) == pytest.approx(level, abs=2e-3)
    line = ax.lines[0]
    np.testing.assert_array_equal(line.get_xydata(), path)
    assert legend(ax) == ["start", "after 12 steps"]
    marks = {mark.get_label(): mark.get_xydata()[0].tolist() for mark in ax.lines[1:]}
    assert marks == {"start": path[0].tolist(), "after 12 steps": path[-1].tolist()}


def test_steps_are_numbered_where_there_is_room():
    ax = new_axes()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    plots.descent(ax, np.column_stack([np.arange(1, 9), np.arange(1, 9)]).astype(float))
    assert texts(ax) == ["1", "2", "3", "4", "5", "6"]
    assert legend(ax) == ["start", "after 7 steps"]
    leaving = new_axes()
    leaving.set(xlim=(0, 10), ylim=(0, 10))
    plots.descent(leaving, np.array([[1.0, 1.0], [5.0, 5.0], [9.0, 9.95], [20.0, 20.0]]))
    assert texts(leaving) == ["1"]
    assert legend(leaving) == ["start", "after 3 steps: off the map"]
    crowded = new_axes()
    crowded.set(xlim=(0, 1000), ylim=(0, 1000))
    plots.descent(crowded, np.column_stack([np.arange(1, 9), np.arange(1, 9)]).astype(float))
    assert texts(crowded) == []


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
def test_levels_are_logarithmic_for_a_wide_range_and_never_many(scale):
    even = contour_levels(scale * np.linspace(1, 3, 50))
    np.testing.assert_allclose(np.diff(even), np.diff(even)[0])
    wide = contour_levels(scale * np.geomspace(1, 1e4, 50))
    assert set(np.round(wide[1:] / wide[:-1], 1)) <= {2.0, 2.5}
    steep = contour_levels(scale * np.geomspace(1e-30, 1e30, 50))
    assert all(4 <= len(drawn) <= 14 for drawn in (even, wide, steep))


def test_a_flat_landscape_says_so_and_one_that_overflows_is_drawn():
    values = np.linspace(-1, 1, 5)
    flat = new_axes()
    assert plots.loss_contours(flat, values, values, np.full((5, 5), 0.25)) is None
    assert "flat" in flat.get_title()
    losses = np.add.outer(values**2, values**2)
    losses[0, 0] = np.inf
    figure, ax = plots.figure()
    assert plots.loss_contours(ax, values, values, losses) is not None
    plots.show(figure, "A bowl.")


# -- digits ------------------------------------------------------------------------------------------------


def test_digits_are_told_apart_by_sign_colour_and_frame():
    data = datasets.digits()
    X, labels = data.X_test[:7], data.labels_test[:7]
    predictions = labels.copy()
    predictions[2] = (labels[2] + 1) % 10
    ax = new_axes()
    image = plots.digits(ax, X, labels, predictions, columns=5)
    mosaic = image.get_array()
    np.testing.assert_array_equal(mosaic[0:8, 1:9].ravel(), X[0])
    np.testing.assert_array_equal(mosaic[12:20, 11:19].ravel(), X[6])
    expected = [str(label) for label in labels]
    expected[2] = f"✗ {labels[2]}→{predictions[2]}"
    assert texts(ax) == expected
    assert [text.get_color() for text in ax.texts].index(style.ORANGE) == 2
    (frame,) = ax.patches
    assert frame.get_x() < 21 < 28 < frame.get_x() + frame.get_width()
    assert ax.get_title(loc="left") == "6 of 7 right (85.7%)"


def test_digits_with_labels_only_or_nothing():
    X = datasets.digits().X_test[:3]
    bare, labelled, guessed = new_axes(), new_axes(), new_axes()
    plots.digits(bare, X)
    plots.digits(labelled, X, [1, 2, 3])
    plots.digits(guessed, X, predictions=[4, 5, 6])
    assert [texts(ax) for ax in (bare, labelled, guessed)] == [[], ["1", "2", "3"], ["4", "5", "6"]]


def test_digits_refuse():
    X = datasets.digits().X_test[:3]
    with pytest.raises(InputError, match="64"):
        plots.digits(new_axes(), X[:, :63])
    with pytest.raises(InputError, match="labels are 2"):
        plots.digits(new_axes(), X, [1, 2])
    with pytest.raises(InputError, match="argmax"):
        plots.digits(new_axes(), X, [1, 2, 3], np.eye(3))


def test_confusion_matrix_counts_labels_down_and_predictions_across():
    ax = new_axes()
    image = plots.confusion_matrix(ax, [0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 0, 2])
    np.testing.assert_array_equal(image.get_array(), [[0, 1, 0], [0, 0, 0], [2, 0, 0]])
    written = {text.get_position(): text for text in ax.texts}
    counts = [[written[column, row].get_text() for column in range(3)] for row in range(3)]
    assert counts == [["1", "1", "·"], ["·", "1", "·"], ["2", "·", "1"]]
    assert written[0, 0].get_color() == style.MUTED
    assert written[0, 2].get_weight() == "bold"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("prediction", "label")
    assert ax.get_title(loc="left") == "3 of 6 right (50.0%)"
    with pytest.raises(InputError, match="predictions are 2"):
        plots.confusion_matrix(new_axes(), [0, 1, 2], [0, 1])


def test_weights_as_images_share_a_scale_that_is_white_at_zero():
    W = np.random.default_rng(0).normal(size=(64, 5))
    ax = new_axes()
    image = plots.weights_as_images(ax, W, columns=3)
    np.testing.assert_array_equal(image.get_array()[0:8, 11:19].ravel(), W[:, 1])
    np.testing.assert_array_equal(image.get_array()[12:20, 11:19].ravel(), W[:, 4])
    assert image.get_clim() == (-np.abs(W).max(), np.abs(W).max())
    assert texts(ax) == ["0", "1", "2", "3", "4"]
    blue, orange = image.cmap(1.0), image.cmap(0.0)
    assert blue == pytest.approx(to_rgba(style.BLUE))
    assert orange == pytest.approx(to_rgba(style.ORANGE))
    plots.weights_as_images(new_axes(), np.zeros((64, 2)))
    with pytest.raises(InputError, match="64"):
        plots.weights_as_images(new_axes(), W.T)


# -- whole pictures, against images looked at by a person ----------------------------------------------------


def plane_picture(flip=False):
    network, X, y = worked_network()
    figure, axes = plots.figure(2, width=8, height=4.2)
    plots.decision_boundary(axes[0], network, X, 1 - y if flip else y)
    plots.hidden_boundaries(axes[1], network, X, y)
    return figure


def landscape_picture(flip=False):
    network, X, y = worked_network()
    figure, ax = plots.figure(width=4.8, height=4)
    first, second = ("W2[0,0]", "W1[0,0]")[:: -1 if flip else 1]
    path, _ = landscape.descent_path(network, X, y, first, second, 8, 20.0)
    plots.loss_landscape(ax, network, X, y, first, second, path=path)
    return figure


def digits_picture(flip=False):
    data = datasets.digits()
    labels = data.labels_test[:10]
    predictions = np.where(np.arange(10) == (4 if flip else 7), (labels + 1) % 10, labels)
    figure, ax = plots.figure(height=2)
    plots.digits(ax, data.X_test[:10], labels, predictions, columns=5)
    return figure


PICTURES = {"plane": plane_picture, "landscape": landscape_picture, "digits": digits_picture}


def thumbnail(figure):
    """The picture with every 8 × 8 pixels averaged, (rows, columns, 3)."""
    pixels = imread(io.BytesIO(plots.show(figure, "A picture.").png))[:, :, :3]
    rows, columns = (size // 8 for size in pixels.shape[:2])
    return pixels[: 8 * rows, : 8 * columns].reshape(rows, 8, columns, 8, 3).mean(axis=(1, 3))


def blocks_without_equal(picture, other):
    """Count the blocks with no similar one at their place or next to it in the other picture.

    Another version of matplotlib moves letters and edges by a pixel or two, and that is all it may do.
    """
    shifted = [np.roll(other, (down, right), axis=(0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return int((np.min([np.abs(picture - near).max(axis=2) for near in shifted], axis=0) > 0.3).sum())


def difference(figure, name):
    drawn, kept = thumbnail(figure), imread(IMAGES / f"{name}.png")[:, :, :3]
    return max(blocks_without_equal(drawn, kept), blocks_without_equal(kept, drawn))


@pytest.mark.parametrize("name", PICTURES)
def test_picture_looks_as_it_did_when_last_looked_at(name):
    """After a wanted change, look at the new pictures: ``python tests/test_plots.py`` writes them."""
    assert difference(PICTURES[name](), name) <= 5


@pytest.mark.parametrize("name", PICTURES)
def test_the_comparison_notices_a_change(name):
    assert difference(PICTURES[name](flip=True), name) > 15


if __name__ == "__main__":
    for name, picture in PICTURES.items():
        imsave(IMAGES / f"{name}.png", thumbnail(picture()), metadata={"Software": None})
        sys.stdout.write(f"wrote {name}\n")


def test_gradient_sizes_are_the_norms_by_layer_on_a_logarithmic_axis():
    X, y = datasets.xor()
    runs = {name: NeuralNetwork(2, [5, 4], 1, activation=name, seed=0).backward(X, y) for name in ("sigmoid", "tanh")}
    ax = new_axes()
    lines = plots.gradient_sizes(ax, runs)
    assert ax.get_yscale() == "log"
    assert legend(ax) == ["sigmoid", "tanh"]
    for line, gradients in zip(lines, runs.values(), strict=True):
        assert np.array_equal(line.get_xdata(), [1, 2, 3])
        assert np.allclose(line.get_ydata(), [np.sqrt((dW**2).sum()) for dW in gradients.weights])
    assert lines[0].get_linestyle() != lines[1].get_linestyle()
    for factor, line in zip(texts(ax), lines, strict=True):
        first, *_, last = line.get_ydata()
        top, bottom = re.fullmatch(r"× (\S+?)(?:/(\S+))?", factor).groups()
        assert float(top) / float(bottom or 1) == pytest.approx(first / last, rel=0.06)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1 / 36_123, "× 1/36,000"), (2.512, "× 2.5"), (1.0, "× 1"), (0.4, "× 1/2.5"), (1234, "× 1,200")],
)
def test_factors_are_written_as_they_are_said(ratio, words):
    assert writing.factor(ratio) == words
