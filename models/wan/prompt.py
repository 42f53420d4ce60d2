"""A prompt as WAN was told it in training, and what it is told to keep away from.

The negative prompt is the one of Wan's public configuration (Wan-Video/Wan2.1, wan/configs/shared_config.py,
Apache-2.0): garish tone, overexposed, static, unclear detail, subtitles, style, artwork, painting, picture,
still, overall grey, worst quality, low quality, JPEG residue, ugly, mutilated, extra fingers, badly drawn
hands, badly drawn faces, deformed, disfigured, malformed limbs, fused fingers, motionless picture, cluttered
background, three legs, many people in the background, walking backwards.
"""

from __future__ import annotations

import html
import re

NEGATIVE = (
    "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，"
    "丑陋的，残缺的，多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，静止不动的画面，"
    "杂乱的背景，三条腿，背景人很多，倒着走"
)


def cleaned(prompt: str) -> str:
    """The prompt with broken characters mended, HTML unescaped (twice, as what was scraped needs it) and each
    run of white space one space."""
    import ftfy

    mended = html.unescape(html.unescape(ftfy.fix_text(prompt)))
    return re.sub(r"\s+", " ", mended).strip()
