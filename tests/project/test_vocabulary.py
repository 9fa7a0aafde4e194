"""The words a notebook imports: they are all there, load nothing but what they need, and are typed."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOMS = ["", ".labs", ".exercises", ".bugs", ".charts"]
HEAVY = {"numpy", "matplotlib", "ipywidgets", "anywidget"}


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_type_checker_sees_is_what_is_loaded(room):
    package = import_module(name := f"dropout_lab{room}")
    tree = ast.parse(Path(package.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.asname: f"{node.module}:{alias.name}" for node in block.body for alias in node.names
    }
    listed = {}
    for word, home in package._HOMES.items():
        module, _, attribute = home.partition(":")
        listed[word] = f"{name}.{module}:{attribute}" if attribute else f"{name}:{module}"
    assert seen == listed
    assert dir(package) == sorted(package.__all__) == sorted(listed)
    for word in package.__all__:
        getattr(package, word)
    with pytest.raises(AttributeError, match=f"has no 'nonsense'; it has .*{package.__all__[0]}"):
        package.nonsense  # noqa: B018


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("from dropout_lab import labs, exercises, bugs, charts", set()),
        ("import dropout_lab.exercises.mask; from dropout_lab import train, tell, draw", {"numpy"}),
        ("from dropout_lab import labs; labs.step_through", HEAVY - {"matplotlib"}),
        ("from dropout_lab import charts; charts.plot", {"numpy", "matplotlib"}),
    ],
)
def test_only_what_is_asked_for_is_loaded(code, heavy):
    code += "\nimport sys\nprint(*sorted({name.split('.')[0] for name in sys.modules}))"
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(answer.stdout.split()) & HEAVY == heavy
