"""Programs are fetched with true numbers, and what goes wrong is said by its own name."""

import base64
import json
from types import SimpleNamespace

import pytest

from coophost_gui.apps.deploy import images_step
from coophost_gui.apps.images import Pin, fetch, how_long, is_there, name_and_tag, pin
from coophost_gui.apps.logins import HEADER, Logins, place_of
from coophost_gui.apps.problems import (
    ImageMissing,
    ImagePrivate,
    ImageProblem,
    RegistryAsksToWait,
    RegistryAway,
    RegistryBusy,
    ServerFull,
)
from coophost_gui.hosts.base import EngineProblem
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.kit import log
from coophost_gui.kit.jobs import Asked, Job, Progress
from coophost_gui.kit.problems import AnswersMissing
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.kit.text import said

DIGEST = "sha256:" + "a" * 64


def layer(status, name="l1", current=None, total=None):
    detail = {} if current is None else {"current": current, "total": total}
    return {"status": status, "id": name, "progressDetail": detail}


def pull(*events, image="shop:1"):
    heard = []
    host = FakeHost(engine=FakeEngine({"STREAM /images/create": list(events)}))
    said = fetch(Job(heard.append), host, [Pin(image)])
    return said, [event for event in heard if isinstance(event, Progress)], host


@pytest.mark.parametrize(
    ("image", "name", "tag"),
    [
        ("nginx", "nginx", "latest"),
        ("nginx:1.27", "nginx", "1.27"),
        ("10.0.0.1:5000/team/shop:2", "10.0.0.1:5000/team/shop", "2"),
        ("10.0.0.1:5000/team/shop", "10.0.0.1:5000/team/shop", "latest"),
        (f"shop:1@{DIGEST}", "shop", DIGEST),
    ],
)
def test_an_image_is_split_at_its_tag_not_at_its_port(image, name, tag):
    assert name_and_tag(image) == (name, tag)


def test_an_image_that_lost_its_power_while_it_was_written_is_let_go_and_fetched_anew():
    def torn(query):
        message = "readlink /var/lib/docker/overlay2: invalid argument"
        raise EngineProblem(host="fake", status=500, message=message)

    left = [{"Id": "c1", "Image": f"shop:1@{DIGEST}"}, {"Id": "c2", "Image": "other:1"}]
    answers = {"/images/shop:1/json": torn, "/containers/json": left}
    host = FakeHost(engine=FakeEngine(answers | {"STREAM /images/create": []}))
    wanted = Pin("shop:1", DIGEST)
    assert not is_there(Job(), host.engine, wanted)
    fetch(Job(), host, [Pin("shop:1")])
    done = [(method, path) for method, path, _ in host.engine.changes]
    assert done == [
        ("DELETE", "/containers/c1"),
        ("DELETE", "/images/shop:1"),
        ("POST", "/images/create"),
    ]


def test_progress_says_bytes_of_bytes_and_never_goes_back():
    said, told, host = pull(
        {"status": "Pulling from shop", "id": "1"},
        layer("Pulling fs layer"),
        layer("Pulling fs layer", "l2"),
        layer("Downloading", "l1", 50_000_000, 100_000_000),
        layer("Downloading", "l2", 10_000_000, 230_000_000),
        layer("Download complete", "l1"),
        layer("Extracting", "l1", 1_000_000, 100_000_000),
        layer("Pull complete", "l1"),
        layer("Downloading", "l2", 230_000_000, 230_000_000),
        layer("Pull complete", "l2"),
        {"status": "Status: Downloaded newer image for shop:1"},
    )
    fractions = [event.fraction for event in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert "50 MB so far · 0 of 1 parts done" in [str(event.detail) for event in told]
    assert "60 MB of 330 MB · 0 of 1 parts done" in [str(event.detail) for event in told]
    assert str(told[-1].detail) == "330 MB of 330 MB · 1 of 1 parts done"
    assert str(said) == "330 MB fetched."
    assert host.engine.changes[0][2] == {"fromImage": "shop", "tag": "1"}


def test_nothing_to_fetch_is_said_as_such():
    said, _, _ = pull({"status": "Status: Image is up to date for shop:1"})
    assert str(said) == "Everything that it needs is on the server."


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("manifest for shop:9 not found: manifest unknown: manifest unknown", ImageMissing),
        ("pull access denied for shop, repository does not exist or may require", ImagePrivate),
        ('Head "https://shop/v2/jam/manifests/1": no basic auth credentials', ImagePrivate),
        ("toomanyrequests: You have reached your pull rate limit.", RegistryBusy),
        ("unexpected status: 429 Too Many Requests", RegistryBusy),
        ('Get "https://registry-1.docker.io/v2/": dial tcp: lookup: no such host', RegistryAway),
        (
            'Get "http://10.0.0.1:5000/v2/": dial tcp 10.0.0.1:5000: connection refused',
            RegistryAway,
        ),
        ("net/http: request canceled (Client.Timeout exceeded)", RegistryAway),
        ("write /var/lib/docker/tmp/x: no space left on device", ServerFull),
        ("something nobody has seen yet", ImageProblem),
    ],
)
def test_what_the_engine_says_becomes_its_own_problem(message, kind):
    with pytest.raises(ImageProblem) as caught:
        pull(layer("Pulling fs layer"), {"errorDetail": {"message": message}, "error": message})
    assert type(caught.value) is kind
    assert caught.value.detail == message
    assert caught.value.facts["image"] == "shop:1"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("toomanyrequests: retry-after: 880.092µs, allowed: 44000/minute", 1),
        ("toomanyrequests: retry-after: 1m2.5s", 63),
        ("429 Too Many Requests, Retry-After: 30", 30),
        ("toomanyrequests: retry-after: 1h0m3s, allowed: 2000/minute", 3603),
        ("retry-after: 99999999999999999999", 86400),
        ("toomanyrequests: You have reached your pull rate limit.", 0),
        ("retry-after: soon", 0),
    ],
)
def test_how_long_a_registry_asks_to_wait(said, seconds):
    assert how_long(said) == seconds


class Crowded(FakeEngine):
    """Asks twice to wait before it hands something out."""

    def __init__(self, *waits):
        super().__init__()
        self.waits = list(waits)

    def stream(self, job, method, path, *, headers=None, **query):
        if self.waits:
            message = f"toomanyrequests: retry-after: {self.waits.pop(0)}, allowed: 44000/minute"
            yield {"errorDetail": {"message": message}, "error": message}
        yield layer("Pull complete")


@pytest.fixture
def waited(monkeypatch):
    seconds = []
    monkeypatch.setattr(Job, "wait", lambda self, count: seconds.append(count))
    return seconds


def test_a_registry_that_asks_to_wait_a_little_is_waited_for(waited):
    heard = []
    fetch(Job(heard.append), FakeHost(engine=Crowded("20.5s", "3s")), [Pin("shop:1")])
    assert sum(waited) == 21 + 21
    assert str(heard[0].detail) == "Too many downloads at once. We go on in 21 seconds."
    assert any("in a second" in str(event.detail) for event in heard)


@pytest.mark.parametrize("waits", [["10m"], ["100s", "100s"]])
def test_one_that_asks_for_more_is_named_with_its_time(waits, waited):
    with pytest.raises(RegistryAsksToWait) as caught:
        fetch(Job(), FakeHost(engine=Crowded(*waits)), [Pin("shop:1")])
    assert sum(waited) <= 100
    minutes = 10 if waits == ["10m"] else 2
    assert f"in {minutes} minutes" in str(caught.value.sentences()[2])


def test_a_refusal_before_the_first_byte_is_named_too():
    class Refusing(FakeEngine):
        def stream(self, job, method, path, *, headers=None, **query):
            message = "manifest unknown"
            raise EngineProblem(message, host="fake", status=404, message=message)
            yield

    with pytest.raises(ImageMissing):
        fetch(Job(), FakeHost(engine=Refusing()), [Pin("shop:9")])


def test_an_image_is_pinned_as_the_registry_has_it():
    answer = {
        "Descriptor": {"digest": DIGEST},
        "Platforms": [
            {"architecture": "amd64", "os": "linux"},
            {"architecture": "arm", "os": "linux", "variant": "v7"},
        ],
    }
    host = FakeHost(engine=FakeEngine({"/distribution/shop:1/json": answer}))
    found = pin(Job(), host.engine, "shop:1")
    assert found.exact == f"shop:1@{DIGEST}"
    assert found.platforms == ({"Architecture": "amd64", "OS": "linux"}, {"OS": "linux"})


def test_a_registry_that_cannot_be_asked_leaves_the_tag():
    assert pin(Job(), FakeEngine(), "shop:1").exact == "shop:1"


def test_an_image_of_another_digest_is_not_the_one():
    there = {"RepoDigests": ["shop@sha256:old"]}
    host = FakeHost(engine=FakeEngine({"/images/shop:1/json": there}))
    assert is_there(Job(), host.engine, Pin("shop:1"))
    assert not is_there(Job(), host.engine, Pin("shop:1", DIGEST))
    there["RepoDigests"].append(f"shop@{DIGEST}")
    assert is_there(Job(), host.engine, Pin("shop:1", DIGEST))


class Shop(FakeEngine):
    """Hands its programs out to ada only."""

    def stream(self, job, method, path, *, headers=None, **query):
        told = json.loads(base64.urlsafe_b64decode((headers or {}).get(HEADER, "e30=")))
        if (told.get("username"), told.get("password")) != ("ada", "a good horse"):
            message = "pull access denied for shop.example.org/jam, authentication required"
            yield {"errorDetail": {"message": message}, "error": message}
        assert told["serveraddress"] == "shop.example.org"
        yield {"status": "Status: Downloaded newer image"}


def test_a_place_that_wants_a_login_gets_the_one_that_a_person_gives_and_it_is_kept():
    """First a wrong one, which is forgotten; then the right one, which is not asked for again."""
    answers = {
        "registry_login": [True, True],
        "registry_user": ["bo", "ada"],
        "registry_password": ["a bad horse", "a good horse"],
    }
    asked = []

    def person(event):
        if isinstance(event, Asked):
            asked.append(str(said(event.field.label, **event.facts)))
            event.answer.set_result(answers[event.field.key].pop(0))

    secrets, image = MemorySecrets(), "shop.example.org/jam:1"
    step = images_step(Work(secrets, image))
    step.do(Job(person))
    assert asked[0] == "Do you have a login at shop.example.org?"
    assert asked[3] == "shop.example.org refused that login. Do you have another one?"
    assert len(asked) == 6
    step.do(Job(person))
    assert len(asked) == 6
    headers = Logins(secrets).headers(image)
    assert log.redact(f"{headers} a good horse").count("horse") == 0
    assert headers[HEADER] not in log.redact(str(headers))
    assert Logins(secrets).headers("other:1") == {}


@pytest.mark.parametrize("absent", [False, True], ids=["no", "nobody there"])
def test_without_a_login_the_problem_says_what_there_is_to_do(absent):
    def person(event):
        if isinstance(event, Asked):
            if absent:
                event.answer.set_exception(AnswersMissing(keys=event.field.key))
            else:
                event.answer.set_result(False)

    with pytest.raises(ImagePrivate):
        images_step(Work(MemorySecrets(), "shop.example.org/jam:1")).do(Job(person))


class Work:
    """As much of a deployment as fetching needs."""

    def __init__(self, secrets, image):
        self.host = FakeHost(engine=Shop())
        self.looked = self.host.engine
        self.logins = Logins(secrets)
        self.pins = {}
        self.bodies = SimpleNamespace(images=(image,))


def test_where_programs_come_from_is_told_by_their_name():
    places = {
        "wordpress:6": "docker.io",
        "library/wordpress:6": "docker.io",
        "ghcr.io/co-op/jam:1": "ghcr.io",
        "localhost/jam": "localhost",
        "10.0.0.1:5000/jam@sha256:1": "10.0.0.1:5000",
    }
    assert {image: place_of(image) for image in places} == places
