"""What is promised of whatever comes from outside: it ends in a value or in a Problem.

Each check takes the number that bends its input and a folder of its own.  Anything that is
no Problem gets through, and fails the test.
"""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import yaml

from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.apps.logs import last_words
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.apps.undeploy import undeploy_steps
from coophost_gui.gui.unfinished import Drafts
from coophost_gui.health import history
from coophost_gui.health.judge import State, judge
from coophost_gui.health.look import look
from coophost_gui.health.room import parse_room
from coophost_gui.health.rounds import look_at_all
from coophost_gui.hosts import answers, contexts, known_hosts
from coophost_gui.hosts.ssh_config import ConfigUnreadable, settings_for
from coophost_gui.hosts.ssh_config_file import BadLine, resolve
from coophost_gui.hosts.tokens import BadToken
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Collective, Settings
from coophost_gui.recipes import abrash, meanings, news, readme
from coophost_gui.recipes.bodies import bodies
from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.compose import document, schema
from coophost_gui.recipes.compose.convert import convert
from coophost_gui.recipes.compose.load import load_file
from coophost_gui.recipes.compose.merge import merged
from coophost_gui.recipes.compose.quirks import quirks
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.form import questions
from coophost_gui.recipes.lint import lint
from coophost_gui.recipes.secrets import needed_secrets
from coophost_gui.recipes.trust import trust
from coophost_gui.servers.facts import parse
from coophost_gui.servers.preflight import preflight
from coophost_gui.servers.steps.swarm import free_pool, occupied
from tests.unit.apps.recipes import new_greeter, practice_server, practice_world
from tests.unit.hostile import samples
from tests.unit.hostile.bent import Bender, as_json
from tests.unit.servers.said import READY

QUICK = Patience(0, restarting=0, stuck=0, timeout=0, outside=0, stopping=0)
ROUNDS = 10  # looks and plans for each app that is started
APP = "hello.example.org"


def words(problem):
    """Every sentence of a Problem can be said."""
    return [str(sentence) for sentence in problem.sentences()]


def each(*works):
    """Do all of *works*, whatever Problem one of them ends in."""
    for work in works:
        try:
            work()
        except Problem as problem:
            words(problem)


class Files:
    """A recipe in memory."""

    name, version, commit, path = "greeter", "1.0.0+1", "", None

    def __init__(self, files):
        self._files = files

    def read(self, path):
        if path not in self._files:
            raise FileNotFoundError(path)
        return self._files[path]

    def files(self):
        return sorted(self._files)


def recipe_files(files):
    """Everything that is done with the files of a recipe before it is deployed."""
    tree = Files({**samples.FILES, **files})
    env = EnvFile.parse(tree.read(".env.sample").decode("utf-8", "surrogateescape"))
    each(
        lambda: lint(tree),
        lambda: bodies(tree, env, APP, version="1.0.0+1"),
        lambda: needed_secrets(tree, env, APP),
        lambda: questions(tree, None, APP),
    )


def compose_text(seed, folder):
    recipe_files({"compose.yml": Bender(seed).data(samples.COMPOSE)})


@cache
def parsed(text):
    return yaml.safe_load(text)


def compose_document(seed, folder):
    """A compose file that is well-formed, and wrong in types, keys and values."""
    bend = Bender(seed)
    base, over = parsed(samples.COMPOSE), parsed(samples.OVERLAY)
    bent = [bend.document(base) if seed % 3 else base, bend.document(over) if seed % 2 else over]
    if not all(isinstance(one, dict) for one in bent):
        return
    list(quirks([("compose.yml", bent[0]), ("compose.over.yml", bent[1])]))
    read = Files(samples.FILES).read
    values = {"STACK_NAME": "st", "X": "y"}
    loaded = merged(
        [load_file(one, schema.version_of(one), values, "/recipe", read) for one in bent]
    )
    document(loaded)
    convert(loaded, "st", "/recipe", read)


def settings_text(seed, folder):
    recipe_files({".env.sample": Bender(seed).data(samples.SAMPLE)})


def env_file(seed, folder):
    """What stands in an ``.env`` file stays, byte for byte, and what is set is there."""
    bend = Bender(seed)
    text = bend.text(samples.SAMPLE)
    env = EnvFile.parse(text)
    assert env.text == text
    for key in [*env.keys(), *env.optional_keys(), "NEW"]:
        env.modifiers(key), env.notes(key), env.example(key)
        value = bend.value()
        with suppress(Problem):
            assert not isinstance(value, str) or env.set(key, value).get(key) == value
    env.odd_lines()


def abra_sh(seed, folder):
    text = Bender(seed).text(samples.ABRA_SH)
    abrash.exports(text), abrash.unread(text), abrash.functions(text)


def read_me(seed, folder):
    assert readme.metadata(Bender(seed).text(samples.README)) is not None


def catalogue(seed, folder):
    """A list of which some entries are odd: the others can be found and chosen."""
    shipped = json.loads(places.shipped_recipes("catalogue.json").read_bytes())
    bent = Bender(seed).document(shipped, 8)
    (folder / "recipes.json").write_bytes(as_json(bent))
    found = Catalogue.read(folder / "recipes.json")
    for entry in found.entries:
        trust(entry), entry.latest
    known = meanings.shipped()
    found.search("google drive", known), found.search("", known), found.why_nothing("x", known)


def catalogue_text(seed, folder):
    bend = Bender(seed)
    shipped = places.shipped_recipes("catalogue.json").read_text()
    (folder / "recipes.json").write_bytes(bend.data(shipped))
    (folder / "recipes.origin.yml").write_bytes(bend.data(samples.ORIGIN))
    news.cached(folder)
    Catalogue.read(folder / "recipes.json")


def server_facts(seed, folder):
    bend = Bender(seed)
    facts = parse(bend.data(READY, 10).decode(errors="replace"), 1e9)
    for unfit in preflight(facts, "alpha"):
        words(unfit)
    free_pool(occupied(facts))
    parse_room(bend.text(samples.ROOM), 1.0)


def known_hosts_file(seed, folder):
    file = folder / "known_hosts"
    file.write_bytes(Bender(seed).data(samples.KNOWN_HOSTS, 12))
    lines = known_hosts.read([file])
    key = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + b"x" * 32
    known_hosts.check(lines, "a.example.org", 22, "ssh-ed25519", key)
    known_hosts.known_types(lines, "b.example.org", 2222)


def ssh_config(seed, folder):
    (folder / "config").write_bytes(Bender(seed).data(samples.SSH_CONFIG, 12))
    with suppress(BadLine, BadToken):  # what ``settings_for`` makes a Problem of
        resolve(("a", "b.x", "::1", "-x", "a%b")[seed % 5], folder / "config")


def ssh_settings(seed, folder):
    """The same as ``ssh -G`` reads it, where this computer has it."""
    (folder / "config").write_bytes(Bender(seed).data(samples.SSH_CONFIG, 12))
    with suppress(ConfigUnreadable):
        settings_for("alpha", folder)


def collective(seed, folder):
    """The file that a whole collective writes in, by hand too."""
    bend = Bender(seed)
    bent = as_json(bend.document(samples.TOLD)) if seed % 2 else bend.data(samples.TOLD_TEXT)
    (folder / Collective.FILE).write_bytes(bent)
    told = Collective.read(folder)
    texts = (told.name, told.domain, told.language, *told.contacts.values(), *told.app_names)
    assert all(isinstance(one, str) for one in texts)
    with suppress(UnicodeEncodeError):  # half a letter, which only JSON can spell
        told.write(folder)
        assert Collective.read(folder).contacts == told.contacts


def settings_file(seed, folder):
    bent = as_json(Bender(seed).document(Settings().__dict__))
    (places.data_dir() / "settings.yml").write_bytes(bent)
    assert all(isinstance(one, str) for one in Settings.read().__dict__.values())


def drafts(seed, folder):
    bend = Bender(seed)
    bent = as_json(bend.document(samples.DRAFT)) if seed % 2 else bend.data(samples.DRAFT_TEXT)
    (folder / "new_app.yml").write_bytes(bent)
    for draft in Drafts(folder).all():
        assert isinstance(draft.title, str)
        assert all(isinstance(key, str) for key in draft.answers)


def docker_context(seed, folder):
    contexts.add_context(folder, "alpha")
    (file,) = folder.rglob("meta.json")
    bend = Bender(seed)
    text = file.read_text()
    file.write_bytes(as_json(bend.document(json.loads(text))) if seed % 2 else bend.data(text))
    contexts.docker_context(folder, "alpha")


@cache
def sound_history():
    """Return a history of some twenty looks."""
    with TemporaryDirectory() as folder:
        world = SimpleNamespace(data_dir=lambda: Path(folder))
        for number in range(20):
            at = 1e9 + number * 90
            states = {"a": list(State)[number % 12], history.SERVER: State.WELL}
            history.note_look(world, "alpha", states, at, at)
        return (Path(folder) / history.FILE).read_bytes()


def remembered(seed, folder):
    """A history in which bytes were changed, or cells hold something else."""
    world = SimpleNamespace(data_dir=lambda: folder)
    file, chance = folder / history.FILE, Bender(seed).chance
    file.write_bytes(sound_history())
    if seed % 2:
        samples.odd_cells(file, Bender(seed))
    else:
        data = bytearray(file.read_bytes())
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        del data[chance.choice((len(data), chance.randrange(len(data)))) :]
        file.write_bytes(data)
    for past in history.past(world, "alpha", {"a": State.WELL}, 1e9 + 5000).values():
        past.since, past.watched_since, past.between(0, 2e9)
    history.note_look(world, "alpha", {"a": State.STUCK}, 1e9 + 9000, 1e9 + 9000)
    history.answered(world, "alpha")
    assert history.past(world, "alpha") is not None


class BentEngine:
    """An Engine whose answers are bent, and read as those of a real one are."""

    def __init__(self, engine, bend, share):
        self._engine, self._bend, self._share = engine, bend, share

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def _sent(self, thing):
        odd = self._bend.chance.random() < self._share
        return as_json(self._bend.document(thing)) if odd else as_json(thing)

    def get(self, job, path, **query):
        found = self._engine.get(job, path, **query)
        return answers.answer("alpha", path, self._sent(found))

    def stream(self, job, method, path, **query):
        for event in self._engine.stream(job, method, path, **query):
            yield answers.news("alpha", path, self._sent(event))


def engine_answers(seed, folder, share=0.3):
    """A server that answers nearly right: looking, planning, deploying, taking off."""
    host = practice_server(speed=1e6)
    world = practice_world(folder, host)
    app = new_greeter(world)
    engine = host.engine
    if seed % 2:
        carry_out(deploy_steps(world, host, app, patience=Patience(0, stuck=9, timeout=30)), Job())
    for number in range(ROUNDS):
        host.engine = BentEngine(engine, Bender(seed * ROUNDS + number), share)
        each(
            lambda: judge(look(Job(), host)),
            lambda: look_at_all(world, Job()),
            lambda: planned_steps(plan_deploy(Job(), world, host, app, patience=QUICK)),
            lambda: last_words(Job(), host, look(Job(), host), "hello_example_org_app"),
        )
    each(
        lambda: carry_out(deploy_steps(world, host, app, patience=QUICK), Job()),
        lambda: carry_out(undeploy_steps(world, host, app, patience=QUICK), Job()),
    )


# What is bent, how often in the fast tests, and how often in the long ones.
CHECKS = {
    compose_text: (3, 2000),
    compose_document: (12, 40_000),
    settings_text: (2, 1000),
    env_file: (20, 20_000),
    abra_sh: (40, 50_000),
    read_me: (40, 30_000),
    catalogue: (10, 10_000),
    catalogue_text: (15, 20_000),
    server_facts: (50, 50_000),
    known_hosts_file: (60, 40_000),
    ssh_config: (60, 60_000),
    ssh_settings: (4, 2000),
    collective: (15, 10_000),
    settings_file: (15, 10_000),
    drafts: (15, 10_000),
    docker_context: (8, 3000),
    remembered: (4, 3000),
    engine_answers: (1, 800),
}
