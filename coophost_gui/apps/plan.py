"""What a deploy will change: exact, in words and as data, before anything happens."""

from dataclasses import dataclass, replace
from typing import Any, Generic

from coophost_gui.apps.app import App
from coophost_gui.apps.apply import specs
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Deployment, Patience, changed, name_of
from coophost_gui.apps.fit import fit
from coophost_gui.hosts.base import Host, W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.bodies import differences
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.secrets import SecretNeed, needed_secrets
from coophost_gui.servers.world import World


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One thing that will be different: ``what`` is secret, network, config or service."""

    what: str
    name: str
    change: str  # new, changed, gone
    words: Words


@dataclass(frozen=True)
class DeployPlan(Generic[W]):
    """What was found when the plan was made, and the deployment that remembers it."""

    deployment: Deployment[W]
    version: str
    running_version: str  # "" when it does not run
    changes: tuple[PlannedChange, ...]
    warnings: tuple[Words, ...]  # what Docker leaves out of the recipe
    tight: tuple[Words, ...] = ()  # what there is little room for on the server

    def data(self) -> dict[str, Any]:
        """Return the plan as the CLI prints it with ``--json``."""
        work = self.deployment
        return {
            "app": work.app.name,
            "server": work.app.server,
            "stack": work.stack,
            "recipe": work.recipe,
            "version": self.version,
            "running_version": self.running_version,
            "domain": work.domain,
            "images": list(work.bodies.images),
            "changes": [
                {
                    "what": found.what,
                    "name": found.name,
                    "change": found.change,
                    "words": str(found.words),
                }
                for found in self.changes
            ],
            "warnings": [str(found) for found in (*self.warnings, *self.tight)],
        }


def plan_deploy(
    job: Job,
    world: World[W],
    host: Host[W],
    app: App[W],
    *,
    planned: EnvFile | None = None,
    version: str = "",
    patience: Patience | None = None,
) -> DeployPlan[W]:
    """Compare what *app* should be with what runs. Only reads, here and on the server."""
    work = Deployment(world, host, app, planned=planned, version=version, patience=patience)
    work.look_ahead(job, images=False)
    running = work.running(job)
    networks = work.network_names(job)
    work.seen = specs(running, networks)
    changes = [*_secrets(job, work), *_networks(job, work), *_configs(job, work)]
    changes += [
        PlannedChange(found.kind, found.name, _how(found.name, running, work), found.words)
        for found in differences(work.bodies, [{"Spec": spec} for spec in work.seen.values()])
    ]
    work.shown = work.bodies
    work.looked.forget()
    label = f"coop-cloud.{work.stack}.version"
    app_service = running.get(f"{work.stack}_app") or next(iter(running.values()), None)
    labels = (app_service or {}).get("Spec", {}).get("Labels") or {}
    return DeployPlan(
        deployment=work,
        version=work.version,
        running_version=str(labels.get(label, "")),
        changes=tuple(changes),
        warnings=tuple(work.bodies.warnings),
        tight=tuple(fit(job, work, running)),
    )


SHOWN_WITH = {"secret": "secrets", "network": "networks", "config": "files", "service": "services"}


def planned_steps(plan: DeployPlan[W], *, skip_name_check: bool = False) -> list[Step]:
    """Return the steps of the deploy that *plan* is of, each with what it will change."""
    work = plan.deployment
    steps = deploy_steps(
        work.world, work.host, work.app, skip_name_check=skip_name_check, deployment=work
    )
    details: dict[str, tuple[Words, ...]] = {}
    for found in plan.changes:
        key = SHOWN_WITH.get(found.what, "services")
        details[key] = (*details.get(key, ()), found.words)
    details["images"] = tuple(dict.fromkeys(work.bodies.images))
    details["recipe_here"] = plan.warnings
    details["services"] = (*plan.tight, *details.get("services", ()))
    return [replace(step, detail=details.get(step.key, ()) or step.detail) for step in steps]


def _how(name: str, running: dict[str, Any], work: Deployment[W]) -> str:
    if name not in {str(body["Name"]) for body in work.bodies.services}:
        return "gone"
    return "changed" if name in running else "new"


def _secrets(job: Job, work: Deployment[W]) -> list[PlannedChange]:
    there = {name_of(found) for found in work.listed(job, "secrets")}
    return [
        PlannedChange("secret", need.remote, "new", _new_secret(need, there))
        for need in needed_secrets(work.tree, work.env, work.app.name)
        if need.remote not in there
    ]


def _new_secret(need: SecretNeed, there: set[str]) -> Words:
    """Say whether *need* is the app's first password of that name, or takes another's place."""
    before = [name for name in there if name.rpartition("_")[0] == need.remote.rpartition("_")[0]]
    if not before:
        return said(N_("core", "New password: {name}"), name=need.name)
    return said(
        N_("core", "New password: {name}, number {version}. The one before stays on the server."),
        name=need.name,
        version=need.version,
    )


def _networks(job: Job, work: Deployment[W]) -> list[PlannedChange]:
    there = {name_of(found) for found in work.listed(job, "networks")}
    return [
        PlannedChange(
            "network",
            str(body["Name"]),
            "new",
            said(N_("core", "New network between its parts: {name}"), name=body["Name"]),
        )
        for body in work.bodies.networks
        if body["Name"] not in there
    ]


def _configs(job: Job, work: Deployment[W]) -> list[PlannedChange]:
    there = {name_of(found): found for found in work.listed(job, "configs")}
    planned = []
    for body in work.bodies.configs:
        stored = there.get(str(body["Name"]))
        if stored is None:
            words = said(N_("core", "New configuration file: {name}"), name=body["Name"])
            planned.append(PlannedChange("config", str(body["Name"]), "new", words))
        elif changed(stored["Spec"].get("Data"), body.get("Data")):
            raise work.file_changed(str(body["Name"]))
    return planned
