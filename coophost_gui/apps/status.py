"""How one app is right now, part by part."""

from dataclasses import dataclass

from coophost_gui.apps.app import App
from coophost_gui.health.judge import Level, ServiceHealth, State, find, judge, level, word
from coophost_gui.health.look import look
from coophost_gui.hosts.base import Host, W, same_world
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.world import World


@dataclass(frozen=True, slots=True)
class AppStatus:
    """The verdict on an app, seen at ``at``."""

    state: State
    level: Level
    word: Words
    reason: Words
    version: str  # the one that runs; "" when none does
    parts: tuple[ServiceHealth, ...]
    at: float


def status(job: Job, world: World[W], host: Host[W], app: App[W]) -> AppStatus:
    """Look at *host* once and judge *app*; one that does not run is stopped."""
    same_world(world, host, app)
    snapshot = look(job, host)
    health = find(judge(snapshot), app.file.stack)
    if health is None:
        reason = N_("core", "It is not started. Its data, if any, are kept.")
        state = State.STOPPED
        return AppStatus(state, level(state), word(state), reason, "", (), snapshot.at)
    return AppStatus(
        health.state,
        level(health.state),
        word(health.state),
        health.reason,
        health.version,
        health.services,
        snapshot.at,
    )
