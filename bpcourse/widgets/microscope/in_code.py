"""A phase of a training step as lines of NumPy, for this network's activations and loss."""

import re

from bpcourse.mathematics.equations import EQUATIONS
from bpcourse.widgets import output_delta

DERIVATIVE_CODE = {"sigmoid": " * {a} * (1 - {a})", "tanh": " * (1 - {a}**2)", "relu": " * ({a} > 0)", "identity": ""}
LOSS_CODE = {  # for one output, the squared error has its code in EQUATIONS
    "squared_error": "L = np.sum(0.5 * (y_hat - y) ** 2) / N",
    "binary_cross_entropy": "L = -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / N",
    "cross_entropy": "L = -np.sum(y * np.log(y_hat)) / N",
}


def in_code(phase, now):
    """Return the lines of NumPy that compute a phase of this network, named as the course names things."""
    layer, last = phase.layer, len(now.weights)
    match phase.tags:
        case ():
            return ["N = len(X)"]
        case ("F2",):
            code = _numbered("F2", layer, layer - 1).replace("sigmoid", now.functions[layer - 1].name)
            return [code, f"y_hat = a{layer}"] if layer == last else [code]
        case ("L1",):
            return [_loss_code(now)]
        case ("BP1",):
            return [_output_error_code(now, layer)]
        case ("BP2",):
            return [_with_derivative(_numbered("BP2", layer + 1, layer), now, layer)]
        case ("U1", "U2"):
            return [_numbered(tag, layer, layer - 1) for layer in range(1, last + 1) for tag in phase.tags]
    return [_numbered(tag, layer, layer - 1) for tag in phase.tags]


def _numbered(tag, two, one):
    """The equation's line of code with other layers in the places of 2 and 1; a0 is X."""
    code = re.sub(r"(?<=[a-zA-Z])([12])\b", lambda match: str(two if match[1] == "2" else one), EQUATIONS[tag].code)
    return re.sub(r"\ba0\b", "X", code)


def _with_derivative(code, now, layer):
    name = now.functions[layer - 1].name
    derivative = DERIVATIVE_CODE.get(name, f" * {name}_derivative({{a}})").format(a=f"a{layer}")
    return code.replace(f" * a{layer} * (1 - a{layer})", derivative)


def _loss_code(now):
    if now.loss_name == "squared_error" and now.y.shape[1] == 1:
        return EQUATIONS["L1"].code
    return LOSS_CODE.get(now.loss_name, "L = loss(X, y)")


def _output_error_code(now, layer):
    match now.bp1.form:
        case output_delta.COLLAPSED:
            return f"delta{layer} = (a{layer} - y) / N"
        case output_delta.PRODUCT:
            return _with_derivative(_numbered("BP1", layer, layer - 1), now, layer)
        case output_delta.ROWS:
            dL = f"(a{layer} - y) / N"
            return f"delta{layer} = a{layer} * ({dL} - ({dL} * a{layer}).sum(axis=1, keepdims=True))"
    return f"delta{layer} = dL_da{layer} * f_prime(z{layer})"
