"""Rules that we state are rules that a test checks: imports point down, the mathematics stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dropout_lab

PACKAGE = Path(dropout_lab.__file__).parent
# Each module imports only from those above it. Mathematics, then pictures, then labs.
MATHEMATICS = [
    "dropout", "activations", "slips", "recipes", "inputs", "parameters", "passes", "network", "gradcheck",
    "ensemble", "optimizers", "descent", "training", "evidence", "checks", "switchboard",
    "datasets", "averages", "hunt_code", "hunt_listing", "hunt", "digits", "attempt", "diagnose_words", "diagnose_trial", "diagnose_draws",
    "diagnose_mask", "diagnose_scale", "diagnose_forward", "diagnose",
    "exercises_feedback", "exercises_share", "exercises_slopes", "exercises_layer", "exercises_mode",
    "exercises_network", "exercises_penalty", "exercises", "nudge", "points", "setups", "progress",
]  # fmt: skip
PICTURES = [
    "listing", "words", "lines", "steps", "svg", "matrix", "layout", "switch", "unit", "circuit", "stage",
    "program", "wires", "tables", "compare", "scores", "means_words", "hunt_page",
]  # fmt: skip
LABS = [
    "labs.controls", "labs.picture", "labs.answers", "labs.base", "labs.menu", "labs.walk", "labs.switches",
    "labs.passes", "labs.predicting", "labs.stepping", "labs.nudging",
    "labs.switching", "labs.scaling", "labs.breaking", "labs.detecting", "labs.turns", "labs.running", "labs.settings", "labs.training", "labs.averaging", "labs.hunting", "labs",
]  # fmt: skip
PLOTS = [
    "plots",
    "live",
    "charts",
    "boundary",
    "means_chart",
]  # statistics with axes: only these know matplotlib
ORDER = MATHEMATICS + PICTURES + PLOTS + LABS


def name_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py") if name_of(path)}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_has_its_place():
    assert sorted(MODULES) == sorted(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_from_those_above_it(name):
    above = ORDER[: ORDER.index(name)]
    ours = {
        module.removeprefix("dropout_lab.")
        for module in imports(MODULES[name])
        if module.removeprefix("dropout_lab.") in ORDER
    }
    assert ours <= set(above)


@pytest.mark.parametrize("name", MATHEMATICS + PICTURES)
def test_mathematics_and_pictures_know_no_widgets(name):
    found = {module.split(".")[0] for module in imports(MODULES[name])}
    assert found.isdisjoint({"ipywidgets", "anywidget", "traitlets", "IPython", "matplotlib"})


@pytest.mark.parametrize("name", ORDER)
def test_a_module_fits_on_a_few_screens_and_opens_with_a_sentence(name):
    text = MODULES[name].read_text()
    assert len(text.splitlines()) <= 200
    assert ast.get_docstring(ast.parse(text)).split("\n")[0].endswith((".", ":", "?"))


def test_the_package_and_its_mathematics_load_neither_matplotlib_nor_ipywidgets():
    code = (
        "import sys, dropout_lab, dropout_lab.stage, dropout_lab.exercises\n"
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
    by_itself = name == "words" or function.name in ("guarded", "run", "dW", "db")
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
