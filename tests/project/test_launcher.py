"""lab.py and the doors it uses: it sets up once, recovers from every interruption, copies what is missing, never overwrites."""

import contextlib
import importlib.util
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import front_page
import pytest
import small_clone

import dropout_lab
from dropout_lab import install as installer
from dropout_lab import start as launcher

TOP = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="stops processes as Linux and macOS do")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A small clone after its first run, and what that run said."""
    folder = small_clone.make(tmp_path_factory.mktemp("clone"))
    code, said = small_clone.run(folder, "--no-browser")
    assert code == 0, said
    return folder, said


def forget(folder):
    """As before the first run."""
    for name in (".venv", "my_work"):
        shutil.rmtree(folder / name, ignore_errors=True)


# ---- installing, in real processes ----


@pytest.mark.slow
@POSIX
def test_the_first_run_installs_copies_and_opens_the_first_notebook(installed):
    folder, said = installed
    work, options = small_clone.opened(said)
    assert Path(work) == folder / "my_work"
    assert "--LabApp.default_url=/lab/tree/01_first.ipynb" in options
    assert "--no-browser" in options
    assert launcher.EXTENSION in options
    assert any(option.startswith("--LabApp.app_settings_dir=") for option in options)
    assert (folder / "my_work" / "02_second.ipynb").read_bytes() == (
        folder / "notebooks" / "02_second.ipynb"
    ).read_bytes()


@pytest.mark.slow
@POSIX
def test_a_second_run_installs_nothing_and_takes_the_port_asked_for(installed):
    code, said = small_clone.run(installed[0], "--port=9911")
    assert code == 0
    assert "Installing" not in said
    assert [word for word in small_clone.opened(said)[1] if "port" in word] == ["--port=9911"]


@POSIX
@pytest.mark.slow
def test_a_run_interrupted_at_any_moment_recovers(installed):
    """In the first install, in one whose installer lives on, and in an update."""
    folder, _ = installed
    for trial, seconds in enumerate((1.5, 2.5, 1.0)):
        if trial < 2:
            forget(folder)
        else:
            (folder / "pyproject.toml").write_text("# another")
        process = small_clone.start(folder)
        time.sleep(seconds)
        if trial == 1:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        code, said = small_clone.run(folder)
        assert code == 0, said
        assert small_clone.opened(said)
        assert sorted(path.name for path in (folder / "my_work").glob("*.ipynb")) == [
            "01_first.ipynb",
            "02_second.ipynb",
        ]


@POSIX
@pytest.mark.slow
def test_ctrl_c_ends_in_a_sentence_and_a_second_run_waits_for_the_first(installed):
    folder, _ = installed
    forget(folder)
    process = small_clone.start(folder)
    small_clone.wait_for(process, "Installing into .venv")
    os.killpg(process.pid, signal.SIGSTOP)  # it does not finish before the second one has begun
    second = small_clone.start(folder)
    small_clone.wait_for(second, "Another run is installing into .venv; waiting for it")
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGCONT)
    said = small_clone.rest(process)
    assert "Stopped; nothing is lost." in said
    assert "Traceback" not in said
    assert small_clone.opened(small_clone.rest(second))


OLDER = """#!/bin/sh
shift
exec {} -c 'import sys; sys.version_info = (3, 8, 20); exec(sys.argv.pop(1))' "$@"
"""
KINDS = ["file", "broken link", "without pip", "packages gone", "older Python", "our older Python"]


@POSIX
@pytest.mark.parametrize("kind", KINDS)
def test_a_venv_that_cannot_be_used_makes_room_and_what_is_not_ours_is_kept(tmp_path, kind):
    clone, aside = installer.Clone(tmp_path), tmp_path / ".venv.old"
    if kind == "file":
        clone.venv.write_text("mine")
    elif kind == "broken link":
        clone.venv.symlink_to(tmp_path / "nowhere")
    elif "older Python" in kind:  # it has all that is looked for, and is too old for it
        clone.python.parent.mkdir(parents=True)
        clone.python.write_text(OLDER.format(sys.executable))
        clone.python.chmod(0o755)
        assert clone.has("sys") is False
    else:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone.venv], check=True)
        (clone.venv / "mine").write_text("mine")
    ours = kind in ("packages gone", "our older Python")
    if ours:  # and stamped as finished
        clone.stamp.write_text(json.dumps({clone.needs(): ["lab"] if kind[0] == "p" else []}))
    installer.make_room(clone)
    assert not os.path.lexists(clone.venv)
    assert os.path.lexists(aside) == (not ours)
    kept = {"file": aside, "without pip": aside / "mine"}.get(kind)
    assert kept is None or kept.read_text() == "mine"


def test_what_is_stamped_is_ready_only_if_it_is_still_there_and_was_finished(tmp_path, monkeypatch):
    clone = installer.Clone(tmp_path)
    clone.venv.mkdir()
    clone.stamp.write_text(json.dumps({clone.needs(): ["lab"]}))
    assert not clone.ready({"lab"})
    monkeypatch.setattr(installer.Clone, "has", lambda *_: True)
    assert clone.ready({"lab"})
    clone.unfinished.touch()
    assert not clone.ready({"lab"})


def test_a_first_install_that_fails_says_why(tmp_path, monkeypatch):
    def watch(command, clone, _lock):
        clone.log.write_text("nowhere_to_be_found")
        return int("-r" in command)

    monkeypatch.setattr(installer, "watch", watch)
    with pytest.raises(SystemExit, match=r"nowhere_to_be_found\nInstalling failed.*network up"):
        installer.install(installer.Clone(tmp_path), {"lab"}, None)


def test_a_run_that_has_waited_for_another_installs_nothing(tmp_path, monkeypatch):
    ready = iter([False, True])
    monkeypatch.setattr(installer.Clone, "ready", lambda *_: next(ready))
    monkeypatch.setattr(installer, "install", None)
    installer.set_up(installer.Clone(tmp_path))
    assert not list(ready)


@POSIX
@pytest.mark.slow
def test_an_update_that_fails_goes_on_with_what_is_there_and_is_tried_again(installed):
    folder, _ = installed
    needs = folder / "requirements.txt"
    before = needs.read_text()
    small_clone.run(folder)
    needs.write_text(before + "\nnowhere_to_be_found")
    for _ in range(2):
        code, said = small_clone.run(folder)
        assert "Updating failed (no network?); going on with what is installed." in said
        assert small_clone.opened(said)
    needs.write_text(before)
    code, said = small_clone.run(folder)
    assert code == 0
    assert "Installing" not in said


# ---- progress, uv, pins ----


def test_the_line_that_shows_life_counts_packages():
    said = "WARNING: a\nCollecting numpy\n  Downloading numpy\nCollecting six\n"
    assert installer.progress(said) == "2 packages found"
    assert "unpacking" in installer.progress(said + "Installing collected packages: six\n")
    assert installer.progress("Resolved 96 packages in 1s\n") == "Resolved 96 packages in 1s"
    assert installer.progress("") == "getting ready"
    assert (
        installer.progress("Processing pip\nInstalling collected packages: pip") == "getting ready"
    )


@pytest.mark.parametrize(
    ("parts", "asked"),
    [
        ({"lab"}, ["-r", "requirements.txt"]),
        ({"lab", "test"}, ["-e", ".[test]"]),
        ({"lab", "site"}, ["-e", ".[site]"]),
        ({"lab", "site", "test"}, ["-e", ".[site,test]"]),
        ({"lab", "pinned"}, ["-r", "requirements.txt", "-c", "constraints.txt"]),
    ],
)
def test_what_is_installed_for_a_part(monkeypatch, parts, asked):
    monkeypatch.setattr(installer, "watch", lambda command, *_: command)
    assert installer.work(None, ["pip", "install"], parts, None) == ["pip", "install", *asked]


def test_what_runs_beside_others_is_shown_at_its_end_with_its_exit_code(
    tmp_path, monkeypatch, capfd
):
    for name, code in (("well", "print('all is well')"), ("ill", "raise SystemExit('it is not')")):
        (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.setattr(installer.Clone, "python", Path(sys.executable))
    clone = installer.Clone(tmp_path)
    with clone.beside("well") as well, clone.beside("ill") as ill:
        print("meanwhile", flush=True)
        assert (well(), ill()) == (0, 1)
    said = capfd.readouterr().out.splitlines()
    assert said == ["meanwhile", "Waiting for well", "all is well", "Waiting for ill", "it is not"]


def test_what_runs_beside_others_ends_with_them(tmp_path, monkeypatch):
    (tmp_path / "endless.py").write_text("import time\nwhile True: time.sleep(0.1)")
    monkeypatch.setattr(installer.Clone, "python", Path(sys.executable))
    begun = []
    started = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **k: begun.append(started(*a, **k)) or begun[-1]
    )
    with pytest.raises(KeyboardInterrupt), installer.Clone(tmp_path).beside("endless"):
        raise KeyboardInterrupt
    assert begun[0].wait(20) != 0


@POSIX
def test_uv_is_used_where_it_is_and_pip_where_uv_fails(tmp_path, monkeypatch):
    ran = []

    def watch(command, clone, _lock):
        ran.append(command[0])
        clone.log.write_text("")
        return int(command[0] == "/bin/uv")

    monkeypatch.setattr(installer, "watch", watch)
    monkeypatch.setattr(installer.shutil, "which", lambda _: "/bin/uv")
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    clone = installer.Clone(tmp_path)
    installer.install(clone, {"lab"}, None)
    assert ran == [sys.executable, "/bin/uv", *[str(clone.python)] * 2]  # venv, uv, ensurepip, pip
    assert clone.installed() == {clone.needs(): ["lab"]}
    assert not clone.unfinished.exists()


# ---- copying ----


@pytest.fixture
def folders(tmp_path):
    """`notebooks` with two, and where they are copied to."""
    source = tmp_path / "notebooks"
    source.mkdir()
    (source / "01_first.ipynb").write_text("one")
    (source / "02_second.ipynb").write_text("two")
    return source, tmp_path / "my_work"


def test_a_copy_is_the_original_byte_for_byte(folders):
    source, target = folders
    text = "−0.44 é\r\n".encode()
    (source / "01_first.ipynb").write_bytes(text)
    launcher.copy_notebooks(source, target)
    assert (target / "01_first.ipynb").read_bytes() == text


@pytest.mark.parametrize("mine", [b"mine", b"\xff\xfe not UTF-8", b"one and more"])
def test_a_learners_edited_copy_stays_as_it_is(folders, mine):
    source, target = folders
    assert launcher.copy_notebooks(source, target) == []
    (target / "01_first.ipynb").write_bytes(mine)
    assert launcher.copy_notebooks(source, target) == []
    assert (target / "01_first.ipynb").read_bytes() == mine
    names = sorted(path.name for path in target.glob("*.ipynb"))
    assert names == ["01_first.ipynb", "02_second.ipynb"]


def test_a_changed_original_lands_beside_and_is_told_once(folders):
    source, target = folders
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


@pytest.mark.parametrize("ledger", ["not json", "[1]", "null", None])
def test_a_lost_ledger_is_said_and_loses_nothing(folders, ledger):
    source, target = folders
    launcher.copy_notebooks(source, target)
    (target / "01_first.ipynb").unlink()
    (target / "02_second.ipynb").write_text("mine")
    path = target / launcher.LEDGER
    path.unlink() if ledger is None else path.write_text(ledger)
    lost, told = launcher.copy_notebooks(source, target)
    assert "What was copied before is not known" in lost
    assert (target / "01_first.ipynb").read_text() == "one"
    assert (target / "02_second.ipynb").read_text() == "mine"
    assert "02_second_2.ipynb" in told
    assert launcher.copy_notebooks(source, target) == []
    path.unlink()
    assert len(launcher.copy_notebooks(source, target)) == 1  # the new one is there already


def test_a_ledger_of_the_first_version_is_understood(folders):
    source, target = folders
    target.mkdir()
    (target / "01_first.ipynb").write_text("mine")
    (target / launcher.LEDGER).write_text(json.dumps({"01_first.ipynb": "one"}))
    assert launcher.copy_notebooks(source, target) == []


def test_a_half_copied_notebook_is_made_whole_and_the_half_is_kept(folders):
    source, target = folders
    target.mkdir()
    (target / "01_first.ipynb").write_text("on")
    _, told = launcher.copy_notebooks(source, target)
    assert "was only half copied" in told
    assert (target / "01_first.ipynb").read_text() == "one"
    assert (target / "01_first.ipynb.half").read_text() == "on"


def test_what_is_no_file_under_a_notebooks_name_stays(folders):
    source, target = folders
    target.mkdir()
    (target / "01_first.ipynb").symlink_to("nowhere")
    (target / "02_second.ipynb").mkdir()
    launcher.copy_notebooks(source, target)
    assert (target / "01_first.ipynb").is_symlink()
    assert (target / "02_second.ipynb").is_dir()
    assert (target / "01_first_2.ipynb").read_text() == "one"


def test_a_work_folder_that_cannot_be_one_is_named_and_left(folders):
    source, target = folders
    target.write_text("mine")
    with pytest.raises(SystemExit, match="is a file, and the notebooks need a folder"):
        launcher.copy_notebooks(source, target)
    assert target.read_text() == "mine"
    target.unlink()
    target.symlink_to("nowhere")
    with pytest.raises(SystemExit, match="is a link that leads nowhere"):
        launcher.copy_notebooks(source, target)
    assert target.is_symlink()


def test_a_read_only_work_folder_is_named(folders, monkeypatch):
    source, target = folders
    launcher.copy_notebooks(source, target)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(launcher, "write_whole", refuse)
    assert launcher.copy_notebooks(source, target) == []  # nothing is to be written
    (target / "01_first.ipynb").unlink()
    with pytest.raises(SystemExit, match="could not be written: Permission denied"):
        launcher.copy_notebooks(source, target)


COPY = "import sys; from dropout_lab.start import copy_notebooks as c; from pathlib import Path; c(*map(Path, sys.argv[1:]))"


@POSIX
@pytest.mark.slow
def test_twenty_trials_with_a_learners_files_lose_none(folders):
    """Random edits, renames, deletions, damage, updates and kills; every byte of a learner's stays."""
    source, target = folders
    draw, kept = random.Random(1), {}
    for name in ("01_first", "02_second"):
        (source / f"{name}.ipynb").write_text(name * 300_000)
    for trial in range(20):
        process = subprocess.Popen([sys.executable, "-c", COPY, source, target])
        if draw.random() < 0.5:
            time.sleep(draw.uniform(0.0, 0.2))
            process.kill()
        process.wait()
        texts = {path.read_bytes() for path in target.glob("*") if path.is_file()}
        assert set(kept.values()) <= texts, trial
        target.mkdir(exist_ok=True)
        path = target / draw.choice(["01_first.ipynb", "02_second.ipynb", "01_first_2.ipynb"])
        text = f"mine {trial}".encode() + draw.choice([b"", b"\xff"])
        act = draw.choice(
            ["edit", "edit", "rename", "delete", "half", "ledger", "update", "progress"]
        )
        if act == "edit" and path not in kept:
            path.write_bytes(text)
            kept[path] = text
        elif act == "rename" and path in kept:
            kept[path.rename(target / f"{trial}.ipynb")] = kept.pop(path)
        elif act == "delete" and path not in kept:
            path.unlink(missing_ok=True)
        elif act == "half" and path not in kept:
            path.write_text("01_first" * 1000)
        elif act == "ledger":
            (target / launcher.LEDGER).write_bytes(draw.choice([b"{", b"", b"\xff"]))
        elif act == "update":
            (source / "01_first.ipynb").write_text(f"newer {trial} " * 100_000)
        elif act == "progress":
            kept[target / "progress.json"] = text
            (target / "progress.json").write_bytes(text)
    launcher.copy_notebooks(source, target)
    assert len(kept) > 3
    for path, text in kept.items():
        assert path.read_bytes() == text


# ---- opening ----


def test_root_is_foreseen_and_told(monkeypatch, capsys):
    monkeypatch.setattr(launcher, "free_port", lambda: 8888)
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in launcher.options("01.ipynb", [])
    assert "root" in capsys.readouterr().out
    assert launcher.options("01.ipynb", ["--allow-root"]).count("--allow-root") == 1
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--allow-root" not in launcher.options("01.ipynb", [])


@pytest.mark.parametrize("asked", [["--port=9911"], ["--port", "9911"], ["--ServerApp.port=9911"]])
def test_a_port_that_is_asked_for_is_the_only_one(asked):
    given = launcher.options("01.ipynb", asked)
    assert [word for word in given if "port" in word] == [word for word in asked if "port" in word]


def test_a_busy_port_is_said_and_another_one_taken(capsys):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        other = launcher.free_port(port)
    assert other != port
    assert capsys.readouterr().out == f"Port {port} is busy; JupyterLab gets {other}.\n"
    assert launcher.free_port(port) == port


# ---- lab.py ----


@pytest.fixture
def lab(monkeypatch):
    """lab.py; `ran` records what it would set up and run."""
    specification = importlib.util.spec_from_file_location("lab", TOP / "lab.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.ran, module.code = [], 0

    def note(*words):
        module.ran.append(words)
        return module.code

    monkeypatch.setattr(installer, "set_up", lambda _, *parts: note("set_up", *parts) and None)
    monkeypatch.setattr(
        installer.Clone, "run", lambda _, *command, **of: note(*command, *of.values())
    )

    @contextlib.contextmanager
    def beside(_, *command):
        module.ran.append(("begin", *command))
        yield lambda: note("end")

    monkeypatch.setattr(installer.Clone, "beside", beside)
    monkeypatch.setattr(launcher, "open_lab", lambda *given: note("open_lab", *given[-1]))
    return module


def call(lab, *arguments):
    with pytest.raises(SystemExit) as stop:
        lab.main(list(arguments))
    return stop.value.code


def test_it_opens_the_notebooks_with_the_options_given(lab):
    assert call(lab, "--pinned", "--no-browser") == 0
    assert lab.ran == [("set_up", "pinned"), ("open_lab", "--no-browser")]


def test_test_runs_every_check_and_names_those_that_failed(lab):
    assert call(lab, "test") == 0
    assert lab.ran[0] == ("set_up", "test")
    begun, *others, ended = lab.ran[1:]
    assert begun[:4] == ("begin", "pytest", "tests", "notebooks")
    assert {"--nbval", "--ignore=tests/browser"} < set(begun)
    assert [command[0] for command in others] == ["ruff", "ruff", "mypy", "pytest"]
    assert others[-1] == ("pytest", "tests/browser", "-r", "R")
    assert ended == ("end",)
    lab.code = 1
    failed = call(lab, "test")
    assert failed.startswith("Failed: ruff check .; ruff format")
    assert failed.endswith("; " + lab.BESIDE)


def test_a_quick_test_needs_no_browser_and_leaves_out_what_is_slow(lab):
    assert call(lab, "test", "--quick") == 0
    assert lab.ran == [("set_up", "test"), (*lab.BESIDE.split(), "-m", "not slow")]


def test_save_stores_the_notebooks(lab):
    assert call(lab, "save") == 0
    assert lab.ran[-1][0] == "tools.save_notebooks"


def test_site_builds_the_site(lab):
    assert call(lab, "site") == 0
    assert lab.ran == [("set_up", "site"), ("tools.build_site",)]


def test_grade_sets_up_as_opening_does_and_hands_its_options_on_in_the_folder_it_is_called_in(
    lab, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    words = ["grade", "class", "--to", "out", "--workers", "1"]
    assert call(lab, "--pinned", *words) == 0
    assert lab.ran == [("set_up", "pinned"), ("dropout_lab", *words, tmp_path)]
    lab.code = 1  # nothing to grade
    assert call(lab, "grade", "class") == 1


def test_what_is_run_for_a_clone_finds_the_folder_it_is_told(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(installer.Clone, "python", Path(sys.executable))
    (tmp_path / "class").mkdir()
    graded = ("dropout_lab", "grade", "class")
    assert installer.Clone(TOP).run(*graded, folder=tmp_path) == 1
    assert capfd.readouterr().err == "There is no notebook in class.\n"


def test_the_help_and_the_documents_name_the_words_that_lab_py_knows(lab):
    told = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md"))]
    for text in (lab.__doc__, *(path.read_text(encoding="utf-8") for path in told)):
        assert set(re.findall(r"python3 lab\.py (\w+)", text)) <= set(lab.PARTS)
    assert set(re.findall(r"^python3 lab\.py (\w+)", lab.__doc__, re.MULTILINE)) == set(lab.PARTS)


def test_an_old_python_is_told_what_is_needed(lab, monkeypatch):
    old = SimpleNamespace(version_info=(3, 9, 2), version="3.9.2 x", exit=sys.exit)
    monkeypatch.setattr(lab, "sys", old)
    assert call(lab) == "dropout_lab needs Python 3.11 or newer; this is 3.9.2."


def test_lab_py_can_be_read_by_an_old_python():
    import ast

    ast.parse((TOP / "lab.py").read_text(), feature_version=(3, 7))


def test_a_missing_venv_module_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(installer.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="lacks the venv module"):
        installer.set_up(installer.Clone(tmp_path))
    assert not (tmp_path / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(SystemExit, match="could not be made"):
        installer.set_up(installer.Clone(tmp_path / "missing"))


def test_an_unknown_word_gets_the_help_and_nothing_is_installed():
    answer = subprocess.run(
        [sys.executable, TOP / "lab.py", "tset"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "python3 lab.py test" in answer.stderr


def test_the_launcher_needs_the_standard_library_only():
    import ast

    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for door in (installer, launcher)
        for node in ast.walk(ast.parse(Path(door.__file__).read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names <= {*sys.stdlib_module_names, "dropout_lab"}
    assert len((TOP / "lab.py").read_text().splitlines()) < 70


# ---- the command dropout-lab ----


@pytest.fixture
def command(monkeypatch, tmp_path):
    """The command in an empty folder; it notes how it would open JupyterLab."""
    from dropout_lab import __main__ as module

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "open_lab", lambda *given: given)
    return module


def code_of(command, *words):
    with pytest.raises(SystemExit) as stop:
        command.main(list(words))
    return stop.value.code


def test_the_command_works_in_the_folder_it_is_called_in(command, tmp_path):
    given = code_of(command, "--no-browser")
    assert given == (sys.executable, TOP / "notebooks", tmp_path / "my_work", ["--no-browser"])


def test_a_word_is_loaded_when_it_is_asked_for(command, monkeypatch):
    assert command.COMMANDS["grade"] == "dropout_lab.classroom.grade:main"
    graded = SimpleNamespace(main=lambda words: len(words))
    monkeypatch.setitem(sys.modules, "dropout_lab.classroom.grade", graded)
    monkeypatch.setattr(command, "import_module", sys.modules.__getitem__)
    assert code_of(command, "grade", "folder", "more") == 2


def test_an_unknown_word_gets_the_help_of_the_command(command, capsys):
    assert "dropout-lab grade" in code_of(command, "graed")
    assert code_of(command, "--help") == 0
    assert "dropout-lab grade" in capsys.readouterr().out


def test_a_missing_jupyterlab_is_named_with_what_brings_it(command, monkeypatch):
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    assert 'pip install "dropout_lab[lab]"' in code_of(command)


def test_the_package_is_light_and_has_the_command_the_notebooks_and_the_extension():
    settings = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.match(r"\w+", need)[0] for need in settings["project"]["dependencies"]]
    assert names == ["numpy", "matplotlib", "pillow", "ipywidgets", "anywidget"]
    module, _, name = settings["project"]["scripts"]["dropout-lab"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["sources"]["notebooks"] == "dropout_lab/notebooks"
    assert all((TOP / path).is_dir() for path in [*wheel["sources"], *wheel["shared-data"]])


def test_the_citation_names_this_version_and_as_many_notebooks_as_there_are():
    told, count = (TOP / "CITATION.cff").read_text(), len(list(TOP.glob("notebooks/[0-9]*.ipynb")))
    assert f"\nversion: {dropout_lab.__version__}\n" in told
    assert f"{front_page.NUMERALS[count]} interactive notebooks" in told


def test_the_lock_pins_all_that_is_installed_here_by_name():
    lines = (TOP / "constraints.txt").read_text().splitlines()
    pinned = {line.partition("==")[0] for line in lines if "==" in line}
    asked = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = asked["optional-dependencies"]
    needs = [*asked["dependencies"], *extras["lab"], *extras["test"][1:]]
    assert {re.match(r"[\w-]+", need)[0] for need in needs} <= pinned


def test_jupyterlab_asks_nobody_for_news():
    """The folder that the launcher names has a setting that the installed JupyterLab knows."""
    assert launcher.QUIET in launcher.options("01_first.ipynb", ["--port=1"])
    folder = Path(launcher.QUIET.partition("=")[2])
    told = json.loads((folder / "overrides.json").read_text(encoding="utf-8"))
    (plugin,) = told
    package, name = plugin.split(":")
    schema = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas" / package / f"{name}.json"
    known = json.loads(schema.read_text(encoding="utf-8"))["properties"]
    assert told[plugin] == {"fetchNews": "false", "checkForUpdates": False}
    assert set(told[plugin]) <= set(known)
