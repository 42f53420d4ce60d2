"""Data sets of the plane, and the pictures they can be taken from."""

from typing import TYPE_CHECKING, Annotated

from ..graph.declare import Choice, Float, Int, Out, Socket, String, node

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.points import Points

CATEGORY = "Scorefield/data"
Data = Annotated["Points", Out("points", "POINTS", "The data set: points of the plane, with their classes.")]


@node("ScorefieldSpiral", title="Spiral", category=CATEGORY, aliases=("swiss roll", "dataset", "2d"))
def spiral(
    count: Annotated[int, Int("How many points along the spiral.", minimum=2, maximum=10_000)] = 100,
    classes: Annotated[
        str, Choice("One kind of point, or three from the inside out: person, dog, cat.", ("1", "3"))
    ] = "1",
) -> Data:
    """The video's data set: points along a spiral, which stand for pictures in the space of pictures."""
    from ..models.toy import datasets

    return datasets.spiral(count, int(classes))


@node("ScorefieldCircle", title="Circle", category=CATEGORY, aliases=("ring", "dataset", "2d"))
def circle(
    count: Annotated[int, Int("How many points around the circle.", minimum=1, maximum=10_000)] = 100,
) -> Data:
    """Points evenly spaced on the unit circle: a data set whose mean is far from all of its points."""
    from ..models.toy import datasets

    return datasets.circle(count)


@node("ScorefieldMoons", title="Two Moons", category=CATEGORY, aliases=("half circles", "dataset", "2d"))
def moons(
    count: Annotated[int, Int("How many points on both moons together.", minimum=2, maximum=10_000)] = 200,
    noise: Annotated[float, Float("How far the points stray from the moons (std).", maximum=1.0)] = 0.05,
    random_seed: Annotated[int, Int("Which noise.", maximum=2**63 - 1)] = 0,
) -> Data:
    """Two half circles that reach into each other: the data set of the flow-matching notebook."""
    import torch

    from ..models.toy import datasets

    return datasets.moons(count, noise, torch.Generator().manual_seed(random_seed))


@node(
    "ScorefieldPointsFromText",
    title="Points From Text",
    category=CATEGORY,
    aliases=("typed points", "own data"),
)
def points_from_text(
    text: Annotated[
        str, String("One point a line: x y, and a class name if you like: 0.5 -1.2 cat", multiline=True)
    ] = "-1 0\n1 0\n0 1",
) -> Data:
    """Points typed in by hand, as many as you like, with or without classes."""
    from ..models.toy import datasets

    return datasets.from_text(text)


@node(
    "ScorefieldDrawPoints",
    title="Draw Points",
    category=CATEGORY,
    aliases=("draw", "paint", "own data", "sketch", "pad"),
)
def draw_points(
    drawing: Annotated[
        str,
        String("The points, which the pad below draws: x y x y … for each class, with ; between classes."),
    ] = "-1 0.2 -0.8 0.5 -0.5 0.6 -0.3 0.4; 0.3 -0.4 0.5 -0.6 0.8 -0.5 1 -0.2",
    names: Annotated[
        str, String("What the classes are called, with commas between: words to ask for.")
    ] = "person, dog, cat",
) -> Data:
    """Points drawn by hand, class by class. The drawing is part of the workflow; on the page its exact field
    is seen while one draws."""
    from ..models.toy import datasets

    return datasets.from_drawing(drawing, names)


@node(
    "ScorefieldPointsFromImage",
    title="Points From Image",
    category=CATEGORY,
    aliases=("pixels", "logo", "drawing"),
)
def points_from_image(
    image: Annotated["Tensor", Socket("IMAGE", "A picture; the first of a batch is taken.")],
    count: Annotated[
        int, Int("How many points to draw from its dark pixels.", minimum=1, maximum=10_000)
    ] = 500,
    threshold: Annotated[
        float, Float("Pixels darker than this count as ink (0 black … 1 white).", maximum=1.0)
    ] = 0.5,
    random_seed: Annotated[int, Int("Which pixels.", maximum=2**63 - 1)] = 0,
) -> Data:
    """Points drawn from the dark pixels of a picture: any shape you can draw becomes a data set."""
    import torch

    from ..models.toy import datasets

    return datasets.from_image(image[0], count, torch.Generator().manual_seed(random_seed), threshold)


@node("ScorefieldTextImage", title="Text Image", category=CATEGORY, aliases=("glyph", "letter", "draw text"))
def text_image(
    text: Annotated[str, String("What to write: a letter, a digit, a word.")] = "S",
    size: Annotated[int, Int("Width and height of the picture, in pixels.", minimum=16, maximum=2048)] = 64,
) -> Annotated["Tensor", Out("image", "IMAGE", "Black text on white, one picture.")]:
    """A small picture of some text: something to take points or pixels from where no photo is at hand."""
    from ..plots.text_image import text_image as draw

    return draw(text, size)


@node(
    "ScorefieldPixelsToPoint",
    title="Pixels To Point",
    category=CATEGORY,
    aliases=("image space", "two pixels"),
)
def pixels_to_point(
    image: Annotated["Tensor", Socket("IMAGE", "One or more pictures, all of one size.")],
    first_x: Annotated[int, Int("Column of the first pixel.", maximum=16_384)] = 20,
    first_y: Annotated[int, Int("Row of the first pixel.", maximum=16_384)] = 20,
    second_x: Annotated[int, Int("Column of the second pixel.", maximum=16_384)] = 32,
    second_y: Annotated[int, Int("Row of the second pixel.", maximum=16_384)] = 32,
) -> tuple[Data, Annotated[str, Out("text", "STRING", "The brightnesses, picture by picture.")]]:
    """A picture as a point: its coordinates are the brightnesses of two of its pixels. A picture of 64×64
    pixels is a point in a space of 4096 dimensions; two of them can be drawn."""
    from ..diffusion.points import Points

    height, width = image.shape[1:3]
    for name, place, limit in (
        ("column", max(first_x, second_x), width),
        ("row", max(first_y, second_y), height),
    ):
        if place >= limit:
            raise ValueError(f"there is no {name} {place} in a picture of {width}×{height} pixels")
    grey = image[..., :3].mean(dim=3)  # (B, H, W)
    xy = grey[:, [first_y, second_y], [first_x, second_x]].float()  # (B, 2)
    return Points(xy), "\n".join(f"this picture is the point ({x:.3f}, {y:.3f})" for x, y in xy.tolist())
