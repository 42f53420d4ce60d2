"""What a model is told, and how strongly it is made to listen."""

from typing import TYPE_CHECKING, Annotated, Any

from ..graph.declare import Choice, Float, Out, Socket, String, node
from .choices import CONVENTIONS
from .number_list import numbers
from .score_models import TELLABLE, as_score_model

if TYPE_CHECKING:
    from ..diffusion.field import ScoreModel
    from ..diffusion.guidance import Convention
    from ..models.library import TextEncoder

CATEGORY = "Scorefield/guidance"
Encoder = Annotated["TextEncoder", Socket("CLIP", "The text encoder of the model that is to be told.")]
Conditioning = Annotated["list[list[Any]]", Socket("CONDITIONING", "What to ask for.")]


@node(
    "ScorefieldTextEncode",
    title="Text Encode",
    category=CATEGORY,
    keep=True,
    aliases=("prompt", "class", "condition"),
)
def text_encode(
    clip: Encoder,
    text: Annotated[
        str,
        String(
            "What to ask for. Several prompts, one a line, share the batch out. A model of the plane "
            "understands its class names, with commas between.",
            multiline=True,
        ),
    ] = "",
) -> Annotated["list[list[Any]]", Out("conditioning", "CONDITIONING", "The text as the model hears it.")]:
    """A prompt as a condition. The empty text asks for nothing in particular."""
    conditioning: list[list[Any]] = clip.encode_from_tokens_scheduled(clip.tokenize(text))
    return conditioning


@node(
    "ScorefieldNegativeEncode",
    title="Negative Encode",
    category=CATEGORY,
    keep=True,
    aliases=("negative prompt", "uncond"),
)
def negative_encode(
    clip: Encoder,
    text: Annotated[
        str, String("What to keep away from. Empty: the model's own default negative prompt.", multiline=True)
    ] = "",
) -> Annotated["list[list[Any]]", Out("negative", "CONDITIONING", "The other end of guidance.")]:
    """What guidance moves away from: nothing in particular, or something that is not wanted."""
    chosen = text or str(getattr(clip, "default_negative", ""))
    conditioning: list[list[Any]] = clip.encode_from_tokens_scheduled(clip.tokenize(chosen))
    return conditioning


@node(
    "ScorefieldCFGCombine",
    title="CFG Combine",
    category=CATEGORY,
    aliases=("classifier-free guidance", "cfg", "alpha"),
)
def cfg_combine(
    model: Annotated["ScoreModel", Socket(TELLABLE, "A score model that takes a condition.")],
    positive: Annotated["list[list[Any]]", Socket("CONDITIONING", "What to ask for.")],
    guidance_scale: Annotated[
        float,
        Float(
            "How strongly. In 'from uncond' 1 is no guidance, in 'beyond cond' 0 is.",
            maximum=1000.0,
            step=0.1,
        ),
    ] = 2.0,
    convention: Annotated[
        "Convention",
        Choice(
            "from uncond: uncond + α·(cond − uncond), as diffusers and WAN; "
            "beyond cond: cond + w·(cond − uncond), as the paper. α = 1 + w.",
            CONVENTIONS,
        ),
    ] = "from uncond",
    scales: Annotated[
        str,
        String("Several scales, with commas between, share the batch out. They override guidance_scale."),
    ] = "",
    start: Annotated[float, Float("Guidance is on from this t (1 is noise) …", maximum=1.0)] = 1.0,
    end: Annotated[float, Float("… down to this t.", maximum=1.0)] = 0.0,
    negative: Annotated[
        "list[list[Any]] | None",
        Socket("CONDITIONING", "What to move away from; without it, nothing in particular."),
    ] = None,
) -> Annotated["ScoreModel", Out("model", "SCORE_MODEL", "The guided field, with its two parts inside.")]:
    """Classifier-free guidance: follow the conditional field, and exaggerate how it differs from the
    unconditional one."""
    from ..diffusion.guidance import GuidedField

    model = as_score_model(model)
    unconditional = model.field if negative is None else model.given(negative).field
    scale = guidance_scale if not scales.strip() else numbers(scales)
    return model.with_field(
        GuidedField(model.given(positive).field, unconditional, scale, convention, (end, start))
    )
