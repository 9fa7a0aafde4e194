"""What the documents name is there: files, functions, links, facts; and CI does what the README says."""

import ast
import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "src" / "dropout_lab"
DOCS = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "benchmarks" / "README.md"]
DOCS += sorted((TOP / "docs").glob("*.md"))
HISTORY = TOP / "CHANGELOG.md"  # it may name what is gone
NAMED = re.compile(r"`([\w./-]+\.(?:py|js|css|json|toml|txt|yml|ipynb))(?::([\w.]+))?`")
CITED = re.compile(r"\bfacts?[\s#]+((?:\(\w+\)(?:,| and|\s|#)*)+)", re.IGNORECASE)


def text(path):
    return path.read_text(encoding="utf-8")


def name_of(path):
    return path.relative_to(TOP).as_posix()


FACTS = set(re.findall(r"^#+ Fact \((\w+)\):", text(TOP / "docs" / "facts.md"), re.MULTILINE))


def cited_facts(words):
    """The letters in "fact (a)", "Facts (f) and (f2)", also over the end of a line of a comment."""
    return set(re.findall(r"\((\w+)\)", " ".join(CITED.findall(words))))


def citing():
    """Every file that may cite a fact."""
    for pattern in ("src/**/*.py", "tests/**/*.py", "notebooks/*.ipynb", "docs/*.md"):
        yield from TOP.glob(pattern)


def test_every_fact_that_is_cited_is_told():
    untold = {name_of(path): cited_facts(text(path)) - FACTS for path in citing()}
    assert {name: letters for name, letters in untold.items() if letters} == {}
    assert len(set().union(*(cited_facts(text(path)) for path in citing()))) > 10


def test_citations_are_read_in_all_their_forms():
    words = "Fact (a). As fact (b)), facts\n# (f) and (f2); a fact. (x) is none, nor artifact (y)"
    assert cited_facts(words) == {"a", "b", "f", "f2"}


def sections():
    """(letter, text) of every fact."""
    parts = re.split(
        r"^#+ (?:Fact \((\w+)\):)?", text(TOP / "docs" / "facts.md"), flags=re.MULTILINE
    )
    return [(letter, body) for letter, body in zip(parts[1::2], parts[2::2], strict=True) if letter]


@pytest.mark.parametrize(("letter", "body"), sections())
def test_a_fact_is_tested_where_it_says(letter, body):
    for name in re.findall(r"`(tests/[\w/]+\.py)`", body):
        assert letter in cited_facts(text(TOP / name)), name


def found(name, document=DOCS[0]):
    """The files that a document may mean: in the top folder, in the package, or beside it."""
    return [path for path in (TOP / name, PACKAGE / name, document.parent / name) if path.is_file()]


def defined(path, name):
    """Whether a module defines this name, or a class in it this method; for a .js, this function."""
    if path.suffix != ".py":
        return re.search(rf"\bfunction {name}\(", text(path)) is not None
    scope = ast.parse(text(path))
    for part in name.split("."):
        scope = names_in(scope).get(part)
    return scope is not None


def names_in(scope):
    """What is defined at the top of a module or a class."""
    names = {}
    for node in scope.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {ast.unparse(target): node for target in targets}
    return names


@pytest.mark.parametrize("document", DOCS, ids=name_of)
def test_what_a_document_names_is_there(document):
    for path, name in NAMED.findall(text(document)):
        if "NAME" in path:  # it stands for any
            continue
        assert found(path, document), path
        assert not name or defined(found(path, document)[0], name), f"{path}:{name}"


def test_a_name_that_is_gone_is_noticed():
    dropout, picture = PACKAGE / "core" / "dropout.py", PACKAGE / "labs" / "picture.js"
    assert defined(dropout, "apply_mask")
    assert not defined(dropout, "apply")
    assert defined(picture, "patch")
    assert not defined(picture, "patched")
    assert not found("core/nothing.py")


def anchors(path):
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.*)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", [*DOCS, HISTORY], ids=name_of)
def test_links_between_files_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", text(document)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


@pytest.mark.parametrize("document", [*DOCS, HISTORY], ids=name_of)
def test_no_document_names_a_folder_of_one_machine(document):
    assert not re.search(r"/home/|/root/|/Users/|/tmp/|C:\\", text(document))


def test_the_map_has_every_room():
    rooms = re.findall(r"^\| `(\w+)/` \|", text(TOP / "docs" / "map.md"), re.MULTILINE)
    assert set(rooms) == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_ci_calls_the_command_of_the_readme_on_the_pythons_we_promise():
    workflow = text(TOP / ".github" / "workflows" / "ci.yml")
    project = tomllib.loads(text(TOP / "pyproject.toml"))["project"]
    assert "python3 lab.py test" in text(TOP / "README.md")
    assert "run: python3 lab.py test" in workflow
    assert "run: py lab.py test" in workflow
    assert re.search(r"^python3 lab\.py test$", text(TOP / ".ci" / "run"), re.MULTILINE)
    oldest, newest = re.search(r'python: \["([\d.]+)", "([\d.]+)"\]', workflow).groups()
    promised = [
        line.rpartition(" ")[2] for line in project["classifiers"] if "Python :: 3." in line
    ]
    assert project["requires-python"] == f">={oldest}"
    assert [promised[0], promised[-1]] == [oldest, newest]


def test_the_question_form_knows_every_notebook():
    form = text(TOP / ".github" / "ISSUE_TEMPLATE" / "question.yml")
    for path in (TOP / "notebooks").glob("[0-9]*.ipynb"):
        first = "".join(json.loads(text(path))["cells"][0]["source"])
        title = first.splitlines()[0].removeprefix("# ")
        assert f"- {path.name[:2]} {title}\n" in form


def test_a_document_is_read_by_someone():
    linked = chain.from_iterable(re.findall(r"\]\((?:docs/)?(\w+\.md)", text(doc)) for doc in DOCS)
    assert {path.name for path in (TOP / "docs").glob("*.md")} <= set(linked)
