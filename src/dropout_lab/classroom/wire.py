"""Let a checker call a learner's function in another process, which it need not trust.

What crosses is written as JSON: numbers, arrays, containers, the state of a generator. A function, and
whatever else stays where it is, crosses as its number. Nothing is ever unpickled, so that all the other
side can do is answer.
"""

import base64
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

import numpy as np

LONGEST = 2**26  # bytes of one message
NUMBERS = re.compile(r"[<>|=]?[biufc]\d{1,2}")  # kinds of arrays that may cross


class GoneError(Exception):
    """The other side has ended, or says what makes no sense."""


class Kept:
    """An object that stayed on the other side, under its number there."""

    def __init__(self, number: int) -> None:
        self.number = number


class Remote(Kept):
    """A function on the other side."""

    def __init__(self, wire: "Wire", number: int, name: str, parameters: list[str]) -> None:
        super().__init__(number)
        self.wire, self.__name__ = wire, name
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(p, kind) for p in parameters])

    def __call__(self, *args: Any) -> Any:
        """What it answers; what it does to arrays and generators among its arguments is done here too."""
        return self.wire.call(self.number, args)


class Wire:
    """One end. kept: what the other side may call or hand back, by number; known: functions that both
    sides have, by name.

    stub: whether an answer was still `...`; raised: the name of the last error over there, or "";
    gone: why there is nobody any more, or "".
    """

    def __init__(
        self,
        reader: IO[bytes],
        writer: IO[bytes],
        known: Mapping[str, Any],
        kept: Iterable[Any] = (),
    ) -> None:
        self.reader, self.writer, self.known, self.kept = reader, writer, known, list(kept)
        self.stub, self.raised, self.gone = False, "", ""

    def call(self, number: int, args: tuple[Any, ...]) -> Any:
        """The answer of what the other side has kept under this number.

        Raises GoneError if there is none, and an error of the same name if the function raised one.
        """
        self._send({"call": number, "args": [self.pack(arg) for arg in args]})
        while "call" in (message := self._receive()):
            self._answer(message)
        try:
            if "error" in message:
                self.raised, text = (str(part) for part in message["error"])
                raise type(_name(self.raised), (Exception,), {})(text)
            self.raised = ""
            for thing, after in zip(list(_changing(args)), message["after"], strict=True):
                _set(thing, after, self)
            value = self.unpack(message["value"])
        except (LookupError, TypeError, ValueError, RecursionError) as error:
            raise self.end("nonsense") from error
        items = value if isinstance(value, tuple | list) else (value,)
        self.stub = self.stub or any(item is ... for item in items)
        return value

    def serve(self) -> None:
        """Answer calls until the other side ends."""
        while True:
            self._answer(self._receive())

    def pack(self, value: Any) -> Any:
        """The value as JSON; what cannot cross stays here, under a number."""
        try:
            return self._packed(value)
        except Exception:  # a learner's object may do anything when looked at
            return self._keep(value, "kept")

    def _packed(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | str):
            return value
        if value is ...:
            return {"stub": 0}
        if isinstance(value, np.ndarray | np.generic):
            return _array(value)
        if isinstance(value, tuple | list):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return {kind: [self.pack(item) for item in value]}
        if isinstance(value, dict):
            return {"dict": [[self.pack(k), self.pack(v)] for k, v in value.items()]}
        if isinstance(value, np.random.Generator) and _state(value)["bit_generator"] == "PCG64":
            return {"rng": _state(value)}
        if isinstance(value, int):
            return int(value) if abs(value) < 2**256 else {"float": str(float(value))}
        if isinstance(value, float | Fraction | Decimal):
            return {"float": repr(float(value))}
        if isinstance(value, complex):
            return _array(np.complex128(value))
        if isinstance(value, Kept):
            return {"yours": value.number}
        if hasattr(value, "__array__") and not isinstance(value, type):
            return _array(np.asarray(value))
        name = getattr(value, "__name__", "")
        if callable(value) and self.known.get(name) is value:
            return {"known": name}
        return self._keep(value, "function" if callable(value) else "kept")

    def _keep(self, value: Any, kind: str) -> Any:
        self.kept.append(value)
        number, name = len(self.kept) - 1, type(value).__name__
        if kind == "kept":
            return {kind: [number, _name(name)]}
        return {kind: [number, _name(getattr(value, "__name__", name)), _parameters(value)]}

    def unpack(self, node: Any) -> Any:
        """The value of this JSON. Raises LookupError, TypeError or ValueError if it is none."""
        if not isinstance(node, dict):
            return node
        ((kind, held),) = node.items()
        if kind == "stub":
            return ...
        if kind == "float":
            return float(held)
        if kind in ("array", "scalar"):
            dtype, shape, data = held
            found = _from_bytes(dtype, shape, data)
            return found[()] if kind == "scalar" else found
        if kind in ("tuple", "list"):
            items = [self.unpack(item) for item in held]
            return tuple(items) if kind == "tuple" else items
        if kind == "dict":
            return {self.unpack(key): self.unpack(value) for key, value in held}
        if kind == "rng":
            rng = np.random.default_rng(0)  # a PCG64
            rng.bit_generator.state = held
            return rng
        if kind == "yours":
            return self.kept[int(held)]
        if kind == "known":
            return self.known[held]
        number, name = int(held[0]), _name(held[1])
        if kind == "function":
            return Remote(self, number, name, held[2])
        return type(name, (Kept,), {})(number)  # so that a message can say what it is

    def _answer(self, message: Any) -> None:
        try:
            args = tuple(self.unpack(arg) for arg in message["args"])
            things = list(_changing(args))
            before = [self._held(thing) for thing in things]
            value = self.pack(self.kept[message["call"]](*args))
            after = [
                None if old == self._held(thing) else self.pack(thing)
                for thing, old in zip(things, before, strict=True)
            ]
            reply: dict[str, Any] = {"value": value, "after": after}
        except BaseException as error:  # sys.exit, and what a learner's function may raise
            if isinstance(error, GoneError):
                raise
            reply = {"error": [_name(type(error).__name__), _said(error)]}
        self._send(reply)

    def _held(self, thing: Any) -> Any:
        """What tells whether it has changed."""
        return thing.tobytes() if isinstance(thing, np.ndarray) else json.dumps(self.pack(thing))

    def _send(self, message: Any) -> None:
        if self.gone:
            raise GoneError
        try:
            self.writer.write(json.dumps(message).encode() + b"\n")
            self.writer.flush()
        except (OSError, ValueError) as error:
            raise self.end("closed") from error

    def _receive(self) -> dict[str, Any]:
        try:
            line = self.reader.readline(LONGEST)
            message = json.loads(line) if line.endswith(b"\n") else None
        except Exception as error:
            raise self.end("nonsense") from error
        except BaseException as error:  # the check lost its patience while we waited
            raise self.end("late") from error
        if not isinstance(message, dict):
            raise self.end("closed")
        return message

    def end(self, why: str) -> GoneError:
        """The error to raise: from now on there is nobody on the other side."""
        self.gone = why
        return GoneError(why)


def _name(text: object) -> str:
    """A name that can do no harm where it is shown."""
    return "".join(re.findall(r"\w", str(text)))[:40] or "thing"


def _parameters(function: Any) -> list[str]:
    """The names of its parameters, as far as they are to be had."""
    try:
        return [str(name) for name in inspect.signature(function).parameters]
    except (TypeError, ValueError):
        return []


def _said(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except Exception:  # an error may itself be half-written
        return ""


def _array(value: Any) -> Any:
    """An array or a numpy number as its bytes; what is masked in a masked array counts as 0."""
    filled = value.filled(0) if isinstance(value, np.ma.MaskedArray) else value
    found = np.asarray(filled)
    if not NUMBERS.fullmatch(found.dtype.str):
        raise TypeError(f"expected numbers, got {found.dtype}")
    kind = "scalar" if isinstance(value, np.generic) else "array"
    data = base64.b64encode(found.tobytes()).decode()
    return {kind: [found.dtype.str, list(found.shape), data]}


def _from_bytes(dtype: str, shape: list[int], data: str) -> Any:
    if not NUMBERS.fullmatch(dtype):
        raise TypeError(f"expected numbers, got {dtype}")
    return np.frombuffer(base64.b64decode(data), dtype=dtype).reshape(shape).copy()


def _state(rng: np.random.Generator) -> Any:
    return rng.bit_generator.state


def _changing(value: Any) -> Iterator[Any]:
    """What a function may change in a value, in the order that both sides see: arrays, generators, dictionaries."""
    if isinstance(value, np.ndarray | np.random.Generator | dict):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _changing(item)


def _set(thing: Any, after: Any, wire: Wire) -> None:
    """Bring it to what it became on the other side."""
    if after is None:
        return
    value = wire.unpack(after)
    if isinstance(thing, np.random.Generator):
        thing.bit_generator.state = _state(value)
    elif isinstance(thing, dict):
        thing.clear()
        thing.update(value)
    else:
        np.copyto(thing, value)
