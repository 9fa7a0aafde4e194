"""The tape writes what `backward` has: the same lines, the same bits; and what it prints is what it ran."""

import ast
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from cases import draw_case
from hypothesis import given
from hypothesis import strategies as st

from dropout_lab.bugs.catalogue import BACKWARD_BUGS, BUGS
from dropout_lab.core.activations import ACTIVATIONS, activation_named, sigmoid
from dropout_lab.core.balance import check_balance
from dropout_lab.core.dropout import apply_mask, sample_mask
from dropout_lab.core.gradcheck import check_gradients
from dropout_lab.core.network import Network
from dropout_lab.core.passes import backward, forward, sample_masks
from dropout_lab.experiments import tape
from dropout_lab.experiments.data import lesson
from dropout_lab.experiments.tape import RULES, Rule, Tape, Value
from dropout_lab.experiments.written import write_passes
from dropout_lab.pictures.steps import tell

KINDS = ("dA_drop", "dA", "dZ", "dW", "db")


def passes(c, recipe_rules=RULES):
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    return fwd, backward(c.net, fwd, c.Y), write_passes(c.net, fwd, c.Y, recipe_rules)


def broken(backward_line):
    """The rules, with another way back through a switch."""
    return RULES | {"switch": RULES["switch"]._replace(backward=backward_line)}


def test_the_tape_writes_both_passes_of_the_lesson_under_their_names():
    _, _, written = passes(lesson())
    assert written.forward == [
        "Z1 = W1 @ X + b1", "A1 = np.maximum(Z1, 0)", "A1_drop = A1 * D1 / keep_prob",
        "Z2 = W2 @ A1_drop + b2", "A2 = np.maximum(Z2, 0)", "A2_drop = A2 * D2 / keep_prob",
        "Z3 = W3 @ A2_drop + b3", "losses = np.sum(np.logaddexp(0, (1 - 2 * Y) * Z3), axis=0)",
    ]  # fmt: skip
    assert written.backward == [
        "dlosses = np.ones_like(losses)", "dZ3 = dlosses * (sigmoid(Z3) - Y)",
        "db3 = np.sum(dZ3, axis=1, keepdims=True)", "dW3 = dZ3 @ A2_drop.T",
        "dA2_drop = W3.T @ dZ3", "dA2 = dA2_drop * D2 / keep_prob", "dZ2 = dA2 * slope(Z2)",
        "db2 = np.sum(dZ2, axis=1, keepdims=True)", "dW2 = dZ2 @ A1_drop.T",
        "dA1_drop = W2.T @ dZ2", "dA1 = dA1_drop * D1 / keep_prob", "dZ1 = dA1 * slope(Z1)",
        "db1 = np.sum(dZ1, axis=1, keepdims=True)", "dW1 = dZ1 @ X.T",
    ]  # fmt: skip


def drawn(data):
    """A random network of two to four layers, with dropout in some of the hidden ones."""
    sizes = data.draw(st.lists(st.integers(1, 5), min_size=3, max_size=5))
    hidden = range(1, len(sizes) - 1)
    layers = data.draw(st.sets(st.sampled_from(list(hidden))))
    activation, keep_prob = (
        data.draw(st.sampled_from(list(ACTIVATIONS))),
        data.draw(st.floats(0.1, 1)),
    )
    m, seed = data.draw(st.integers(1, 6)), data.draw(st.integers(0, 1000))
    return draw_case(activation, tuple(sizes), m, layers, keep_prob, seed)


@given(st.data())
def test_its_gradients_are_those_of_backward_bit_for_bit_on_random_networks(data):
    c = drawn(data)
    _, bwd, written = passes(c)
    for kind in KINDS:
        ours, machine = getattr(bwd, kind), getattr(written.bwd, kind)
        assert sorted(ours) == sorted(machine)
        for l, values in ours.items():
            assert values.tobytes() == machine[l].tobytes(), (kind, l)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_it_prints_is_what_it_ran(activation):
    """Run the printed lines as a program of their own."""
    c = draw_case(activation)
    fwd, bwd, written = passes(c)
    names = {"np": np, "sigmoid": sigmoid, "slope": activation_named(activation).slope_from_Z}
    names |= {"X": c.X, "Y": c.Y, "keep_prob": c.keep_prob}
    for start, arrays in (("W", c.net.W), ("b", c.net.b), ("D", c.masks)):
        names |= {f"{start}{l}": values for l, values in arrays.items()}
    exec("\n".join([*written.forward, *written.backward]), names)
    for l in (1, 2):
        assert np.array_equal(names[f"A{l}_drop"], fwd.A_drop[l])
        assert np.array_equal(names[f"dA{l}_drop"], bwd.dA_drop[l])
        assert np.array_equal(names[f"dA{l}"], bwd.dA[l])
        assert np.array_equal(names[f"dW{l}"] / c.X.shape[1], bwd.dW[l])


def test_a_switch_built_of_times_and_over_alone_gets_the_same_line_and_the_same_bits():
    """The machine need not have heard of dropout."""
    rng = np.random.default_rng(0)
    values, W, D = (
        rng.standard_normal((5, 7)),
        rng.standard_normal((3, 5)),
        sample_mask((5, 7), 0.7, rng),
    )
    t = Tape()
    A1, W2 = Value(t, values, "A1"), Value(t, W, "W2")
    A1_drop = A1 * Value(t, D, "D1", constant=True) / Value(t, 0.7, "keep_prob", constant=True)
    A1_drop.name = "A1_drop"
    sent = t.send_back(W2 @ A1_drop)
    assert sent["dA1"][1] == "dA1_drop / keep_prob * D1"
    assert sent["dA1"][0].tobytes() == apply_mask(sent["dA1_drop"][0], D, 0.7).tobytes()
    assert list(sent) == ["dA1_drop", "dW2", "dA1"]


def test_the_machine_s_own_gradient_after_the_switch_is_zero_at_no_unit_that_is_off():
    """Fact (o)."""
    fwd, _, written = passes(lesson(1))
    off = ~fwd.D[1]
    assert off.any()
    assert written.bwd.dA_drop[1][off].all()
    assert not written.bwd.dA[1][off].any()


TWO = (3, 4)
# What each rule is given: shapes, "D" for a mask, "Y" for labels, a number for a constant.
GIVEN = {
    "@": [(2, 3), TWO], "+": [TWO, TWO], "+ b": [TWO, (3, 1)], "*": [TWO, TWO], "/": [TWO, TWO],
    "switch": [TWO, "D", 0.6], "losses": [(1, 4), "Y"],
} | {name: [TWO] for name in ACTIVATIONS}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_a_rule_s_way_back_is_the_slope_of_its_way_forward(name, rng):
    def draw(what):
        if isinstance(what, tuple):
            return rng.uniform(0.5, 2, what) * rng.choice([-1, 1], what)  # away from 0
        return {"D": rng.random(TWO) < 0.6, "Y": np.array([[1.0, 0, 1, 0]])}.get(what, what)

    inputs = [draw(what) for what in GIVEN[name]]
    t = Tape()
    values = [
        Value(t, data, f"v{k}", constant=not isinstance(what, tuple))
        for k, (data, what) in enumerate(zip(inputs, GIVEN[name], strict=True))
    ]
    sent = t.send_back(t.apply(name, *values))
    wanted = [k for k, value in enumerate(values) if not value.constant]
    assert sorted(sent) == [f"dv{k}" for k in wanted]
    for k in wanted:
        d, _ = sent[f"dv{k}"]
        assert d.shape == inputs[k].shape
        for at in np.ndindex(d.shape):
            sums = []
            for eps in (1e-6, -1e-6):
                nudged = [np.array(data) if i == k else data for i, data in enumerate(inputs)]
                nudged[k][at] += eps
                sums.append(np.sum(RULES[name].forward(*nudged)))
            assert d[at] == pytest.approx((sums[0] - sums[1]) / 2e-6, rel=1e-6, abs=1e-8)


def test_what_comes_back_along_two_ways_is_added():
    rng = np.random.default_rng(1)
    X, W = rng.standard_normal((3, 4)), rng.standard_normal((3, 3))

    def residual(X, W, tanh):
        A = tanh(W @ X) * X + X
        return W @ A / A

    t = Tape()
    sent = t.send_back(residual(Value(t, X, "X"), Value(t, W, "W"), lambda Z: t.apply("tanh", Z)))
    for k, name in enumerate("XW"):
        true = autograd.grad(lambda *args: anp.sum(residual(*args, anp.tanh)), k)(X, W)
        np.testing.assert_allclose(sent[f"d{name}"][0], true, rtol=1e-12)
        names = {"np": np, "X": X, "W": W, "slope": ACTIVATIONS["tanh"].slope_from_Z}
        assert np.array_equal(eval(sent[f"d{name}"][1], names), sent[f"d{name}"][0])


@pytest.mark.parametrize("name", BACKWARD_BUGS)
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_slip_in_its_rule_for_the_switch_is_seen_by_all_three(name, activation):
    bug = BUGS[name]
    c = draw_case(activation)
    fwd, _, written = passes(c, broken(bug.backward))
    assert not check_gradients(c.net, c.X, c.Y, c.masks, c.keep_prob, bwd=written.bwd).ok
    assert check_balance(c.net, fwd, written.bwd).where == "dA2"
    story = tell(c.net, fwd, written.bwd, c.Y, bug)[-1].story
    assert {"dA2", "dA1"} <= set(story.made)
    assert "dA2_drop" not in story.wrong


def test_the_line_it_prints_changes_with_its_rule():
    lines = [
        passes(lesson(), broken(rule))[2].backward
        for rule in (BUGS["no mask"].backward, lambda dA_drop, *_: dA_drop)
    ]
    assert "dA1 = dA1_drop / keep_prob" in lines[0]
    assert "dA1 = rule(dA1_drop, D1, keep_prob)" in lines[1]


def test_a_rule_of_several_lines_is_written_as_a_call():
    def several(dZ, W, A):
        dW = dZ @ A.T
        return dW, W.T @ dZ

    rules = RULES | {"@": RULES["@"]._replace(backward=several)}
    _, bwd, written = passes(lesson(), rules)
    assert "dW3 = several(dZ3, W3, A2_drop)[0]" in written.backward
    assert "dA2_drop = several(dZ3, W3, A2_drop)[1]" in written.backward
    assert np.array_equal(written.bwd.dW[1], bwd.dW[1])


def test_it_runs_one_network_with_one_mask_and_says_so():
    c = draw_case()
    many = {l: np.stack([D, D]) for l, D in c.masks.items()}
    with pytest.raises(ValueError, match="one network with one mask"):
        write_passes(c.net, forward(c.net, c.X, many, c.keep_prob), c.Y)
    fwd = forward(c.net, c.X, c.masks, c.keep_prob)
    with pytest.raises(ValueError, match="Y: expected shape"):
        write_passes(c.net, fwd, c.Y[:, 1:])
    sideways = RULES | {"+ b": Rule(RULES["+ b"].forward, lambda dZ: (dZ, dZ.sum(axis=1)))}
    with pytest.raises(ValueError, match=r"rule\(dZ3\)\[1\]: not of the shape of b3, \(1, 1\)"):
        write_passes(c.net, fwd, c.Y, sideways)


def test_a_network_without_dropout_has_no_line_with_a_mask():
    net = Network.random((3, 4, 1), rng=np.random.default_rng(0))
    fwd = forward(net, np.ones((3, 2)))
    written = write_passes(net, fwd, [[0, 1]])
    assert not any("D1" in line or "drop" in line for line in written.forward + written.backward)
    assert "dA1 = W2.T @ dZ2" in written.backward
    assert sample_masks(net, 2, (), 0.5, np.random.default_rng(0)) == {}


def code_lines(path):
    """Lines of code: not empty, no comment alone, no docstring, no import."""
    source = Path(path).read_text()
    others = set()
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef
        ) and ast.get_docstring(node)
        part = (
            node.body[0]
            if documented
            else node
            if isinstance(node, ast.Import | ast.ImportFrom)
            else None
        )
        others |= set(range(part.lineno, part.end_lineno + 1)) if part else set()
    lines = enumerate(source.splitlines(), 1)
    return [
        line for k, line in lines if line.strip() and line.strip()[0] != "#" and k not in others
    ]


def test_the_whole_machine_is_eighty_lines():
    assert 60 < len(code_lines(tape.__file__)) <= 80
