"""Load packs: each by itself, so that one that fails takes nothing else with it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from ..graph.contract import Definition
from ..graph.v1.reader import read_v1
from .finding import find_packs
from .footprint import added_paths, no_footprint, take_strays
from .importing import forget, free_name, import_pack
from .quiet import quiet
from .reasons import reason_of
from .skipped import PackRefused, Skipped
from .stand_ins.catalogue import stand_ins
from .stand_ins.offer import comfyui_is_here, offered
from .stand_ins.places import Places

Definitions = Mapping[str, Definition]


@dataclass
class LoadedPacks:
    """The nodes of packs. Run them, and check workflows of them, inside `offered()`.

    Attributes:
        definitions: the nodes by id, without those that were known before.
        skipped: the packs and nodes that were left out.
    """

    definitions: dict[str, Definition] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    _stand_ins: dict[str, ModuleType] = field(default_factory=dict)
    _strays: dict[str, ModuleType] = field(default_factory=dict)
    _paths: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def offered(self) -> Iterator[None]:
        """What the packs import while they run: functions of nodes import late too.

        Every thread sees it meanwhile, and another thread's packs wait; nothing of it stays. Of modules
        that several packs have under one plain name, a late import finds the first pack's.
        """
        with offered({**self._strays, **self._stand_ins}):
            paths = list(sys.path)
            sys.path.extend(entry for entry in dict.fromkeys(self._paths) if entry not in paths)
            try:
                yield
            finally:
                sys.path[:] = paths


def load_packs(folders: Sequence[Path], known: Definitions, places: Places) -> LoadedPacks:
    """The nodes of every pack in these folders.

    A pack that raises while it is imported is left out, and named in `skipped`; so is a node whose class
    cannot be read, or whose id is known already.

    Args:
        folders: each holds packs.
        known: the nodes that exist; their ids are taken.
        places: where packs read and write when no node runs.

    Raises:
        InvalidWorkflow: a folder is not there; nothing was loaded.
    """
    packs = [pack for folder in folders for pack in find_packs(folder)]
    loaded = LoadedPacks()
    if not comfyui_is_here():
        loaded._stand_ins.update(stand_ins(places, known))
    for path in packs:
        with offered(loaded._stand_ins), no_footprint():
            _load(path, known, loaded)
    return loaded


def _load(path: Path, known: Definitions, loaded: LoadedPacks) -> None:
    modules, paths = set(sys.modules), list(sys.path)
    name = path.stem if path.suffix == ".py" else path.name
    own_name = free_name(name)
    try:
        _read(import_pack(path, own_name), name, known, loaded)
    except (Exception, SystemExit) as error:
        forget(own_name)
        take_strays(modules, path, own_name)
        loaded.skipped.append(Skipped(name, reason_of(error, path)))
        return
    loaded._paths.extend(added_paths(paths))
    for stray, module in take_strays(modules, path, own_name).items():
        loaded._strays.setdefault(stray, module)


def _read(module: ModuleType, pack: str, known: Definitions, loaded: LoadedPacks) -> None:
    classes = getattr(module, "NODE_CLASS_MAPPINGS", None)
    if classes is None and hasattr(module, "comfy_entrypoint"):
        raise PackRefused("its nodes are of ComfyUI's V3 form (comfy_entrypoint), which only ComfyUI runs")
    if not isinstance(classes, Mapping):
        raise PackRefused("it declares no nodes (NODE_CLASS_MAPPINGS)")
    titles = getattr(module, "NODE_DISPLAY_NAME_MAPPINGS", None) or {}
    taken = []
    for node_id, node_class in classes.items():
        if node_id in known or node_id in loaded.definitions:
            taken.append(str(node_id))
        else:
            _add(str(node_id), node_class, str(titles.get(node_id, "")), pack, loaded)
    if taken:
        loaded.skipped.extend(_collisions(pack, taken, loaded))


def _add(node_id: str, node_class: Any, title: str, pack: str, loaded: LoadedPacks) -> None:
    try:
        definition = read_v1(node_id, node_class, title)
    except Exception as error:
        reason = f"its class cannot be read: {type(error).__name__}: {error}"
        loaded.skipped.append(Skipped(pack, reason, node_id))
        return
    loaded.definitions[node_id] = replace(quiet(definition), module=f"custom_nodes.{pack}")
    nodes = loaded._stand_ins.get("nodes")
    if nodes is not None:
        nodes.NODE_CLASS_MAPPINGS[node_id] = node_class
        nodes.NODE_DISPLAY_NAME_MAPPINGS[node_id] = definition.title


def _collisions(pack: str, taken: Sequence[str], loaded: LoadedPacks) -> Iterator[Skipped]:
    for node_id in taken:
        owner = loaded.definitions.get(node_id)
        whose = "Scorefield itself" if owner is None else f"the pack {owner.pack}"
        yield Skipped(pack, f"its id is taken by {whose}", node_id)
