"""Activation functions: their values, both forms of their derivatives, and calm at any finite z."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from oracles import search

from bpcourse.mathematics import activations
from bpcourse.mathematics.activations import ACTIVATIONS, softmax
from bpcourse.mathematics.backprop import output_delta
from bpcourse.mathematics.losses import Loss

ELEMENTWISE = ["sigmoid", "tanh", "relu", "identity"]
anything = arrays(float, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e308, 1e308))
moderate = arrays(float, array_shapes(max_dims=3, max_side=4), elements=st.floats(-30, 30).filter(lambda z: z != 0))
rows = arrays(float, array_shapes(min_dims=2, max_dims=3, max_side=5), elements=st.floats(-1e308, 1e308))

BY_HAND = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "identity": lambda z: z,
}


def slope_by_complex_step(name, z):
    return np.imag(ACTIVATIONS[name].function(z + 1e-200j)) / 1e-200


@pytest.mark.parametrize("name", ELEMENTWISE)
@search
@given(z=anything)
def test_values_are_right_at_any_finite_z(name, z):
    before = z.copy()
    a = ACTIVATIONS[name].function(z)
    np.testing.assert_allclose(a, np.vectorize(BY_HAND[name], otypes=[float])(z), rtol=1e-15, atol=2e-16)
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("name", ELEMENTWISE)
@search
@given(z=anything)
def test_both_derivatives_are_the_same_and_finite_at_any_finite_z(name, z):
    activation = ACTIVATIONS[name]
    slope = activation.derivative_from_z(z)
    assert slope.shape == z.shape
    assert np.isfinite(slope).all()
    np.testing.assert_array_equal(slope, activation.derivative_from_a(activation.function(z)))


@pytest.mark.parametrize("name", ELEMENTWISE)
@search
@given(z=moderate)
def test_derivatives_agree_with_the_complex_step(name, z):
    np.testing.assert_allclose(
        ACTIVATIONS[name].derivative_from_z(z), slope_by_complex_step(name, z), rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_derivative_from_a_fed_with_z_is_far_from_the_truth(name):
    z = np.array([-2.0, 0.5, 3.0])
    assert np.abs(ACTIVATIONS[name].derivative_from_a(z) - slope_by_complex_step(name, z)).max() > 1


def test_relu_has_slope_zero_at_its_corner():
    corner = np.array([-0.0, 0.0])
    np.testing.assert_array_equal(ACTIVATIONS["relu"].derivative_from_z(corner), [0, 0])
    np.testing.assert_array_equal(activations.relu_derivative_from_a(activations.relu(corner)), [0, 0])


def test_known_values():
    np.testing.assert_array_equal(activations.sigmoid(np.array([0, -2e5, 2e5])), [0.5, 0, 1])
    assert activations.sigmoid(0.0) == 0.5
    assert ACTIVATIONS["sigmoid"].derivative_from_z(0.0) == 0.25
    assert ACTIVATIONS["tanh"].derivative_from_z(0.0) == 1
    np.testing.assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]], rtol=1e-15)


@search
@given(z=rows)
@example(z=np.array([[1e308, -1e308], [-1e308, -1e308]]))
def test_softmax_gives_rows_of_probabilities_at_any_finite_z(z):
    a = softmax(z)
    assert a.shape == z.shape
    assert (a >= 0).all()
    np.testing.assert_allclose(a.sum(axis=-1), 1, rtol=1e-14)
    assert (np.take_along_axis(a, z.argmax(axis=-1)[..., None], -1) >= 1 / z.shape[-1] - 1e-15).all()


@search
@given(z=arrays(float, (3, 4), elements=st.floats(-300, 300)))
def test_softmax_is_the_share_of_each_exponential(z):
    shares = [[math.exp(value) / math.fsum(map(math.exp, row)) for value in row] for row in z]
    np.testing.assert_allclose(softmax(z), shares, rtol=1e-12)


@search
@given(z=arrays(float, (2, 4), elements=st.floats(-5, 5)), slope=arrays(float, (2, 4), elements=st.floats(-3, 3)))
def test_delta_of_softmax_is_the_product_with_its_jacobian(z, slope):
    a = softmax(z)
    jacobians = [np.diag(row) - np.outer(row, row) for row in a]
    expected = [s @ jacobian for s, jacobian in zip(slope, jacobians, strict=True)]
    np.testing.assert_allclose(activations.softmax_delta(slope, a), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_delta_is_the_slope_of_the_loss_times_the_slope_of_the_activation(name):
    z, dL_da = np.array([[-1.0, 2.0]]), np.array([[3.0, -4.0]])
    loss = Loss("any", value=None, derivative=lambda y_hat, y: dL_da, outputs=(name,))
    delta = output_delta(ACTIVATIONS[name].function(z), None, ACTIVATIONS[name], loss)
    np.testing.assert_allclose(delta, dL_da * slope_by_complex_step(name, z), rtol=1e-14)


def test_the_table_names_each_activation_by_its_own_name():
    assert list(ACTIVATIONS) == [*ELEMENTWISE, "softmax"]
    assert all(activation.name == name for name, activation in ACTIVATIONS.items())
