"""A door to a make-believe server whose facts change with the commands it is given."""

from coophost_gui.hosts.base import Login, Real, Result
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import COMMAND

FACTS = " ".join(COMMAND)
YES = Result(0, "", "")


class FakeHosts:
    """Leads to one host, and remembers how it was asked for."""

    world = Real

    def __init__(self, host):
        self.host = host
        self.contacts = []

    def first_contact(self, job, login):
        self.contacts.append("password" if login.password else "key")
        return self.host

    def reach(self, job, server):
        return self.host

    def drop(self, server):
        self.contacts.append("drop")

    def close(self):
        pass


class House:
    """A server that says *facts*; ``then`` adds facts once a command was run."""

    def __init__(self, facts, then=None, answers=None, engine=None):
        self.text = facts.replace("time=1795320472\n", "")  # its clock is as right as ours
        self.host = FakeHost({FACTS: self._facts}, FakeEngine(engine or {}), name="alpha")
        self.host.answers.update(answers or {})
        for command, more in (then or {}).items():
            self.host.answers[command] = self._adding(more)
        login = Login("alpha", "203.0.113.5", None, "root", "correct horse")
        self.door = Door(FakeHosts(self.host), login)

    def _facts(self, stdin):
        return Result(0, self.text, "")

    def _adding(self, more):
        def run(stdin):
            self.text += more
            return YES

        return run

    @property
    def commands(self):
        return [command for command in self.host.asked if command != FACTS]
