"""Controls: what is under More is one press away."""

from dropout_lab.labs.controls import button, more


def test_more_shows_and_hides_its_row():
    inside = [button(name, print) for name in ("one", "two")]
    turn, box = more(*inside)
    assert (turn.description, box.children, box.layout.display) == ("More", tuple(inside), "none")
    turn.value = True
    assert (turn.description, box.layout.display) == ("Less", "flex")
    turn.value = False
    assert (turn.description, box.layout.display) == ("More", "none")
