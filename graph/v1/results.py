"""What a V1 node's function returns, in our terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..blocking import is_blocker
from ..context import Context
from ..contract import Expansion


def read_result(returned: Any, context: Context, outputs: int) -> Any:
    """The tuple of outputs, or the expansion, in what the function returned; what it shows is shown.

    It may be a tuple, a blocker for all outputs, nothing, or a dict with "ui", "result" and "expand".
    What is none of these is handed on, for the executor to refuse.
    """
    if isinstance(returned, Mapping):
        _show(returned.get("ui"), context)
        result = _outputs(returned.get("result"), outputs)
        expanded = returned.get("expand")
        return result if expanded is None else Expansion(expanded, tuple(result))
    return _outputs(returned, outputs)


def _outputs(result: Any, count: int) -> Any:
    if result is None:
        return ()
    return (result,) * count if is_blocker(result) else result


def _show(ui: Any, context: Context) -> None:
    if isinstance(ui, Mapping):
        shown = {str(kind): list(v) if isinstance(v, list | tuple) else [v] for kind, v in ui.items()}
        context.show(**shown)
