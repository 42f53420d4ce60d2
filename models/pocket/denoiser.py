"""The pocket denoiser: one network for pictures and for videos, told its noise level and a condition.

Convolutions on the 16×16 latents find what is near, a transformer on 8×8 tokens what belongs together
(Hoogeboom et al. 2023, arXiv:2301.11093, section 3.4). Of a video, the tokens of all frames look at each
other, as WAN's do, after each convolution over space comes one over time, and a table says what the prompt
means for each place at each time, and what the noisy video shows of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...diffusion.batch import shared_out
from ...diffusion.schedule import Level
from .autoencoder import CHANNELS
from .clip import WIDTH as TOLD_WIDTH
from .layers import Attention, ResidualBlock, level_features, perceptron

# How much a course can read at once, and how loud: most of it about as loud as what is told.
READ_WIDTH, READ_SCALE = 16, 0.2
# A file's header says how a network is built: what nobody would build is refused before it is.
BOUNDS = {
    "frames": (0, 128),
    "side": (2, 128),
    "width": (16, 1024),
    "token_width": (16, 2048),
    "depth": (1, 64),
}


@dataclass(frozen=True)
class Shape:
    """How a denoiser is built.

    Attributes:
        frames: of a video; 0 for pictures.
        side: height and width of its latents.
        width: channels of its convolutions.
        token_width: of its transformer.
        depth: layers of its transformer.

    Raises:
        ValueError: a number out of bounds.
    """

    frames: int = 0
    side: int = 16
    width: int = 64
    token_width: int = 192
    depth: int = 4

    def __post_init__(self) -> None:
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise ValueError(f"a denoiser's {name} is a whole number from {low} to {high}, not {value!r}")

    @property
    def sample(self) -> tuple[int, ...]:
        """The shape of one sample: (C, H, W), of a video (C, T, H, W)."""
        return (CHANNELS, *((self.frames,) if self.frames else ()), self.side, self.side)


class TokenLayer(nn.Module):
    """One layer of the transformer: the tokens look at each other, then at the condition.

    Scales, shifts and gates come from one map that all layers share, plus a table of the layer's own (Chen
    et al. 2023, arXiv:2310.00426, section 2.3).
    """

    starts_as_nothing = ("cross_attention.out",)

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.look_norm = nn.LayerNorm(width)
        self.self_attention, self.cross_attention = Attention(width, 4), Attention(width, 4, TOLD_WIDTH)
        self.perceptron = perceptron(width)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(self, x: Tensor, told: Tensor, shared: Tensor) -> Tensor:
        """x (B, T, width), told (B, S, TOLD_WIDTH), shared (B, 6, width) → (B, T, width)."""
        own = (shared + self.table)[:, :, None]  # (B, 6, 1, width)
        scale, shift, gate, late_scale, late_shift, late_gate = own.unbind(dim=1)
        x = x + gate * self.self_attention(self.norm(x) * (1 + scale) + shift)
        x = x + self.cross_attention(self.look_norm(x), told)
        output: Tensor = x + late_gate * self.perceptron(self.norm(x) * (1 + late_scale) + late_shift)
        return output


class OverTime(nn.Module):
    """What each place of a video takes from the frames before and after it; what moves little by little is
    found by looking there first (Tran et al. 2018, arXiv:1711.11248, section 3.5)."""

    starts_as_nothing = ("beside",)

    def __init__(self, width: int, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.beside = nn.Conv2d(width, width, (3, 1), padding=(1, 0))

    def forward(self, x: Tensor) -> Tensor:
        """(B·F, C, H, W), the same."""
        rows = functional.silu(x).flatten(2).view(-1, self.frames, x.shape[1], x.shape[2] * x.shape[3])
        found = self.beside(rows.transpose(1, 2))  # (B, C, F, H·W)
        output: Tensor = x + found.transpose(1, 2).reshape(x.shape)
        return output


class Course(nn.Module):
    """What a prompt means for each place at each time, and what a noisy video shows of that already.

    "To the right" is left at first and right at last: a product of word, frame and place; attention and the
    scales of the layers take any two of them together, and learn all three hardly at all. Here a table of
    frames and places is scaled, feature by feature, by what is told (Perez et al. 2018, arXiv:1709.07871,
    section 2).

    The other way round, the same table reads which way the figure goes before anything else of it is seen.
    With the prompt that is one more word to look at: who walks "backwards" and goes to the right faces left.
    """

    starts_as_nothing = ("places", "say")

    def __init__(self, frames: int, places: int, width: int) -> None:
        super().__init__()
        features = width // 2
        self.gate = nn.Linear(TOLD_WIDTH, features)
        # Its first values come from the trainer; torch's own would come from the global generator.
        self.places = nn.Embedding(frames * places, features, _weight=torch.empty(frames * places, features))
        self.leave = nn.Linear(features, width, bias=False)
        self.hear = nn.Linear(TOLD_WIDTH + features, READ_WIDTH)
        self.say = nn.Linear(READ_WIDTH, TOLD_WIDTH, bias=False)

    def forward(self, vector: Tensor) -> Tensor:
        """(B, TOLD_WIDTH) → (B, F·h·w, width)."""
        output: Tensor = self.leave(self.places.weight * self.gate(vector)[:, None])
        return output

    def read(self, x: Tensor, vector: Tensor) -> Tensor:
        """The word for x (B, F·h·w, width) where vector (B, TOLD_WIDTH) is told: (B, 1, TOLD_WIDTH)."""
        read = (x @ self.leave.weight * self.places.weight).sum(dim=1) * READ_SCALE  # (B, features)
        heard = self.hear(torch.cat([vector, read], dim=1))
        word: Tensor = self.say(functional.silu(heard))[:, None]
        return word


class Denoiser(nn.Module):
    """Predicts at x (B, *sample) what its training asked for, of the same shape."""

    starts_as_nothing = ("shared", "leave.2")

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, tokens = shape.width, shape.token_width
        self.level = nn.Sequential(nn.Linear(64, tokens), nn.SiLU(), nn.Linear(tokens, tokens))
        self.pooled = nn.Linear(TOLD_WIDTH, tokens)
        self.shared = nn.Linear(tokens, 6 * tokens)
        self.enter = nn.Conv2d(CHANNELS, width, 3, padding=1)
        self.down = nn.ModuleList(ResidualBlock(width, width, tokens) for _ in range(2))
        self.to_tokens = nn.Conv2d(width, tokens, 2, stride=2)
        self.positions = nn.Parameter(torch.zeros((shape.side // 2) ** 2, tokens))
        self.frame_positions = nn.Parameter(torch.zeros(shape.frames, tokens)) if shape.frames else None
        self.course = Course(shape.frames, (shape.side // 2) ** 2, tokens) if shape.frames else None
        self.layers = nn.ModuleList(TokenLayer(tokens) for _ in range(shape.depth))
        self.from_tokens = nn.ConvTranspose2d(tokens, width, 2, stride=2)
        self.up = nn.ModuleList(
            (ResidualBlock(2 * width, width, tokens), ResidualBlock(width, width, tokens))
        )
        blocks = len(self.down) + len(self.up)
        self.over_time = nn.ModuleList(
            OverTime(width, shape.frames) if shape.frames else nn.Identity() for _ in range(blocks)
        )
        self.leave = nn.Sequential(
            nn.GroupNorm(4, width), nn.SiLU(), nn.Conv2d(width, CHANNELS, 3, padding=1)
        )

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        """The prediction at one level; `condition` is (L, S + 1, TOLD_WIDTH), L dividing B: S states to look
        at, and last the vector of the whole.

        x may be on another device than the weights, as the probes of a plot are; the answer is where x is.

        Raises:
            ValueError: no condition: "nothing in particular" is one as well, the empty text's.
        """
        if condition is None:
            raise ValueError(
                "a pocket model is always told something: for nothing in particular, the empty text"
            )
        weight = self.positions
        alpha = torch.full((1,), level.alpha, device=weight.device)
        sigma = torch.full((1,), level.sigma, device=weight.device)
        told = shared_out(condition.to(weight), len(x), "prompts")
        return self.forward(x.to(weight), alpha, sigma, told).to(x)

    def forward(self, x: Tensor, alpha: Tensor, sigma: Tensor, told: Tensor) -> Tensor:
        """x (B, *sample), alpha and sigma (B,) or (1,), told (B, S + 1, TOLD_WIDTH) → (B, *sample)."""
        frames = max(1, self.shape.frames)
        scale = (alpha.square() + sigma.square()).rsqrt().view(-1, *[1] * (x.ndim - 1))
        grids = _frames_apart(x * scale)  # (B·F, C, H, W)
        condition = self.level(level_features(sigma / alpha.clamp(min=1e-8), 64)) + self.pooled(told[:, -1])
        condition = functional.silu(condition)  # (B, tokens)
        each = condition.repeat_interleave(frames, dim=0)
        hidden = self.enter(grids)
        over_time = iter(self.over_time)
        for block in self.down:
            hidden = next(over_time)(block(hidden, each))
        further = self.from_tokens(self._thought(self.to_tokens(hidden), told, condition))
        hidden = torch.cat([hidden, further], dim=1)
        for block in self.up:
            hidden = next(over_time)(block(hidden, each))
        return _frames_together(self.leave(hidden), x.shape)

    def _thought(self, grids: Tensor, told: Tensor, condition: Tensor) -> Tensor:
        """What the transformer makes of (B·F, tokens, h, w), with all frames of a video at once."""
        x = grids.flatten(2).transpose(1, 2) + self.positions  # (B·F, h·w, tokens)
        said, vector = told[:, :-1], told[:, -1]
        if self.frame_positions is not None and self.course is not None:
            x = x.view(-1, self.shape.frames, *x.shape[1:]) + self.frame_positions[:, None]
            x = x.flatten(1, 2)  # (B, F·h·w, tokens)
            said = torch.cat([self.course.read(x, vector), said], dim=1)
            x = x + self.course(vector)
        shared = self.shared(condition).view(len(condition), 6, -1)
        for layer in self.layers:
            x = layer(x, said, shared)
        return x.reshape(len(grids), -1, x.shape[-1]).transpose(1, 2).reshape(grids.shape)


def _frames_apart(x: Tensor) -> Tensor:
    """(B, C, T, H, W) → (B·T, C, H, W); pictures stay as they are."""
    return x.transpose(1, 2).flatten(0, 1) if x.ndim == 5 else x


def _frames_together(x: Tensor, shape: torch.Size) -> Tensor:
    """The inverse of `_frames_apart`."""
    return x.view(shape[0], shape[2], *x.shape[1:]).transpose(1, 2) if len(shape) == 5 else x
