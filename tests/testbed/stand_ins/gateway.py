#!/usr/bin/python3
"""Stand-in for Traefik: the same labels and options, carried out by Debian's Caddy.

It looks at the services of the swarm through the Docker socket, writes what Caddy
should do, and loads that into Caddy whenever it changed.  Only what our recipes and
tests use is understood: ``Host(...)`` rules, ``loadbalancer.server.port``,
``entrypoints``, ``tls.certresolver``; HTTP challenges; redirection to the safe door.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time

SOCKET = "/var/run/docker.sock"
ADMIN = ("127.0.0.1", 2019)  # not "localhost": that may be ::1, which a container has not
LABEL = re.compile(r"traefik\.http\.(routers|services)\.([^.]+)\.(.+)", re.IGNORECASE)


class Docker(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(10)
        self.sock.connect(SOCKET)


def ask(connection, method, path, body=None):
    text = None if body is None else json.dumps(body)
    try:
        headers = {"Content-Type": "application/json", "Cache-Control": "must-revalidate"}
        connection.request(method, path, text, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def options(arguments):
    """Return ``--some.option=value`` as a mapping, names in lower case."""
    found = {}
    for argument in arguments:
        if argument.startswith("--"):
            name, _, value = argument[2:].partition("=")
            found[name.lower()] = value or "true"
    return found


def routes(services):
    """Return (hosts, service name, port, resolver, entrypoints) of every router."""
    found = []
    for service in services:
        labels = service["Spec"].get("Labels") or {}
        if labels.get("traefik.enable", "false").lower() != "true":
            continue
        routers, ports = {}, []
        for label, value in labels.items():
            if match := LABEL.fullmatch(label):
                kind, name, rest = match.groups()
                if kind.lower() == "routers":
                    routers.setdefault(name, {})[rest.lower()] = value
                elif rest.lower() == "loadbalancer.server.port":
                    ports.append(value)
        for router in routers.values():
            rule = router.get("rule", "")
            hosts = [
                host
                for inner in re.findall(r"Host\(([^)]*)\)", rule)
                for host in re.findall(r"`([^`]+)`", inner)
            ]
            if hosts and ports:
                doors = router.get("entrypoints", "").split(",")
                resolver = router.get("tls.certresolver", "")
                found.append((hosts, service["Spec"]["Name"], ports[0], resolver, doors))
    return sorted(found)


def caddy_config(chosen, services):
    """Return Caddy's whole configuration."""
    doors = {"web": [], "web-secure": []}
    wanted = {}
    for hosts, service, port, resolver, names in routes(services):
        upstreams = {"source": "a", "name": f"tasks.{service}", "port": port, "refresh": "1s"}
        route = {
            "match": [{"host": hosts}],
            "handle": [{"handler": "reverse_proxy", "dynamic_upstreams": upstreams}],
            "terminal": True,
        }
        for name in doors:
            if name in names or names == [""]:
                doors[name].append(route)
        if "web-secure" in names or names == [""]:
            wanted.setdefault(resolver, []).extend(hosts)
    prefix = "entrypoints.web.http.redirections.entrypoint"
    if f"{prefix}.to" in chosen:
        where = ["https://{http.request.host}{http.request.uri}"]
        moved = {"handler": "static_response", "status_code": "301", "headers": {"Location": where}}
        doors["web"] = [{"handle": [moved]}]
    missing = {"handler": "static_response", "status_code": "404", "body": "404 page not found\n"}
    acme = [name for name in wanted if f"certificatesresolvers.{name}.acme.email" in chosen]
    policies = [
        {
            "subjects": sorted(set(hosts)),
            "issuers": [issuer(chosen, name) if name in acme else {"module": "internal"}],
        }
        for name, hosts in sorted(wanted.items())
    ]
    # The last one, for every other name, must know the authority too: Caddy 2.6 looks for
    # the challenge of "name:80" there when the authority's request says the port.
    policies.append(
        {"issuers": [issuer(chosen, name) for name in acme] or [{"module": "internal"}]}
    )
    server = {"automatic_https": {"disable_redirects": True}, "logs": {}}
    return {
        "storage": {"module": "file_system", "root": "/letsencrypt/caddy"},
        "logging": {"logs": {"default": {"level": chosen.get("log.level", "INFO")}}},
        "apps": {
            "http": {
                "servers": {
                    "web": server | {"listen": [":80"], "routes": doors["web"]},
                    "web-secure": server
                    | {
                        "listen": [":443"],
                        "routes": [*doors["web-secure"], {"handle": [missing]}],
                        "tls_connection_policies": [{}],
                    },
                }
            },
            "tls": {"automation": {"policies": policies}},
            "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
        },
    }


def issuer(chosen, resolver):
    prefix = f"certificatesresolvers.{resolver}.acme"
    said = {
        "module": "acme",
        "ca": chosen.get(f"{prefix}.caserver", "https://acme-v02.api.letsencrypt.org/directory"),
        "email": chosen.get(f"{prefix}.email", ""),
        "challenges": {"tls-alpn": {"disabled": True}},
    }
    if roots := os.environ.get("LEGO_CA_CERTIFICATES"):
        said["trusted_roots_pem_files"] = roots.split(os.pathsep)
    return said


def serve(chosen):
    os.environ.update(HOME="/root", XDG_DATA_HOME="/letsencrypt")
    caddy = subprocess.Popen(["caddy", "run"], stderr=subprocess.PIPE, text=True)
    refused = threading.Event()
    threading.Thread(target=pass_on, args=(caddy.stderr, refused), daemon=True).start()
    while caddy.poll() is None and not listens():
        time.sleep(0.1)
    loaded = None
    while caddy.poll() is None:
        try:
            _, said = ask(Docker("localhost"), "GET", "/services")
            config = caddy_config(chosen, json.loads(said))
            if config != loaded or refused.is_set():
                refused.clear()
                admin = http.client.HTTPConnection(*ADMIN, timeout=30)
                status, words = ask(admin, "POST", "/load", config)
                if status == 200:
                    loaded = config
                else:
                    print("level=error msg=", words.decode(), sep="", flush=True)
        except (OSError, ValueError, http.client.HTTPException) as error:
            print(f"level=error msg={error}", flush=True)
        time.sleep(1)
    sys.exit(caddy.returncode)


def pass_on(lines, refused):
    """Print what Caddy says; set *refused* when it got no certificate.

    By itself it would ask again after a minute; loaded anew, it asks at once.
    """
    for line in lines:
        print(line, end="", flush=True)
        if '"tls.obtain"' in line and '"will retry"' in line:
            refused.set()


def listens():
    try:
        socket.create_connection(ADMIN, 1).close()
    except OSError:
        return False
    return True


def ping():
    """Say whether the gateway works: Caddy answers with a configuration of ours."""
    try:
        status, said = ask(
            http.client.HTTPConnection(*ADMIN, timeout=3), "GET", "/config/apps/http"
        )
    except OSError as error:
        sys.exit(f"Error calling healthcheck: {error}")
    if status != 200 or not json.loads(said or "null"):
        sys.exit("Bad healthcheck status")
    print("OK: http://:8080/ping")


def main(arguments):
    if arguments[:1] == ["traefik"]:
        arguments = arguments[1:]
    if arguments[:1] == ["healthcheck"]:
        ping()
    elif arguments[:1] == ["version"]:
        print("Version:      stand-in")
    else:
        serve(options(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
