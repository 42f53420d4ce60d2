"""What core_parity.py runs: small graphs of core nodes in API format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core_files import pictures

Json = dict[str, Any]
METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")


def cases(folder: str) -> Iterator[tuple[str, Json]]:
    """Each graph with its name. Each writes into a folder of its own below that one; two that differ in an
    "again" behind the name share it."""
    titles: dict[str, int] = {}
    for title, graph in _cases(folder):
        place = titles.setdefault(title.removesuffix(" again"), len(titles))
        for node in graph.values():
            if "filename_prefix" in node["inputs"]:
                name = node["inputs"]["filename_prefix"].removeprefix(folder)
                node["inputs"]["filename_prefix"] = f"{folder}/{place}{name}"
        yield title, graph


def _cases(prefix: str) -> Iterator[tuple[str, Json]]:
    for name in pictures():
        yield f"load {name}", _ending(prefix, "LoadImage", image=name)
        yield f"mask of {name}", _mask(prefix, name)
        for channel in ("alpha", "green"):
            yield f"{channel} of {name}", _channel(prefix, name, channel)
    yield "load [input]", _ending(prefix, "LoadImage", image="rgb.png [input]")
    yield from _scaling(prefix)
    yield from _latent_cases(prefix)
    yield from _batches(prefix)
    yield from _saving(prefix)
    yield from _noise_cases(prefix)


def _ending(prefix: str, cls: str, slot: int = 0, **inputs: Any) -> Json:
    """rgb.png (node 1) and grey.png (node 2) at hand, one node of that class (3), and its pictures saved."""
    return {
        "1": _node("LoadImage", image="rgb.png"),
        "2": _node("LoadImage", image="rgba.png"),
        "3": _node(cls, **inputs),
        "9": _node("SaveImage", images=["3", slot], filename_prefix=f"{prefix}/x"),
    }


def _mask(prefix: str, name: str) -> Json:
    return {
        "1": _node("LoadImage", image=name),
        "2": _node("MaskToImage", mask=["1", 1]),
        "9": _node("SaveImage", images=["2", 0], filename_prefix=f"{prefix}/mask"),
    }


def _channel(prefix: str, name: str, channel: str) -> Json:
    return _mask(prefix, name) | {
        "1": _node("LoadImageMask", image=name, channel=channel),
        "2": _node("MaskToImage", mask=["1", 0]),
    }


def _scaling(prefix: str) -> Iterator[tuple[str, Json]]:
    for method in METHODS:
        for crop in ("disabled", "center"):
            for wide, high in ((64, 24), (9, 17), (0, 33), (50, 0), (0, 0)):
                given = {
                    "image": ["1", 0],
                    "upscale_method": method,
                    "width": wide,
                    "height": high,
                    "crop": crop,
                }
                yield f"scale {method} {crop} {wide}×{high}", _ending(prefix, "ImageScale", **given)
        for factor in (0.37, 2.5):
            given = {"image": ["2", 0], "upscale_method": method, "scale_by": factor}
            yield f"scale by {method} {factor}", _ending(prefix, "ImageScaleBy", **given)
        given = {"image": ["1", 0], "upscale_method": method, "megapixels": 0.02, "resolution_steps": 1}
        yield f"scale to pixels {method}", _ending(prefix, "ImageScaleToTotalPixels", **given)


def _latent_cases(prefix: str) -> Iterator[tuple[str, Json]]:
    def saved(name: str, cls: str, file: str = "a.latent", **inputs: Any) -> tuple[str, Json]:
        graph = {
            "1": _node("LoadLatent", latent=file),
            "2": _node("LoadLatent", latent="b.latent"),
            "3": _node(cls, **inputs),
            "9": _node("SaveLatent", samples=["3", 0], filename_prefix=f"{prefix}/latent"),
        }
        return name, graph

    for method in (*METHODS[:4], "bislerp"):
        for crop in ("disabled", "center"):
            for wide, high in ((256, 128), (72, 200), (0, 136), (80, 0), (0, 0)):
                given = {
                    "samples": ["1", 0],
                    "upscale_method": method,
                    "width": wide,
                    "height": high,
                    "crop": crop,
                }
                for file in ("a.latent", "video.latent"):
                    yield saved(
                        f"latent {method} {crop} {wide}×{high} {file}", "LatentUpscale", file, **given
                    )
        given = {"samples": ["1", 0], "upscale_method": method, "scale_by": 1.7}
        yield saved(f"latent by {method}", "LatentUpscaleBy", **given)
    for size in (2, 3, 7):
        yield saved(f"rebatch latents {size}", "RebatchLatents", latents=["2", 0], batch_size=size)
    for first, length in ((1, 2), (3, 9), (0, 1)):
        given = {"samples": ["2", 0], "batch_index": first, "length": length}
        yield saved(f"latents from batch {first} {length}", "LatentFromBatch", **given)
    yield saved("repeat latents", "RepeatLatentBatch", samples=["1", 0], amount=3)
    yield saved("batch latents", "LatentBatch", samples1=["1", 0], samples2=["2", 0])
    yield saved("empty latent", "EmptyLatentImage", width=104, height=64, batch_size=2)
    yield saved("empty SD3 latent", "EmptySD3LatentImage", width=112, height=64, batch_size=1)


def _batches(prefix: str) -> Iterator[tuple[str, Json]]:
    def ending(name: str, cls: str, slot: int = 0, **inputs: Any) -> tuple[str, Json]:
        return name, _ending(prefix, cls, slot, **inputs)

    yield ending("batch of two kinds", "ImageBatch", image1=["1", 0], image2=["2", 0])
    for one, other in (("1", "2"), ("2", "1")):
        graph = _ending(prefix, "ImageBatch", image1=[one, 0], image2=[other, 0])
        yield f"batch of two sizes {one}", graph | {"2": _node("LoadImage", image="frames.webp")}
    film = {"2": _node("LoadImage", image="frames.webp")}
    for size in (1, 3, 4, 9):
        yield f"rebatch {size}", _ending(prefix, "RebatchImages", images=["2", 0], batch_size=size) | film
    for first, length in ((0, 1), (2, 5), (40, 2)):
        graph = _ending(prefix, "ImageFromBatch", image=["2", 0], batch_index=first, length=length)
        yield f"from batch {first} {length}", graph | film
    yield "repeat", _ending(prefix, "RepeatImageBatch", image=["2", 0], amount=2) | film
    yield ending("invert", "ImageInvert", image=["1", 0])
    yield ending("crop", "ImageCrop", image=["1", 0], width=10, height=40, x=5, y=7)
    yield ending("crop outside", "ImageCrop", image=["1", 0], width=10, height=40, x=500, y=700)
    yield ending("empty", "EmptyImage", width=7, height=5, batch_size=2, color=0x12AB34)
    for feathering in (0, 6, 40):
        sides = {"left": 8, "top": 0, "right": 16, "bottom": 8, "feathering": feathering}
        padded = _ending(prefix, "ImagePadForOutpaint", image=["1", 0], **sides)
        yield f"pad {feathering}", padded
        seen = {"4": _node("MaskToImage", mask=["3", 1])}
        yield (
            f"mask of pad {feathering}",
            padded | seen | {"9": {**padded["9"], "inputs": _from("4", padded)}},
        )
    yield ending("solid mask", "MaskToImage", mask=["4", 0])[0], _solid(prefix)
    channel = _ending(prefix, "MaskToImage", mask=["4", 0])
    yield "channel", channel | {"4": _node("ImageToMask", image=["1", 0], channel="blue")}


def _solid(prefix: str) -> Json:
    masks = {"4": _node("InvertMask", mask=["5", 0]), "5": _node("SolidMask", value=0.3, width=9, height=4)}
    return _ending(prefix, "MaskToImage", mask=["4", 0]) | masks


def _from(node_id: str, graph: Json) -> Json:
    return {**graph["9"]["inputs"], "images": [node_id, 0]}


def _saving(prefix: str) -> Iterator[tuple[str, Json]]:
    film = _node("LoadImage", image="frames.webp")
    for name in ("plain", "sub/folder/name", "%width%x%height%", "%year%-%month%-%day%", "b_%batch_num%_x"):
        save = _node("SaveImage", images=["1", 0], filename_prefix=f"{prefix}/{name}")
        yield f"name {name}", {"1": film, "9": save}
        if "batch" not in name:  # there ComfyUI would overwrite the files of the run before
            other = _node("LoadImage", image="frames.png")
            show = _node("PreviewImage", images=["1", 0])
            yield f"name {name} again", {"1": other, "8": show, "9": save}
    for fps, lossless, method in ((6.0, True, "default"), (24.0, False, "slowest"), (7.3, True, "fastest")):
        given = {"fps": fps, "lossless": lossless, "quality": 80, "method": method}
        webp = _node("SaveAnimatedWEBP", images=["1", 0], filename_prefix=f"{prefix}/w", **given)
        yield f"webp {fps} {method}", {"1": film, "9": webp}
        png = _node(
            "SaveAnimatedPNG", images=["1", 0], filename_prefix=f"{prefix}/p", fps=fps, compress_level=4
        )
        yield f"animated png {fps}", {"1": film, "9": png}
    for value in ("a text", 'with "quotes" and ünïcode'):
        graph = {"1": _node("PrimitiveString", value=value), "9": _node("PreviewAny", source=["1", 0])}
        yield f"text {value}", graph
    for cls, number in (("PrimitiveInt", -7), ("PrimitiveFloat", 0.1), ("PrimitiveBoolean", True)):
        yield f"{cls}", {"1": _node(cls, value=number), "9": _node("PreviewAny", source=["1", 0])}
    size = {"1": film, "2": _node("GetImageSize", image=["1", 0])}
    for slot in range(3):
        yield f"size {slot}", size | {"9": _node("PreviewAny", source=["2", slot])}


def _noise_cases(prefix: str) -> Iterator[tuple[str, Json]]:
    """RandomNoise through a node of ours, which the server must have."""
    points = {
        "1": _node("ScorefieldSpiral", count=7),
        "2": _node("ScorefieldClosedFormModel", points=["1", 0]),
    }
    for seed in (0, 5, 2**64 - 1):
        yield (
            f"noise {seed}",
            points
            | {
                "3": _node("RandomNoise", noise_seed=seed),
                "4": _node("ScorefieldForwardNoise", samples=["1", 0], model=["2", 0], noise=["3", 0], t=1.0),
                "9": _node("SaveLatent", samples=["4", 0], filename_prefix=f"{prefix}/noise"),
            },
        )
        yield (
            f"noise of a part {seed}",
            points
            | {
                "3": _node("RandomNoise", noise_seed=seed),
                "4": _node("ScorefieldForwardNoise", samples=["1", 0], model=["2", 0], noise=["3", 0], t=0.0),
                "5": _node("LatentFromBatch", samples=["4", 0], batch_index=2, length=3),
                "6": _node("ScorefieldDDIMSampler", model=["2", 0], noise=["3", 0], latent=["5", 0], steps=3),
                "9": _node("SaveLatent", samples=["6", 0], filename_prefix=f"{prefix}/noise"),
            },
        )


def _node(cls: str, **inputs: Any) -> Json:
    return {"class_type": cls, "inputs": inputs}
