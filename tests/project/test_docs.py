"""What the documents name is there: files, functions, links, facts; and CI does what the README says."""

import json
import re
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "src" / "dropout_lab"
DOCS = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "benchmarks" / "README.md"]
DOCS += sorted((TOP / "docs").glob("*.md"))
HISTORY = TOP / "CHANGELOG.md"  # it may name what is gone
NAMED = re.compile(r"`([\w./-]+\.(?:py|js|css|json|toml|txt|yml|ipynb))(?::([\w.]+))?`")
CITED = re.compile(r"\bfacts?[\s#]+((?:\(\w+\)(?:,| and|\s|#)*)+)", re.IGNORECASE)
FACT = re.compile(r"^#+ Fact \((\w+)\):(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)


def text(path):
    return path.read_text(encoding="utf-8")


def name_of(path):
    return path.relative_to(TOP).as_posix()


FACTS = dict(FACT.findall(text(TOP / "docs" / "facts.md")))


def cited_facts(path):
    """The letters in "fact (a)", "Facts (f) and (f2)", also over the end of a line of a comment."""
    return set(re.findall(r"\((\w+)\)", " ".join(CITED.findall(text(path)))))


def test_every_fact_that_is_cited_is_told():
    patterns = ("src/**/*.py", "tests/**/*.py", "notebooks/*.ipynb", "docs/*.md")
    citing = [path for pattern in patterns for path in TOP.glob(pattern)]
    untold = {name_of(path): cited_facts(path) - FACTS.keys() for path in citing}
    assert {name: letters for name, letters in untold.items() if letters} == {}


@pytest.mark.parametrize("letter", FACTS)
def test_a_fact_is_tested_where_it_says(letter):
    for name in re.findall(r"`(tests/[\w/]+\.py)`", FACTS[letter]):
        assert letter in cited_facts(TOP / name), name


@pytest.mark.parametrize("document", DOCS, ids=name_of)
def test_what_a_document_names_is_there(document):
    for path, name in NAMED.findall(text(document)):
        if "NAME" in path:  # it stands for any
            continue
        places = [folder / path for folder in (TOP, PACKAGE, document.parent)]
        found = [place for place in places if place.is_file()]
        assert found, path
        for part in filter(None, name.split(".")):
            defined = rf"\b(?:def|class|function) {part}\b|^\s*{part}\b.* = "
            assert re.search(defined, text(found[0]), re.MULTILINE), f"{path}:{name}"


def anchors(path):
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.*)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", [*DOCS, HISTORY], ids=name_of)
def test_links_between_files_lead_somewhere_and_none_to_one_machine(document):
    for target in re.findall(r"\]\((?!https://)([^)\s]+)\)", text(document)):
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target
    assert not re.search(r"/home/|/root/|/Users/|/tmp/|C:\\", text(document))


def test_the_map_has_every_room_and_every_document_is_linked():
    rooms = re.findall(r"^\| `(\w+)/` \|", text(TOP / "docs" / "map.md"), re.MULTILINE)
    assert set(rooms) == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    linked = re.findall(r"\]\((?:docs/)?(\w+\.md)", "".join(map(text, DOCS)))
    assert {path.name for path in (TOP / "docs").glob("*.md")} <= set(linked)


def test_ci_calls_the_command_of_the_readme_on_the_pythons_we_promise():
    workflow = text(TOP / ".github" / "workflows" / "ci.yml")
    project = tomllib.loads(text(TOP / "pyproject.toml"))["project"]
    assert "\npython3 lab.py test\n" in text(TOP / "README.md")
    assert "\npython3 lab.py test\n" in text(TOP / ".ci" / "run")
    assert "run: python3 lab.py test\n" in workflow
    assert "run: py lab.py test\n" in workflow
    oldest, newest = re.search(r'python: \["([\d.]+)", "([\d.]+)"\]', workflow).groups()
    promised = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    assert project["requires-python"] == f">={oldest}"
    assert [promised[0], promised[-1]] == [oldest, newest]


def test_the_question_form_knows_every_notebook():
    form = text(TOP / ".github" / "ISSUE_TEMPLATE" / "question.yml")
    for path in (TOP / "notebooks").glob("[0-9]*.ipynb"):
        first = "".join(json.loads(text(path))["cells"][0]["source"])
        assert f"- {path.name[:2]} {first.splitlines()[0].removeprefix('# ')}\n" in form
