"""An app is looked at as people will open it."""

import http.server

import pytest

from coophost_gui.health.judge import State
from coophost_gui.health.outside import look_outside
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.http import fetch
from coophost_gui.recipes.meanings import SignIn

INSTALLER = SignIn("installer", path="/wp-admin/install.php", claimed_when="/")


class Site(http.server.BaseHTTPRequestHandler):
    """Answers what ``server.pages`` says: path -> status, or where it leads."""

    def do_GET(self):
        answer = self.server.pages.get(self.path, 404)
        if isinstance(answer, str):
            self.send_response(302)
            self.send_header("Location", answer)
        else:
            self.send_response(answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


class Web:
    def fetch(self, job, url):
        return fetch(job, url, settings=Settings())


@pytest.fixture
def site():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.pages = {}
        with Job().serve(server):
            yield server


def seen(site, sign_in=None):
    url = f"http://127.0.0.1:{site.server_address[1]}/"
    return look_outside(Job(), url, Web(), sign_in or SignIn())


def test_an_address_that_answers_is_well(site):
    site.pages["/"] = 200
    found = seen(site)
    assert found.answers
    assert found.claimed is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, State.WELL),
        (404, State.STUCK),
        (500, State.STUCK),
        (502, State.STARTING),
        (503, State.STARTING),
    ],
)
def test_each_answer_means_something(site, status, state):
    site.pages["/"] = status
    assert seen(site).state is state


def test_an_address_that_does_not_answer_is_said_without_raising(site):
    address = f"http://127.0.0.1:{site.server_address[1]}/"
    site.server_close()
    found = look_outside(Job(), address.replace("127.0.0.1", "127.0.0.9"), Web(), SignIn())
    assert found.state is State.STUCK
    assert str(found.reason)


def test_an_installer_that_nobody_used_is_unclaimed_until_somebody_did(site):
    site.pages |= {"/": "/wp-admin/install.php", "/wp-admin/install.php": 200}
    assert seen(site, INSTALLER).claimed is False
    site.pages["/"] = 200
    assert seen(site, INSTALLER).claimed is True
