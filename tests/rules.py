"""The conventions of the notebooks and of the module, a small function each: it returns a list of complaints."""

import ast
import io
import re
import statistics
import tokenize
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from bpcourse.mathematics.equations import EQUATIONS

ROOT = Path(__file__).resolve().parent.parent
TAG = re.compile(r"\b(?:F|L|BP|U)\d+\b")


# What the cells say


def tagged_equations(text):
    r"""Yield (tag, LaTeX) of every display equation with a ``\tag{...}`` in `text`."""
    for equation in re.findall(r"\$\$(.+?)\$\$", text, flags=re.DOTALL):
        tags = re.findall(r"\\tag\{(.*?)\}", equation)
        if tags:
            yield ", ".join(tags), " ".join(re.sub(r"\\tag\{.*?\}", "", equation).split())


def equations_agree_with_the_table(notebook):
    complaints = []
    for cell in markdown(notebook):
        for tag, latex in tagged_equations(cell.source):
            if tag not in EQUATIONS:
                complaints.append(f"{where(cell)}: there is no equation {tag}; there are {', '.join(EQUATIONS)}")
            elif latex != " ".join(EQUATIONS[tag].latex.split()):
                complaints.append(
                    f"{where(cell)}: {tag} reads {latex!r}; bpcourse.equations has {EQUATIONS[tag].latex!r}"
                )
        for tag, latex in re.findall(r"^\|\s*((?:F|L|BP|U)\d+):\s*\$(.+?)\$", cell.source, flags=re.MULTILINE):
            if tag in EQUATIONS and latex != EQUATIONS[tag].latex:
                complaints.append(f"{where(cell)}: in the table {tag} reads {latex!r}")
        outside = re.sub(r"\$\$.+?\$\$", "", cell.source, flags=re.DOTALL)
        complaints += [f"{where(cell)}: \\tag outside a display equation"] if r"\tag{" in outside else []
    return complaints


def mentioned_tags_exist(notebook):
    return [f"{where(cell)}: {tag} is no equation" for cell in notebook.cells for tag in unknown_tags(cell.source)]


def unknown_tags(text):
    """Return the words in `text` that look like a tag, such as BP5, and are none."""
    return sorted({tag for tag in TAG.findall(text) if tag not in EQUATIONS and tag != "L2"})  # L2 regularisation


def opens_with_what_time_and_background(notebook):
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        return ["the first cell is no title"]
    wanted = {
        "what the learner will be able to do": r"\*\*In this notebook\*\*.*\n\n- ",
        "how long it takes": r"about \d+ minutes",
        "what it builds on": r"builds on|nothing needed",
    }
    return [f"the opening does not say {what}" for what, words in wanted.items() if not re.search(words, first.source)]


def closes_with_table_and_link(notebook, following):
    """The last cell holds a table *equation, line of code, shape*, and links to `following` (None for the last)."""
    last = notebook.cells[-1]
    if last.cell_type != "markdown":
        return ["the last cell is no text"]
    heads = [line.lower() for line in last.source.splitlines() if line.startswith("|")][:1]
    complaints = []
    if not heads or not all(word in heads[0] for word in ("equation", "code", "shape")):
        complaints.append("the last cell has no table with the columns equation, line of code, shape")
    if following and f"({following})" not in last.source:
        complaints.append(f"the last cell does not link to {following}")
    return complaints


def links_lead_to_files(notebook, folder):
    text = "\n".join(cell.source for cell in markdown(notebook))
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    return [f"the link to {link} leads nowhere" for link in local if not (folder / link).exists()]


# How the cells look


def pictures_have_alt_text(notebook):
    complaints = []
    for cell in notebook.cells:
        texts = [cell.source] if cell.cell_type == "markdown" else list(data(cell, "text/html"))
        for text in texts:
            bare = [*re.findall(r"!\[\s*\]\(", text), *images_without_alt(text)]
            complaints += [f"{where(cell)}: a picture without alt text: {image[:80]}" for image in bare]
        for output in cell.get("outputs", []):
            shown = output.get("data", {})
            if is_picture(shown) and not re.match(r"Picture: \w+.*\s\w", shown.get("text/plain", ""), re.DOTALL):
                complaints.append(f"{where(cell)}: its text/plain must be 'Picture: ' and what is to be seen")
    return complaints


def images_without_alt(text):
    return [tag for tag in re.findall(r"<img\b[^>]*>", text) if not re.search(r"""\balt=(["'])\s*[^"'\s]""", tag)]


def is_picture(shown):
    return any(kind.startswith("image/") for kind in shown) or "<img" in shown.get("text/html", "")


def live_figures_have_a_still_picture(notebook):
    live = "application/vnd.jupyter.widget-view+json"
    return [
        f"{where(cell)}: a live view is stored, which is dead without a kernel; run tools/execute_notebooks.py"
        for cell in code(notebook)
        for output in cell.outputs
        if live in output.get("data", {})
    ]


def still_pictures_are_shown_untrusted(notebook):
    complaints = [
        f"{where(cell)}: an untrusted notebook does not show image/svg+xml; use an <img> with a data address"
        for cell in code(notebook)
        if any(True for _ in data(cell, "image/svg+xml"))
    ]
    inline = [cell for cell in notebook.cells if "<svg" in "".join(data(cell, "text/html"))]
    inline += [cell for cell in markdown(notebook) if "<svg" in cell.source]
    return complaints + [f"{where(cell)}: an untrusted notebook strips inline <svg>" for cell in inline]


def code_cells_are_short(notebook):
    lengths = {where(cell): len(lines_of_code(cell)) for cell in code(notebook)}
    complaints = [f"{place}: {length} lines of code; at most 15" for place, length in lengths.items() if length > 15]
    if lengths and statistics.median(lengths.values()) >= 8:
        complaints.append(f"the median code cell has {statistics.median(lengths.values()):g} lines; below 8")
    return complaints


def lines_of_code(cell):
    return [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]


# What is stored


def every_code_cell_was_run_in_order(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    if counts == list(range(1, len(counts) + 1)):
        return []
    return [f"the code cells were run as {counts}, not once each from top to bottom; run tools/execute_notebooks.py"]


def nothing_stored_on_stderr(notebook):
    return [
        f"{where(cell)}: stores text on stderr"
        for cell in code(notebook)
        for output in cell.outputs
        if output.get("name") == "stderr"
    ]


def no_cell_is_excused_from_comparison(notebook):
    complaints = [f"{where(cell)}: has an NBVAL marker" for cell in code(notebook) if "NBVAL_" in cell.source.upper()]
    for cell in notebook.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("nbval") or tag == "raises-exception"]
        complaints += [f"{where(cell)}: has the tag {tag}" for tag in tags]
    return complaints


def outputs_are_the_same_everywhere(notebook):
    """No addresses in memory, paths, times or long floats in what is printed."""
    wanted = {
        "an address in memory": r"\b0x[0-9a-f]{6,}",
        "a path of one machine": r"(?:/home/|/tmp/|/Users/|[A-Z]:\\)\S*",
        "a duration": r"\b\d+(?:\.\d+)?\s?(?:s|ms|µs|us|sec|seconds)\b",
        "a time of day": r"\b\d{1,2}:\d{2}(?::\d{2})?\b",
        "a date": r"\b20\d\d-\d\d-\d\d\b",
    }
    complaints = []
    for cell in code(notebook):
        text = printed(cell)
        found = {what: match[0] for what, pattern in wanted.items() if (match := re.search(pattern, text))}
        complaints += [f"{where(cell)}: prints {what}: {example}" for what, example in found.items()]
        long = [number for number in re.findall(r"\d*\.\d+(?:e[+-]?\d+)?", text) if significant_digits(number) > 6]
        complaints += [f"{where(cell)}: prints {long[0]}, more than 6 significant digits"] if long else []
    return complaints


def significant_digits(number):
    return len(re.sub(r"e.*", "", number).replace(".", "").lstrip("0"))


def printed(cell):
    """All text of a cell's outputs; pictures inside HTML left out."""
    streams = [output.text for output in cell.outputs if output.output_type == "stream"]
    html = [re.sub(r"""(src|style)=(["']).*?\2""", "", text, flags=re.DOTALL) for text in data(cell, "text/html")]
    return "\n".join(
        [*streams, *data(cell, "text/plain"), *data(cell, "text/latex"), *data(cell, "text/markdown"), *html]
    )


NOTEBOOK_RULES = (
    equations_agree_with_the_table,
    mentioned_tags_exist,
    opens_with_what_time_and_background,
    pictures_have_alt_text,
    live_figures_have_a_still_picture,
    still_pictures_are_shown_untrusted,
    code_cells_are_short,
    every_code_cell_was_run_in_order,
    nothing_stored_on_stderr,
    no_cell_is_excused_from_comparison,
    outputs_are_the_same_everywhere,
)


# The module


def comments(source):
    """Yield the comments and docstrings of `source`."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def tags_in_comments_exist(source):
    return [f"{tag} is no equation" for comment in comments(source) for tag in unknown_tags(comment)]


# Reading notebooks, and lists of requirements


def markdown(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def data(cell, kind):
    """Yield what the cell's outputs hold of one kind, such as "text/html"."""
    return (output.data[kind] for output in cell.get("outputs", []) if kind in output.get("data", {}))


def where(cell):
    return f"cell {cell.get('id')} ({cell.source.strip().splitlines()[0][:40] if cell.source.strip() else 'empty'})"


def requirements(lines):
    """Return {package: its bounds} of the lines of a requirements file, or of pyproject's list."""
    parsed = [Requirement(line.split("#")[0]) for line in lines if line and line[0] not in "#-"]
    return {requirement.name: requirement.specifier for requirement in parsed}


def learners_requirements():
    return requirements((ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())


def project():
    """Return the table [project] of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
