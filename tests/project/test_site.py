"""The front page: it shows what the lab shows, asks no other host, and says what the notebooks say."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import product
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import build_site
import documents
import front_page as front
import links
import numpy as np
import pytest

from dropout_lab import labs, lesson
from dropout_lab.pictures.columns import as_node, fill
from dropout_lab.pictures.svg import as_text

FEW = (0.6, 0.7, 0.8)
ADDRESS = re.compile(r"(?:https?:)?//[\w.]+", re.IGNORECASE)
NO_REQUEST = ("http://www.w3.org/2000/svg",)  # the name of a language, not an address


class Parts(HTMLParser):
    """Every attribute of a page, and the text of its scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.attributes, self.texts, self.ids, self._open = [], [], [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        self._open = (tag, dict(attrs)) if tag in ("script", "style") else None

    def handle_data(self, data):
        if self._open:
            self.texts.append((*self._open, data))

    def handle_endtag(self, *_):
        self._open = None


@pytest.fixture(scope="module")
def case():
    return lesson(1)


@pytest.fixture(scope="module")
def page(case):
    return front.front_page(case, series=True, stops=FEW)


@pytest.fixture(scope="module")
def parts(page):
    return Parts(page)


def table(parts, name):
    (text,) = [text for _, attrs, text in parts.texts if attrs.get("id") == name]
    return json.loads(gzip.decompress(base64.b64decode(text)))


def scripts(parts):
    return [
        text for tag, attrs, text in parts.texts
        if tag == "script" and attrs.get("type", "module") == "module"
    ]  # fmt: skip


def test_nothing_on_the_page_comes_from_another_host(parts):
    loading = {"src", "srcset", "href", "data", "action", "poster", "xlink:href", "content", "ping"}
    asked = [value for _, name, value in parts.attributes if name in loading]
    assert [value for value in asked if ADDRESS.search(value.replace("%2F", "/"))
            and not any(name in value for name in NO_REQUEST)] == []  # fmt: skip
    for _, _, text in parts.texts:
        assert {found for found in ADDRESS.findall(text) if "." in found} <= {"http://www.w3.org"}
        assert "@import" not in text
        assert not re.search(r"url\(", text)


def test_the_page_keeps_nothing_and_sends_nothing(parts):
    ways = "fetch(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|cookie|localStorage|import("
    for script in scripts(parts):
        assert [way for way in ways.split("|") if way in script] == []


def test_its_own_policy_lets_only_its_own_scripts_run(parts):
    policy = policy_of(parts)
    assert policy.startswith("default-src 'none'; ")
    for script in scripts(parts):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == len(scripts(parts)) == 2
    assert not [name for _, name, _ in parts.attributes if name.startswith("on")]


def shown_by_the_lab(case, state):
    """The page of the lab of notebook 01 in this state, without its style and its notes."""
    lab = labs.step_through(case.net, case.X, case.Y, at="dA1", layers=[1])
    lab.keep_prob, lab.recipe = state.keep_prob, state.recipe
    for unit in np.flatnonzero(lab.masks[1][:, 0] != state.mask[:, 0]):
        lab.toggle(1, int(unit))
    return bare(as_node(lab._stage.root))


def bare(node):
    return [
        part for part in node
        if not (isinstance(part, list) and (part[0] == "style" or part[1].get("class") == "foot"))
    ]  # fmt: skip


@pytest.mark.parametrize("recipe", front.RECIPES)
def test_the_page_shows_what_the_lab_shows(case, parts, recipe):
    wide, states = table(parts, "wide"), front.states(FEW)
    for number, state in enumerate(states):
        if state.recipe == recipe and number % 7 == 0:
            assert bare(fill(wide, number)) == shown_by_the_lab(case, state), (number, state)


def test_no_state_praises_a_wrong_gradient(case):
    """The lesson's example must not let a slip pass: only where its line gives what is right."""
    for state in front.states(FEW):
        step, said = front.told(case, state)
        right = state.recipe == "correct" or not any(np.any(w) for w in step.wrong.values())
        assert said.good is right, state
    red = [front.told(case, state)[1].good for state in front.states(FEW)].count(False)
    assert red > 3 * len(FEW) * len(front.MASKS)


def test_states_are_counted_as_the_page_counts_them():
    numbered = list(product(front.RECIPES, FEW, range(16)))
    for state, (recipe, keep_prob, mask) in zip(front.states(FEW), numbered, strict=True):
        assert (state.recipe, state.keep_prob) == (recipe, keep_prob)
        assert int("".join(map(str, state.mask[:, 0].astype(int))), 2) == mask


def test_the_slider_opens_the_switches_that_the_lab_opens(case):
    lab = labs.step_through(case.net, case.X, case.Y, at="dA1", layers=[1])
    drawn = front.facts(case, front.STOPS)["drawn"]
    for keep_prob, kept in zip(front.STOPS, drawn, strict=True):
        lab.keep_prob = keep_prob
        assert lab.masks[1][:, 0].tolist() == kept


def test_the_answer_is_the_notebooks_own_three_sentences():
    told = front.answer()
    assert len(told) == 3
    assert not re.search(r"`|\*\*", "".join(told.itertext()))
    assert told[1].findtext("code") == "dA1 = dA1_drop * D1 / keep_prob"


def test_the_program_is_a_mirror(case):
    lines = [[cell.text for cell in row.iter("mark")] for row in front.program(case).iter("tr")]
    assert [marks for marks in lines if marks] == [["D1 / keep_prob"] * 2]
    told = "".join(front.program(case).itertext())
    assert "dA1 = dA1_drop * D1 / keep_prob" in told
    assert "A1_drop = A1 * D1 / keep_prob" in told


def test_words_are_escaped():
    made = as_text(front.marked(Element("p"), "a < b, `<script>` and **<b>**"))
    assert made == "<p>a &lt; b, <code>&lt;script&gt;</code> and <strong>&lt;b&gt;</strong></p>"
    assert fromstring(made).findtext("code") == "<script>"


def test_links_within_the_page_lead_somewhere(parts):
    inside = [value for tag, name, value in parts.attributes if tag == "a" and value[:1] == "#"]
    assert len(inside) >= 4
    assert {value[1:] for value in inside} <= set(parts.ids)


def wheel(folder, name, *needs, root=None):
    """A wheel of plain Python that needs others."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    about = "".join(["Metadata-Version: 2.1\n", *(f"Requires-Dist: {need}\n" for need in needs)])
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{root or name}/__init__.py", "")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", about)
    return path


def test_the_lock_file_knows_our_wheels_and_where_the_rest_is(tmp_path):
    needs = ("numpy>=2", "pexpect; sys_platform != 'emscripten'", "ruff; extra == 'test'")
    made = wheel(tmp_path, "our_own", *needs)
    numpy = {"file_name": "numpy-2.4.whl", "depends": [], "version": "2.4"}
    lock = {"info": {"python": "3.14.2"}, "packages": {"numpy": numpy}}
    path = tmp_path / "pyodide-lock.json"
    path.write_text(json.dumps(lock))
    build_site.write_lock(tmp_path, "https://host/full")
    packages = json.loads(path.read_text())["packages"]
    assert packages["numpy"]["file_name"] == "https://host/full/numpy-2.4.whl"
    own = packages["our-own"]
    assert (own["file_name"], own["imports"]) == (made.name, ["our_own"])
    assert own["depends"] == ["numpy"]
    assert own["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()


def test_a_package_that_pyodide_lacks_is_named(tmp_path):
    wheel(tmp_path, "our_own", "unheard_of")
    lock = {"info": {"python": "3.14.2"}, "packages": {}}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps(lock))
    with pytest.raises(ValueError, match="our-own needs what Pyodide lacks: unheard-of"):
        build_site.write_lock(tmp_path, "https://host")


def test_plain_packages_are_found_through_compiled_ones():
    packages = {
        "chart": {
            "version": "3",
            "file_name": "chart-cp314-wasm.whl",
            "depends": ["A_Date", "six"],
        },
        "a-date": {"version": "2", "file_name": "a_date-2-py3-none-any.whl", "depends": ["six"]},
        "six": {"version": "1", "file_name": "six-1-py2.py3-none-any.whl", "depends": []},
        "other": {"version": "9", "file_name": "other-9-py3-none-any.whl", "depends": []},
    }
    assert build_site.plain_packages(packages, ["chart"]) == [("a-date", "2"), ("six", "1")]


def test_links_of_a_document_lead_to_what_is_on_the_site():
    assert documents.on_site("../notebooks/04_x.ipynb") == f"{front.SERIES}04_x.ipynb"
    assert documents.on_site("pre_and_post_test.md#key") == "pre_and_post_test.html#key"
    assert documents.on_site("#a-hub") == "#a-hub"
    assert documents.on_site("../src/dropout_lab/lessons/questions.toml") == ""
    assert documents.on_site("javascript:alert(1)") == ""


@pytest.mark.parametrize("name", documents.DOCUMENTS)
def test_a_document_becomes_a_page(name):
    text = (front.TOP / "docs" / f"{name}.md").read_text(encoding="utf-8")
    page = documents.as_page(text)
    parts = Parts(page)
    assert text.splitlines()[0].removeprefix("# ") in page
    inside = {
        value[1:] for _, attr, value in parts.attributes if attr == "href" and value[0] == "#"
    }
    assert inside <= set(parts.ids)
    assert ".md" not in {value[-3:] for _, attr, value in parts.attributes if attr == "href"}
    assert policy_of(parts).count("sha256-") == len(scripts(parts)) == 1


def policy_of(parts):
    (policy,) = [value for _, _, value in parts.attributes if "default-src" in value]
    return policy


def test_the_readme_gets_both_links_behind_every_notebook_once():
    text = (front.TOP / "README.md").read_text(encoding="utf-8")
    done = links.linked(text, "Some/house")
    for path in (front.TOP / "notebooks").glob("[0-9]*.ipynb"):
        assert f"https://some.github.io/house/{front.SERIES}{path.name})" in done
        assert f"/gh/Some/house/HEAD?urlpath=lab/tree/notebooks/{path.name})" in done
    assert links.linked(done, "Some/house") == done
    with pytest.raises(ValueError, match="expected OWNER/REPOSITORY, got 'house'"):
        links.linked(text, "house")


def test_the_page_is_light(page):
    """Each of its twenty stops adds some 9 kB."""
    assert len(page.encode()) < 180_000
