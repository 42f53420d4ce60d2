from __future__ import annotations

import pytest
from scorefield.training.judging.classifier import SceneJudge, load_judge
from scorefield.training.judging.examples import Scenes, labelled
from scorefield.training.pocket.data import HELD_OUT_FROM
from scorefield.training.scenes.scene import scene


@pytest.fixture(scope="session")
def scenes() -> Scenes:
    return labelled([scene(HELD_OUT_FROM + index) for index in range(200)])


@pytest.fixture(scope="session")
def judge() -> SceneJudge:
    return load_judge()
