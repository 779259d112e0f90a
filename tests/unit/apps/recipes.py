"""A small recipe in full format, and the worlds that it is deployed in."""

from pathlib import Path
from typing import Any

from coophost_gui.apps.app import App, app
from coophost_gui.hosts.base import Practice, Result, W
from coophost_gui.hosts.fake import FakeHost
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.net import git
from coophost_gui.net.answers import Answer, NameSeen, State
from coophost_gui.net.http import Reply
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from coophost_gui.workshop.engine import PracticeEngine

COMPOSE = """\
version: "3.8"
services:
  app:
    image: ${IMAGE:-hello-checked:1}
    environment:
      - GREETING=${GREETING}
      - ADMIN_FILE=/run/secrets/admin_password
    networks: [internal]
    volumes: ["data:/data"]
    secrets: [admin_password]
    configs:
      - source: settings
        target: /settings
    healthcheck:
      test: ["CMD-SHELL", "${CHECK:-true}"]
      interval: 1s
      timeout: 2s
      retries: 3
    stop_grace_period: 1s
    deploy:
      endpoint_mode: dnsrr
      update_config: {failure_action: rollback, order: start-first, monitor: "${MONITOR:-2s}"}
      rollback_config: {monitor: "${MONITOR:-2s}"}
      restart_policy: {condition: any, delay: 1s}
      labels:
        - "coop-cloud.${STACK_NAME}.version=1.0.0+1"
        - "coop-cloud.${STACK_NAME}.timeout=${TIMEOUT:-60}"
        - "traefik.enable=${TRAEFIK:-false}"
  side:
    image: busybox:1.35
    command: ["sleep", "100000"]
    networks: [internal]
    stop_grace_period: 1s
    deploy:
      endpoint_mode: dnsrr
      update_config: {failure_action: rollback, monitor: "${MONITOR:-2s}"}
      restart_policy: {condition: any, delay: 1s}
networks:
  internal:
volumes:
  data:
secrets:
  admin_password:
    external: true
    name: ${STACK_NAME}_admin_password_${SECRET_ADMIN_PASSWORD_VERSION}
configs:
  settings:
    name: ${STACK_NAME}_settings_${SETTINGS_VERSION}
    file: settings.txt
"""
SAMPLE = """\
TYPE=greeter

DOMAIN=greeter.example.com

## What it says
GREETING=hello
MONITOR=2s
COMPOSE_FILE="compose.yml"
SECRET_ADMIN_PASSWORD_VERSION=v1 # length=30
"""
FILES = {
    "compose.yml": COMPOSE.encode(),
    ".env.sample": SAMPLE.encode(),
    "abra.sh": b"export SETTINGS_VERSION=v1\n",
    "settings.txt": b"colour = green\n",
    "README.md": b"# Greeter\n",
}
VERSION = "1.0.0+1"


def write_recipe(abra, files=None, version=VERSION):
    """Write the recipe, or a new version of it, into the abra folder."""
    git.add_release(abra.recipe_dir("greeter"), {**FILES, **(files or {})}, version, "A release")


class Web:
    """Names that lead to the server, and pages that answer."""

    def __init__(self, address="127.0.0.1"):
        self.address = address
        self.status = 200
        self.asked = []
        self.looks = 0

    def fetch(self, job, url):
        self.asked.append(url)
        return Reply(self.status, {}, b"", url, None)

    def book(self):
        return self

    def look(self, job, name, wanted):
        self.looks += 1
        state = State.HERE if self.address else State.EMPTY
        answer = Answer("ns.example.org", state, (self.address,) if self.address else ())
        return NameSeen(name, 0.0, "example.org", (answer,), answer)


class OneHost:
    """One make-believe server, whatever it is called."""

    world = Practice

    def __init__(self, host):
        self.host = host

    def reach(self, job, server):
        return self.host

    def drop(self, server):
        pass

    def close(self):
        pass


def practice_server(speed: float = 100.0, **more: Any) -> Any:
    engine = PracticeEngine(speed)
    engine.installed = True
    engine.post(Job(), "/swarm/init", {})
    engine.post(Job(), "/networks/create", {"Name": "proxy", "Driver": "overlay"})
    host = FakeHost(engine=engine, name="alpha", **more)
    host.answers.setdefault("sh -s facts", Result(0, "uid=0\n", ""))
    host.world = Practice
    return host


def practice_world(folder: Path, host: Any = None) -> World[Practice]:
    abra = AbraFolder(folder / "abra")
    abra.add_server("alpha")
    web: Any = Web()
    return World(
        world=Practice,
        abra=abra,
        hosts=OneHost(host or practice_server()),
        secrets=MemorySecrets(),
        ssh_dir=folder / "ssh",
        docker_dir=folder / "docker",
        web=web,
    )


def new_greeter(world: World[W], name: str = "hello.example.org", **values: str) -> App[W]:
    """Write the file of an app of the recipe and return the app."""
    write_recipe(world.abra)
    text = SAMPLE.replace("MONITOR=2s", "MONITOR=0.05s") if "MONITOR" not in values else SAMPLE
    text = text.replace("greeter.example.com", name)
    text += "".join(f"{key}={value}\n" for key, value in values.items())
    world.abra.new_app("alpha", name, text)
    return app(world, name)
