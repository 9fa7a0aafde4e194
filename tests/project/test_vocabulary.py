"""The words a notebook imports: they are all there, load nothing but what they need, and are typed."""

import ast
import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import dropout_lab

WORDS = """
    sample_mask apply_mask Recipe CORRECT BUGS BACKWARD_BUGS
    Network sample_masks forward backward resume predict loss
    check_gradients detection_matrix
    lesson wide_lesson course_case course_backward_case averages_case football two_moons
    all_masks distribution expected_loss expected_gradients gradient_distributions average_all
    monte_carlo train stacked accuracy Tape Value Rule RULES write_passes tell draw numbers labs exercises bugs charts
""".split()  # noqa: SIM905
PACKAGES = ["dropout_lab", "dropout_lab.labs", "dropout_lab.exercises", "dropout_lab.bugs", "dropout_lab.charts"]  # fmt: skip


def loaded(code):
    """Which of the heavy packages are loaded after running code in a fresh process."""
    code += "\nimport sys\nprint(*sorted({name.split('.')[0] for name in sys.modules}))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split()) & {"numpy", "matplotlib", "ipywidgets", "anywidget"}


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_lessons_is_there(word):
    assert word in dropout_lab.__all__
    assert word in dir(dropout_lab)
    assert getattr(dropout_lab, word) is getattr(dropout_lab, word)


@pytest.mark.parametrize("name", PACKAGES)
def test_what_a_type_checker_sees_is_what_is_loaded(name):
    package = import_module(name)
    tree = ast.parse(Path(package.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.asname: f"{node.module}:{alias.name}" for node in block.body for alias in node.names
    }
    told = {}
    for word, home in package._HOMES.items():
        module, _, attribute = home.partition(":")
        told[word] = f"{name}.{module}:{attribute}" if attribute else f"{name}:{module}"
    assert seen == told
    for word in package.__all__:
        getattr(package, word)


@pytest.mark.parametrize("name", PACKAGES)
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    package = import_module(name)
    with pytest.raises(AttributeError, match=f"has no 'nonsense'; it has .*{package.__all__[0]}"):
        package.nonsense  # noqa: B018


def test_a_word_can_be_pickled():
    assert pickle.loads(pickle.dumps(dropout_lab.apply_mask)) is dropout_lab.apply_mask


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import dropout_lab", set()),
        ("from dropout_lab import labs, exercises, bugs, charts", set()),
        ("from dropout_lab import forward, BUGS, lesson, train, tell, draw", {"numpy"}),
        ("from dropout_lab import exercises\nexercises.check_mask", {"numpy"}),
        ("from dropout_lab import labs\nlabs.step_through", {"numpy", "ipywidgets", "anywidget"}),
        ("from dropout_lab import charts\ncharts.plot", {"numpy", "matplotlib"}),
    ],
)
def test_only_what_is_asked_for_is_loaded(code, heavy):
    assert loaded(code) == heavy


def test_the_package_says_that_it_is_typed():
    assert (Path(dropout_lab.__file__).parent / "py.typed").exists()
