"""Many trees of one shape in one table: each comes back as it was."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.seen import RECIPES, case_of, tell_steps

from dropout_lab.pictures.columns import as_node, fill, in_slices, to_columns
from dropout_lab.pictures.stage import parts, write_parts

WORDS = st.text("ab −0", max_size=45)
NAMES = st.sampled_from(["g", "rect", "text"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["x", "class", "data-says"]), WORDS, max_size=3)
TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(NAMES, ATTRIBUTES, st.lists(inner, max_size=4)).map(
        lambda node: [node[0], node[1], *node[2]]
    ),
    max_leaves=12,
)


@given(st.lists(TREES, min_size=1, max_size=6))
def test_every_tree_comes_back(trees):
    table = json.loads(json.dumps(to_columns(trees)))
    assert [fill(table, k) for k in range(len(trees))] == trees


def test_of_pictures_that_differ_in_numbers_only_numbers_are_sent_again():
    case = case_of("lesson")
    stops = [k / 20 for k in range(1, 21)]
    told = [tell_steps(case, RECIPES["correct"], keep_prob=stop) for stop in stops]
    trees = [as_node(write_parts(parts(steps["dA1"], 0), "dA1")) for steps in told]
    table = to_columns(trees)
    assert [fill(table, k) for k in range(len(trees))] == trees
    assert len(json.dumps(table)) < 0.2 * len(json.dumps(trees))


def test_a_long_word_and_a_long_sentence_with_a_word_more():
    sentences = ["a word " * 9 + "more", "a word " * 9, "b" * 99, "b" * 98 + "c", "b" * 99]
    table = to_columns([["p", {}, text] for text in sentences])
    assert [fill(table, k)[2] for k in range(5)] == sentences


def test_it_rests_in_between_and_makes_the_same_table():
    trees = [["g", {}, *(["text", {"x": str(i * k)}] for i in range(5))] for k in range(3)]
    made = []

    def run():
        made.append((yield from in_slices(trees)))

    assert len(list(run())) >= 6
    assert made == [to_columns(trees)]


def test_no_trees_make_no_table():
    with pytest.raises(ValueError, match="expected at least one tree, got none"):
        to_columns([])
