"""Numbers for the page: what a node gives to look at beside its picture, as a file that the page fetches.

The file is a safetensors file (8 bytes of length, a JSON header, the numbers, little endian), which
`web/canvas/tensor_file.js` reads. What the numbers mean stands in its metadata under "scorefield", as JSON.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..graph.context import Context
from .shown_files import file_entry

if TYPE_CHECKING:
    from torch import Tensor

    from ..plots.page_view import PageView

MOST_BYTES = 2 * 1024 * 1024
FOLDER = "scorefield"
META = "scorefield"
VIEW = "scorefield_field"  # what web/field/ looks for


def show_view(context: Context, view: Callable[[], PageView]) -> None:
    """Show the page's viewer what `view` makes, if there is a page. It is an extra: what cannot be looked
    at there is still in the picture, so a view that cannot be made fails nothing."""
    if not context.has_page:
        return
    try:
        made = view()
    except ValueError as error:
        context.show(scorefield_note=[str(error)])
    else:
        show_numbers_file(context, VIEW, made.about, made.arrays)


def show_numbers_file(
    context: Context, key: str, about: Mapping[str, Any], arrays: Mapping[str, Tensor]
) -> None:
    """Write numbers to the folder of previews and show the file under a key of our own.

    Args:
        context: the host; without a page nobody would read it.
        key: under which the page's script looks for it, with our prefix: "scorefield_field".
        about: what the numbers mean; anything that JSON can say.
        arrays: by name; float32, float16, int32, int16 or uint8.

    Raises:
        ValueError: more than a page is sent (`MOST_BYTES`); who calls keeps it below.
    """
    content = numbers_file(about, arrays)
    path = _write(content, context.temp_folder / FOLDER, key.removeprefix("scorefield_"))
    context.show(**{key: [file_entry(path, context.temp_folder, "temp")]})


def numbers_file(about: Mapping[str, Any], arrays: Mapping[str, Tensor]) -> bytes:
    """The content of such a file.

    Raises:
        ValueError: as `show_numbers_file`.
    """
    from safetensors.torch import save

    tensors = {name: each.detach().cpu().contiguous() for name, each in arrays.items()}
    written: bytes = save(tensors, {META: json.dumps(about, ensure_ascii=False, separators=(",", ":"))})
    if len(written) > MOST_BYTES:
        raise ValueError(f"{len(written):,} bytes are more than the {MOST_BYTES:,} that a page is sent")
    return written


def _write(content: bytes, folder: Path, name: str) -> Path:
    """A file named after its content, so that the same numbers are one file, written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{blake2b(content, digest_size=10).hexdigest()}.safetensors"
    if path.exists():
        return path
    handle, part = tempfile.mkstemp(dir=folder, prefix=f".{name}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return path
