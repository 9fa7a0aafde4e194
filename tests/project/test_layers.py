"""A room imports only from those left of it, no two modules in a circle, and each is short."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import dropout_lab

PACKAGE = Path(dropout_lab.__file__).parent
# What each imports from, beside itself, `text` and `_lazy`; nothing from the façade, `dropout_lab` itself.
ROOMS = {
    "lessons": "",
    "core": "",
    "experiments": "core",
    "bugs": "core experiments",
    "exercises": "lessons core experiments bugs",
    "pictures": "core experiments bugs",
    "charts": "core experiments bugs pictures matplotlib",
    "labs": "lessons core experiments bugs pictures charts ipywidgets anywidget traitlets",
    "classroom": "lessons bugs exercises pictures",
    **dict.fromkeys(("text", "_lazy", "start", "second_day"), ""),
    **dict.fromkeys(("install", "__main__"), "start"),
}
GUARDED = {"matplotlib", "ipywidgets", "anywidget", "traitlets", "random"}
MODULES = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
# The type of a story is named in words.py, which steps.py calls.
KNOWN_CIRCLE = ("dropout_lab.pictures.words", "dropout_lab.pictures.steps")


def name_of(path):
    """Of a module: "dropout_lab.core.passes", and of a room "dropout_lab.core"."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path):
    """Every name that a module imports, also for type checkers, or where it is called."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_from_those_left_of_it(path):
    room = name_of(path).split(".")[1]
    first = [name.split(".") for name in imported(path)]
    used = {(*name, "the façade")[1] for name in first if name[0] == "dropout_lab"}
    used |= {name[0] for name in first} & GUARDED
    assert used <= {"text", "_lazy", room, *ROOMS[room].split()}


def test_no_modules_import_each_other_in_a_circle():
    names = set(map(name_of, MODULES))
    graph = {}
    for path in MODULES:
        found = {name if name in names else name.rpartition(".")[0] for name in imported(path)}
        graph[name_of(path)] = found & names
    graph[KNOWN_CIRCLE[0]].remove(KNOWN_CIRCLE[1])
    TopologicalSorter(graph).prepare()


def test_modules_are_short():
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > 350} == {}
