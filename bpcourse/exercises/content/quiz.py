"""The questions of the course, notebook by notebook. The right choice stands first here; on the page, anywhere."""

from bpcourse.exercises.questions import question

question(
    "00_start_here",
    "both_inputs",
    "Both inputs are set to 1. What should a network say that has learned *exclusive or*?",
    ("almost 0", "XOR says 1 if exactly one input is 1. Here both are, so the answer is close to 0."),
    ("almost 1", "That would be *or*. Exclusive or wants exactly one input to be 1; here there are two."),
    ("about 0.5, undecided", "It has seen this corner in training, with the target 0, so it is quite sure."),
)
question(
    "00_start_here",
    "third_weight",
    "What is the weight from the third hidden unit to the output called? `W2` has three rows and one column.",
    ("`W2[2, 0]`", "Row 2, because it starts at unit number 3 and Python counts from 0; column 0, the only output."),
    ("`W2[3, 1]`", "Python counts from 0: the third row has the number 2, the first column the number 0."),
    ("`W2[0, 2]`", "Rows say where a weight starts, columns where it ends. This one starts at unit 3."),
    ("`W1[2, 0]`", "`W1` leads into the hidden units. What leaves them belongs to layer 2."),
)
question(
    "00_start_here",
    "how_many_passes",
    "A network has a million weights. How many passes back does backpropagation need for all their slopes?",
    ("one", "One pass back gives every slope. That is why it is used at all."),
    (
        "a million, one for each",
        "That is what trying out each nudge would cost. Backpropagation avoids just that.",
    ),
    ("one for each layer", "It visits every layer, but within one pass, from right to left."),
)

question(
    "01_forward_pass",
    "what_a_unit_needs",
    "Which numbers of the picture does the *first* hidden unit need to do its work?",
    (
        "1 and 2, 0.4 and 0.2, and 0.2",
        "The two inputs, the weights on the two lines that end in it, and its own bias. A unit sees no more.",
    ),
    ("all inputs, all weights and all biases", "It sees only what comes in along its own lines."),
    ("1 and 2, 0.4 and -0.6", "0.4 and -0.6 leave the first input. Which lines *end* in the first hidden unit?"),
    ("1 and 2, and 1.5", "1.5 is on the line that leaves it. That one matters to the next unit."),
)
question(
    "01_forward_pass",
    "second_unit",
    "The inputs are 1 and 2. The second hidden unit has the weights -0.6 and 0.5 and the bias -0.4. What is its $z$?",
    ("0", r"$1 \cdot (-0.6) + 2 \cdot 0.5 - 0.4 = 0$. Keep it in mind, together with 1 and -2 of its neighbours."),
    ("0.4", "The bias is missing: $-0.6 + 1.0$ is only the weighted sum of the inputs."),
    ("-0.5", "Each input has its own weight: the second input, 2, meets 0.5."),
    ("0.8", "The bias is negative, so it is taken away."),
)
question(
    "01_forward_pass",
    "sigmoid_of_zero",
    "What is σ(0)?",
    ("0.5", r"$e^0 = 1$, so $\sigma(0) = 1/(1 + 1)$. The unit cannot decide."),
    ("0", "σ gets near 0 only for very negative sums."),
    ("1", r"$e^0$ is 1, but it stands in the denominator, beside another 1."),
    ("undefined", r"The denominator is $1 + e^0 = 2$. It is never 0, for no $z$ at all."),
)
question(
    "01_forward_pass",
    "shapes_of_a_batch",
    "Which shapes do `a1` and `a2` have for four samples? (Two inputs, three hidden units, one output.)",
    ("(4, 3) and (4, 1)", "Samples stay in their rows all the way through; the columns are the layer's units."),
    ("(3, 4) and (1, 4)", "In this course rows are samples, in every layer."),
    ("(4, 2) and (4, 3)", "These would be the shapes of what comes *in*. `a1` and `a2` go out."),
    ("(2, 3) and (3, 1)", "These are the shapes of the weights."),
)
question(
    "01_forward_pass",
    "strongest_pull",
    "Which weight of layer 2 would you raise to push the prediction up most quickly?",
    (
        "the one that starts at hidden unit 1",
        "Raising a weight adds *that much of the activation at its start* to $z^2$; unit 1 has the largest: 0.7311. "
        "You have just found the main ingredient of BP4.",
    ),
    ("the one that starts at hidden unit 2", "Its unit sends out 0.5. Does any other send out more?"),
    (
        "the one that starts at hidden unit 3",
        "Its unit sends out only 0.1192, so hardly anything of the change arrives.",
    ),
    ("it makes no difference", "A change of a weight is multiplied by what comes along its line."),
)

question(
    "02_loss",
    "average_error",
    "Suppose we simply averaged the errors. Could a network with terrible predictions get an average of 0?",
    ("yes", "An error of +0.9 and one of -0.9 cancel. A loss must not let them hide each other."),
    ("no, terrible predictions have large errors", "Large ones, yes, but some are above 0 and some below."),
    ("only if there are no samples", "Two samples are enough: one far too high, one far too low."),
)
question(
    "02_loss",
    "sign_of_the_slope",
    "A prediction is above its target. What is the sign of the slope, and which way should the prediction move?",
    (
        "positive; it should move down",
        "More of it would make the loss grow, so it moves *against* the slope: the minus sign of notebook 06.",
    ),
    ("positive; it should move up", "A positive slope says that the loss grows that way."),
    ("negative; it should move down", "Nudge it up: the error grows, and the loss with it. So the slope is positive."),
    ("negative; it should move up", "It is too high already. And nudged up, the loss would grow."),
)
question(
    "02_loss",
    "sure_and_wrong",
    r"A network says $\hat y = 0.001$, and the truth is 1. What do the two losses say?",
    (
        "½ squared error 0.499, cross-entropy 6.9",
        r"$\tfrac12 \cdot 0.999^2 = 0.499$ can never exceed ½. $-\log 0.001 = 6.9$, and it grows without bound.",
    ),
    ("½ squared error 6.9, cross-entropy 0.499", "Which of the two can never exceed ½?"),
    ("both 0.999", "That is the size of the error. Neither loss is the error itself."),
    (
        "½ squared error 0.499, cross-entropy 0.001",
        r"The truth is 1, so the term that counts is $-\log \hat y$. The other one is switched off.",
    ),
)
question(
    "02_loss",
    "equal_slopes",
    "Is there a prediction at which ½ squared error and cross-entropy have the same slope (target 1)?",
    (
        "no, at none",
        r"Cross-entropy divides by $\hat y (1 - \hat y)$, at most ¼, so it is at least four times as steep. "
        "Even as ŷ comes close to 1, its slope goes to -1, the other's to 0.",
    ),
    ("yes, at ŷ = 0.5", r"There $\hat y (1 - \hat y)$ is ¼, so cross-entropy is four times as steep."),
    ("yes, wherever: both are ŷ − y", "Cross-entropy's slope has a denominator as well."),
    ("yes, close to 0", "There the denominator is tiny, and the two differ most."),
)

question(
    "04_output_layer_error",
    "which_way_up",
    "The prediction is 0.5881, the target 1. Which way should the weights 1.5 and -1.0 move?",
    (
        "both up",
        "$z^2$ must rise, and all activations are positive: raising *any* of the weights raises it, -1.0 towards 0.",
    ),
    ("1.5 up, -1.0 down", "Down would mean -1.1: then the second unit pulls the prediction down even more."),
    ("both down", "Then $z^2$ would fall, and the prediction with it. The target is above."),
    ("1.5 up, -1.0 must stay", "The second unit sends out 0.5, so its weight has a say."),
)
question(
    "04_output_layer_error",
    "silent_input",
    "What is the gradient of a weight whose unit at the start sends out 0?",
    ("0", "A knob on a line that carries nothing has no effect, so there is no blame to give."),
    ("δ", "That is the gradient of the bias, whose input is always 1."),
    ("the weight itself", "The weight's own value does not matter for its gradient: what came in times δ."),
    ("it cannot be told", "*What came in* times *what came back*: one of them is 0, whatever the other."),
)
question(
    "04_output_layer_error",
    "saturated",
    "An output unit says 0.999, the target is 0. What is δ (one sample) with ½ squared error, with cross-entropy?",
    (
        "about 0.001 and 0.999",
        r"$0.999 \cdot 0.999 \cdot 0.001 \approx 0.001$ against plain 0.999: a thousand times as much push.",
    ),
    ("0.999 for both", "With ½ squared error the factor σ′ is still there, and in a saturated unit it is tiny."),
    ("about 0.001 for both", "With cross-entropy σ′ has cancelled."),
    ("0.999 and about 0.001", "Which of the two losses still has the factor σ′ in its δ?"),
)

question(
    "05_hidden_layer_error",
    "how_many_paths",
    "Through how many paths does a weight of layer 1 act on the loss: here, and with *two* output units?",
    ("one; two", "One line leaves the hidden unit here, with two outputs there are two. Contributions of paths add."),
    ("one; one", "With two outputs, two lines leave the hidden unit, and both lead to the loss."),
    ("three; six", "The weight ends in *one* hidden unit. The others never hear of it."),
    ("two; four", "How many lines leave the hidden unit in which the weight ends?"),
)
question(
    "05_hidden_layer_error",
    "sign_of_delta",
    "The second hidden unit has the weight -1.0 to the output, where δ is -0.0998. What is the sign of the unit's δ?",
    (
        "positive: raising its sum raises the loss",
        r"$-0.0998 \cdot (-1.0) = +0.0998$, times a positive slope. It pushes the output down; it should calm down.",
    ),
    (
        "negative: raising its sum lowers the loss",
        "The error comes back through the weight, and the weight is negative.",
    ),
    ("0: no target ever tells it", "The blame comes back along the line on which the activation had gone forward."),
)
question(
    "05_hidden_layer_error",
    "vanishing",
    "How much of the error gets back through 8 sigmoid layers at best, weights aside? And through 8 relu layers?",
    (
        "about 1 : 65,000; and 1, along active units",
        r"$(1/4)^8$ is 1 : 65,536: the *vanishing gradient*. Relu's slope is 0 or 1; nothing is lost where it is on.",
    ),
    ("1 : 32; and 1 : 8", "Rates along a chain multiply. They do not add up."),
    ("about 1 : 65,000 for both", "Relu's slope is 1 where the unit is on."),
    ("nothing is lost in either", "The slope of the sigmoid is at most ¼, and each layer multiplies by it."),
)

question(
    "06_updates",
    "slope_of_three",
    "The slope of the loss for some weight is +3. Should the weight go up or down? And if the slope is almost 0?",
    (
        "down; and then hardly at all",
        "Going up would make the loss grow. The step is η times the slope, so near slope 0 it is tiny: "
        "at the bottom of a valley, but also on a plateau, where much is still to be gained.",
    ),
    ("up; and then hardly at all", "A positive slope says that the loss grows that way."),
    ("down; and then just as far", "The step is in proportion to the slope."),
    ("up; and then down", "We go *against* the slope. Which way is against +3?"),
)
question(
    "06_updates",
    "too_early",
    "What goes wrong if W2 is updated as soon as dW2 is known, before δ of the hidden layer is computed?",
    (
        "the error goes back over weights that the forward pass never used",
        "The result is not the gradient of the loss that was measured. It is only slightly wrong, so nobody notices.",
    ),
    ("nothing, the order does not matter", "BP2 contains W2, and it means the one of the forward pass."),
    (
        "the program stops with an error",
        "All shapes fit. It runs, and learns almost as well. Only a gradient check tells.",
    ),
    ("W2 is updated twice", "It is updated once, but too early: somebody still needs the old one."),
)
question(
    "06_updates",
    "one_rate_for_all",
    "Is a good learning rate for one network a good one for another?",
    (
        "no, it has to be searched for",
        "It depends on network, data and loss, and on means or sums. One tries factors of 3 or 10.",
    ),
    ("yes, 0.1 is always good", "In the picture above, 0.1 hardly moved."),
    ("yes, if both have the same size", "Data and loss shape the landscape too."),
    ("the larger the better", "The picture above shows what 100 does."),
)
question(
    "06_updates",
    "speed",
    "The gradient stays the same for many steps, and μ = 0.9. How large does $v$ become, compared with the gradient?",
    (
        "10 times",
        r"$1 + 0.9 + 0.9^2 + \dots = 1/(1 - 0.9) = 10$. On long gentle slopes momentum walks ten times as fast.",
    ),
    ("0.9 times", "Each step adds the whole gradient anew, to 0.9 of what is there."),
    ("1.9 times", "That is $v$ after two steps. It goes on growing."),
    ("without bound", "A tenth of it is lost in each step. Where do gain and loss balance?"),
)

question(
    "07_full_training",
    "one_hidden_unit",
    "Can a network with a *single* hidden unit learn XOR?",
    (
        "never",
        "One unit makes one straight border, and no straight line parts (0, 1) and (1, 0) from (0, 0) and (1, 1).",
    ),
    ("from about every second start", "That is true of two hidden units. Try it with the slider."),
    ("yes, it only takes longer", "However long it is trained, its border stays one straight line."),
    ("only with a small learning rate", "The learning rate changes the way, not the shapes that the network can make."),
)
question(
    "07_full_training",
    "ten_times",
    "Which is worse, a learning rate ten times too small or ten times too large?",
    (
        "too large: it may never arrive",
        "Too small is slow but safe. Too large wavers, saturates all units and is stuck, or diverges.",
    ),
    ("too small: it never arrives", "It arrives late. With all samples in one batch, each step still leads downhill."),
    ("they are alike", "A slope tells the truth only near where it was measured. Which of the two goes far away?"),
)
question(
    "07_full_training",
    "no_hidden_layer",
    "How many digits does a network *without* any hidden layer, `Network([64, 10], ...)`, read correctly?",
    (
        "about 97 of 100",
        "Digits are far less tangled than XOR. Know such a simple baseline, or you celebrate too early: "
        "over many starts the hidden layer adds almost one digit in 100.",
    ),
    (
        "about 10 of 100, as by chance",
        "Each output still weighs all 64 pixels, and between any two digits that makes a straight border.",
    ),
    ("about 50 of 100", "Try it: straight borders part most digits quite well."),
    ("none: it needs a hidden layer to learn", "XOR needs one. BP1, BP3 and BP4 train a single layer just as well."),
)
