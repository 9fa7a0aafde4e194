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


def test_without_a_kernel_there_is_nothing_to_press():
    text = as_text(write_table("c", ["a", "b"], ROWS, live=False))
    assert "button" not in text
    assert '<td class="bad">✗</td>' in text
    assert "<script>" not in text
