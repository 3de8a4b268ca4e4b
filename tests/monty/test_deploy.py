"""What is handed to those who run Monty says the same everywhere: Procfile, compose, image and chart."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "monty"
HELM = os.environ.get("TEST_HELM") or shutil.which("helm")
needs_helm = pytest.mark.skipif(not HELM, reason="no helm on the PATH (TEST_HELM)")
VALUES = {
    "publicUrl": "https://inbox.example.org:8443",
    "secretKey": "a-long-random-text",
    "databaseUrl": "postgres://monty:secret@db/monty",
    "redisUrl": "redis://redis:6379/0",
    "storageUrl": "s3://key:secret@host/bucket",
    "settings": {"EXPIRING_SOON_MINUTES": 30},
    "backup": {"schedule": "0 3 * * *"},
}
PLACES = re.compile(r"^(-p|-b|--host|--port|--schedule|--workers)$")


def bare(command: list[str]) -> list[str]:
    """A command without what differs from place to place: addresses, ports, paths, how many."""
    words = list(command)
    kept = []
    while words:
        word = words.pop(0)
        if PLACES.match(word):
            words.pop(0)
        else:
            kept.append(word)
    return kept


def procfile() -> dict[str, list[str]]:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    commands = {name: command.removeprefix("env DATABASE_POOL=1 ").split() for name, command in lines.items()}
    return {{"socket": "sockets"}.get(name, name): bare(each) for name, each in commands.items() if name != "socket2"}


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])


def test_compose_starts_what_the_procfile_starts():
    commands = {
        name: bare(each["command"]) for name, each in compose().items() if name in procfile() and "command" in each
    }
    image = (ROOT / "deploy" / "Dockerfile").read_text().rpartition("CMD ")[2]
    assert commands | {"web": bare(yaml.safe_load(image))} == procfile()


def test_compose_gives_everybody_the_time_they_need_to_leave():
    patience = {name: each.get("stop_grace_period") for name, each in compose().items() if name in procfile()}
    assert patience == dict.fromkeys(procfile(), "2m")


def test_every_setting_that_is_handed_out_is_in_the_docs():
    documented = (ROOT / "docs" / "operations.md").read_text()
    named = set(compose()["web"]["environment"]) | set(
        re.findall(r"^  ([A-Z_]+):", (CHART / "templates/env.yaml").read_text(), re.M)
    )
    assert [name for name in named if f"`{name}`" not in documented] == []


# --- The chart -------------------------------------------------------------------------------------------------------


def rendered(tmp_path: Path, **values: Any) -> "subprocess.CompletedProcess[str]":
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump(VALUES | values))
    command = [str(HELM), "template", "monty", str(CHART), "--values", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def made(tmp_path) -> dict[tuple[str, str], Any]:
    """What the chart makes, by kind and name."""
    done = rendered(tmp_path)
    assert done.returncode == 0, done.stderr
    documents = [each for each in yaml.safe_load_all(done.stdout) if each]
    return {(each["kind"], each["metadata"]["name"].removeprefix("monty-")): each for each in documents}


def containers(made: dict[tuple[str, str], Any]) -> dict[str, Any]:
    found = {name: each["spec"]["template"]["spec"] for (kind, name), each in made.items() if kind == "Deployment"}
    return {name: spec["containers"][0] for name, spec in found.items()}


@needs_helm
def test_the_chart_passes_helms_own_look(tmp_path):
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(VALUES))
    command = [str(HELM), "lint", str(CHART), "--strict", "--values", str(tmp_path / "values.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@needs_helm
@pytest.mark.parametrize("missing", ["publicUrl", "secretKey", "databaseUrl", "redisUrl", "storageUrl"])
def test_what_must_be_said_is_asked_for_in_words(tmp_path, missing: str):
    done = rendered(tmp_path, **{missing: ""})
    assert done.returncode != 0
    assert f"{missing} must" in done.stderr


@needs_helm
def test_the_chart_starts_what_the_procfile_starts(made):
    assert {name: bare(each["command"]) for name, each in containers(made).items()} == procfile()


@needs_helm
def test_whoever_serves_is_asked_by_a_name_that_it_answers_to(made):
    for name in ("web", "sockets"):
        asked = containers(made)[name]["readinessProbe"]["httpGet"]
        assert (asked["path"], asked["httpHeaders"][0]["value"]) == ("/healthz", "inbox.example.org")
        assert containers(made)[name]["lifecycle"]["preStop"]
    assert made["Secret", "env"]["stringData"]["ALLOWED_HOSTS"] == "inbox.example.org"


@needs_helm
def test_there_is_one_beat_and_never_two_at_once(made):
    beat = made["Deployment", "beat"]["spec"]
    assert (beat["replicas"], beat["strategy"]) == (1, {"type": "Recreate"})


@needs_helm
def test_nodes_can_be_emptied_one_pod_at_a_time(made):
    assert {name for kind, name in made if kind == "PodDisruptionBudget"} == {"web", "sockets", "worker"}


@needs_helm
def test_tables_are_new_before_any_process_is(made):
    for document in (made["Secret", "env"], made["Job", "migrate"]):
        assert document["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"


@needs_helm
def test_sockets_find_their_way_past_the_pages(made):
    paths = made["Ingress", "monty"]["spec"]["rules"][0]["http"]["paths"]
    assert [(each["path"], each["backend"]["service"]["name"]) for each in paths] == [
        ("/ws/", "monty-sockets"),
        ("/", "monty-web"),
    ]


@needs_helm
def test_a_secret_of_ones_own_takes_the_place_of_the_values(tmp_path):
    nothing = dict.fromkeys(["secretKey", "databaseUrl", "redisUrl", "storageUrl"], "")
    done = rendered(tmp_path, existingSecret="ours", **nothing)
    assert done.returncode == 0, done.stderr
    assert "secretRef: { name: ours }" in done.stdout
