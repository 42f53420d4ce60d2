"""Short ways to write saved pages, and the nodes they are made of, as a server would declare them."""

from __future__ import annotations

from typing import Any

from scorefield.graph.definitions import definitions_from

Json = dict[str, Any]
INSIDE, OUTSIDE = -10, -20


def declared(required: Json, outputs: list[str], optional: Json | None = None, **more: Any) -> Json:
    """An entry of an object_info."""
    return {
        "input": {"required": required, "optional": optional or {}},
        "output": outputs,
        "output_is_list": [False] * len(outputs),
        "output_name": [name.lower() for name in outputs],
        "description": "",
        "python_module": "nodes",
        "category": "cases",
        "output_node": False,
        **more,
    }


def dynamic(**choices: Json) -> list[Any]:
    """A choice that brings inputs of its own."""
    options = [{"key": key, "inputs": {"required": inputs}} for key, inputs in choices.items()]
    return ["COMFY_DYNAMICCOMBO_V3", {"options": options}]


def growing(kind: list[Any], **template: Any) -> list[Any]:
    """A group of inputs that grows."""
    return ["COMFY_AUTOGROW_V3", {"template": {"input": {"required": {"each": kind}}, **template}}]


WIDGETS = {
    "steps": ["INT", {"default": 10, "min": 1, "max": 50}],
    "scale": ["FLOAT", {"default": 1.5, "min": 0.0, "max": 10.0, "step": 0.01}],
    "mode": [["linear", "cosine"], {}],
    "text": ["STRING", {"default": "", "multiline": True, "dynamicPrompts": True}],
    "on": ["BOOLEAN", {"default": True}],
}
OBJECT_INFO: Json = {
    "Number": declared(
        {
            "value": ["INT", {"default": 1, "min": -5, "max": 100}],
            "seed": ["INT", {"default": 0, "max": 2**31}],
        },
        ["NUMBER"],
        display_name="A Number",
    ),
    "Add": declared({"a": ["NUMBER"]}, ["NUMBER"], {"b": ["NUMBER"], "more": ["INT", {"default": 0}]}),
    "Swap": declared({"a": ["NUMBER"], "b": ["NUMBER"]}, ["NUMBER", "NUMBER"]),
    "Mixed": declared({"picture": ["IMAGE"], "number": ["NUMBER"]}, ["NUMBER"]),
    "Settings": declared(WIDGETS, ["FLOAT"]),
    "Show": declared({"value": ["*"]}, [], output_node=True),
    "Picture": declared({"image": [["a.png", "b.png"], {"image_upload": True}]}, ["IMAGE"]),
    "Forced": declared({"first": ["INT", {"forceInput": True}], "second": ["INT", {"default": 7}]}, ["INT"]),
    "Choice": declared(
        {"kind": ["COMBO", {"options": ["x", "y"], "control_after_generate": True}], "n": ["INT", {}]},
        ["INT"],
    ),
    "Resize": declared(
        {
            "picture": [
                "COMFY_MATCHTYPE_V3",
                {"template": {"template_id": "t", "allowed_types": "IMAGE,MASK"}},
            ],
            "how": dynamic(
                size={"width": ["INT", {"default": 512}], "height": ["INT", {"default": 512}]},
                factor={"by": ["FLOAT", {"default": 2.0}]},
                like={"other": ["IMAGE", {}], "crop": dynamic(no={}, yes={"side": [["left", "right"], {}]})},
            ),
            "method": [["area", "nearest"], {}],
        },
        ["COMFY_MATCHTYPE_V3"],
    ),
    "Batch": declared({"pictures": growing(["IMAGE", {}], prefix="picture", min=1, max=4)}, ["IMAGE"]),
    "Named": declared({"parts": growing(["IMAGE", {}], names=["one", "two", "three"], min=0)}, ["IMAGE"]),
    "Shapes": declared(
        {
            "curve": ["CURVE", {}],
            "box": ["BOUNDING_BOX", {"default": {"x": 1, "y": 2, "width": 3, "height": 4}}],
            "tint": ["COLOR", {"default": "#ff0000"}],
            "after": ["INT", {"default": 5}],
        },
        ["INT"],
    ),
    "SaveImage": declared(
        {"images": ["IMAGE"], "filename_prefix": ["STRING", {"default": "ComfyUI"}]}, [], output_node=True
    ),
    "CustomCombo": declared({"choice": ["COMBO", {"options": []}]}, ["STRING", "INT"]),
    "Film": declared({"view": ["LOAD_3D", {}], "n": ["INT", {}]}, ["IMAGE"]),
    "Seeded": declared({"seed": ["INT", {}], "n": ["INT", {}]}, ["INT"]),
    "Sorted": declared(
        {
            "how": dynamic(
                all={"k": ["INT", {}], "parts": growing(["IMAGE", {}], names=["one", "two", "three"], min=0)},
                none={"n": ["INT", {}]},
            )
        },
        ["IMAGE"],
    ),
    "Packed": declared({"n": ["INT", {"default": 3}]}, ["INT"], python_module="custom_nodes.pack"),
    "KSampler": declared({"sampler_name": [["euler", "ddim"], {}], "cfg": ["FLOAT", {}]}, ["LATENT"]),
}
for name, entry in OBJECT_INFO.items():
    entry.setdefault("name", name)
    entry.setdefault("display_name", name)
DEFINITIONS = definitions_from(OBJECT_INFO)


def node(
    id: int,
    type: str,
    inputs: list[Any] | None = None,
    values: Any = None,
    outputs: list[Any] | None = None,
    **more: Any,
) -> Json:
    """A node. An input is `(name, type, link)`, with a fourth part the name of its widget."""
    slots = [
        {"name": name, "type": kind, "link": link, **({"widget": {"name": widget[0]}} if widget else {})}
        for name, kind, link, *widget in inputs or []
    ]
    outlets = [{"name": "out", "type": kind, "links": links} for kind, links in (outputs or [("NUMBER", [])])]
    box = {"pos": [0, 0], "size": [100, 100], "flags": {}, "order": 0, "mode": 0, "properties": {}}
    return {
        "id": id,
        "type": type,
        **box,
        "inputs": slots,
        "outputs": outlets,
        "widgets_values": [] if values is None else values,
        **more,
    }


def number(id: int, value: int = 1, links: list[int] | None = None, **more: Any) -> Json:
    """A node that gives a number."""
    return node(id, "Number", [], [value, 0, "fixed"], [("NUMBER", links or [])], **more)


def add(id: int, a: int | None, b: int | None = None, links: list[int] | None = None, **more: Any) -> Json:
    """A node that takes two."""
    inputs = [("a", "NUMBER", a), ("b", "NUMBER", b)]
    return node(id, "Add", inputs, [0], [("NUMBER", links or [])], **more)


def page(nodes: list[Json], links: list[Any] | None = None, **more: Any) -> Json:
    """A saved page; a link is `(id, from, output, to, input)`, with a sixth part its type."""
    arrays = [[*link[:5], link[5] if len(link) > 5 else "NUMBER"] for link in links or []]
    last = max((each["id"] for each in nodes if isinstance(each.get("id"), int)), default=0)
    return {
        "last_node_id": last,
        "last_link_id": 1000,
        "nodes": nodes,
        "links": arrays,
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
        **more,
    }


def subgraph(
    id: str,
    nodes: list[Json],
    links: list[Any],
    inputs: list[Any] | None = None,
    outputs: list[Any] = (),  # type: ignore[assignment]
) -> Json:
    """A subgraph; an input or output is `(name, type, links)`."""

    def edge(node_id: int) -> Json:
        return {"id": node_id, "bounding": [0, 0, 100, 100]}

    def slots(listed: Any) -> list[Json]:
        return [
            {"id": f"{id}-{name}", "name": name, "type": kind, "linkIds": list(ids), "pos": [0, 0]}
            for name, kind, ids in listed
        ]

    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
    return {
        "id": id,
        "version": 1,
        "name": id,
        "state": {"lastGroupId": 0, "lastNodeId": 0, "lastLinkId": 0, "lastRerouteId": 0},
        "revision": 0,
        "config": {},
        "inputNode": edge(INSIDE),
        "outputNode": edge(OUTSIDE),
        "inputs": slots(inputs or []),
        "outputs": slots(outputs),
        "widgets": [],
        "nodes": nodes,
        "groups": [],
        "links": [
            dict(zip(keys, link[:5], strict=True)) | {"type": link[5] if len(link) > 5 else "NUMBER"}
            for link in links
        ],
        "extra": {},
    }


def with_subgraphs(saved: Json, *subgraphs: Json) -> Json:
    """The page with those subgraphs on it."""
    return {**saved, "definitions": {"subgraphs": list(subgraphs)}}
