"""From a name to its addresses: with the system's resolver, or the one in the settings."""

import ipaddress
import socket

import dns.exception
import dns.resolver

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.problems import NamesSilent, NameUnknown, SettingOdd

LONGEST_WAIT = 6.0  # seconds for all tries together
PORT = 53


def addresses(job: Job, name: str, settings: Settings) -> list[str]:
    """Return the addresses of *name*, IPv4 first; a numeric address is its own.

    Raises ``NameUnknown`` when nobody has that name, ``NamesSilent`` when nobody answers.
    """
    job.checkpoint()
    if is_number(name):
        return [name.strip("[]")]
    found = _asked(name, settings) if settings.resolver else _system(name)
    job.checkpoint()
    return found


def is_number(name: str) -> bool:
    """Say whether *name* is an IP address already."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def resolvers(settings: Settings) -> list[tuple[str, int]]:
    """Return address and port of whom to ask: the one in the settings, or the system's."""
    if not settings.resolver:
        try:
            return [(str(one), PORT) for one in dns.resolver.Resolver().nameservers]
        except dns.resolver.NoResolverConfiguration:
            return []
    try:
        server, port = _server(settings.resolver)
        ipaddress.ip_address(server)
    except ValueError as error:
        raise SettingOdd(str(error), setting="resolver", value=settings.resolver) from error
    return [(server, port)]


def _asked(name: str, settings: Settings) -> list[str]:
    [(server, port)] = resolvers(settings)
    asker = dns.resolver.Resolver(configure=False)
    asker.nameservers = [server]
    asker.port = port
    asker.lifetime = LONGEST_WAIT / 2
    asker.timeout = LONGEST_WAIT / 4
    found: list[str] = []
    for kind in ("A", "AAAA"):
        try:
            answer = asker.resolve(name.rstrip(".") + ".", kind)
        except dns.resolver.NXDOMAIN as error:
            raise NameUnknown(str(error), name=name) from error
        except dns.resolver.NoAnswer:
            continue
        except dns.exception.DNSException as error:
            if found:
                break
            if not isinstance(error, dns.resolver.LifetimeTimeout | dns.resolver.NoNameservers):
                raise NameUnknown(str(error), name=name) from error
            raise NamesSilent(str(error), name=name) from error
        found += [record.to_text() for record in answer]
    if not found:
        raise NameUnknown("neither A nor AAAA", name=name)
    return found


def _system(name: str) -> list[str]:
    try:
        rows = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise NameUnknown(str(error), name=name) from error
    except socket.gaierror as error:
        unknown = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        problem = NameUnknown if error.errno in unknown else NamesSilent
        raise problem(str(error), name=name) from error
    rows.sort(key=lambda row: row[0] != socket.AF_INET)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _server(resolver: str) -> tuple[str, int]:
    """Return the address and port of ``1.2.3.4``, ``1.2.3.4:5353`` or ``[::1]:5353``."""
    if resolver.count(":") > 1 and not resolver.startswith("["):
        return resolver, PORT
    server, _, port = resolver.rpartition(":") if not resolver.endswith("]") else (resolver, "", "")
    if not server:
        server, port = resolver, ""
    return server.strip("[]"), int(port or PORT)
