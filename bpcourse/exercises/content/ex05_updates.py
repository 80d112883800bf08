"""Exercises of notebook 05: steps downhill, batches, momentum, and when to stop."""

import numpy as np

from bpcourse.exercises.catalogue import exercise
from bpcourse.exercises.content.advice import IN_PLACE
from bpcourse.exercises.content.ex01_forward_pass import TWO_LAYERS, forward, two_layer_parameters
from bpcourse.exercises.content.ex04_hidden_layer_error import backward_two_layers

NOTEBOOK = "05_updates"


def update_cases(random):
    shapes = [(1, 1), (2, 2), (3, 2)]
    return [(random.normal(size=shape), random.normal(size=shape), float(random.uniform(0.1, 2))) for shape in shapes]


@exercise(
    NOTEBOOK,
    "U1",
    update_cases,
    "U1 and U2 in one line. Of the nine equations only these two have a minus: downhill.",
    "The old value, minus a step. How long is the step, and along what?",
)
def update(W, dW, eta):
    return W - eta * dW


update.mistake(
    "the brackets are missing: (W - η) times the gradient",
    "What does the learning rate multiply in U1, and what is subtracted from what?",
    lambda W, dW, eta: (W - eta) * dW,
)
update.mistake(
    "gradient and weights have changed places",
    "Which of the two is old, and is moved?",
    lambda W, dW, eta: dW - eta * W,
)
update.mistake(
    "the weights are shrunk; the gradient is not used",
    "Which slope says where downhill is?",
    lambda W, dW, eta: W - eta * W,
)
update.mistake(
    "it is multiplied where U1 subtracts", "Which sign stands after W in U1?", lambda W, dW, eta: W * eta * dW
)
update.mistake(
    "the learning rate is subtracted too", "How is η joined to the gradient in U1?", lambda W, dW, eta: W - (eta + dW)
)
update.mistake(
    "only the gradient's sign is used",
    "Steep slopes get longer steps. What makes them so?",
    lambda W, dW, eta: W - eta * np.sign(dW),
)
update.mistake(
    "the matrix product is taken",
    "U1 moves every weight by its own slope. Which product works element by element?",
    lambda W, dW, eta: W - eta * W @ dW,
)
update.mistake(
    "the mean of the gradient moves all weights alike",
    "Every weight has a slope of its own. Is there a mean too many?",
    lambda W, dW, eta: W - eta * np.mean(dW),
)
update.mistake("the weights are not changed", "What does U1 subtract from the old weights?", lambda W, dW, eta: W + 0)
update.mistake(
    "the gradient is transposed",
    "W and dW have the same shape. Does either have to be turned?",
    lambda W, dW, eta: W - eta * dW.T,
)


@update.mistake(IN_PLACE.mistake, IN_PLACE.hint)
def _(W, dW, eta):
    W -= eta * dW
    return W


@update.mistake(
    "the step goes uphill", "The gradient points to where the loss grows. Which sign leads away from there?"
)
def _(W, dW, eta):
    return W + eta * dW


@update.mistake("the learning rate is forgotten", "How long is your step? Which symbol of U1 is missing?")
def _(W, dW, eta):
    return W - dW


@update.mistake("the learning rate is applied twice", "How often does η stand in U1?")
def _(W, dW, eta):
    return W - eta * eta * dW


@update.mistake(
    "only the step is returned, not the new weights", "U1 has an old W on its right. Where is it in your line?"
)
def _(W, dW, eta):
    return -eta * dW


@update.mistake("the old weights are scaled too", "Which part of U1 does η multiply? Mind the brackets.")
def _(W, dW, eta):
    return eta * (W - dW)


@update.mistake("the step is divided by the learning rate", "A larger η must give a longer step. Does it?")
def _(W, dW, eta):
    return W - dW / eta


def step_cases(random):
    cases = []
    for N, n_in, n_hidden, n_out in TWO_LAYERS:
        X, y = random.normal(size=(N, n_in)), random.integers(1, 4, (N, n_out)) / 4
        cases.append((X, y, *two_layer_parameters(random, n_in, n_hidden, n_out), float(random.uniform(0.5, 2))))
    return cases


@exercise(
    NOTEBOOK,
    "U1",
    step_cases,
    "One whole step of training: forward, backward, update. Repeat it, and a network learns.",
    "The two lines above give all gradients. Now U1 and U2, four times.",
    results=("W1", "b1", "W2", "b2"),
)
def training_step(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward_two_layers(X, y, a1, a2, W2)
    return W1 - eta * dW1, b1 - eta * db1, W2 - eta * dW2, b2 - eta * db2


training_step.mistake(
    "the learning rate is forgotten",
    "How long is each step? Which symbol of U1 is missing?",
    lambda X, y, W1, b1, W2, b2, eta: training_step(X, y, W1, b1, W2, b2, 1),
)
training_step.mistake(
    "only the hidden layer is updated",
    "The output layer has gradients as well. Which two are they?",
    lambda X, y, W1, b1, W2, b2, eta: (*training_step(X, y, W1, b1, W2, b2, eta)[:2], W2, b2),
)
training_step.mistake(
    "only the biases are updated",
    "U1 is an equation too. Which results stayed as they were?",
    lambda X, y, W1, b1, W2, b2, eta: (
        W1,
        training_step(X, y, W1, b1, W2, b2, eta)[1],
        W2,
        training_step(X, y, W1, b1, W2, b2, eta)[3],
    ),
)
training_step.mistake(
    "nothing is updated",
    "What do U1 and U2 subtract from the old values?",
    lambda X, y, W1, b1, W2, b2, eta: (W1 + 0, b1 + 0, W2 + 0, b2 + 0),
)
training_step.mistake(
    "only the steps are returned, not the new values",
    "U1 has an old W on its right. Where is it in yours?",
    lambda X, y, W1, b1, W2, b2, eta: tuple(
        new - old for new, old in zip(training_step(X, y, W1, b1, W2, b2, eta), (W1, b1, W2, b2), strict=True)
    ),
)
training_step.mistake(
    "the biases move uphill",
    "U2 has the same sign as U1. Has yours?",
    lambda X, y, W1, b1, W2, b2, eta: tuple(
        a if i % 2 == 0 else b
        for i, (a, b) in enumerate(
            zip(training_step(X, y, W1, b1, W2, b2, eta), training_step(X, y, W1, b1, W2, b2, -eta), strict=True)
        )
    ),
    tag="U2",
)
training_step.mistake(
    "the learning rate is forgotten for the biases",
    "U2 has an η too.",
    lambda X, y, W1, b1, W2, b2, eta: tuple(
        a if i % 2 == 0 else b
        for i, (a, b) in enumerate(
            zip(training_step(X, y, W1, b1, W2, b2, eta), training_step(X, y, W1, b1, W2, b2, 1), strict=True)
        )
    ),
    tag="U2",
)
training_step.mistake(
    "the step is divided by N once more",
    "The gradients carry the 1/N already. Where did it enter?",
    lambda X, y, W1, b1, W2, b2, eta: training_step(X, y, W1, b1, W2, b2, eta / len(y)),
)


@training_step.mistake(
    "the hidden layer is updated first, and the forward pass is run again for the output layer",
    "All gradients belong to the same forward pass. How many are there in yours?",
)
def _(X, y, W1, b1, W2, b2, eta):
    W1_new, b1_new, _, _ = training_step(X, y, W1, b1, W2, b2, eta)
    _, _, W2_new, b2_new = training_step(X, y, W1_new, b1_new, W2, b2, eta)
    return W1_new, b1_new, W2_new, b2_new


@training_step.mistake(
    "two steps are taken, not one", "How often do forward and backward run in one step? Once each is enough."
)
def _(X, y, W1, b1, W2, b2, eta):
    return training_step(X, y, *training_step(X, y, W1, b1, W2, b2, eta), eta)


@training_step.mistake(IN_PLACE.mistake, IN_PLACE.hint)
def _(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward_two_layers(X, y, a1, a2, W2)
    W1 -= eta * dW1
    b1 -= eta * db1
    W2 -= eta * dW2
    b2 -= eta * db2
    return W1, b1, W2, b2


@training_step.mistake(
    "the output weights are updated before the hidden error is computed",
    "BP2 needs W2 as it was in the forward pass. Is it still?",
    tag="BP2",
)
def _(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    _, _, dW2, db2 = backward_two_layers(X, y, a1, a2, W2)
    W2 = W2 - eta * dW2
    dW1, db1, _, _ = backward_two_layers(X, y, a1, a2, W2)
    return W1 - eta * dW1, b1 - eta * db1, W2, b2 - eta * db2


@training_step.mistake("the step goes uphill", "Which sign stands in U1?")
def _(X, y, W1, b1, W2, b2, eta):
    return training_step(X, y, W1, b1, W2, b2, -eta)


@training_step.mistake(
    "the biases are not updated", "U2 is an equation too. Which of the four results stayed as they were?", tag="U2"
)
def _(X, y, W1, b1, W2, b2, eta):
    W1_new, _, W2_new, _ = training_step(X, y, W1, b1, W2, b2, eta)
    return W1_new, b1, W2_new, b2


@training_step.mistake(
    "only the output layer is updated", "The hidden layer has gradients as well. Which two are they?"
)
def _(X, y, W1, b1, W2, b2, eta):
    _, _, W2_new, b2_new = training_step(X, y, W1, b1, W2, b2, eta)
    return W1, b1, W2_new, b2_new


@training_step.mistake("the learning rate is applied twice", "How often does η stand in U1?")
def _(X, y, W1, b1, W2, b2, eta):
    return training_step(X, y, W1, b1, W2, b2, eta**2)


@training_step.mistake(
    "the gradients are returned instead of the new parameters", "What do U1 and U2 make of the gradients?"
)
def _(X, y, W1, b1, W2, b2, eta):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    return backward_two_layers(X, y, a1, a2, W2)


@training_step.mistake(
    "the gradient is that of the sum over the samples, N times too large",
    "Where does L1 put the number of samples?",
    tag="L1",
)
def _(X, y, W1, b1, W2, b2, eta):
    return training_step(X, y, W1, b1, W2, b2, eta * len(y))


def batch_cases(random):
    cases = []
    for N, size in [(4, 2), (5, 2), (6, 3), (3, 5)]:
        X = random.normal(size=(N, 2))
        cases.append((X, X[:, :1] ** 2, size, random.permutation(N)))
    return cases


@exercise(
    NOTEBOOK,
    "",
    batch_cases,
    "Shuffled batches in which every sample keeps its own target: many small steps an epoch.",
    "`order[start : start + size]` are the row numbers of one batch. Which arrays do they pick from?",
)
def minibatches(X, y, size, order):
    batches = []
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        batches.append((X[rows], y[rows]))
    return batches


minibatches.mistake(
    "the list holds X, y, X, y, one after another, instead of pairs",
    "What makes two things one entry of a list? Brackets around the pair do.",
    lambda X, y, size, order: [part[order[s : s + size]] for s in range(0, len(X), size) for part in (X, y)],
)
minibatches.mistake(
    "y is shuffled, but X is not",
    "Sample 3 must keep target 3. Which rows of X do you pick?",
    lambda X, y, size, order: [(X[s : s + size], y[order[s : s + size]]) for s in range(0, len(X), size)],
)
minibatches.mistake(
    "the end of the slice is wrong: order[start : size]",
    "The second batch begins at size. Where does it end?",
    lambda X, y, size, order: [(X[order[s:size]], y[order[s:size]]) for s in range(0, len(X), size)],
)
minibatches.mistake(
    "every batch is the first one",
    "Where does the second batch begin? Does `start` stand in your slice?",
    lambda X, y, size, order: [(X[order[:size]], y[order[:size]]) for s in range(0, len(X), size)],
)
minibatches.mistake(
    "the batches are counted, but `start` is not multiplied by size",
    "Where does batch number 1 begin: at 1, or at size?",
    lambda X, y, size, order: [(X[order[s : s + size]], y[order[s : s + size]]) for s in range(len(X) // size)],
)
minibatches.mistake(
    "only the last batch is returned",
    "Does the list grow in the loop, or is it made anew?",
    lambda X, y, size, order: [(X[order[(len(X) - 1) // size * size :]], y[order[(len(X) - 1) // size * size :]])],
)
minibatches.mistake(
    "the pairs are turned round: y first",
    "In which order does the exercise ask for the two?",
    lambda X, y, size, order: [(y[order[s : s + size]], X[order[s : s + size]]) for s in range(0, len(X), size)],
)
minibatches.mistake(
    "one sample too many stands in each batch",
    "How many rows has order[start : start + size]?",
    lambda X, y, size, order: [
        (X[order[s : s + size + 1]], y[order[s : s + size + 1]]) for s in range(0, len(X), size)
    ],
)
minibatches.mistake(
    "one sample too few stands in each batch",
    "A slice ends before its second number. How many rows has order[start : start + size]?",
    lambda X, y, size, order: [
        (X[order[s : s + size - 1]], y[order[s : s + size - 1]]) for s in range(0, len(X), size)
    ],
)
minibatches.mistake(
    "each batch holds a single sample",
    "How many rows does `X[rows]` give for one number, and how many for a slice of them?",
    lambda X, y, size, order: [(X[order[s : s + 1]], y[order[s : s + 1]]) for s in range(0, len(X), size)],
)
minibatches.mistake(
    "the whole data set is one batch",
    "How many rows may a batch have?",
    lambda X, y, size, order: [(X[order], y[order])],
)
minibatches.mistake(
    "X and y are shuffled differently",
    "Sample 3 must keep target 3. Is one of them turned round?",
    lambda X, y, size, order: [(X[order[s : s + size]], y[order[::-1][s : s + size]]) for s in range(0, len(X), size)],
)
minibatches.mistake(
    "only X is returned, without y",
    "A step needs the targets too. What is in each pair?",
    lambda X, y, size, order: [X[order[s : s + size]] for s in range(0, len(X), size)],
)


@minibatches.mistake("X is shuffled, but y is not", "Sample 3 must keep target 3. Which rows of y do you pick?")
def _(X, y, size, order):
    return [(X[order[s : s + size]], y[s : s + size]) for s in range(0, len(X), size)]


@minibatches.mistake("nothing is shuffled", "What is `order` for?")
def _(X, y, size, order):
    return [(X[s : s + size], y[s : s + size]) for s in range(0, len(X), size)]


@minibatches.mistake("the last, smaller batch is dropped", "With 5 samples in batches of 2, where does the fifth go?")
def _(X, y, size, order):
    return [(X[order[s : s + size]], y[order[s : s + size]]) for s in range(0, len(X) - size + 1, size)]


@minibatches.mistake("only the first batch is returned", "Does your return stand inside the loop?")
def _(X, y, size, order):
    return [(X[order[:size]], y[order[:size]])]


@minibatches.mistake(
    "the batches overlap: each starts one sample after the one before",
    "Where does the second batch begin: at 1, or at `size`?",
)
def _(X, y, size, order):
    return [(X[order[s : s + size]], y[order[s : s + size]]) for s in range(len(X))]


def epoch_cases(random):
    """Batches of unequal size: the last one is smaller."""
    cases = [(np.array([0.4, 0.1]), np.array([2, 1]))]
    for full, count, last in ((4, 3, 3), (10, 4, 1), (32, 6, 20)):
        cases.append((random.uniform(0.1, 1, count), np.array([full] * (count - 1) + [last])))
    return cases


@exercise(
    NOTEBOOK,
    "L1",
    epoch_cases,
    "A fair average: every sample counts once, in whichever batch it stood. Many programs draw such curves.",
    "A batch of 32 should count more than one of 20. How much does each sample of a batch contribute?",
)
def epoch_loss(losses, sizes):
    return np.sum(losses * sizes) / np.sum(sizes)


epoch_loss.mistake(
    "the last batch's loss is taken for the whole epoch",
    "Is the last batch more than a small, accidental part of the data? Which losses are left out?",
    lambda losses, sizes: losses[-1],
)
epoch_loss.mistake(
    "all batches count alike, the smaller last one too",
    "Should a sample have more say because its batch is small? What are the sizes for?",
    lambda losses, sizes: np.mean(losses),
)
epoch_loss.mistake(
    "the losses are summed, not averaged",
    "Should the loss double if the data are cut into twice as many batches?",
    lambda losses, sizes: np.sum(losses),
)
epoch_loss.mistake(
    "the sum over all samples is not divided",
    "L1 is a mean. How many samples are there in all batches together?",
    lambda losses, sizes: np.sum(losses * sizes),
)
epoch_loss.mistake(
    "it is divided by the number of batches, not of samples",
    "What did the sizes turn the losses into: sums over batches, or over samples?",
    lambda losses, sizes: np.sum(losses * sizes) / len(losses),
)
epoch_loss.mistake(
    "the losses are summed first, then divided by the number of samples",
    "Each loss is a mean already. What makes it a sum over its batch again?",
    lambda losses, sizes: np.sum(losses) / np.sum(sizes),
)
epoch_loss.mistake(
    "the first batch's loss is taken for the whole epoch",
    "Every batch has a say. Does a return stand inside a loop?",
    lambda losses, sizes: losses[0],
)
epoch_loss.mistake(
    "only the last batch counts",
    "Each turn of a loop should add to the sum. Does yours begin the sum anew?",
    lambda losses, sizes: losses[-1] * sizes[-1] / np.sum(sizes),
)
epoch_loss.mistake(
    "only the first batch counts",
    "Every batch has a say. Does a return stand inside a loop?",
    lambda losses, sizes: losses[0] * sizes[0] / np.sum(sizes),
)
epoch_loss.mistake(
    "the smallest loss is taken",
    "An epoch's loss tells how the network does on all samples. Which are left out?",
    lambda losses, sizes: np.min(losses),
)
epoch_loss.mistake(
    "it is divided by the sizes, where they should multiply",
    "Which batch should count more, the large one or the small one?",
    lambda losses, sizes: np.sum(losses / sizes) / np.sum(1 / sizes),
)


def momentum_cases(random):
    shapes = [(1, 1), (2, 2), (3, 2)]
    return [
        (
            *(random.normal(size=shape) for _ in range(3)),
            float(random.uniform(0.1, 2)),
            float(random.uniform(0.2, 0.95)),
        )
        for shape in shapes
    ]


@exercise(
    NOTEBOOK,
    "U1",
    momentum_cases,
    "A step that remembers the ones before: it crosses flat land faster.",
    "First renew v: what is kept of it, plus what is new. Then step with the new v.",
    results=("W", "v"),
)
def momentum_step(W, v, dW, eta, mu):
    v = mu * v + dW
    return W - eta * v, v


momentum_step.mistake(
    "the velocity is renewed, but the step uses the plain gradient",
    "What is v for? Which of the two moves W?",
    lambda W, v, dW, eta, mu: (W - eta * dW, mu * v + dW),
)
momentum_step.mistake(
    "μ stands with the gradient instead of the velocity",
    "What does μ keep a part of?",
    lambda W, v, dW, eta, mu: (W - eta * (v + mu * dW), v + mu * dW),
)
momentum_step.mistake(
    "the whole velocity is kept: μ is forgotten",
    "Without a loss, speed grows for ever. Which symbol keeps only a part?",
    lambda W, v, dW, eta, mu: (W - eta * (v + dW), v + dW),
)
momentum_step.mistake(
    "the gradient is subtracted in the velocity",
    "v collects gradients. Where does the minus of going downhill stand?",
    lambda W, v, dW, eta, mu: (W - eta * (mu * v - dW), mu * v - dW),
)
momentum_step.mistake(
    "μ multiplies all of it: what is kept and what is new",
    "What does μ keep a part of? Mind the brackets.",
    lambda W, v, dW, eta, mu: (W - eta * mu * (v + dW), mu * (v + dW)),
)
momentum_step.mistake(
    "the learning rate is in the velocity, and v carries the minus",
    "Some books write it so. Which formula stands above the exercise?",
    lambda W, v, dW, eta, mu: (W + mu * v - eta * dW, mu * v - eta * dW),
)
momentum_step.mistake(
    "the learning rate is in the velocity, not in the step",
    "Many books write it so. Which formula stands above the exercise?",
    lambda W, v, dW, eta, mu: (W - mu * v - eta * dW, mu * v + eta * dW),
)
momentum_step.mistake(
    "the learning rate is forgotten in the step",
    "How long is your step? Which symbol is missing?",
    lambda W, v, dW, eta, mu: (W - mu * v - dW, mu * v + dW),
)
momentum_step.mistake(
    "it looks ahead: the step is Nesterov's",
    "Another good method. Which formula stands above the exercise?",
    lambda W, v, dW, eta, mu: (W - eta * (mu * (mu * v + dW) + dW), mu * v + dW),
)
momentum_step.mistake(
    "the old velocity is returned",
    "The next step needs the new v. Which one do you return?",
    lambda W, v, dW, eta, mu: (W - eta * (mu * v + dW), v + 0),
)
momentum_step.mistake(
    "only the new W is returned",
    "The next step needs v too. Which two are asked for?",
    lambda W, v, dW, eta, mu: W - eta * (mu * v + dW),
)


@momentum_step.mistake(IN_PLACE.mistake, IN_PLACE.hint)
def _(W, v, dW, eta, mu):
    v *= mu
    v += dW
    return W - eta * v, v


@momentum_step.mistake(
    "the new gradient is not in the velocity", "v has two parts: what is kept, and what is new. Where is the new one?"
)
def _(W, v, dW, eta, mu):
    v = mu * v
    return W - eta * v, v


@momentum_step.mistake("nothing of the old velocity is kept", "This is plain U1. Which symbol says how much is kept?")
def _(W, v, dW, eta, mu):
    return W - eta * dW, dW


@momentum_step.mistake("the step is taken with the old velocity", "Renew v first. Which v stands in the step?")
def _(W, v, dW, eta, mu):
    return W - eta * v, mu * v + dW


@momentum_step.mistake(
    "the learning rate is applied twice: in v and in the step", "v collects gradients. Where does η come in, once?"
)
def _(W, v, dW, eta, mu):
    v = mu * v + eta * dW
    return W - eta * v, v


@momentum_step.mistake(
    "the gradient is weighted by 1 - μ", "Some books average like that. Which formula stands above the exercise?"
)
def _(W, v, dW, eta, mu):
    v = mu * v + (1 - mu) * dW
    return W - eta * v, v


@momentum_step.mistake("the step goes uphill", "Which sign stands in U1?")
def _(W, v, dW, eta, mu):
    v = mu * v + dW
    return W + eta * v, v


def convergence_cases(random):
    """Falling, back where it was, too short, rising, flat only at the beginning or end, large, and on the border."""
    falling, dipping = [2.0, 1.0, 0.5, 0.25], [1.0, 0.5, 0.4, 0.5]
    slow = [1.0 - 0.004 * epoch for epoch in range(12)]
    return [
        (falling, 0.01, 2),
        (dipping, 0.01, 2),
        ([0.5], 0.01, 2),
        ([0.5, 0.5], 0.01, 2),
        ([0.2, 0.3, 0.4], 0.01, 2),
        ([1.0, 1.0, 1.0, 1.0, 0.1], 0.01, 3),
        (slow, 0.01, 10),
        (slow, 0.01, 2),
        ([1000.0, 999.0, 995.0], 0.01, 2),
        ([1.0, 0.5, 0.499], 0.01, 2),
        ([1.0, 0.8, 0.5], 0.7, 2),
        ([100.0, 87.5, 75.0], 0.25, 2),
    ]


@exercise(
    NOTEBOOK,
    "",
    convergence_cases,
    "A reason to stop: the loss has ceased to fall. A training in notebook 06 asks this.",
    "Which entry of the list is `patience` epochs old? By how much has the loss fallen since?",
)
def has_converged(losses, tolerance, patience):
    if len(losses) <= patience:
        return False
    before = losses[-1 - patience]
    return before - losses[-1] < tolerance * before


has_converged.mistake(
    "it looks back one epoch too few",
    "losses[-1] is now. Which index lies `patience` epochs before it?",
    lambda losses, tolerance, patience: (
        len(losses) > patience and losses[-patience] - losses[-1] < tolerance * losses[-patience]
    ),
)
has_converged.mistake(
    "the fall is compared with a part of the last loss, not of the earlier one",
    "`tolerance` times which loss does the text say?",
    lambda losses, tolerance, patience: (
        len(losses) > patience and losses[-1 - patience] - losses[-1] < tolerance * losses[-1]
    ),
)
has_converged.mistake(
    "it compares with the very first loss",
    "How far back is `patience` epochs?",
    lambda losses, tolerance, patience: len(losses) > patience and losses[0] - losses[-1] < tolerance * losses[0],
)
has_converged.mistake(
    "one epoch too many must pass before it answers",
    "With patience 2, how many losses are needed to look back 2 epochs?",
    lambda losses, tolerance, patience: len(losses) > patience + 1 and has_converged(losses, tolerance, patience),
)
has_converged.mistake(
    "any earlier rest counts: it says True if the loss has ever ceased to fall",
    "The loss may have rested and then fallen again. Which two losses does the text compare?",
    lambda losses, tolerance, patience: any(
        losses[i] - losses[i + patience] < tolerance * losses[i] for i in range(len(losses) - patience)
    ),
)
has_converged.mistake(
    "the lowest loss since then is taken, not the last one",
    "The loss may have fallen and then grown again. Which two losses does the text compare?",
    lambda losses, tolerance, patience: (
        len(losses) > patience
        and losses[-1 - patience] - min(losses[-1 - patience :]) < tolerance * losses[-1 - patience]
    ),
)
has_converged.mistake(
    "it always says False", "When should the training stop?", lambda losses, tolerance, patience: False
)
has_converged.mistake(
    "it always says True once there are enough losses",
    "What should the fall be compared with?",
    lambda losses, tolerance, patience: len(losses) > patience,
)
has_converged.mistake(
    "the two losses have changed places",
    "A fall is the earlier loss minus the last. Which is subtracted from which?",
    lambda losses, tolerance, patience: (
        len(losses) > patience and losses[-1] - losses[-1 - patience] < tolerance * losses[-1 - patience]
    ),
)
has_converged.mistake(
    "it answers as soon as there are `patience` losses",
    "With patience 2 and two losses, what lies 2 epochs back?",
    lambda losses, tolerance, patience: (
        len(losses) >= patience
        and losses[max(-1 - patience, -len(losses))] - losses[-1] < tolerance * losses[max(-1 - patience, -len(losses))]
    ),
)
has_converged.mistake(
    "every epoch of the stretch must be flat, not the stretch as a whole",
    "Which two losses does the text compare?",
    lambda losses, tolerance, patience: (
        len(losses) > patience
        and all(a - b < tolerance * a for a, b in zip(losses[-1 - patience : -1], losses[-patience:], strict=True))
    ),
)


@has_converged.mistake(
    "only the last epoch is looked at: patience is not used",
    "One slow epoch proves little. How far back should you look?",
)
def _(losses, tolerance, patience):
    return len(losses) > patience and losses[-2] - losses[-1] < tolerance * losses[-2]


@has_converged.mistake(
    "a fall is compared with tolerance itself, not with that part of the loss",
    "Losses may be large or tiny. What is tolerance a fraction of?",
)
def _(losses, tolerance, patience):
    return len(losses) > patience and losses[-1 - patience] - losses[-1] < tolerance


@has_converged.mistake("the answer is the wrong way round", "True should mean: stop, it no longer falls.")
def _(losses, tolerance, patience):
    return not has_converged(losses, tolerance, patience)


@has_converged.mistake(
    "a low loss is taken for convergence",
    "A loss can be high and yet have ceased to fall. What should be compared with what?",
)
def _(losses, tolerance, patience):
    return len(losses) > patience and losses[-1] < tolerance


@has_converged.mistake(
    "the absolute change is used: a rising loss counts as progress",
    "If the loss grows, has it fallen by less than the tolerance?",
)
def _(losses, tolerance, patience):
    return len(losses) > patience and abs(losses[-1 - patience] - losses[-1]) < tolerance * losses[-1 - patience]


@has_converged.mistake(
    "a short history stops the training at once", "What should come out before `patience` epochs have passed?"
)
def _(losses, tolerance, patience):
    return len(losses) <= patience or has_converged(losses, tolerance, patience)
