"""Damage to the bytes of workflow files, and of the pictures that carry workflows."""

from __future__ import annotations

import io
import json
import struct
import zlib
from random import Random
from typing import Any


def broken_text(whole: Any, rng: Random) -> bytes:
    """A workflow file with something wrong in its text."""
    text = json.dumps(whole)
    kind = rng.choice(_KINDS)
    return kind(text, rng)


def _cut(text: str, rng: Random) -> bytes:
    return text[: rng.randrange(len(text))].encode()


def _flip(text: str, rng: Random) -> bytes:
    content = bytearray(text.encode())
    for _ in range(rng.choice((1, 1, 2, 9))):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def _insert(text: str, rng: Random) -> bytes:
    place = rng.randrange(len(text))
    piece = rng.choice(("\0", "}", "]", "{", ",", '"', "NaN", "/* no */", "\\ud800", "\\", "\ufeff", "1e"))
    return (text[:place] + piece + text[place:]).encode()


def _number(text: str, rng: Random) -> bytes:
    """Another number where one was."""
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return text.encode()
    place = rng.choice(places)
    numbers = ("NaN", "Infinity", "-Infinity", "1e999", "-1e-999", "9" * 400, "9" * 5000, "0" * 9, "-0", "1.")
    return (text[:place] + rng.choice(numbers) + text[place + 1 :]).encode()


def _twice(text: str, rng: Random) -> bytes:
    """An object in which a key comes twice."""
    place = text.find("{", rng.randrange(len(text)))
    key = rng.choice(("1", "nodes", "class_type", "inputs", "id"))
    piece = f'{{"{key}": {rng.choice(("null", "[]", "1", "{}"))}, '
    return (text[:place] + piece + text[place + 1 :]).encode() if place >= 0 else (text * 2).encode()


def _encoded(text: str, rng: Random) -> bytes:
    encoding = rng.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp500", "utf-7"))
    return text.replace("e", "é", 1).encode(encoding, "replace")


def _deep(text: str, rng: Random) -> bytes:
    depth = rng.choice((200, 700, 950, 985, 1000, 100_000))
    opening, closing = rng.choice((("[", "]"), ('{"a":', "}"), ('{"nodes":[', "]}"), ('{"prompt":', "}")))
    is_closed = rng.random() < 0.7
    inner = opening * depth + "1" + (closing * depth if is_closed else "")
    place = text.find(": ", rng.randrange(len(text)))
    alone = rng.random() < 0.5 or place < 0
    return inner.encode() if alone else (text[: place + 2] + inner + ", " + text[place + 2 :]).encode()


def _long(text: str, rng: Random) -> bytes:
    """A text of megabytes where a text was."""
    place = text.find('"', rng.randrange(len(text))) + 1
    letter = rng.choice(("a", "\\u00e9", "\\n", " "))
    return (
        text[:place]
        + letter * (rng.choice((100_000, 100_000, 2_000_000, 10_000_000)) // len(letter))
        + text[place:]
    ).encode()


def _scalar(text: str, rng: Random) -> bytes:
    bare = ("", " ", "null", "0", '"x"', "[]", "{}", "[[]]", "{}{}", '{"nodes": []}', '{"prompt": {}}', "\0")
    more = ('{"nodes": {}}', '{"workflow": {"nodes": []}}', '{"prompt": []}', '{"1": {}}', '{"1": 5}', "%PDF")
    return rng.choice((*bare, *more)).encode()


_KINDS = (_cut, _flip, _flip, _insert, _insert, _number, _number, _twice, _encoded, _deep, _long, _scalar)


def broken_picture(carried: dict[str, Any], rng: Random) -> bytes:
    """A PNG or WebP that carries a workflow, with something wrong in it."""
    texts = {key: json.dumps(value) for key, value in carried.items()}
    if rng.random() < 0.3:
        key = rng.choice(list(texts))
        texts[key] = broken_text(carried[key], rng).decode("latin-1").replace("\0", " ")
    content = _png(texts, rng) if rng.random() < 0.6 else _webp(texts)
    return rng.choice((_intact, _cut_bytes, _flip_bytes, _lengths, _lengths))(content, rng)


def _png(texts: dict[str, str], rng: Random) -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header)]
    for key, text in texts.items():
        chunks.append(_text_chunk(key.encode(), text.encode("utf-8", "replace"), rng))
    chunks += [(b"IDAT", zlib.compress(b"\0\0\0\0")), (b"IEND", b"")]
    if rng.random() < 0.2:
        rng.shuffle(chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _text_chunk(key: bytes, text: bytes, rng: Random) -> tuple[bytes, bytes]:
    forms = (
        (b"tEXt", key + b"\0" + text),
        (b"zTXt", key + b"\0\0" + zlib.compress(text)),
        (b"zTXt", key + b"\0\0" + text),
        (b"iTXt", key + b"\0\0\0\0\0" + text),
        (b"iTXt", key + b"\0\1\0\0\0" + zlib.compress(text)),
        (b"zTXt", key + b"\0\0" + zlib.compress(b"[" * 2_000_000)),
        (b"eXIf", text),
    )
    return rng.choices(forms, (6, 2, 1, 2, 2, 0.5, 0.5))[0]


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def _webp(texts: dict[str, str]) -> bytes:
    from PIL import Image

    picture, file = Image.new("RGB", (1, 1)), io.BytesIO()
    exif = picture.getexif()
    for tag, (key, text) in zip((0x0110, 0x010F), texts.items(), strict=False):
        exif[tag] = f"{key}:{text}"
    picture.save(file, "WEBP", exif=exif)
    return file.getvalue()


def _intact(content: bytes, rng: Random) -> bytes:
    return content


def _cut_bytes(content: bytes, rng: Random) -> bytes:
    return content[: rng.randrange(4, len(content))]


def _flip_bytes(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        changed[rng.randrange(8, len(changed))] = rng.randrange(256)
    return bytes(changed)


def _lengths(content: bytes, rng: Random) -> bytes:
    """A wrong length in a chunk of the head."""
    names = (b"IHDR", b"tEXt", b"zTXt", b"iTXt", b"IDAT", b"EXIF", b"VP8X", b"VP8 ", b"WEBP")
    found = [place for name in names if (place := content.find(name)) > 4]
    place = rng.choice(found) + (4 if content.startswith(b"RIFF") else -4)
    length = rng.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, rng.randrange(2**16)))
    return content[:place] + struct.pack(">I", length) + content[place + 4 :]
