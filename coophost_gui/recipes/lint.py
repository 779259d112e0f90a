"""What is not right about a recipe: abra's rules in our words (R), ours (C), Docker's oddities.

R013 (the recipe is in the federation's git) needs the network and is not looked at here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.compose import ComposeProblem, load
from coophost_gui.recipes.compose.quirks import quirks
from coophost_gui.recipes.peek import (
    SAMPLE,
    abra_exports,
    all_compose_files,
    document,
    mapping,
    sample,
    text,
)
from coophost_gui.recipes.readme import metadata
from coophost_gui.recipes.source import RecipeRepository, RecipeUnreadable, TagTree, Tree
from coophost_gui.recipes.starters import version_label
from coophost_gui.recipes.versions import Version

Level = Literal["error", "warn"]
LONGEST_SECRET = 15  # with the longest stack name (45), two "_" and "v1": 64 characters
UNSTABLE = ("latest", "main", "master", "edge", "nightly", "dev", "develop", "unstable", "testing")
_NUMBERED = re.compile(r"(?:^|[^0-9])v?\d+(?:\.\d+)*")
_VERSION_VARIABLE = re.compile(r"\$\{?(\w+_VERSION)\b")


@dataclass(frozen=True)
class Finding:
    """One thing that is not right; an ``error`` keeps abra from deploying."""

    rule: str
    level: Level
    words: Words


@dataclass(frozen=True)
class _Recipe:
    tree: Tree
    files: dict[str, dict[str, Any]]  # compose files as written

    def services(self) -> dict[str, dict[str, Any]]:
        """Return every service with what any of the files says about it."""
        found: dict[str, dict[str, Any]] = {}
        for content in self.files.values():
            for name, service in mapping(content.get("services")).items():
                found.setdefault(name, {}).update(
                    {key: value for key, value in mapping(service).items() if value}
                )
        return found

    def base(self) -> dict[str, Any]:
        return self.files.get("compose.yml", {})

    def images(self) -> list[tuple[str, str]]:
        return [
            (name, str(mapping(service)["image"]))
            for content in self.files.values()
            for name, service in mapping(content.get("services")).items()
            if mapping(service).get("image")
        ]

    def objects(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the top-level *kind* (``secrets``, ``configs``) of all files together."""
        return {
            name: mapping(thing)
            for content in self.files.values()
            for name, thing in mapping(content.get(kind)).items()
        }


def lint(tree: Tree) -> list[Finding]:
    """Return what is not right about *tree*, errors first, then in the order of the rules."""
    try:
        files = {path: document(tree, path) for path in all_compose_files(tree)}
    except RecipeUnreadable as problem:
        words = said(N_("core", "A compose file cannot be read: {why}"), why=problem.detail)
        return [Finding("R000", "error", words)]
    recipe = _Recipe(tree, files)
    found = [Finding(rule, level, words) for rule, level, check in RULES for words in check(recipe)]
    found += [Finding(rule, "warn", words) for rule, words in quirks(list(files.items()))]
    return sorted(found, key=lambda finding: (finding.level != "error", finding.rule))


def _compose_version(recipe: _Recipe) -> Iterator[Words]:
    if recipe.base().get("version") != "3.8":
        yield N_("core", 'compose.yml does not say version: "3.8".')


def _health(recipe: _Recipe) -> Iterator[Words]:
    for name, service in recipe.services().items():
        check = mapping(service.get("healthcheck"))
        if not check.get("test") or check.get("disable"):
            yield said(
                N_(
                    "core",
                    "Nobody can tell whether the service {service} is well: it has no health "
                    "check.",
                ),
                service=name,
            )


def _tagged(recipe: _Recipe) -> Iterator[Words]:
    for name, image in recipe.images():
        if not _tag(image):
            yield said(
                N_("core", "The image {image} of {service} has no version."),
                image=image,
                service=name,
            )


def _stable(recipe: _Recipe) -> Iterator[Words]:
    for name, image in recipe.images():
        if _tag(image) in UNSTABLE:
            yield said(
                N_("core", "The image {image} of {service} changes under the same name."),
                image=image,
                service=name,
            )


def _numbered(recipe: _Recipe) -> Iterator[Words]:
    for name, image in recipe.images():
        tag = _tag(image)
        if tag and tag not in UNSTABLE and not _NUMBERED.search(tag):
            yield said(
                N_("core", "The version of the image {image} of {service} is not a number."),
                image=image,
                service=name,
            )


def _released(recipe: _Recipe) -> Iterator[Words]:
    if Version.parse(recipe.tree.version) is None:
        yield N_("core", "These files are no released version.")


def _metadata(recipe: _Recipe) -> Iterator[Words]:
    if not metadata(text(recipe.tree, "README.md")).complete:
        yield N_("core", "The facts at the top of README.md are not all filled in.")


def _sample(recipe: _Recipe) -> Iterator[Words]:
    if SAMPLE not in recipe.tree.files():
        yield N_("core", "There is no example of the settings (.env.sample).")


def _app_service(recipe: _Recipe) -> Iterator[Words]:
    if "app" not in mapping(recipe.base().get("services")):
        yield N_("core", "No service is called “app”: the recipe's version cannot be read.")


def _visible(recipe: _Recipe) -> Iterator[Words]:
    if "DOMAIN" not in sample(recipe.tree).keys():  # noqa: SIM118  # EnvFile is no mapping
        return
    said_anywhere = (
        label
        for content in recipe.files.values()
        for label in _labels(mapping(mapping(content.get("services")).get("app")))
    )
    if "traefik.enable=true" not in said_anywhere:
        yield N_("core", "The app has an address, but the front door is not told to lead there.")


def _images(recipe: _Recipe) -> Iterator[Words]:
    for name, service in recipe.services().items():
        if not service.get("image"):
            yield said(N_("core", "The service {service} has no image."), service=name)


def _config_versions(recipe: _Recipe) -> Iterator[Words]:
    exported = abra_exports(recipe.tree)
    for name, config in recipe.objects("configs").items():
        if config.get("external"):
            continue
        for variable in _VERSION_VARIABLE.findall(str(config.get("name", ""))):
            if variable not in exported:
                yield said(
                    N_(
                        "core", "abra.sh does not say {variable}, the version of the file {config}."
                    ),
                    variable=variable,
                    config=name,
                )


def _annotated(recipe: _Recipe) -> Iterator[Words]:
    if not isinstance(recipe.tree, TagTree):
        return
    for tag in RecipeRepository(recipe.tree.path).all_tags():
        if not tag.annotated and Version.parse(tag.name):
            yield said(N_("core", "The tag {tag} is not an annotated one."), tag=tag.name)


def _secret_names(recipe: _Recipe) -> Iterator[Words]:
    for name in recipe.objects("secrets"):
        if len(name) > LONGEST_SECRET:
            yield said(
                N_("core", "The name of the secret {secret} is long: long addresses will not fit."),
                secret=name,
            )


def _docker_refuses(recipe: _Recipe) -> Iterator[Words]:
    if why := _refusal(recipe, ["compose.yml"]):
        yield said(N_("core", "Docker refuses compose.yml: {why}"), why=why)


def _docker_refuses_overlay(recipe: _Recipe) -> Iterator[Words]:
    if _refusal(recipe, ["compose.yml"]):
        return
    for overlay in recipe.files:
        if overlay != "compose.yml" and (why := _refusal(recipe, ["compose.yml", overlay])):
            yield said(
                N_("core", "Docker refuses compose.yml with {overlay}: {why}"),
                overlay=overlay,
                why=why,
            )


def _refusal(recipe: _Recipe, files: list[str]) -> str:
    """Return what Docker would say against *files* with the example's settings, or ``""``."""
    env = sample(recipe.tree)
    for key in env.optional_keys():
        env = env.set(key, env.example(key))
    values = {"STACK_NAME": "stack", **abra_exports(recipe.tree), **env.values()}
    try:
        load([(path, recipe.tree.read(path)) for path in files], values, recipe.tree.read)
    except ComposeProblem as problem:
        return problem.detail
    except FileNotFoundError as error:
        return f"no such file: {error}"
    return ""


def _label_is_tag(recipe: _Recipe) -> Iterator[Words]:
    said_there = version_label(text(recipe.tree, "compose.yml"))
    if not said_there:
        yield N_("core", "The app's labels do not say the version of the recipe.")
    elif Version.parse(recipe.tree.version) and said_there != recipe.tree.version:
        yield said(
            N_("core", "The app's label says version {label}, the release is called {tag}."),
            label=said_there,
            tag=recipe.tree.version,
        )


RULES: tuple[tuple[str, Level, Callable[[_Recipe], Iterator[Words]]], ...] = (
    ("R001", "warn", _compose_version),
    ("R002", "warn", _health),
    ("R003", "warn", _tagged),
    ("R004", "warn", _stable),
    ("R005", "warn", _numbered),
    ("R006", "warn", _released),
    ("R007", "warn", _metadata),
    ("R008", "error", _sample),
    ("R009", "error", _app_service),
    ("R010", "error", _visible),
    ("R011", "error", _images),
    ("R012", "error", _config_versions),
    ("R014", "error", _annotated),
    ("R015", "warn", _secret_names),
    ("C001", "warn", _label_is_tag),
    ("C002", "error", _docker_refuses),
    ("C003", "warn", _docker_refuses_overlay),
)


def _tag(image: str) -> str:
    name = image.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[2]


def _labels(service: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for labels in (service.get("labels"), mapping(service.get("deploy")).get("labels")):
        if isinstance(labels, dict):
            found += [f"{key}={value}".replace("=True", "=true") for key, value in labels.items()]
        elif isinstance(labels, list):
            found += [str(label) for label in labels]
    return [label.replace(" ", "") for label in found]
