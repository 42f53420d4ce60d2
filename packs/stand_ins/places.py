"""Where packs read and write when no node runs; a node's own run says it better."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...graph.current import CURRENT


@dataclass(frozen=True)
class Places:
    """Absolute folders. `base` is what packs take for ComfyUI's own: they copy things for the page there."""

    output: Path
    input: Path
    models: Path
    base: Path

    @classmethod
    def of(cls, output: Path, input: Path, models: Path = Path("models")) -> Places:
        """The places beside an output and an input folder; none of them is made."""
        base = output / "temp" / "packs"
        return cls(output.absolute(), input.absolute(), models.absolute(), base.absolute())

    def output_now(self) -> Path:
        """Where results go: the running node's output folder, where one runs."""
        call = CURRENT.get()
        return self.output if call is None else call.context.output_folder

    def input_now(self) -> Path:
        """Where files to read lie."""
        call = CURRENT.get()
        return self.input if call is None else call.context.input_folder

    def temp_now(self) -> Path:
        """Where previews go."""
        call = CURRENT.get()
        return self.output / "temp" if call is None else call.context.temp_folder
