"""Rules that we state are rules that a test checks: rooms import to the left, the mathematics stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dropout_lab

PACKAGE = Path(dropout_lab.__file__).parent
# Seven rooms, what the lessons ask, and what an instructor needs, which nothing uses. Each imports from
# those it names here, and from nothing else of ours but `text`.
ROOMS = {
    "lessons": [],
    "core": [],
    "experiments": ["core"],
    "bugs": ["core", "experiments"],
    "exercises": ["lessons", "core", "experiments", "bugs"],
    "pictures": ["core", "experiments", "bugs"],
    "charts": ["core", "experiments", "bugs", "pictures"],
    "labs": ["lessons", "core", "experiments", "bugs", "pictures", "charts"],
    "classroom": ["lessons", "bugs", "exercises", "pictures"],
}
# The doors of the house stand beside the rooms and use none of them.
DOORS = {"start", "install", "second_day", "__main__"}
WIDGETS = {"ipywidgets", "anywidget", "traitlets"}
MOST_LINES, MOST_MODULES = 350, 16


def name_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py") if name_of(path)}


def room_of(name):
    return name.split(".")[0]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_used(path):
    ours = [module.split(".") for module in imports(path) if module.startswith("dropout_lab.")]
    return {room_of(name) for _, name, *_ in ours}


def test_there_are_seven_rooms_the_lessons_and_little_beside_them():
    folders = {
        path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name[0] not in "_."
    }
    assert folders == set(ROOMS)
    beside = {path.stem for path in PACKAGE.glob("*.py")}
    assert beside <= DOORS | {"__init__", "_lazy", "text"}


@pytest.mark.parametrize("name", MODULES)
def test_a_room_imports_only_from_those_left_of_it(name):
    room = room_of(name)
    allowed = (
        {"start", "install"} if room in DOORS else {"text", "_lazy", room, *ROOMS.get(room, [])}
    )
    assert rooms_used(MODULES[name]) <= allowed


@pytest.mark.parametrize("name", MODULES)
def test_only_labs_know_widgets_and_only_charts_know_matplotlib(name):
    known = {module.split(".")[0] for module in imports(MODULES[name])}
    assert room_of(name) == "labs" or known.isdisjoint(WIDGETS)
    assert room_of(name) == "charts" or "matplotlib" not in known


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_one_idea_and_opens_with_a_sentence(name):
    text = MODULES[name].read_text()
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text)).split("\n")[0].endswith((".", ":", "?"))


def test_the_package_and_its_mathematics_load_neither_matplotlib_nor_ipywidgets():
    code = (
        "import sys, dropout_lab, dropout_lab.pictures.stage, dropout_lab.exercises\n"
        "print([name for name in ('matplotlib', 'ipywidgets', 'anywidget') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_nothing_draws_from_a_global_generator():
    for name, path in MODULES.items():
        calls = [
            ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        ]  # fmt: skip
        global_draws = [call for call in calls if call.startswith(("np.random.", "random."))]
        allowed = ("np.random.default_rng", "np.random.RandomState")
        assert all(call.startswith(allowed) for call in global_draws), name


def functions():
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield name, node


def needs_words(name, function):
    """Public functions do. Setters share their property's; `words` and a protocol speak for themselves."""
    setter = any(ast.unparse(mark).endswith(".setter") for mark in function.decorator_list)
    by_itself = name.endswith(".words") or function.name in ("guarded", "run", "load", "dW", "db")
    return not (function.name.startswith("_") or setter or by_itself)


def test_public_functions_are_documented_and_all_are_typed():
    untold = [
        f"{name}.{function.name}"
        for name, function in functions()
        if needs_words(name, function) and not ast.get_docstring(function)
    ]
    assert untold == []
    assert all(function.returns is not None for _, function in functions())


def test_functions_are_short():
    lengths = sorted(node.end_lineno - node.lineno + 1 for _, node in functions())
    assert lengths[len(lengths) // 2] < 10
