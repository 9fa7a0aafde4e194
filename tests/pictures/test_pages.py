"""A table of verdicts: real headers, a button in every cell, everything escaped."""

from dropout_lab.pictures.pages import Cell, write_table
from dropout_lab.pictures.svg import as_text

ROWS = {
    "no mask": [Cell("✗", "fails: 0.3", False), Cell("·", "passes: all well", True)],
    "<script>": [Cell("·", "passes: <b>", True), Cell("·", "passes", True)],
}


def table(**how):
    return write_table("What it shows", ["gradient\ncheck", "share"], ROWS, **how)


def test_rows_and_columns_have_headers_and_a_caption():
    tree = table()
    assert tree.find("caption").text == "What it shows"
    assert [th.text for th in tree.iter("th") if th.get("scope") == "col"] == [
        "gradient\ncheck",
        "share",
    ]
    assert [th.text for th in tree.iter("th") if th.get("scope") == "row"] == [
        "no mask",
        "<script>",
    ]


def test_each_cell_is_a_button_that_says_what_it_shows():
    buttons = list(table(chosen=(0, 1)).iter("button"))
    assert [b.get("data-press") for b in buttons] == ["0 0", "0 1", "1 0", "1 1"]
    assert buttons[0].get("aria-label") == "no mask; gradient check: fails: 0.3"
    assert [b.get("aria-pressed") for b in buttons] == ["false", "true", "false", "false"]
    assert [b.get("tabindex") for b in buttons] == ["-1", "0", "-1", "-1"]
    assert [td.get("class") for td in table().iter("td")][1:] == ["bad", "good", "good", "good"]


def test_rows_stand_in_groups_and_end_in_words():
    rows = {name: [Cell("·", "passes", True)] for name in ("own", "a", "b", "c")}
    last = {"own": "0", "a": "1", "b": "2", "c": "no check sees this"}
    groups = {"both": ("a", "b"), "alone": ("c",)}
    tree = write_table("c", ["x"], rows, groups=groups, last=("caught by", last))
    heads = [
        (th.text, th.get("rowspan")) for th in tree.iter("th") if th.get("scope") == "rowgroup"
    ]
    assert heads == [("both", "2"), ("alone", "1")]
    bodies = [[th.text for th in body.iter("th")] for body in tree.findall("tbody")]
    assert bodies == [["own"], ["both", "a", "b"], ["alone", "c"]]
    assert [b.get("data-press") for b in tree.iter("button")] == ["0 0", "1 0", "2 0", "3 0"]
    assert [td.text for td in tree.iter("td") if td.get("class") == "last"] == list(last.values())
    assert [len(row) for row in tree.iter("tr")] == [
        4,
        4,
        4,
        3,
        4,
    ]  # a head of two rows is there once


def test_the_arrow_keys_move_inside_a_live_table():
    assert table().get("data-grid") == ""
    assert [b.get("data-cell") for b in table().iter("button")] == ["0 0", "0 1", "1 0", "1 1"]
    assert write_table("c", ["a", "b"], ROWS, live=False).get("data-grid") is None


def test_a_word_beside_a_mark_can_be_left_out_where_it_is_narrow():
    tree = write_table("c", ["a"], {"r": [Cell("● caught", "fails", False, "caught")]})
    (button,) = tree.iter("button")
    assert (button.text, button[0].get("class"), button[0].text) == ("●", "word", " caught")
    assert [td.get("class") for td in tree.iter("td")] == [None, "caught"]


def test_without_a_kernel_there_is_nothing_to_press():
    text = as_text(write_table("c", ["a", "b"], ROWS, live=False))
    assert "button" not in text
    assert '<td class="bad">✗</td>' in text
    assert "<script>" not in text
