"""Whatever CLIP is connected: ours, ComfyUI's text encoder, ComfyUI's CLIP_VISION, or none of them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from scorefield.models.two_towers import picture_vectors, text_vectors
from torch import Tensor

from .pocket_models import pocket_text


class ForeignText:
    """A text encoder as ComfyUI's: of D numbers, or with nothing for the whole text."""

    def __init__(self, width: int = 768, has_pooled: bool = True) -> None:
        self.width, self.has_pooled = width, has_pooled

    def tokenize(self, text: str) -> dict[str, Any]:
        return {"l": [[(ord(letter), 1.0) for letter in text]]}

    def encode_from_tokens(self, tokens: dict[str, Any], return_pooled: bool = False) -> Any:
        [[*letters]] = tokens["l"]
        pooled = torch.arange(self.width).float().add(sum(code for code, _ in letters))[None]
        states = torch.zeros(1, 77, self.width)
        return (states, pooled if self.has_pooled else None) if return_pooled else states


class ForeignSight:
    """ComfyUI's CLIP_VISION."""

    def encode_image(self, image: Tensor) -> dict[str, Tensor]:
        return {"image_embeds": image.mean(dim=(1, 2)), "last_hidden_state": torch.zeros(1)}


class Large:
    """A CLIP of another width that answers for itself, in half precision and of any length."""

    scale = 100.0

    def embed_texts(self, texts: list[str]) -> Tensor:
        return torch.ones(len(texts), 512, dtype=torch.float16) * 3

    def embed_pictures(self, pictures: Tensor) -> Tensor:
        return torch.ones(len(pictures), 512, dtype=torch.float16)


def is_unit(vectors: Tensor) -> bool:
    return vectors.dtype == torch.float32 and torch.allclose(vectors.norm(dim=1), torch.ones(len(vectors)))


def test_our_own_answers_for_itself() -> None:
    clip = pocket_text()
    assert torch.allclose(
        text_vectors(clip, ["a cat", "a hat"]), clip.embed_texts(["a cat", "a hat"]), atol=1e-6
    )
    picture = torch.rand(2, 64, 64, 3, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(picture_vectors(clip, picture), clip.embed_pictures(picture), atol=1e-6)


def test_another_width_is_no_matter() -> None:
    assert text_vectors(Large(), ["a", "b"]).shape == (2, 512) and is_unit(text_vectors(Large(), ["a"]))
    assert picture_vectors(Large(), torch.zeros(3, 8, 8, 3)).shape == (3, 512)


def test_comfyuis_text_encoder_gives_the_vector_of_the_whole_text() -> None:
    found = text_vectors(ForeignText(), ["a", "b"])
    assert found.shape == (2, 768) and is_unit(found) and not torch.equal(found[0], found[1])
    expected = torch.arange(768).float() + ord("b")
    assert torch.allclose(found[1], expected / expected.norm())


def test_comfyuis_clip_vision_sees_pictures() -> None:
    pictures = torch.tensor([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0]]).view(2, 1, 1, 3).expand(2, 4, 4, 3)
    assert torch.allclose(picture_vectors(ForeignSight(), pictures), pictures[:, 0, 0], atol=1e-6)


def test_encoders_without_a_shared_space_are_refused() -> None:
    with pytest.raises(ValueError, match="no vector of the whole text"):
        text_vectors(ForeignText(has_pooled=False), ["a"])
    with pytest.raises(ValueError, match="no space that texts and pictures share"):
        text_vectors(object(), ["a"])
    with pytest.raises(ValueError, match="sees no pictures"):
        picture_vectors(ForeignText(), torch.zeros(1, 8, 8, 3))
