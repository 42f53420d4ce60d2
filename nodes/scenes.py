"""The small scenes that the pocket models learnt from: one drawn to order, many by seed, pairs that differ in
one thing."""

from typing import TYPE_CHECKING, Annotated

from ..graph.declare import Boolean, Choice, Float, Int, Out, node
from ..training.chosen_scenes import CAPTIONS, CHOSEN_COLORS, CHOSEN_THINGS, CONTRASTS, HATS
from ..training.scenes.scene import BACKGROUNDS

if TYPE_CHECKING:
    from torch import Tensor

CATEGORY = "Scorefield/scenes"
HELD_OUT = 900_000_000  # the seeds from here on were never learnt from
Pictures = Annotated["Tensor", Out("image", "IMAGE", "The pictures, 64×64.")]
Captions = Annotated[str, Out("text", "STRING", "Their captions, one a line.")]
Said = Annotated[
    str,
    Choice(
        "What the captions say: everything that can be seen, the thing and where it is, one word; or what a "
        "model learns from, which now and then leaves something out.",
        CAPTIONS,
    ),
]
Seed = Annotated[
    int,
    Int("Of the first picture; the next have the next seeds. No model ever saw those from 900,000,000 on."),
]
Count = Annotated[int, Int("How many pictures.", minimum=1, maximum=4096)]


@node("ScorefieldScene", title="Scene", category=CATEGORY, aliases=("draw", "render", "picture to order"))
def scene(
    background: Annotated[str, Choice("Where it is.", BACKGROUNDS)] = "desert",
    thing: Annotated[
        str, Choice("What stands there; of a tree outside the picture the shadow may be seen.", CHOSEN_THINGS)
    ] = "tree",
    color: Annotated[
        str, Choice("Of the thing, or of a person's shirt; any: from the seed.", CHOSEN_COLORS)
    ] = "any",
    hat: Annotated[str, Choice("For a person; any: a colour from the seed.", HATS)] = "none",
    night: Annotated[bool, Boolean("Whether it is night.")] = False,
    sun: Annotated[bool, Boolean("Whether the sun is in the sky; at night, the moon.")] = False,
    clouds: Annotated[bool, Boolean("Whether there are clouds.")] = False,
    size: Annotated[
        float, Float("From the smallest, 0, to the largest, 1, that the thing comes in.", maximum=1.0)
    ] = 0.5,
    x: Annotated[float, Float("From the left, 0, to the right, 1.", maximum=1.0)] = 0.5,
    random_seed: Annotated[int, Int("Of what is left open, and of details like dunes and stars.")] = 0,
    count: Annotated[int, Int("How many, with this seed and the next ones.", minimum=1, maximum=4096)] = 1,
    caption: Said = "everything",
) -> tuple[Pictures, Captions]:
    """A small picture drawn to order: the same bytes every time."""
    from ..training.chosen_scenes import Wish, described, pictures_of

    wish = Wish(background, thing, color, hat, night, sun, clouds, size, x)
    scenes = [wish.scene(seed) for seed in range(random_seed, random_seed + count)]
    return pictures_of(scenes), "\n".join(described(each, caption) for each in scenes)


@node(
    "ScorefieldRenderedScenes",
    title="Rendered Scenes",
    category=CATEGORY,
    aliases=("training pictures", "dataset", "random scenes"),
)
def rendered_scenes(
    count: Count = 16,
    random_seed: Seed = HELD_OUT,
    caption: Said = "as in training",
) -> tuple[Pictures, Captions]:
    """Random scenes as the pocket models met them: places, things, colours, weather, each with a caption."""
    from ..training.chosen_scenes import described, pictures_of
    from ..training.scenes.scene import scene as scene_of

    scenes = [scene_of(seed) for seed in range(random_seed, random_seed + count)]
    return pictures_of(scenes), "\n".join(described(each, caption) for each in scenes)


@node(
    "ScorefieldScenePair",
    title="Scene Pair",
    category=CATEGORY,
    aliases=("counterfactual", "with and without", "hat and no hat"),
)
def scene_pair(
    word: Annotated[
        str, Choice("What the first pictures have and the second have not.", tuple(CONTRASTS))
    ] = "hat",
    count: Annotated[int, Int("How many pairs.", minimum=1, maximum=4096)] = 8,
    random_seed: Seed = HELD_OUT,
) -> tuple[
    Annotated["Tensor", Out("with_it", "IMAGE", "The pictures that have it.")],
    Annotated["Tensor", Out("without_it", "IMAGE", "The same pictures without it.")],
    Annotated[str, Out("text_with", "STRING", "Captions of the first, one a line.")],
    Annotated[str, Out("text_without", "STRING", "Captions of the second, the same but for the one thing.")],
]:
    """Pictures in pairs that are equal to the pixel but for one thing: what a CLIP's difference of the two
    should mean."""
    from ..training.chosen_scenes import pairs, pictures_of

    found = pairs(word, random_seed, count)
    return (
        pictures_of([each.shown for each in found]),
        pictures_of([each.missing for each in found]),
        "\n".join(each.text for each in found),
        "\n".join(each.other_text for each in found),
    )
