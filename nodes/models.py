"""Score models: the exact one of a data set, and one to train."""

from typing import TYPE_CHECKING, Annotated

from ..graph.context import Context
from ..graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from .choices import FAMILIES, PREDICTIONS, TARGETS

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.points import Points
    from ..diffusion.prediction import Prediction
    from ..models.library import TextEncoder
    from ..training.toy import Target

CATEGORY = "Scorefield/model"

Model = Annotated[
    "ScoreModel", Out("model", "SCORE_MODEL", "The score model: a vector field that changes with time.")
]
Text = Annotated[
    "TextEncoder",
    Out("clip", "CLIP", "The model's text encoder: it turns prompts, or class names, into conditions."),
]


@node(
    "ScorefieldClosedFormModel",
    title="Closed-Form Model",
    category=CATEGORY,
    aliases=("ideal", "exact", "oracle"),
)
def closed_form_model(
    points: Annotated["Points", Socket("POINTS", "The data set the field is exact for.")],
    family: Annotated[str, Choice("How signal and noise share a picture over time.", FAMILIES)] = FAMILIES[0],
    sigma_min: Annotated[
        float, Float("Noise at t = 0 (variance exploding only).", minimum=1e-6, maximum=1e3, step=0.001)
    ] = 0.01,
    sigma_max: Annotated[
        float, Float("Noise at t = 1 (variance exploding only).", minimum=1e-5, maximum=1e4)
    ] = 10.0,
    levels: Annotated[int, Int("How many noise levels the schedule has.", minimum=2, maximum=10_000)] = 256,
) -> tuple[Model, Text]:
    """The exact score model of a data set, without any training: at every point and time the mean of the
    data points, weighted by how likely each is to have become that point. A perfectly trained network would
    say the same."""
    from ..models.toy.closed_form import closed_form

    return closed_form(points, family, levels, sigma_min, sigma_max)


@node(
    "ScorefieldToyNetwork", title="Toy Network", category=CATEGORY, aliases=("MLP", "perceptron", "untrained")
)
def toy_network(
    points: Annotated[
        "Points", Socket("POINTS", "The data it is to learn; its classes become the network's.")
    ],
    hidden: Annotated[str, String("Widths of the hidden layers.")] = "16, 128, 128, 128, 128, 16",
    time_input: Annotated[bool, Boolean("Whether the network is told the noise level.")] = True,
    scale_input: Annotated[
        bool, Boolean("Divide x by √(alpha² + sigma²): learns several times faster.")
    ] = False,
    prediction: Annotated["Prediction", Choice("What its output means.", PREDICTIONS)] = "epsilon",
    family: Annotated[str, Choice("How signal and noise share a picture over time.", FAMILIES)] = FAMILIES[0],
    sigma_min: Annotated[
        float, Float("Noise at t = 0 (variance exploding only).", minimum=1e-6, maximum=1e3, step=0.001)
    ] = 0.01,
    sigma_max: Annotated[
        float, Float("Noise at t = 1 (variance exploding only).", minimum=1e-5, maximum=1e4)
    ] = 10.0,
    levels: Annotated[int, Int("How many noise levels the schedule has.", minimum=2, maximum=10_000)] = 64,
    random_seed: Annotated[int, Int("Of the first weights.", maximum=2**63 - 1)] = 0,
) -> tuple[
    Annotated["ScoreModel", Out("model", "SCORE_MODEL", "An untrained score model: a random field.")], Text
]:
    """A small network that knows nothing yet. Plot its field, then train it."""
    from ..models.toy.untrained import untrained

    return untrained(
        points, hidden, time_input, scale_input, prediction, family, levels, sigma_min, sigma_max, random_seed
    )


@node(
    "ScorefieldTrain",
    title="Train",
    category=CATEGORY,
    keep=True,
    aliases=("learn", "fit", "training loop"),
)
def train(
    model: Annotated["ScoreModel", Socket("SCORE_MODEL", "A toy network; it is copied, not changed.")],
    points: Annotated["Points", Socket("POINTS", "What to learn.")],
    steps: Annotated[int, Int("How many training steps.", minimum=1, maximum=1_000_000)] = 5000,
    learning_rate: Annotated[float, Float("Of AdamW.", minimum=1e-6, maximum=1.0, step=0.0001)] = 0.003,
    decay: Annotated[
        float, Float("Over which last part of the steps the rate falls to 0.", maximum=1.0)
    ] = 0.3,
    copies: Annotated[int, Int("How often each point stands in a batch.", minimum=1, maximum=1000)] = 4,
    label_dropout: Annotated[
        float, Float("How often a class is hidden, so that guidance has a 'none'.", maximum=1.0)
    ] = 0.1,
    target: Annotated[
        "Target",
        Choice("Learn the whole noise, or only the noise of the last step.", TARGETS),
    ] = "total noise",
    seed: Annotated[int, Int("Of levels, noise and hidden classes.", is_seed=True, maximum=2**63 - 1)] = 0,
    *,
    context: Context,
) -> tuple[Model, Annotated["Tensor", Out("loss", "IMAGE", "The loss, step by step.")]]:
    """Train a toy network on points: add noise of a random level, ask for the noise, correct, again."""
    from ..plots.charts import loss_chart
    from ..training.in_graph import train_copy
    from ..training.toy import Recipe

    recipe = Recipe(steps, learning_rate, round(decay * steps), copies, label_dropout, target)
    trained, losses = train_copy(model, points, recipe, seed, context.progress)
    return trained, loss_chart({"loss": losses})
