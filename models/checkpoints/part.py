"""One network of a model on disk: its class, its configuration and its weights, which have to fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import depth, read_config
from .families import CONFIG
from .json_text import brief, named
from .weights import Weights, find_weights

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

Tensors = dict[str, "Tensor"]
Rename = Callable[[Tensors, Mapping[str, Any]], Tensors]
_MOST_NAMED = 3
_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A network that lies on disk.

    Attributes:
        name: what its model calls it ("unet").
        class_name: diffusers' or transformers' class.
        config: its configuration, checked.
        weights: the tensors that are there.
        where: what errors call it.
        rename: makes the class's own tensors of those in the files, where they are named otherwise.
        config_files: where the configuration comes from.
    """

    name: str
    class_name: str
    config: Mapping[str, Any] = field(repr=False)
    weights: Weights = field(repr=False)
    where: str
    rename: Rename | None = None
    config_files: tuple[Path, ...] = ()

    def check(self) -> None:
        """See that the weights are those that the configuration asks for; none is read.

        Raises:
            ValueError: a weight is missing, of another shape, or of no use to such a network.
        """
        self._fitting()

    def module(self, dtype: torch.dtype | None = None, kind: Any = None) -> Any:
        """The network, on the CPU and not in training. Its tensors are mapped from the files, and begin where
        they do there, as in diffusers and transformers: on a CPU the last bits of a sum depend on it.

        Args:
            dtype: of its weights, but for those that its class keeps in single precision; by default all are.
            kind: a class to build instead of its own, with the same tensors.

        Raises:
            ValueError: the weights do not fit; or a file changed since it was looked at.
        """
        import torch

        module = self._fitting(kind)
        tensors = self._renamed(module, self._read())
        exact = _kept_exact(module, dtype or torch.float32)
        cast = {name: _cast(tensor, name, dtype or torch.float32, exact) for name, tensor in tensors.items()}
        module.load_state_dict(cast, strict=False, assign=True)
        if hasattr(module, "tie_weights"):
            module.tie_weights()  # what is one tensor under two names stands once in the files
        return module.requires_grad_(False).eval()

    def _fitting(self, kind: Any = None) -> Any:
        from .blank import blank, network_class

        if depth(self.config) > len(self.weights.tensors):
            raise ValueError(
                f"{self.where}/{CONFIG} asks for {depth(self.config):,} layers, and its weights have "
                f"{len(self.weights.tensors):,} tensors in all"
            )
        module = blank(kind or network_class(self.class_name), self.config, f"{self.where}/{CONFIG}")
        found = self._renamed(module, self._without_numbers())
        expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
        _compare(
            self.where, expected, {name: tuple(tensor.shape) for name, tensor in found.items()}, _tied(module)
        )
        return module

    def _without_numbers(self) -> Tensors:
        import torch

        def empty(name: str) -> Tensor:
            entry = self.weights.tensors[name]
            if entry.dtype not in _DTYPES:
                raise ValueError(
                    f"{named(self.weights.held_by[name])} holds {brief(name)} in {entry.dtype}, which is not "
                    "supported: take the model in float32, bfloat16 or float16"
                )
            return torch.empty(entry.shape, dtype=getattr(torch, _DTYPES[entry.dtype]), device="meta")

        return {name: empty(name) for name in self.weights.tensors}

    def _read(self) -> Tensors:
        from safetensors import SafetensorError, safe_open

        tensors: Tensors = {}
        for path in self.weights.files:
            try:
                with safe_open(path, framework="pt") as file:
                    here = self.weights.tensors.keys() & set(file.keys())
                    tensors.update({name: file.get_tensor(name) for name in here})
            except (OSError, SafetensorError) as error:
                raise ValueError(f"{named(path)} cannot be read: {error}") from error
        return tensors

    def _renamed(self, module: Any, tensors: Tensors) -> Tensors:
        """The tensors by the names that the class gives them today."""
        if self.rename is not None:
            try:
                tensors = self.rename(tensors, self.config)
            except (KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
                raise ValueError(
                    f"{self.where} does not hold a {self.class_name}: {type(error).__name__} {error}"
                ) from error
        if _is_of_diffusers(module):
            module._fix_state_dict_keys_on_load(tensors)  # names of attention before 2023
        expected = module.state_dict().keys()
        return {_as_expected(name, expected): tensor for name, tensor in tensors.items()}


def part_of(folder: Path, name: str, class_name: str) -> Part:
    """A component of a diffusers directory.

    Raises:
        ValueError: its configuration or its weights are missing, or are not what they have to be.
    """
    where = folder / name if name else folder
    config = read_config(where / CONFIG)
    said = config.get("_class_name", class_name)
    if said != class_name:
        raise ValueError(
            f"{named(where / CONFIG)} is of a {brief(said)}, and a {class_name} was expected there"
        )
    return Part(
        name or folder.name,
        class_name,
        config,
        find_weights(where),
        where.name,
        config_files=(where / CONFIG,),
    )


def _is_of_diffusers(network: Any) -> bool:
    return hasattr(network, "_fix_state_dict_keys_on_load")


def _as_expected(name: str, expected: Iterable[str]) -> str:
    """Text encoders were wrapped once more before transformers 5.6, and others still are."""
    if name not in expected:
        for changed in (name.removeprefix("text_model."), f"text_model.{name}"):
            if changed in expected:
                return changed
    return name


def _compare(
    where: str,
    expected: Mapping[str, tuple[int, ...]],
    found: Mapping[str, tuple[int, ...]],
    tied: Mapping[str, str],
) -> None:
    missing = [name for name in expected if name not in found and tied.get(name) not in found]
    surplus = [name for name in found if name not in expected and not name.endswith(".position_ids")]
    for name, shape in expected.items():
        if name in found and found[name] != shape:
            raise ValueError(
                f"{where}: {brief(name)} is {found[name]} in the weights, and its {CONFIG} asks for {shape}: "
                "the two are of different models"
            )
    if missing:
        raise ValueError(f"{where}: {_listed(missing)} of {len(expected)} are missing from its weights")
    if surplus:
        raise ValueError(
            f"{where}: {_listed(surplus)} in its weights have no place in what its {CONFIG} describes"
        )


def _listed(names: list[str]) -> str:
    more = " …" if len(names) > _MOST_NAMED else ""
    count = "1 tensor" if len(names) == 1 else f"{len(names)} tensors"
    return f"{count} ({', '.join(name[:80] for name in names[:_MOST_NAMED])}{more})"


def _tied(module: nn.Module) -> Mapping[str, str]:
    """Which tensors are others under a further name, and need not be in the files."""
    found = getattr(module, "_tied_weights_keys", None)
    return found if isinstance(found, dict) else {}


def _kept_exact(module: nn.Module, dtype: torch.dtype) -> frozenset[str]:
    """The parts of a network that stay in single precision in half a one, as its class declares."""
    import torch

    if dtype is torch.float32:
        return frozenset()
    names = set(getattr(module, "_keep_in_fp32_modules_strict", None) or ())
    if dtype is torch.float16 or _is_of_diffusers(module):
        names |= set(getattr(module, "_keep_in_fp32_modules", None) or ())
    return frozenset(names)


def _cast(tensor: Tensor, name: str, dtype: torch.dtype, exact: frozenset[str]) -> Tensor:
    import torch

    if not tensor.is_floating_point():
        return tensor
    return tensor.to(torch.float32 if exact.intersection(name.split(".")) else dtype)
