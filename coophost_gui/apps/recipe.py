"""The files of an app's recipe: on this computer, or fetched."""

from coophost_gui.hosts.base import W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.source import RecipeMissing, RecipeRepository, Tree, VersionMissing
from coophost_gui.recipes.starters import install_starter, starter
from coophost_gui.servers.world import World


def tree_of(abra: AbraFolder, recipe: str, version: str = "") -> Tree:
    """Return the files of *recipe* at *version*, or of its newest version.

    A starter recipe is read from where it is shipped until it is installed.
    """
    folder = abra.recipe_dir(recipe)
    if folder.is_dir():
        repository = RecipeRepository(folder)
        wanted = version or repository.latest()
        return repository.release(wanted) if wanted else repository.head()
    shipped = starter(recipe)
    if shipped is None or version not in ("", shipped.version):
        raise RecipeMissing(recipe=recipe)
    return shipped


def fetch_recipe(job: Job, world: World[W], recipe: str, version: str = "") -> Words:
    """Make sure that *recipe* is in the abra folder; a folder that is there is not moved."""
    folder = world.abra.recipe_dir(recipe)
    shipped = starter(recipe)
    if folder.is_dir() and _has(world, recipe, version):
        return said(N_("core", "The files of {recipe} are there."), recipe=recipe)
    if shipped is not None and version in ("", shipped.version):
        install_starter(shipped, world.abra)
        return said(N_("core", "The files of {recipe} are now in the apps folder."), recipe=recipe)
    from coophost_gui.net import git
    from coophost_gui.net.problems import FolderTaken

    settings = world.settings()
    if folder.is_dir():
        git.update(job, folder, settings)
        return said(N_("core", "The files of {recipe} were brought up to date."), recipe=recipe)
    entry = Catalogue.find(world.abra, world.lists).get(recipe)
    if entry is None or not entry.repository:
        raise RecipeMissing(recipe=recipe)
    try:
        git.clone(job, entry.repository, folder, settings)
    except FolderTaken:
        if not _has(world, recipe, version):  # else another window was faster
            raise
    return said(N_("core", "The files of {recipe} were fetched."), recipe=recipe)


def recipe_step(world: World[W], recipe: str, version: str = "") -> Step:
    """The recipe's files are in the abra folder, where abra finds them too."""

    def is_done(job: Job) -> bool:
        return world.abra.recipe_dir(recipe).is_dir() and _has(world, recipe, version)

    def do(job: Job) -> Words:
        return fetch_recipe(job, world, recipe, version)

    return Step(
        "recipe_here",
        N_("core", "Fetch the app's plan"),
        is_done,
        do,
        why=N_("core", "It says which programs the app is made of, and how they fit."),
        detail=(
            said(N_("core", "Files of the recipe “{recipe}” on this computer"), recipe=recipe),
        ),
    )


def _has(world: World[W], recipe: str, version: str) -> bool:
    if not version:
        return True
    try:
        RecipeRepository(world.abra.recipe_dir(recipe)).tree(version)
    except VersionMissing:
        return False
    return True
