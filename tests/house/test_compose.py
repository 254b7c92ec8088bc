"""The file for several containers speaks of commands, settings and secrets that exist."""

from typing import Any

import pytest
import yaml

from bot import cli
from bot.settings import SECRETS, Settings
from tests.house.repository import read

OURS = ("migrate", "web", "worker")
COMPOSE: dict[str, Any] = yaml.safe_load(read("compose.yaml"))


@pytest.mark.parametrize("service", OURS)
def test_a_service_runs_a_command_that_exists(service: str) -> None:
    program, *arguments = COMPOSE["services"][service]["command"]
    assert program == "guidepost"
    assert cli._parser().parse_args(arguments).run


@pytest.mark.parametrize("service", OURS)
def test_a_service_sets_what_exists_and_no_secret_openly(service: str) -> None:
    given = set(COMPOSE["services"][service]["environment"])
    assert given <= {name.upper() for name in Settings.model_fields} | {f"{name}_FILE" for name in SECRETS}
    assert not given & set(SECRETS)


def test_every_secret_has_a_file_and_reaches_its_service() -> None:
    for service in COMPOSE["services"].values():
        files = {value for name, value in service["environment"].items() if name.endswith("_FILE")}
        assert files == {f"/run/secrets/{name}" for name in service["secrets"]}
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])


def test_one_receives_and_two_answer() -> None:
    roles = {name: one["command"][-1] for name, one in COMPOSE["services"].items() if name in ("web", "worker")}
    assert roles == {"web": "web", "worker": "worker"}
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] == 2
