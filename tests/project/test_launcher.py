"""lab.py: it sets up once, copies what is missing, and never overwrites a learner's file."""

import importlib.util
import json
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

TOP = Path(__file__).parents[2]


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """lab.py, imported as if it stood in an empty project; `ran` records what it would run."""
    specification = importlib.util.spec_from_file_location("launcher", TOP / "lab.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_first.ipynb").write_text("one")
    (tmp_path / "notebooks" / "02_second.ipynb").write_text("two")
    monkeypatch.setattr(module, "TOP", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    module.ran, module.code = [], 0

    def run(*command, folder=tmp_path):
        module.ran.append((*command, folder.name))
        return module.code

    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "free_port", lambda: 8888)
    return module


def start(launcher, *arguments):
    with pytest.raises(SystemExit) as stop:
        launcher.main(list(arguments))
    return stop.value.code


@pytest.fixture
def made(launcher):
    """The launcher in a folder whose .venv is there already."""
    launcher.VENV.mkdir()
    return launcher


def test_the_first_run_installs_copies_and_opens_the_first_notebook(made, tmp_path):
    assert start(made) == 0
    install, opened = made.ran
    assert install[:2] == ("pip", "install")
    assert opened == ("jupyterlab", "01_first.ipynb", "--ServerApp.port=8888", "my_work")
    assert (tmp_path / "my_work" / "02_second.ipynb").read_text() == "two"


def test_a_second_run_installs_nothing(made):
    start(made)
    made.ran.clear()
    start(made, "--no-browser")
    assert [command[0] for command in made.ran] == ["jupyterlab"]
    assert "--no-browser" in made.ran[0]


def test_changed_requirements_are_installed_and_a_failed_install_is_tried_again(made, tmp_path):
    start(made)
    (tmp_path / "requirements.txt").write_text("numpy")
    made.code = 1
    assert "Is the network up?" in start(made)
    made.code, made.ran[:] = 0, []
    start(made)
    assert [command[0] for command in made.ran] == ["pip", "jupyterlab"]


def test_a_changed_pyproject_is_installed_too(made, tmp_path):
    start(made)
    made.ran.clear()
    (tmp_path / "pyproject.toml").write_text("more")
    start(made)
    assert made.ran[0][:2] == ("pip", "install")


def test_a_copy_is_the_original_byte_for_byte(launcher, tmp_path):
    text = "−0.44 é\r\n".encode()
    (tmp_path / "notebooks" / "01_first.ipynb").write_bytes(text)
    launcher.copy_notebooks(tmp_path / "notebooks", tmp_path / "my_work")
    assert (tmp_path / "my_work" / "01_first.ipynb").read_bytes() == text


def test_a_learners_edited_copy_stays_as_it_is(launcher, tmp_path):
    source, target = tmp_path / "notebooks", tmp_path / "my_work"
    assert launcher.copy_notebooks(source, target) == []
    (target / "01_first.ipynb").write_text("mine")
    assert launcher.copy_notebooks(source, target) == []
    assert (target / "01_first.ipynb").read_text() == "mine"
    assert sorted(path.name for path in target.glob("*.ipynb")) == [
        "01_first.ipynb",
        "02_second.ipynb",
    ]


def test_a_changed_original_lands_beside_and_is_told_once(launcher, tmp_path):
    source, target = tmp_path / "notebooks", tmp_path / "my_work"
    launcher.copy_notebooks(source, target)
    (target / "01_first.ipynb").write_text("mine")
    (target / "01_first_2.ipynb").write_text("also mine")
    (source / "01_first.ipynb").write_text("newer")
    (told,) = launcher.copy_notebooks(source, target)
    assert "01_first.ipynb has changed" in told
    assert "01_first_3.ipynb" in told
    texts = {path.name: path.read_text() for path in target.glob("01*.ipynb")}
    assert texts == {
        "01_first.ipynb": "mine",
        "01_first_2.ipynb": "also mine",
        "01_first_3.ipynb": "newer",
    }
    assert launcher.copy_notebooks(source, target) == []


@pytest.mark.parametrize("ledger", ["not json", "[1]", "null"])
def test_a_deleted_copy_comes_back_and_a_lost_ledger_loses_nothing(launcher, tmp_path, ledger):
    source, target = tmp_path / "notebooks", tmp_path / "my_work"
    launcher.copy_notebooks(source, target)
    (target / "01_first.ipynb").unlink()
    (target / "02_second.ipynb").write_text("mine")
    (target / ".originals.json").write_text(ledger)
    (told,) = launcher.copy_notebooks(source, target)
    assert (target / "01_first.ipynb").read_text() == "one"
    assert (target / "02_second.ipynb").read_text() == "mine"
    assert "02_second_2.ipynb" in told
    assert set(json.loads((target / ".originals.json").read_text())) == {
        "01_first.ipynb",
        "02_second.ipynb",
    }


def test_an_old_python_is_told_what_is_needed(launcher, monkeypatch):
    monkeypatch.setattr(
        launcher, "sys", SimpleNamespace(version_info=(3, 9, 2), version="3.9.2 x", exit=sys.exit)
    )
    assert start(launcher) == "dropout_lab needs Python 3.11 or newer; this is 3.9.2."


def test_lab_py_can_be_read_by_an_old_python():
    import ast

    ast.parse((TOP / "lab.py").read_text(), feature_version=(3, 7))


def test_a_missing_venv_module_is_named(launcher, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "lacks the venv module" in start(launcher)


def test_a_folder_that_cannot_be_written_is_named(launcher, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError("read-only folder")

    monkeypatch.setattr("venv.create", refuse)
    assert start(launcher) == "The folder .venv could not be made: read-only folder"


def test_a_broken_venv_is_made_anew(made, monkeypatch, capsys):
    (made.VENV / "half").write_text("broken")
    monkeypatch.setattr(made, "PYTHON", made.VENV / "bin" / "python")
    monkeypatch.setattr("venv.create", lambda folder, **_: Path(folder).mkdir())
    start(made)
    assert "does not work any more" in capsys.readouterr().out
    assert not (made.VENV / "half").exists()


def test_a_busy_port_is_said_and_another_one_taken(capsys):
    specification = importlib.util.spec_from_file_location("launcher", TOP / "lab.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        other = module.free_port(port)
    assert other != port
    assert capsys.readouterr().out == f"Port {port} is busy; JupyterLab gets {other}.\n"
    assert module.free_port(port) == port


def test_test_runs_every_check_and_names_those_that_failed(made):
    assert start(made, "test") == 0
    tools = [command[0] for command in made.ran]
    assert tools == ["pip", "ruff", "ruff", "mypy", "pytest", "pytest"]
    assert "--nbval" in made.ran[-1]
    made.code = 1
    assert start(made, "test").startswith("Failed: ruff check .; ruff format")


def test_save_stores_the_notebooks(made):
    assert start(made, "save") == 0
    assert made.ran[-1][0] == "tools.save_notebooks"


def test_an_unknown_word_gets_the_help_and_nothing_is_installed():
    answer = subprocess.run(
        [sys.executable, TOP / "lab.py", "tset"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "python3 lab.py test" in answer.stderr


def test_the_launcher_is_short():
    assert len((TOP / "lab.py").read_text().splitlines()) < 120
