"""What the tutor says to any answer: to one that is right, to mistakes alike in every exercise, to one that stopped."""

from bpcourse.exercises.results import Diagnosis

# On a right answer.
PRINTS = "(It also prints; a function that only returns is easier to reuse.)"
VECTORS = (
    "(A row came with shape (n,). The course writes it as (1, n), one row; where yours is used, that is done for you.)"
)
COARSE = "(It computes with fewer digits than the reference, so the notebooks that test digits go on with ours.)"
CHANGES_THE_NETWORK = (
    "(It changes the network's own lists or arrays; whoever kept the old ones finds them changed. New ones are safer.)"
)

# On an answer that takes too long, and on a check that cannot be, in this kernel.
TOO_LONG = (
    "Is there a loop that never ends, or a number far too large? What should make it stop? "
    "(If the kernel stays busy for minutes, restart it; your progress is kept.)"
)
RESTART = "Restart the kernel, then try again; your progress is kept."

# On a wrong answer that is not recognised, on one that gives nothing back, or nothing in a place.
UNKNOWN = "I do not recognise this one. Compare with the {} above the exercise, one symbol at a time."
ONE_SAMPLE = "With a single sample it is right. Look at whatever depends on N, or on the rows."
NO_RETURN = "Does every way through your function end in a return?"
NO_VALUE = "Which line should give it its value, and does it run?"
EMPTY = "Which line puts something into it, and does it run?"
ONE_FOR_MANY = "An array is asked for. Is there a sum or a mean too many, or a return too early?"
MANY_FOR_ONE = "A single number is asked for. What makes one number of many?"
ONE_FOR_A_LIST = "Every layer has a place of its own in that list. Which line of yours fills it?"

# Mistakes that any answer can have.
IN_PLACE = Diagnosis(
    "changes its input in place",
    "Its caller's numbers are others afterwards. Which line writes into an argument, as += does?",
)
REMEMBERS = Diagnosis(
    "it remembers the call before: the same inputs give another result the second time",
    "Is anything added to what an earlier call left behind, or drawn at random?",
)
DRAWS = Diagnosis(
    "it draws from a generator of its own: the same inputs give another result the second time",
    "One of the arguments is a generator, with methods like those of np.random. Where is it in your line?",
)
REPLACES = Diagnosis(
    "it changes a tool that all other code uses too",
    "What is yours needs a name of its own. In which line does one of the tools' names stand before an equals sign?",
)
A_LIST = Diagnosis(
    "a list comes back where an array is expected",
    "The course computes on with arrays. Which NumPy function makes an array of a list?",
)
ANOTHER_ORDER = Diagnosis(
    "the results come in another order",
    "What comes as {} is {}. Was something else put in there, or is the order in your return another?",
)
ANOTHER_NESTING = Diagnosis(
    "all arrays are right, but they are put together otherwise",
    "Which lists does the exercise ask for, in which order, and what is in each of them?",
)
OTHER_ARGUMENTS = Diagnosis(
    "its arguments stand in another order than the exercise's",
    "Compare the first line of your function with the exercise. Which argument comes first?",
)

# On an exception: by its kind, by the name that it misses, by its words.
ON_KINDS = {  # of exceptions
    "ValueError": "Write the shape under every name in that line. Which two do not fit together?",
    "NameError": "Which line gives that name its value? Look for a spelling, or for a cell that has not been run.",
    "UnboundLocalError": "The name gets its value in this function, but only after that line. Which comes first?",
    "IndexError": "How many entries are there, and what is the number of the last one? Python counts from 0.",
    "RecursionError": "The function calls itself, and never stops. Did you mean another function?",
    "MemoryError": "The result would not fit into the memory. Which shape should it have?",
    "SystemExit": "Leave exit() and quit() out: a function ends with return.",
    "NotImplementedError": "Replace that line by your code.",
    "LinAlgError": "Does the equation ask for an inverse? What does the small T in it do to rows and columns?",
}

ON_NAMES = {
    "N": "N is the number of samples: len(y).",
    "e": "np.exp(z) is e to the power of z.",
    "math": "NumPy has these functions too, after np., and takes them of a whole array.",
}
FETCH = "That is another exercise. Is it asked for here? Then `{0} = use({0!r})` fetches your answer to it, or ours."
COMES_LATER = "That exercise, {}, comes later; this one does without it. Which lines of yours take its place?"
FUNCTION = r"'(function|method|builtin_function_or_method|numpy\.ufunc|numpy\._ArrayFunctionDispatcher)'"
ON_WORDS = {  # the words of a message, as a pattern, where the kind of exception says too little
    "truth value": "An if looks at one number, this is an array. np.where chooses element by element.",
    r"bitwise_xor|for \^": "In Python a power is written **; ^ is something else.",
    "to Python scalars": "The functions of math take one number. Which function of NumPy takes a whole array?",
    "is not callable": "Round brackets after a value call it: is a * missing, were square ones meant, or none?",
    FUNCTION: "That is a function itself, not what it computes. What calls it? Round brackets do.",
    "only integers|indices must be integers.* not (float|numpy)": (
        "A loop over an array gives values, not positions; range(len(...)) gives positions. Which have you?"
    ),
    "too many indices|not tuple": "A comma separates axes. Is a slice meant, from here to there, with a colon?",
    r"append\(\) takes": "append takes one thing. Brackets around a pair make one thing of two.",
    "Gradients'? object": "The gradients are two lists in one object. By which names does one reach them?",
    "'int' object is not iterable": "A loop goes over many things, this is one number. What counts up to a number?",
    "sequence by non-int|'list' and|and 'list'": (
        "A list does not compute; what stands in it does. What takes that out, one by one?"
    ),
    r"uniform\(\) takes|Cannot interpret": "A shape is one argument: its numbers stand in brackets of their own.",
    "not have enough dimensions": "@ needs arrays on both sides; a number multiplies with *.",
    "called with something else": "What does that call hand over between its brackets, and in which order?",
    "required positional": "What does that function take between its brackets, and what does yours give it?",
}
KEPT_APPEND = "append changes its list and returns nothing (None). What becomes of its result in your code?"
OF_THE_NETWORK = {
    *("weights", "biases", "learning_rate", "output", "loss_function"),
    *("activations", "forward", "backward", "update", "train", "loss"),
}

EXPRESSION = "It should be one expression in {}: `*` for times, `**` for powers, brackets in pairs."
