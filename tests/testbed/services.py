"""What serves the servers of one test run, on one address, each part of it real."""

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.testbed.authority import Authority
from tests.testbed.certificates import Certificates
from tests.testbed.git_server import GitServer
from tests.testbed.images import tiny
from tests.testbed.machine import BlankServer
from tests.testbed.names import Names
from tests.testbed.network import Number, clean
from tests.testbed.packages import Packages
from tests.testbed.registry import HUB, Registry
from tests.testbed.stand_ins import stand_ins
from tests.testbed.swarm import SwarmServer
from tests.testbed.systemd import SystemdServer


class Services:
    """Brought up once per test run; every part is ended by its own handle."""

    names: Names
    registry: Registry
    certificates: Certificates
    packages: Packages
    authority: Authority
    git: GitServer

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        try:
            clean()
            number = Number.take("services")
            self._stack.callback(number.give_back)
            number.add_services_address()
            self.address, self.folder = number.services, number.folder
            self.certificates = Certificates(self.folder / "certificates")
            self.names = self._stack.enter_context(Names(self.address, self.folder))
            self.packages = self._stack.enter_context(Packages(self.address, self.folder))
            registry = Registry(self.address, self.folder, self.certificates)
            self.registry = self._stack.enter_context(registry)
            registry.hold("tiny", tiny())
            self.authority = self._stack.enter_context(
                Authority(self.address, self.folder, self.certificates, self.names.resolver)
            )
            self.git = self._stack.enter_context(GitServer(self.address, self.folder))
            self.reset()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def trusted(self) -> Path:
        """The PEM file that makes our own https servers trusted."""
        return self.certificates.root

    def hold_stand_ins(self) -> None:
        """Have the stand-ins of the starter recipes' images in the registry, too."""
        self.registry.hold("stand-ins", stand_ins())

    def visitors_trust(self) -> Path:
        """Return a PEM file for visitors: the apps' certificates and our own servers'."""
        both = self.folder / "visitors.pem"
        both.write_text(self.authority.root.read_text() + self.trusted.read_text())
        return both

    def swarm_server(self, *, disk_mb: int = 0) -> SwarmServer:
        """A swarm that takes our registry for Docker Hub and looks names up here."""
        return SwarmServer(name_server=self.address, certificates=self.trusted, disk_mb=disk_mb)

    def systemd_server(self, *, docker: bool = False, disk_mb: int = 0) -> SystemdServer:
        """A whole Debian that gets its packages, images and names here."""
        return SystemdServer(
            name_server=self.address,
            apt_settings=self.packages.apt_settings,
            mirror=self.registry.mirror,
            docker=docker,
            disk_mb=disk_mb,
        )

    def docker_server(self) -> SystemdServer:
        """The same with Debian's Docker installed, and no swarm yet."""
        return self.systemd_server(docker=True)

    def blank_server(self, *, docker: bool = False, cold: bool = False) -> BlankServer:
        """A virtual machine that gets its packages, images and names here."""
        return BlankServer(
            name_server=self.address,
            apt_settings=self.packages.apt_settings,
            mirror=self.registry.mirror,
            docker=docker,
            cold=cold,
        )

    def reset(self) -> None:
        """Forget the names that a test pointed."""
        self.names.forget_all()
        self.names.point(HUB, self.address)
