"""The course's equations, once: tag, name, LaTeX, and the line of code of a two-layer network.

Prose, diagrams, live figures and the messages of the checks take them from here; tests hold the
notebooks against this table.
"""

from typing import NamedTuple


class Equation(NamedTuple):
    """One tagged equation; `code` is for the output layer of a two-layer network (for BP2: its hidden layer)."""

    tag: str
    name: str
    latex: str
    code: str


EQUATIONS = {
    equation.tag: equation
    for equation in (
        Equation("F1", "weighted sum", r"z^l = a^{l-1} W^l + b^l", "z2 = a1 @ W2 + b2"),
        Equation("F2", "activation", r"a^l = f(z^l)", "a2 = sigmoid(z2)"),
        Equation(
            "L1",
            "loss",
            r"L = \frac{1}{N} \sum_{n=1}^{N} \ell(\hat y_n, y_n)",
            "L = np.sum(0.5 * (y_hat - y) ** 2) / N",
        ),
        Equation(
            "BP1",
            "output-layer error",
            r"\delta^L = \frac{\partial L}{\partial a^L} \odot f'(z^L)",
            "delta2 = (a2 - y) / N * a2 * (1 - a2)",
        ),
        Equation(
            "BP2",
            "hidden-layer error",
            r"\delta^l = \left(\delta^{l+1} {W^{l+1}}^{\mathsf T}\right) \odot f'(z^l)",
            "delta1 = (delta2 @ W2.T) * a1 * (1 - a1)",
        ),
        Equation(
            "BP3",
            "bias gradient",
            r"\frac{\partial L}{\partial b^l} = \sum_{n=1}^{N} \delta^l_n",
            "db2 = delta2.sum(axis=0, keepdims=True)",
        ),
        Equation(
            "BP4",
            "weight gradient",
            r"\frac{\partial L}{\partial W^l} = {a^{l-1}}^{\mathsf T} \delta^l",
            "dW2 = a1.T @ delta2",
        ),
        Equation("U1", "weight update", r"W \leftarrow W - \eta \frac{\partial L}{\partial W}", "W2 = W2 - eta * dW2"),
        Equation("U2", "bias update", r"b \leftarrow b - \eta \frac{\partial L}{\partial b}", "b2 = b2 - eta * db2"),
    )
}
