"""What README.md promises is there: commands, map, links, pictures. (.ci/run runs the commands themselves.)"""

import re
from pathlib import Path

import nbformat
import pytest
import readme
import rules

ROOT = Path(__file__).resolve().parent.parent
TEXT = readme.README.read_text(encoding="utf-8")
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}


def minutes(notebook):
    return int(re.search(r"about (\d+) minutes", notebook.cells[0].source)[1])


@pytest.mark.parametrize("name", ["start", "tests"])
def test_command_is_one_line_that_makes_its_own_environment_and_installs_into_it(name):
    make, install, run = readme.command(name).split(" && ")
    folder = re.fullmatch(r"python3 -m venv (\.venv[\w-]*)", make)[1]
    files = re.fullmatch(rf"{folder}/bin/python -m pip install((?: -r [\w.-]+)+)", install)[1].split(" -r ")[1:]
    assert all((ROOT / file).is_file() for file in files)
    assert run == {"start": f"{folder}/bin/python -m bpcourse", "tests": f"{folder}/bin/python -m pytest"}[name]


def test_commands_use_different_environments():
    assert readme.command("start").split(" && ")[0] != readme.command("tests").split(" && ")[0]


def test_command_of_every_other_day_is_the_end_of_the_first_days():
    assert readme.command("again") == readme.command("start").split(" && ")[-1]


@pytest.mark.parametrize("name", ["start", "again", "tests"])
def test_windows_command_is_the_same_in_windows_words(name):
    translated = readme.command(name).replace("python3 -m venv", "py -m venv").replace("/bin/", "\\Scripts\\")
    assert readme.command(name, "windows") == translated


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!-- command: start linux -->\n```bash\none\ntwo\n```",
        "<!-- command: start linux -->\n```\none\n```\n" * 2,
        "```bash\n# start linux\none\n```",
    ],
)
def test_reader_of_commands_refuses_what_is_not_one_line(text):
    with pytest.raises(LookupError, match="expected one"):
        readme.command("start", text=text)


def test_ci_takes_the_commands_from_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "tools/check_start.py" in script
    assert "tools/readme.py tests" in script
    assert 'readme.command("start")' in (ROOT / "tools" / "check_start.py").read_text(encoding="utf-8")
    assert "pip install" not in script


def test_map_names_the_notebooks_and_their_minutes():
    assert readme.notebook_map(TEXT) == {name: minutes(notebook) for name, notebook in NOTEBOOKS.items()}


def test_map_of_the_first_notebook_agrees():
    text = "\n".join(cell.source for cell in NOTEBOOKS["00_start_here"].cells)
    assert readme.notebook_map(text) == readme.notebook_map(TEXT)


def test_reader_of_maps_reads_rows_that_start_with_a_notebook_only():
    table = "| notebook | minutes |\n|---|---|\n| **00_a** | 20 |\n| [01_b](01_b.ipynb) | x | 45 |\n| see 02_c | 5 |"
    assert readme.notebook_map(table) == {"00_a": 20, "01_b": 45}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("https://")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_pictures_have_alt_text_and_are_there():
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", TEXT)
    assert ("docs/live_figure.png", True) in [(file, len(alt) > 40) for alt, file in pictures]
    assert all(alt.strip() for alt, _ in pictures)
    assert (ROOT / "docs" / "live_figure.png").read_bytes().startswith(b"\x89PNG")


def test_binder_opens_the_first_notebook_from_an_address_that_stands_once():
    (address,) = re.findall(r"^\[binder\]: (\S+)$", TEXT, flags=re.MULTILINE)
    match = re.fullmatch(
        r"https://mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/HEAD\?urlpath=lab/tree/(notebooks/\w+\.ipynb)", address
    )
    assert match[2] == "notebooks/00_start_here.ipynb"
    assert (ROOT / match[2]).is_file()
    assert re.findall(r"\[!\[[^]]+\]\([^)]+\)\]\[binder\]", TEXT)
    assert TEXT.count(f"gh/{match[1]}") == 1


def test_python_version_is_the_one_of_the_package():
    assert rules.project()["requires-python"] == ">=3.11"
    assert "Python 3.11 or newer" in TEXT


def test_commands_of_the_contributors_page_name_files():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = re.findall(r"((?:tools|notebooks|tests)/\w+\.\w+)", text)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_citation_gives_the_version_of_the_package():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {rules.project()['version']}\n" in citation
