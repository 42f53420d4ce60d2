"""A page of what demos showed, and the small picture beside each workflow."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from .workflows import CHAPTERS, LARGE, note_of

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

THUMBNAIL = 384
TELLING_MOMENT = 0.62  # of an animation: the walk has left the noise and not yet arrived

FILMS = (".mp4", ".webm")

PAGE = Path(__file__).parent / "web" / "gallery.html"


@dataclass(frozen=True)
class Shown:
    """What a demo showed.

    Attributes:
        name: of its workflow.
        files: pictures, animations and films, in the order of the workflow's nodes.
        texts: likewise.
        seconds: how long it took.
    """

    name: str
    files: list[Path]
    texts: list[str]
    seconds: float


def write_gallery(shown: Sequence[Shown], out: Path) -> Path:
    """Write `out`/index.html, whole or not at all, and return its path."""
    by_name = {demo.name: demo for demo in shown}
    parts = []
    for title, names in (*CHAPTERS.items(), *LARGE.items()):
        articles = [_article(by_name[name], out) for name in names if name in by_name]
        if articles:
            parts += [f"<h2>{html.escape(title)}</h2>", *articles]
    page, part = out / "index.html", out / ".index.html.part"
    template = PAGE.read_text(encoding="utf-8")
    part.write_text(template.replace("<!-- chapters -->", "\n".join(parts)), encoding="utf-8")
    part.replace(page)
    return page


def write_thumbnail(demo: Shown, folder: Path) -> Path:
    """Write `folder`/`name`.jpg, a square of the demo's first picture, and return its path."""
    from PIL import Image, ImageOps

    shown = _telling_frame(demo.files[0])
    square = ImageOps.pad(shown, (THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS, color="#0b0f14")
    path = folder / f"{demo.name}.jpg"
    square.save(path, quality=85)
    return path


def _telling_frame(path: Path) -> Picture:
    from PIL import Image

    if path.suffix in FILMS:
        import av

        with av.open(path) as film:
            frames = list(film.decode(video=0))
        telling = frames[int((len(frames) - 1) * TELLING_MOMENT)]
        return Image.fromarray(telling.to_ndarray(format="rgb24"))
    with Image.open(path) as opened:
        opened.seek(int((getattr(opened, "n_frames", 1) - 1) * TELLING_MOMENT))
        return opened.convert("RGB")


def as_html(markdown: str) -> str:
    """The part of Markdown that the notes use: a heading, paragraphs, strong, emphasis and code."""
    text = html.escape(markdown.strip(), quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)
    text = re.sub(r"`(.+?)`", r"<code>\1</code>", text)
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return "\n".join(f"<h3>{b[3:]}</h3>" if b.startswith("## ") else f"<p>{b}</p>" for b in blocks)


def _seen(path: str) -> str:
    if path.endswith(FILMS):
        return f'<video src="{quote(path)}" autoplay loop muted playsinline controls></video>'
    return f'<img src="{quote(path)}" alt="" loading="lazy">'


def _article(demo: Shown, out: Path) -> str:
    pictures = [_seen(path.relative_to(out).as_posix()) for path in demo.files]
    numbers = html.escape("\n\n".join(demo.texts))
    details = f"<details><summary>The numbers</summary><pre>{numbers}</pre></details>" if numbers else ""
    how = f"<p><small><code>scorefield demos {demo.name}</code> · {demo.seconds:.1f} s</small></p>"
    return f"""<article id="{demo.name}"><div>{as_html(note_of(demo.name))}{how}</div>
<div class="pictures">{"".join(pictures)}{details}</div></article>"""
