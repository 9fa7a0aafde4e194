"""The server extension: which views it leaves out, and that it is enabled where it should be."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)

from dropout_lab import second_day, start

TOP = Path(__file__).parents[2]


class Sessions:
    """Which paths have a running kernel."""

    def __init__(self, *running):
        self.running = set(running)

    async def session_exists(self, path):
        return path in self.running


def output(widget, picture=True):
    still = {"text/html": "<img>"} if picture else {}
    view = {second_day.VIEW: {"model_id": widget}} if widget else {}
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/plain": "lab", **view, **still},
    }


def stored(folder, *outputs, name="a.ipynb"):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{k}",
            "metadata": {},
            "source": "",
            "outputs": [out],
            "execution_count": 1,
        }
        for k, out in enumerate(outputs)
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (folder / name).write_text(json.dumps(notebook))


@pytest.fixture
def extended(tmp_path):
    """A function that gives a contents manager of tmp_path with the extension."""
    made = []

    def make(sessions, kind=AsyncLargeFileManager):
        manager = kind(root_dir=str(tmp_path))
        made.append(manager)
        second_day._load_jupyter_server_extension(
            SimpleNamespace(contents_manager=manager, session_manager=sessions)
        )
        return manager

    yield make
    for manager in made:
        manager.notary.store.close()


def kinds(manager, path="a.ipynb", **options):
    """The kinds of each output, as the browser would get them."""
    model = asyncio.run(manager.get(path, **options))
    return [set(cell["outputs"][0]["data"]) for cell in model["content"]["cells"]]


def test_a_view_without_a_kernel_is_left_out_where_a_picture_stands_beside_it(tmp_path, extended):
    stored(tmp_path, output("w1"), output(None), output("w2", picture=False))
    before = (tmp_path / "a.ipynb").read_bytes()
    plain = {"text/plain", "text/html"}
    read = kinds(extended(Sessions()))
    assert read == [plain, plain, {"text/plain", second_day.VIEW}]
    assert (tmp_path / "a.ipynb").read_bytes() == before


def test_with_a_kernel_views_are_kept_but_not_those_of_yesterday(tmp_path, extended):
    sessions = Sessions("a.ipynb")
    manager = extended(sessions)
    stored(tmp_path, output("w1"))
    assert second_day.VIEW in kinds(manager, "/a.ipynb")[0]
    sessions.running.clear()
    assert second_day.VIEW not in kinds(manager)[0]
    sessions.running.add("a.ipynb")
    stored(tmp_path, output("w1"), output("w2"))
    assert [second_day.VIEW in each for each in kinds(manager)] == [False, True]


def test_a_copy_that_is_looked_at_does_not_take_the_original_its_views(tmp_path, extended):
    manager = extended(Sessions("a.ipynb"))
    stored(tmp_path, output("w1"))
    stored(tmp_path, output("w1"), name="b.ipynb")
    assert second_day.VIEW not in kinds(manager, "b.ipynb")[0]
    assert second_day.VIEW in kinds(manager, "a.ipynb")[0]


def test_what_is_no_notebook_or_without_content_passes(tmp_path, extended):
    manager = extended(Sessions())
    stored(tmp_path, output("w1"))
    (tmp_path / "a.txt").write_text("text")
    assert asyncio.run(manager.get("a.txt"))["content"] == "text"
    assert asyncio.run(manager.get("a.ipynb", content=False))["content"] is None
    assert asyncio.run(manager.get("a.ipynb", require_hash=True))["hash"]
    assert asyncio.run(manager.get(""))["type"] == "directory"
    raw = asyncio.run(manager.get("a.ipynb", type="file", format="text"))["content"]
    assert second_day.VIEW in raw  # the text editor shows the file as it is


def test_a_contents_manager_that_does_not_await_is_left_alone(tmp_path, extended):
    manager = extended(Sessions(), LargeFileManager)
    stored(tmp_path, output("w1"))
    assert second_day.VIEW in manager.get("a.ipynb")["content"]["cells"][0]["outputs"][0]["data"]


def test_it_is_enabled_by_an_install_and_by_the_launcher():
    (path,) = (TOP / "etc" / "jupyter" / "jupyter_server_config.d").glob("*.json")
    enabled = json.loads(path.read_text())["ServerApp"]["jpserver_extensions"]
    assert enabled == {second_day.NAME: True}
    assert f"--ServerApp.jpserver_extensions={enabled}" == start.EXTENSION
    assert second_day._jupyter_server_extension_points() == [{"module": second_day.NAME}]
