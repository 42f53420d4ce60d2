"""Words to rank against pictures and their differences, in the groups and numbers of the video's own list.

The words are ours, but for those that the video shows; as there, "mouse", "orange" and "tie" stand in two
groups each.
"""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "objects": (
        *("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "bench"),
        *(
            "backpack",
            "umbrella",
            "handbag",
            "tie",
            "suitcase",
            "frisbee",
            "snowboard",
            "sports ball",
            "kite",
        ),
        *("tennis racket", "bottle", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "orange"),
        *("sandwich", "pizza", "cake", "chair", "couch", "bed", "table", "television", "laptop", "mouse"),
        *("keyboard", "telephone", "oven", "book", "clock", "vase", "scissors", "teddy bear", "toothbrush"),
    ),
    "animals": (
        *("cat", "dog", "bird", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "lion"),
        *("tiger", "leopard", "wolf", "fox", "rabbit", "mouse", "rat", "squirrel", "monkey", "kangaroo"),
        *("deer", "pig", "goat", "duck", "chicken", "fish", "shark", "whale", "dolphin", "frog", "snake"),
        "turtle",
    ),
    "clothing": (
        *("hat", "cap", "helmet", "scarf", "gloves", "shirt", "sweater", "jacket", "coat", "dress", "skirt"),
        *("trousers", "jeans", "shorts", "socks", "shoes", "boots", "sneakers", "sandals", "tie", "belt"),
        *("glasses", "sunglasses", "necklace", "earrings", "bracelet", "ring", "watch", "suit"),
    ),
    "emotions": (
        *("happy", "sad", "angry", "afraid", "surprised", "disgusted", "calm", "excited", "bored", "tired"),
        *("proud", "ashamed", "lonely", "anxious", "tense", "serious", "joyful", "curious", "confused"),
        "hopeful",
    ),
    "abstract": (
        *("love", "hate", "freedom", "justice", "time", "peace", "war", "truth", "beauty", "courage"),
        *("wisdom", "power", "roughness", "smoothness", "silence", "chaos", "order", "friendship"),
        *("success", "danger"),
    ),
    "colours": (
        *("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray"),
        *("silver", "gold", "beige", "maroon", "navy", "teal", "aqua", "magenta", "olive"),
    ),
    "styles": (
        *("modern", "traditional", "vintage", "minimalist", "abstract", "realistic", "cartoon", "gothic"),
        *("baroque", "futuristic", "rustic", "elegant", "casual", "formal", "bohemian", "industrial"),
        *("surreal", "impressionist"),
    ),
    "activities": (
        *("running", "walking", "swimming", "dancing", "singing", "reading", "writing", "cooking", "eating"),
        *("sleeping", "drawing", "painting", "driving", "flying", "climbing", "jumping", "exercising"),
        *("working", "playing", "fishing"),
    ),
}
SEEN = ("objects", "animals", "clothing")  # what a photo can be a photo of


def every_word() -> tuple[str, ...]:
    """All entries, each word once."""
    return _once(*GROUPS)


def words_of_things() -> tuple[str, ...]:
    """The entries that a photo can be a photo of, each word once."""
    return _once(*SEEN)


def _once(*groups: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for word in GROUPS[group]))
