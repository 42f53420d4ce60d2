"""Models from files. These nodes know the model folders of the run, so that a model that is missing or not
whole is found before anything runs, and the list of models is the one of now."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ..graph.context import Context
from ..graph.contract import Definition, OwnValidation
from ..graph.declare import Choice, Out, node
from ..graph.files import content_hash
from .choices import MODES, PRECISIONS
from .embeddings import CATEGORY as CLIP_CATEGORY
from .models import CATEGORY, Model, Text

if TYPE_CHECKING:
    from ..models.checkpoints.places import Places
    from ..models.library import Decoder
    from ..models.shelf import Shelf
    from ..models.two_towers import TwoTowers

GetPlaces = Callable[[], "Places"]
GetShelf = Callable[[], "Shelf"]
Mode = Annotated[
    str,
    Choice(
        "Of large models. matched: every step and every rounding as in the pipeline that the model was "
        "published with; optimised: the same picture to five digits, faster.",
        MODES,
    ),
]


def usual_places() -> "Places":
    """Where a run without ComfyUI looks that was told nothing else."""
    from ..models.checkpoints.places import places_in

    return places_in([])


def loading_nodes(places: GetPlaces) -> tuple[Definition, ...]:
    """The nodes that load models from these places."""
    return (_score_model(places), _clip_model(places))


def _score_model(places: GetPlaces) -> Definition:
    @node(
        "ScorefieldScoreModel",
        title="Score Model",
        category=CATEGORY,
        aliases=("load model", "checkpoint", "loader"),
        **_reads(places, _models),
    )
    def score_model(
        name: Annotated[
            str,
            Choice(
                "Which model to load. With a hash behind its name, as the help says, that one and no other.",
                _names(places, _models),
            ),
        ] = "toy-spiral",
        mode: Mode = MODES[0],
        precision: Annotated[
            str,
            Choice("What large models compute in; auto chooses for the device.", PRECISIONS),
        ] = PRECISIONS[0],
        *,
        context: Context,
    ) -> tuple[
        Model, Text, Annotated["Decoder", Out("vae", "VAE", "Turns the model's latents into pictures.")]
    ]:
        """A trained score model, of the plane, of pictures or of videos, with the text encoder and the
        decoder that belong to it."""
        from ..models import library

        return library.load(name, context.device, mode=mode, precision=precision, places=places())

    return score_model


def _clip_model(places: GetPlaces) -> Definition:
    @node(
        "ScorefieldCLIPModel",
        title="CLIP Model",
        category=CLIP_CATEGORY,
        aliases=("load clip", "text encoder", "image encoder"),
        **_reads(places, _clips),
    )
    def clip_model(
        name: Annotated[
            str,
            Choice(
                "Which CLIP to load. With a hash behind its name, as the help says, that one and no other.",
                _names(places, _clips),
            ),
        ] = "pocket-clip",
        precision: Annotated[
            str,
            Choice(
                "What a large CLIP computes in; auto is single precision on a CPU and half on a GPU.",
                PRECISIONS,
            ),
        ] = PRECISIONS[0],
        *,
        context: Context,
    ) -> Annotated["TwoTowers", Out("clip", "CLIP", "The CLIP: its two ways into the shared space.")]:
        """A CLIP alone, without the model that it may be the text encoder of: it sees pictures and reads
        texts, and gives both a place in one space."""
        from ..models import library

        return library.load_clip(name, context.device, precision=precision, places=places())

    return clip_model


def _models() -> "Shelf":
    from ..models import library

    return library.MODELS


def _clips() -> "Shelf":
    from ..models import library

    return library.CLIPS


def _names(places: GetPlaces, shelf: GetShelf) -> Callable[[], tuple[str, ...]]:
    return lambda: shelf().names(places())


def _reads(places: GetPlaces, shelf: GetShelf) -> Mapping[str, Any]:
    """How a node is declared whose input `name` is a model, or a CLIP."""

    def files(name: str | None, **_: Any) -> tuple[Path, ...]:
        return () if name is None else shelf().files_of(name, places())

    def fingerprint(name: str | None, **_: Any) -> str | None:
        # A name that comes by a link is not known yet, nor is then which file will be read: it always runs.
        return None if name is None else shelf().state_of(name, places())

    def check(_id: str, constants: Mapping[str, Any], _types: Mapping[str, str]) -> bool | str:
        name = constants.get("name")
        return name is None or _fault(shelf(), places(), name) or True

    validation = OwnValidation(check, frozenset({"name"}))
    return {"files": files, "fingerprint": fingerprint, "validation": validation}


def _fault(shelf: "Shelf", places: "Places", name: Any) -> str:
    """Why a name leads to no model that can be loaded, or nothing."""
    if not isinstance(name, str):
        return "a model is given by its name"
    try:
        shelf.check(name, places, content_hash)
    except ValueError as error:
        return str(error)
    return ""


score_model = _score_model(usual_places)
clip_model = _clip_model(usual_places)
