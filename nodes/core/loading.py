"""Files as values. These nodes know the folders of the run, so that a missing file is found before anything
runs, and the list of files is the one of now."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ...graph.contract import Definition, OwnValidation
from ...graph.declare import Choice, Out, node
from ..socket_values import Latent
from .folders import Folders

if TYPE_CHECKING:
    from torch import Tensor

CHANNELS = ("alpha", "red", "green", "blue")
FORMAT = "latent_format_version_0"  # in files written since latents are stored unscaled
OLD_SCALE = 0.18215
FILE = "The file, in the input folder. With [output] or [temp] behind its name, in one of those."


def loading_nodes(folders: Folders) -> tuple[Definition, ...]:
    """The nodes that read files from these folders."""
    return _load_image(folders), _load_image_mask(folders), _load_latent(folders)


def _load_image(folders: Folders) -> Definition:
    @node(
        "LoadImage",
        title="Load Image",
        category="image",
        aliases=("open image", "import image", "upload image", "read image"),
        **_reads(folders, "image"),
    )
    def load_image(
        image: Annotated[str, Choice(FILE, folders.pictures, more={"image_upload": True})],
    ) -> tuple[
        Annotated["Tensor", Out("IMAGE", "IMAGE", "The picture; of an animation, its frames.")],
        Annotated["Tensor", Out("MASK", "MASK", "1 where the picture is transparent.")],
    ]:
        """Load a picture or an animation, upright and in colour."""
        from ...plots.picture_reader import read_pictures

        return read_pictures(folders.find(image))

    return load_image


def _load_image_mask(folders: Folders) -> Definition:
    @node(
        "LoadImageMask",
        title="Load Image (as Mask)",
        category="image",
        aliases=("import mask", "alpha mask", "channel mask"),
        **_reads(folders, "image"),
    )
    def load_image_mask(
        image: Annotated[str, Choice(FILE, folders.pictures, more={"image_upload": True})],
        channel: Annotated[
            str, Choice("Which channel; of alpha, 1 is where the picture is transparent.", CHANNELS)
        ] = CHANNELS[0],
    ) -> Annotated["Tensor", Out("MASK", "MASK", "The channel, 0 … 1.")]:
        """Load one channel of a picture, or of every frame of an animation, as a mask."""
        from ...plots.picture_reader import read_pictures

        images, masks = read_pictures(folders.find(image))
        return masks if channel == CHANNELS[0] else images[..., CHANNELS.index(channel) - 1]

    return load_image_mask


def _load_latent(folders: Folders) -> Definition:
    @node(
        "LoadLatent",
        title="Load Latent",
        category="model/latent",
        aliases=("import latent", "open latent"),
        **_reads(folders, "latent"),
    )
    def load_latent(
        latent: Annotated[str, Choice(FILE, folders.latents)],
    ) -> Annotated["Latent", Out("LATENT", "LATENT", "The latents in the file.")]:
        """Load latents that were saved."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        path = folders.find(latent)
        try:
            values = load_file(path)
            samples = values["latent_tensor"].float()
        except (SafetensorError, KeyError, OSError) as error:
            raise ValueError(f"{path.name} holds no latents that can be read: {error}") from error
        return {"samples": samples if FORMAT in values else samples / OLD_SCALE}

    return load_latent


def _reads(folders: Folders, name: str) -> Mapping[str, Any]:
    """How a node is declared whose input of that name is a file in these folders."""

    def files(**given: Any) -> tuple[Path, ...]:
        return () if _fault(folders, given[name]) else (folders.find(given[name]),)

    def fingerprint(**given: Any) -> str | None:
        return None if _fault(folders, given[name]) else ""  # nobody knows yet which file it will be

    def check(_id: str, constants: Mapping[str, Any], _types: Mapping[str, str]) -> bool | str:
        value = constants.get(name)
        return (value is not None and _fault(folders, value)) or True

    validation = OwnValidation(check, frozenset({name}))
    return {"needs_widgets": True, "files": files, "fingerprint": fingerprint, "validation": validation}


def _fault(folders: Folders, value: Any) -> str:
    """Why a value leads to no file, or nothing."""
    if not isinstance(value, str):
        return "a file is given by its name"
    try:
        folders.find(value)
    except ValueError as error:
        return str(error)
    return ""
