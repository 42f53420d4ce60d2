"""Files that are no safetensors: what they are instead, and what to do about it."""

from __future__ import annotations

from pathlib import Path

PICKLES = frozenset({".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle"})
LONGEST_MAGIC = 64
_PROTOCOLS = bytes(range(2, 6))
_OTHERS = (
    (b"GGUF", "it is GGUF, whose quantised weights only its own programs read"),
    (
        b"version https://git-lfs",
        "it is a Git LFS pointer: the file itself was never downloaded (git lfs pull)",
    ),
    (b"\x89HDF", "it is HDF5, of Keras"),
    (b"\x93NUMPY", "it is a NumPy array"),
    (b"<", "it is a web page: what was saved is the answer of a server and not the file"),
)


def refused(path: Path, start: bytes = b"") -> ValueError | None:
    """Why a file is not even looked into, by its name and its first bytes; None if it may be safetensors."""
    if path.suffix.lower() in PICKLES or is_pickle(start):
        return ValueError(_pickled(path))
    return next(
        (
            ValueError(f"{path.name} is no safetensors file: {what}")
            for magic, what in _OTHERS
            if _is(start, magic)
        ),
        None,
    )


def check_is_file(path: Path) -> None:
    """Refuse what to open would be to wait for somebody, such as a pipe, and what is not there.

    Raises:
        ValueError: it is no ordinary file.
    """
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        raise ValueError(
            f"{path.parent.name}/{path.name} is no file" if path.exists() else f"there is no file {path}"
        )


def is_pickle(start: bytes) -> bool:
    """Whether bytes begin as Python's pickle does, bare or inside the zip that torch.save writes."""
    return start.startswith(b"PK\x03\x04") or (
        start[:1] == b"\x80" and start[1:2] in _PROTOCOLS and len(start) > 1
    )


def _is(start: bytes, magic: bytes) -> bool:
    return start.lstrip().startswith(magic)


def _pickled(path: Path) -> str:
    line = (
        f"import torch, safetensors.torch as s; t = torch.load('{path.name}', map_location='cpu', "
        "weights_only=True); t = t.get('state_dict', t); s.save_file({k: v.contiguous().clone() "
        f"for k, v in t.items() if hasattr(v, 'shape')}}, '{path.stem}.safetensors')"
    )
    return (
        f"{path.name} is refused: it is a pickle, and to read a pickle is to run the code inside it. "
        "Look for the same model as .safetensors; or convert it, which reads tensors and runs nothing else: "
        f'python -c "{line}"'
    )
