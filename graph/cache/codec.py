"""Values as JSON and a list of tensors, and back. Nothing in it names code: types are known beforehand.

JSON's own scalars and lists stand for themselves; everything else is an object with one key that says what
it is: {"tuple": […]}, {"dict": [[key, value], …]}, {"float": "nan's bytes"}, {"tensor": place},
{"form": [name, parts]}, and {"same": n} for the n-th tensor or form again, so that what was shared stays so.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .forms import Damaged, Forms, Unkeepable
from .tensors import is_tensor, put_together, taken_apart

if TYPE_CHECKING:
    from torch import Tensor

MOST_VALUES = 200_000
MOST_LEVELS = 100
_MOST_BITS = 4096


class Encoder:
    """Takes values apart; `descriptions` and `numbers` gather the tensors.

    Args:
        forms: the types that have one.
        most_bytes: how much its tensors may hold together.
    """

    def __init__(self, forms: Forms, most_bytes: int) -> None:
        self.descriptions: list[list[Any]] = []
        self.numbers: list[Tensor] = []
        self._forms = forms
        self._bytes_left = most_bytes
        self._values_left = MOST_VALUES
        # The values themselves too, so that no id is given to another while this lasts.
        self._places: dict[int, tuple[int, Any]] = {}

    def encode(self, value: Any, level: int = 0) -> Any:
        """The value in JSON values.

        Raises:
            Unkeepable: something in it has no form, contains itself, or is too large.
        """
        self._values_left -= 1
        if level > MOST_LEVELS or self._values_left < 0:
            raise Unkeepable("a value that is too deep or too large")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind in (int, float, str):
            return _scalar(value)
        if kind is list:
            return [self.encode(item, level + 1) for item in value]
        if kind is tuple:
            return {"tuple": [self.encode(item, level + 1) for item in value]}
        if kind is dict:
            pairs = [[self.encode(key, level + 1), self.encode(value[key], level + 1)] for key in value]
            return {"dict": pairs}
        return self._encode_shared(value, level)

    def _encode_shared(self, value: Any, level: int) -> Any:
        if id(value) in self._places:
            return {"same": self._places[id(value)][0]}
        encoded: Any
        if is_tensor(value):
            encoded = {"tensor": self._take(value)}
        elif (form := self._forms.by_kind.get(type(value))) is not None:
            encoded = {"form": [form.name, self.encode(form.to_parts(value), level + 1)]}
        else:
            raise Unkeepable(f"a {type(value).__name__}")
        self._places[id(value)] = (len(self._places), value)
        return encoded

    def _take(self, tensor: Tensor) -> int:
        description, numbers = taken_apart(tensor, self._bytes_left)
        self._bytes_left -= numbers.nbytes
        self.descriptions.append(description)
        self.numbers.append(numbers)
        return len(self.numbers) - 1


class Decoder:
    """Puts values together again, given the tensors."""

    def __init__(self, forms: Forms, descriptions: Sequence[Any], numbers: Sequence[Tensor]) -> None:
        self._forms = forms
        self._descriptions = descriptions
        # Each is used once, or a small file could ask for any amount of memory.
        self._numbers = dict(enumerate(numbers))
        self._shared: list[Any] = []
        self._kinds: Mapping[str, Callable[[Any], Any]] = {
            "tuple": lambda items: tuple(self.decode(item) for item in items),
            "dict": lambda pairs: {self.decode(key): self.decode(value) for key, value in pairs},
            "float": lambda bits: struct.unpack("<d", bytes.fromhex(bits))[0],
            "same": lambda place: self._shared[place],
            "tensor": self._tensor,
            "form": self._form,
        }

    def decode(self, encoded: Any) -> Any:
        """The value.

        Raises:
            Exception: it is not what an encoder made; of any kind.
        """
        if isinstance(encoded, list):
            return [self.decode(item) for item in encoded]
        if not isinstance(encoded, dict):
            return encoded
        [(kind, content)] = encoded.items()
        return self._kinds[kind](content)

    def _tensor(self, place: int) -> Any:
        tensor = put_together(self._descriptions[place], self._numbers.pop(place))
        self._shared.append(tensor)
        return tensor

    def _form(self, content: Any) -> Any:
        name, parts = content
        form = self._forms.by_name.get(name)
        if form is None:
            raise Damaged(f"there is no type {name!r}")
        value = form.from_parts(self.decode(parts))
        self._shared.append(value)
        return value


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": struct.pack("<d", value).hex()}
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise Unkeepable("a whole number of very many digits")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unkeepable("a text with half a character") from None
    return value
