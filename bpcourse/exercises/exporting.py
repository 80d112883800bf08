"""The program goes home: a learner's own functions as one file that runs with NumPy alone and checks its gradients."""

import ast
from pathlib import Path

from bpcourse import files
from bpcourse.exercises import ledger
from bpcourse.exercises.catalogue import ALL
from bpcourse.exercises.source import text as source_of

PROGRAM = ("Network", "softmax", "cross_entropy", "one_hot", "accuracy", "minibatches", "has_converged")
HEAD = '''"""A neural network in NumPy, written in the course on backpropagation."""

from collections import namedtuple
from itertools import pairwise

import numpy as np

Gradients = namedtuple("Gradients", "weights biases")
'''
CHECK = '''
def gradient_check(network, X, y, h=1e-5):
    """Return the relative difference between the gradients of a network and nudges of its loss."""
    gradients, apart, size = network.backward(X, y), 0.0, 0.0
    arrays = [*network.weights, *network.biases]
    for W, slopes in zip(arrays, [*gradients.weights, *gradients.biases]):
        for place in np.ndindex(W.shape):
            before, sides = W[place], []
            for side in (h, -h):
                W[place] = before + side
                sides.append(network.loss(X, y))
            W[place] = before
            nudged = (sides[0] - sides[1]) / (2 * h)
            apart, size = apart + (nudged - slopes[place]) ** 2, size + nudged**2 + slopes[place] ** 2
    return np.sqrt(apart / size)


if __name__ == "__main__":
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float), np.array([[0], [1], [1], [0]], dtype=float)
    difference = gradient_check(Network([2, 3, 4, 1], learning_rate=1.0), X, y)
    print(f"gradients and nudges differ by {difference:.0e}")
    network = Network([2, 8, 1], learning_rate=2.0)
    losses = network.train(X, y, epochs=1000, target=0.01)
    print(f"XOR: loss {losses[-1]:.4f} after {len(losses) - 1} epochs")
    print(np.hstack([X, y, network.forward(X).round(2)]))
'''


def export(file):
    """Write the network of notebook 07 as one program that needs NumPy alone; return where, and whose the parts are.

    Each part is the learner's own, where it has passed and its source could be kept, and ours elsewhere. Another
    content that the file had before is kept beside it, under another name.

    Parameters
    ----------
    file : str or Path

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path, kept = Path(file), {name: entry["source"] for name, entry in ledger.load().items() if entry["source"]}
    names = _in_order(PROGRAM, kept)
    parts = [kept.get(name) or f"# {name}: the course's own version\n{_source(name, kept)}" for name in names]
    program = "\n\n".join([HEAD, *(part.strip() + "\n" for part in parts), CHECK])
    if path.exists() and files.read(path) != program:
        files.set_aside(path)
    files.replace(path, program)
    return f"{path.name}: {len(names)} parts, {len(kept.keys() & set(names))} of them yours."


def _source(name, kept):
    return kept.get(name) or source_of(ALL[name].reference, undecorated=True)


def _in_order(names, kept, seen=()):
    """Return the exercises that a program is made of, each after those that it calls."""
    order = []
    for name in names:
        tree = ast.parse(_source(name, kept))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & set(ALL) - {name}
        before = [other for other in ALL if other in used and other not in seen]
        order += [*_in_order(before, kept, (*seen, name)), name]
    return list(dict.fromkeys(order))
