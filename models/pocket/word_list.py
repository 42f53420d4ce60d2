"""What a difference of two pictures can mean to the pocket CLIP, in one word each: what can be seen."""

from __future__ import annotations

WORD_LIST: tuple[str, ...] = (
    *("desert", "beach", "meadow", "snow", "city"),
    *("day", "night", "sun", "moon", "clouds"),
    *("tree", "cactus", "house", "cat", "person", "umbrella", "car"),
    *("hat", "shirt", "big", "small"),
    *("red", "blue", "green", "yellow", "white", "black", "orange", "gray"),
)
