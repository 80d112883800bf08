"""Bad input of every kind: an InputError in the course's own words, and nothing changed by the call."""

import contextlib
import copy
import datetime
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from oracles import OUTPUTS, PlainNetwork, search

from bpcourse import NeuralNetwork, datasets
from bpcourse.mathematics import training
from bpcourse.mathematics.gradients import Gradients, central_difference, complex_step, numerical_gradients
from bpcourse.mathematics.validation import InputError

X, Y = datasets.xor()
NUMPY_WORDS = ("broadcast", "inhomogeneous", "ufunc", "operand", "matmul", "dtype(", "setting an array", "axis ")


short_search = settings(search, max_examples=40)


def network(**choices):
    return NeuralNetwork(**{"input_size": 2, "hidden_size": 3, "output_size": 1, "seed": 0} | choices)


def state_of(net):
    return copy.deepcopy((net.weights, net.biases, net.learning_rate, net.random.bit_generator.state, net.sizes))


@contextlib.contextmanager
def refused(*words, net=None):
    """Expect an InputError that holds all `words`, and `net` as it was before."""
    arrays_before = [*net.weights, *net.biases] if net else []
    before = state_of(net) if net else None
    with pytest.raises(InputError) as caught:
        yield
    message = str(caught.value)
    assert "expect" in message.lower() or "needs" in message
    for word in words:
        assert word in message
    assert not any(word in message for word in NUMPY_WORDS)
    assert "\n" not in message
    if net:
        assert all(a is b for a, b in zip(arrays_before, [*net.weights, *net.biases], strict=True))
        np.testing.assert_equal(state_of(net), before)


# -- what comes in ------------------------------------------------------------------------------------------

no_number = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=8).filter(lambda text: not any(word in text for word in NUMPY_WORDS)),
    st.complex_numbers(),
    st.lists(st.floats(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    arrays(float, array_shapes(max_dims=2, max_side=3), elements=st.floats(-1, 1)),
    st.sampled_from([b"1", object, np.True_, {1}, datetime.date(2000, 1, 1), np.datetime64("2000-01-01")]),
)
no_rate = st.one_of(
    no_number,
    st.floats(max_value=0),
    st.integers(max_value=0),
    st.sampled_from([math.nan, math.inf, -math.inf, np.float64("nan"), np.float32("inf"), 10**400]),
)
no_size = st.one_of(no_number, st.integers(max_value=0), st.floats())
no_sizes = st.one_of(
    no_size.filter(lambda value: not isinstance(value, list | np.ndarray)),
    st.lists(no_size, min_size=1, max_size=3),
    arrays(float, array_shapes(max_dims=3, max_side=3), elements=st.floats(-9, 9)),
    arrays(int, array_shapes(min_dims=2, max_dims=3, max_side=3), elements=st.integers(1, 9)),
    st.sampled_from([[2, [3, 4]], [[2, 3]], (2, 0), [1, True], np.array([True, True]), np.array(["2"]), range(0, 3)]),
)
no_array = st.one_of(
    no_number.filter(lambda value: not isinstance(value, np.ndarray)),
    st.sampled_from(["text", ["a", "b"], [["1", "2"]], [[1, 2], [3]], [[1, [2]], [3, 4]], [[None, 1]], [[1j, 2]]]),
    st.sampled_from([[np.ones((2, 3)), np.ones((2, 4))], np.array([[{}, None]]), [[datetime.date(2000, 1, 1), 2]]]),
    st.sampled_from([[], [[]], np.ones((0, 2)), np.ones((4, 0)), [[10**400, 1]], np.array([[b"1", b"2"]])]),
    st.sampled_from([np.array([["2000-01-01", "2000-01-02"]], "datetime64"), np.full((4, 2), np.longdouble("1e400"))]),
)


def of_another_shape(*shape):
    """Arrays whose shape is not `shape`; None in it stands for any length."""

    def fits(array):
        return array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))

    wrong = array_shapes(min_dims=0, max_dims=4, max_side=5)
    return arrays(float, wrong, elements=st.floats(-2, 2)).filter(lambda array: not fits(array))


def with_holes(*shape):
    """Arrays of a good shape, with NaN or infinity somewhere."""
    hole = st.tuples(st.tuples(*(st.integers(0, n - 1) for n in shape)), st.sampled_from([np.nan, np.inf, -np.inf]))

    def drill(holes):
        array = np.ones(shape)
        for where, value in holes:
            array[where] = value
        return array

    return st.lists(hole, min_size=1, max_size=4).map(drill)


def no_matrix(*shape):
    """Whatever is no array of finite numbers of the `shape` wanted; None in it stands for any length."""
    return st.one_of(no_array, of_another_shape(*shape), with_holes(*(4 if n is None else n for n in shape)))


def options(**values):
    """A keyword argument with a value that is wrong for it."""
    return st.one_of([strategy.map(lambda value, name=name: {name: value}) for name, strategy in values.items()])


# -- building a network -------------------------------------------------------------------------------------


@search
@given(bad=options(input_size=no_size, hidden_size=no_sizes, output_size=no_size))
def test_sizes(bad):
    with refused(*bad, "came as", "a whole number, 1 or more"):
        network(**bad)


@search
@given(rate=no_rate)
def test_learning_rate_of_a_new_network(rate):
    with refused("learning_rate came as", "a finite number, above 0"):
        network(learning_rate=rate)


@search
@given(rate=no_rate)
def test_learning_rate_assigned(rate):
    net = network()
    with refused("learning_rate came as", "a finite number, above 0", net=net):
        net.learning_rate = rate


names = options(
    activation=st.one_of(no_number, st.just("softmax")), output_activation=no_number, loss=no_number, init=no_number
)


@search
@given(bad=names)
def test_names(bad):
    (what,) = bad
    with refused(f"{what} came as", "one of '"):
        network(**bad)


@pytest.mark.parametrize(
    ("what", "typed", "meant"),
    [("activation", "sigmiod", "sigmoid"), ("output_activation", "soft_max", "softmax"), ("init", "Xavier", "xavier"),
     ("loss", "crossentropy", "cross_entropy")],
)  # fmt: skip
def test_a_misspelt_name_gets_the_nearest_one(what, typed, meant):
    with refused(f"{what} came as {typed!r}", f"Did you mean {meant!r}?"):
        network(**{what: typed})


def test_a_loss_that_does_not_go_with_the_output_activation():
    pairs = [(output, loss) for output in ("sigmoid", "tanh", "relu", "identity", "softmax") for _, loss in OUTPUTS[5:]]
    for output, loss in set(pairs) - set(OUTPUTS):
        with refused(f"loss {loss!r} came with output_activation {output!r}", "expected output_activation"):
            network(output_activation=output, loss=loss)


@search
@given(seed=st.one_of(no_number.filter(lambda seed: seed is not None), st.integers(max_value=-1), st.floats()))
def test_seed(seed):
    with refused("seed came as", "a whole number, 0 or more"):
        network(seed=seed)


# -- weights and biases -------------------------------------------------------------------------------------


@search
@given(
    bad=st.one_of(no_number, st.lists(st.just(np.ones((2, 3))), max_size=4)).filter(
        lambda bad: not (isinstance(bad, list) and len(bad) == 2)
    ),
    name=st.sampled_from(["weights", "biases"]),
)
def test_lists_of_the_wrong_kind_or_length(bad, name):
    net = network()
    with refused(f"{name} came as", "a list of 2 arrays, one a layer", net=net):
        setattr(net, name, bad)


@search
@given(W1=no_matrix(2, 3))
def test_assigned_weights(W1):
    net = network()
    with refused("weights[0]", net=net):
        net.weights = [W1, np.ones((3, 1))]


@search
@given(b2=no_matrix(1, 1))
def test_assigned_biases(b2):
    net = network()
    with refused("biases[1]", net=net):
        net.biases = [np.ones((1, 3)), b2]


CALLS = {
    "forward": lambda net: net.forward(X),
    "layers": lambda net: net.layers(X),
    "loss": lambda net: net.loss(X, Y),
    "backward": lambda net: net.backward(X, Y),
    "update": lambda net: net.update(network().backward(X, Y)),
    "train": lambda net: net.train(X, Y, 2),
    "numerical_gradients": lambda net: numerical_gradients(net, X, Y),
    "numerical_gradients, complex": lambda net: numerical_gradients(net, X, Y, "complex"),
}


@pytest.mark.parametrize("call", CALLS)
@short_search
@given(W2=no_matrix(3, 1))
def test_an_entry_replaced_by_hand_is_found_by_whatever_uses_it(call, W2):
    net = network()
    net.weights[1] = W2
    with refused("weights[1]"):
        CALLS[call](net)
    assert net.weights[1] is W2


def test_weights_that_a_divergence_left_say_how_to_start_again():
    net = network()
    net.weights[0][1, 2] = np.inf
    with refused("NaN or infinite", "reset()", "smaller learning rate"):
        net.forward(X)


# -- samples and targets ------------------------------------------------------------------------------------

WITH_X = {
    "forward": lambda net, X: net.forward(X),
    "layers": lambda net, X: net.layers(X),
    "loss": lambda net, X: net.loss(X, Y),
    "backward": lambda net, X: net.backward(X, Y),
    "train": lambda net, X: net.train(X, Y, 2, batch_size=3),
    "numerical_gradients": lambda net, X: numerical_gradients(net, X, Y),
    "numerical_gradients, complex": lambda net, X: numerical_gradients(net, X, Y, "complex"),
}
WITH_Y = {
    "loss": lambda net, y: net.loss(X, y),
    "backward": lambda net, y: net.backward(X, y),
    "train": lambda net, y: net.train(X, y, 2, batch_size=3),
    "numerical_gradients": lambda net, y: numerical_gradients(net, X, y),
    "numerical_gradients, complex": lambda net, y: numerical_gradients(net, X, y, "complex"),
}


@pytest.mark.parametrize("call", WITH_X)
@short_search
@given(bad=no_matrix(None, 2))
def test_samples(call, bad):
    net = network()
    with refused("X ", net=net):
        WITH_X[call](net, bad)


@pytest.mark.parametrize("call", WITH_Y)
@short_search
@given(bad=no_matrix(4, 1))
def test_targets(call, bad):
    net = network()
    with refused("y ", net=net):
        WITH_Y[call](net, bad)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((2,), ["(2,)", "(N, 2)", "X.reshape(1, -1)"]),
        ((), ["()", "[[X]]"]),
        ((5, 4, 2), ["(5, 4, 2)", "X.reshape(len(X), -1)"]),
        ((2, 5), ["(2, 5)", "input_size is 2", "try .T"]),
        ((5, 3), ["(5, 3)", "(N, 2)", "input_size is 2"]),
        ((0, 2), ["(0, 2)", "not a single row"]),
        ((4, 0), ["(4, 0)", "not a single column"]),
    ],
)
def test_a_wrong_shape_of_samples_gets_its_own_advice(shape, words):
    net = network()
    with refused(*words, net=net):
        net.forward(np.ones(shape))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((4,), ["(4,)", "(4, 1)", "y.reshape(-1, 1)"]),
        ((1, 4), ["(1, 4)", "try .T"]),
        ((3, 1), ["(3, 1)", "(4, 1)", "one row for each row of X"]),
        ((4, 2), ["(4, 2)", "output_size is 1"]),
    ],
)
def test_a_wrong_shape_of_targets_gets_its_own_advice(shape, words):
    net = network()
    with refused(*words, net=net):
        net.loss(X, np.ones(shape))


def test_numbers_that_are_missing_are_counted_and_located():
    holes = X.copy()
    holes[2, 1] = holes[3, 0] = np.nan
    with refused("2 value(s)", "(2, 1)", net=(net := network())):
        net.forward(holes)


@pytest.mark.parametrize(
    ("y", "output", "loss", "words"),
    [
        ([[0], [1], [2], [1]], "sigmoid", "binary_cross_entropy", ["from 0 to 2", "targets from 0 to 1"]),
        ([[0, -1], [1, 0], [1, 0], [1, 0]], "softmax", "cross_entropy", ["from -1 to 1", "targets from 0 to 1"]),
        ([[0, 0], [1, 0], [1, 0], [1, 0]], "softmax", "cross_entropy", ["do not sum to 1", "one_hot"]),
        ([[0], [1], [1], [0]], "softmax", "cross_entropy", ["(4, 1)", "output_size is 2", "one_hot"]),
    ],
)
def test_targets_that_the_loss_cannot_use(y, output, loss, words):
    net = network(output_size=len(y[0]) if loss != "cross_entropy" else 2, output_activation=output, loss=loss)
    for call in WITH_Y.values():
        with refused(*words, net=net):
            call(net, y)


# -- gradients ----------------------------------------------------------------------------------------------


@search
@given(bad=st.one_of(no_number, st.builds(SimpleNamespace, weights=st.just([])), st.just(np.ones((2, 3)))))
def test_update_with_what_is_no_gradient(bad):
    net = network()
    with refused("gradients came as", "what backward(X, y) returns", net=net):
        net.update(bad)


@search
@given(
    bad=st.one_of(
        st.tuples(st.just("weights"), no_matrix(2, 3)),
        st.tuples(st.just("biases"), no_matrix(1, 3)),
    )
)
def test_update_with_a_wrong_array(bad):
    net, (name, array) = network(), bad
    gradients = net.backward(X, Y)
    getattr(gradients, name)[0] = array
    with refused(f"gradients.{name}[0]", net=net):
        net.update(gradients)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_update_with_a_gradient_of_another_depth(count):
    net = network()
    with refused(f"gradients.biases came as {count} entries", "a list of 2 arrays", net=net):
        net.update(Gradients(net.backward(X, Y).weights, [np.ones((1, 3))] * count))


# -- options of training ------------------------------------------------------------------------------------

present = no_number.filter(lambda value: value is not None)
stopping = {
    "epochs": st.one_of(no_number, st.integers(max_value=-1), st.floats()),
    "target_loss": st.one_of(present, st.floats(max_value=0, exclude_max=True), st.just(math.nan)),
    "tolerance": st.one_of(present, st.floats(max_value=0), st.just(math.inf)),
    "patience": st.one_of(no_number, st.integers(max_value=0), st.floats()),
    "batch_size": st.one_of(present, st.integers(max_value=0), st.floats()),
    "momentum": st.one_of(
        no_number, st.floats(max_value=0, exclude_max=True), st.floats(min_value=1), st.just(math.nan)
    ),
}
watching = {
    "callback": present.filter(lambda value: not callable(value)),
    "progress": st.one_of(no_number.filter(lambda v: not (v is None or isinstance(v, bool))), st.floats()),
    "random": st.one_of(present, st.integers(), st.just(np.random.RandomState(0))),
}
TRAINERS = {
    "net.train": lambda net, options: net.train(X, Y, **{"epochs": 2, "batch_size": 3} | options),
    "training.train": lambda net, options: training.train(net, X, Y, **{"epochs": 2, "batch_size": 3} | options),
}


@pytest.mark.parametrize("trainer", TRAINERS)
@search
@given(bad=options(**stopping, **watching))
def test_options_of_train(trainer, bad):
    net, (what,) = network(), bad
    with refused(f"{what} came as", net=net):
        TRAINERS[trainer](net, bad)


@pytest.mark.parametrize("trainer", TRAINERS)
def test_an_option_that_train_does_not_have(trainer):
    net = network()
    with refused("'batchsize'", "Did you mean 'batch_size'?", net=net):
        TRAINERS[trainer](net, {"batchsize": 3})


@pytest.mark.parametrize("lacking", ["forward", "backward", "update"])
def test_a_class_that_lacks_a_method(lacking):
    methods = {name: print for name in ("forward", "backward", "update") if name != lacking}
    with refused("SimpleNamespace", f"no method {lacking}"):
        training.train(SimpleNamespace(**methods), X, Y)


@search
@given(bad=no_matrix(None, None))
def test_samples_of_a_class_of_ones_own(bad):
    own = PlainNetwork(network().weights, network().biases, 0.1)
    before = copy.deepcopy((own.weights, own.biases))
    assume(not (isinstance(bad, np.ndarray) and bad.shape == Y.shape))
    for name, arguments in (("X", (bad, Y)), ("y", (X, bad))):
        with refused(f"{name} "):
            training.train(own, *arguments)
    assert (own.weights, own.biases) == before


# -- numerical gradients and data sets ----------------------------------------------------------------------


@search
@given(method=no_number)
def test_method_of_numerical_gradients(method):
    net = network()
    with refused("method came as", "'central', 'complex'", net=net):
        numerical_gradients(net, X, Y, method)


def test_numerical_gradients_of_what_is_no_network_or_not_complex():
    with refused("no weights and no biases and no method forward"):
        numerical_gradients(SimpleNamespace(), X, Y)
    with refused("method came as 'complex' with a PlainNetwork", "expected 'central'"):
        numerical_gradients(PlainNetwork(network().weights, network().biases, 0.1), X, Y, "complex")


@pytest.mark.parametrize("derivative", [central_difference, complex_step])
@search
@given(h=no_rate)
def test_step_of_a_numerical_derivative(derivative, h):
    with refused("h came as", "above 0"):
        derivative(np.sum, np.ones(3), h)


@pytest.mark.parametrize("derivative", [central_difference, complex_step])
def test_function_and_point_of_a_numerical_derivative(derivative):
    with refused("function came as float"):
        derivative(1.0, np.ones(3))
    for point, words in (("text", "x holds text"), ([1, np.nan], "NaN"), ([[1], [2, 3]], "equally long"), (1j, "x ")):
        with refused(words):
            derivative(np.sum, point)


settings_of_data = {
    "size": no_size,
    "noise": st.one_of(no_number, st.floats(max_value=0, exclude_max=True), st.sampled_from([math.nan, math.inf])),
    "seed": st.one_of(no_number, st.integers(max_value=-1), st.floats()),
}


@pytest.mark.parametrize("name", [*datasets.TWO_DIMENSIONAL, "regression"])
@search
@given(bad=options(**settings_of_data))
def test_settings_of_a_data_set(name, bad):
    (what,) = bad
    with refused(f"{what} came as"):
        getattr(datasets, name)(**bad)


no_ratio = st.one_of(no_number, st.floats(max_value=0), st.floats(min_value=1), st.just(math.nan))


@search
@given(bad=options(test_ratio=no_ratio, seed=settings_of_data["seed"]))
def test_settings_of_a_split(bad):
    (what,) = bad
    with refused(f"{what} came as"):
        datasets.train_test_split(X, Y, **bad)
    with refused(f"{what} came as"):
        datasets.digits(**bad)


@pytest.mark.parametrize(
    ("inputs", "y", "words"),
    [(X, Y[:3], "(3, 1)"), (3, Y, "()"), (X, 3, "()"), ([[1], [2, 3]], Y, "equally long"), (X[:1], Y[:1], "1 samples"),
     ([], [], "0 samples")],
)  # fmt: skip
def test_a_split_that_cannot_be(inputs, y, words):
    with refused(words):
        datasets.train_test_split(inputs, y)


@search
@given(
    labels=st.one_of(
        no_array, of_another_shape(None), st.lists(st.floats(), min_size=1), st.lists(st.booleans(), min_size=1)
    )
)
def test_labels_of_one_hot(labels):
    with refused("labels "):
        datasets.one_hot(labels, 3)


@search
@given(labels=st.lists(st.integers(-3, 5), min_size=1))
def test_labels_of_one_hot_out_of_range(labels):
    assume(min(labels) < 0 or max(labels) > 2)
    with refused(f"from {min(labels)} to {max(labels)}", "0 to 2"):
        datasets.one_hot(labels, 3)


@search
@given(classes=no_size)
def test_classes_of_one_hot(classes):
    with refused("classes came as"):
        datasets.one_hot([0], classes)


def test_iterators_are_said_to_need_a_list():
    with refused("X came as a generator", "expected an array, or a list"):
        NeuralNetwork(2, 3, 1).forward(row for row in [[0, 1]])


def test_a_foreign_object_that_refuses_its_numbers():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("detach it first")

    with refused("X came as a Tensor", "expected an array", "detach it first"):
        NeuralNetwork(2, 3, 1).forward(Tensor())


def test_the_complex_step_refuses_functions_that_drop_the_imaginary_part():
    with refused("function returned float64", "expected a complex number", "central_difference"):
        complex_step(lambda x: np.abs(x).sum(), np.array([1.0, 2.0]))


def test_sizes_as_text_are_told_that_lists_are_welcome():
    with refused("hidden_size came as '4'", "expected a whole number, or a list"):
        NeuralNetwork(2, "4", 1)


@pytest.mark.parametrize("labels", [[[0], [1]], [0.0, 1.0]])
def test_labels_of_another_form_are_told_how_to_change(labels):
    with refused("labels have shape", "expected whole numbers", "labels.ravel().astype(int)"):
        datasets.one_hot(labels, 2)


# -- what other libraries hand over --------------------------------------------------------------------


def test_a_masked_value_is_not_taken_for_the_number_below_it():
    net = network()
    masked = np.ma.masked_greater(X, 0.5)
    with refused("X came as a masked array", "filled", net=net):
        net.forward(masked)
    np.testing.assert_array_equal(net.forward(np.ma.masked_greater(X, 5.0)), net.forward(X))


@pytest.mark.parametrize("sizes", [(2, 10**20, 1), (10**9, 3, 1), (2, [10**5, 10**5], 1)])
def test_a_network_beyond_all_memory_is_refused_before_it_is_made(sizes):
    with refused("weights; expected at most 100,000,000"):
        NeuralNetwork(*sizes)
