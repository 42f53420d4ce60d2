"""The pocket models by name, each from the files it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.learned import LearnedField
from ...diffusion.prediction import Prediction
from ...diffusion.schedule import Schedule, flow, flow_ratios
from .autoencoder import Autoencoder
from .checkpoint import load
from .clip import Clip
from .denoiser import Denoiser, Shape
from .names import files
from .pictures import PocketDecoder
from .prior import Prior
from .text import PICTURE, PocketText, Told, picture_condition, told
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

# What the neighbours in a picture have in common shows through much noise: there the paths bend, and there
# walks take most of their steps.
SHIFT = 3.0


@dataclass(frozen=True)
class Kind:
    """What is the same for every training of a score model.

    Attributes:
        prediction: what its network's output means.
        told: what it is told, a "text" or a "picture".
    """

    prediction: Prediction
    told: str = "text"

    def schedule(self) -> Schedule:
        """The noise levels it is sampled at."""
        return flow(1000) if self.prediction == "flow" else flow_ratios(1000, SHIFT)


KINDS = {
    "pocket": Kind("v"),
    "pocket-flow": Kind("flow"),
    "pocket-unclip": Kind("v", PICTURE),
    "pocket-prior": Kind("v"),
    "pocket-video": Kind("flow"),
}


def load_pocket(name: str, folder: Path, device: str = "cpu") -> tuple[ScoreModel, PocketText, PocketDecoder]:
    """The model of that name from a folder.

    Raises:
        ValueError: a file that is missing or no pocket model; the text names it.
    """
    own, clip_file, autoencoder_file = files(name, folder)
    text = load_text(clip_file, device)
    autoencoder, _ = load(autoencoder_file, lambda built: Autoencoder())
    if name == "pocket-prior":
        network: Prior | Denoiser = load(own, lambda built: Prior())[0]
        shape: tuple[int, ...] = (text.clip.text.project.out_features,)
    else:
        network = load(own, lambda built: Denoiser(Shape(**built["shape"])))[0]
        shape = network.shape.sample
    kind = KINDS[name]
    field = LearnedField(network.to(device), kind.prediction, nothing(text, kind.told))
    model = ScoreModel(field, kind.schedule(), shape, Told(field, kind.told), device)
    return model, text, PocketDecoder(autoencoder.to(device))


def load_text(path: Path, device: str = "cpu") -> PocketText:
    """The pocket CLIP as a text encoder."""

    def build(built: Mapping[str, Any]) -> Clip:
        return Clip(len(Vocabulary(tuple(built["words"]))))

    clip, built = load(path, build)
    return PocketText(clip.to(device), Vocabulary(tuple(built["words"])))


def nothing(text: PocketText, kind: str) -> Tensor:
    """What a model is told where nothing in particular is asked for, (1, S + 1, 128)."""
    if kind == PICTURE:
        states, extras = picture_condition(torch.zeros(1, text.clip.text.project.out_features))[0]
    else:
        states, extras = text.encode_from_tokens_scheduled(text.tokenize(""))[0]
    return told(states, extras["pooled_output"])
