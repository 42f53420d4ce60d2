"""Single values with an output, so that one number or text can be linked to several inputs."""

from typing import Annotated, Any

from ...graph.context import Context
from ...graph.declare import Boolean, Float, Int, Out, Socket, String, node

CATEGORY = "utilities/primitive"
FARTHEST = 2**63 - 1


@node("PrimitiveInt", title="Int", category=CATEGORY, needs_widgets=True, aliases=("number", "constant"))
def primitive_int(
    value: Annotated[
        int,
        Int(
            "The number.",
            minimum=-FARTHEST,
            maximum=FARTHEST,
            more={"control_after_generate": "fixed"},
        ),
    ],
) -> Annotated[int, Out("INT", "INT", "The number.")]:
    """A whole number."""
    return value


@node("PrimitiveFloat", title="Float", category=CATEGORY, needs_widgets=True, aliases=("number", "constant"))
def primitive_float(
    value: Annotated[
        float,
        Float("The number.", minimum=-FARTHEST, maximum=FARTHEST, step=0.1, is_rounded=True),
    ],
) -> Annotated[float, Out("FLOAT", "FLOAT", "The number.")]:
    """A real number."""
    return value


@node("PrimitiveString", title="Text", category=CATEGORY, needs_widgets=True, aliases=("string", "prompt"))
def primitive_string(
    value: Annotated[str, String("The text.")],
) -> Annotated[str, Out("STRING", "STRING", "The text.")]:
    """A line of text."""
    return value


@node(
    "PrimitiveStringMultiline",
    title="Text (Multiline)",
    category=CATEGORY,
    needs_widgets=True,
    aliases=("string", "prompt", "paragraph"),
)
def primitive_string_multiline(
    value: Annotated[str, String("The text.", multiline=True)],
) -> Annotated[str, Out("STRING", "STRING", "The text.")]:
    """Several lines of text."""
    return value


@node(
    "PrimitiveBoolean", title="Boolean", category=CATEGORY, needs_widgets=True, aliases=("switch", "toggle")
)
def primitive_boolean(
    value: Annotated[bool, Boolean("On or off.")],
) -> Annotated[bool, Out("BOOLEAN", "BOOLEAN", "The same.")]:
    """Something that is on or off."""
    return value


@node(
    "PreviewAny",
    title="Preview as Text",
    category="utilities",
    output_node=True,
    aliases=("show output", "inspect", "print value", "show text"),
)
def preview_any(
    source: Annotated[Any, Socket("*", "What to show.")],
    *,
    context: Context,
) -> Annotated[str, Out("STRING", "STRING", "What is shown.")]:
    """Show any value as text: numbers and texts as they are, lists and objects as JSON, others as Python
    writes them."""
    text = source if isinstance(source, str) else _written(source)
    context.show(text=[text])
    return text


def _written(value: Any) -> str:
    import json

    if isinstance(value, bool | int | float):
        return str(value)
    try:
        return json.dumps(value, indent=4, ensure_ascii=False) if value is not None else "None"
    except (TypeError, ValueError):
        return str(value)
