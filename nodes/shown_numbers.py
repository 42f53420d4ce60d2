"""Numbers as text: on the page, and out of a node."""

from __future__ import annotations

from collections.abc import Mapping

from ..graph.context import Context


def show_numbers(context: Context, title: str, values: Mapping[str, float]) -> str:
    """Show numbers by name, one a line below the title, and give them as text."""
    width = max((len(name) for name in values), default=0)
    lines = [f"{name:<{width}}  {value:.4g}" for name, value in values.items()]
    text = "\n".join([title, *lines] if title else lines)
    context.show(text=[text])
    return text
