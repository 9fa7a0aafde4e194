"""A picture is sent as data, and pressed by mouse or by key."""

import json
from xml.etree.ElementTree import Element, SubElement

from dropout_lab.labs.picture import Picture
from dropout_lab.pictures.columns import as_node
from dropout_lab.pictures.svg import as_text


def tree():
    root = Element("p", {"class": "<b>"})
    root.text = "one "
    word = SubElement(root, "strong")
    word.text, word.tail = "two <script>", " three"
    return root


def test_a_tree_is_sent_as_data_with_every_text_in_its_place():
    assert as_node(tree()) == [
        "p", {"class": "<b>"}, "one ", ["strong", {}, "two <script>"], " three"
    ]  # fmt: skip


def test_a_picture_shows_the_same_tree_to_the_browser_and_as_text():
    picture = Picture()
    picture.show(tree())
    assert json.loads(picture.tree) == as_node(tree())
    assert picture.markup == as_text(tree())
    assert "<script>" not in picture.markup
    picture.show(None)
    assert (json.loads(picture.tree), picture.markup) == ("", "")


def test_a_press_tells_its_key_and_other_messages_nothing(press):
    pressed = []
    picture = Picture(pressed.append)
    press(picture, "1 0")
    picture._handle_custom_msg({"hover": "2 0"}, [])
    assert pressed == ["1 0"]
    press(Picture(), "1 0")  # nobody listens
