"""Why a part of an app does not run: the Engine's words, turned into everyday ones."""

import re
from collections.abc import Mapping
from typing import Any

from coophost_gui.kit.text import N_, Words, said, size_in_words

UNHEALTHY = N_("core", "It runs, but does not pass its own health check.")
NO_PROGRAM = N_("core", "The command that it should run is not among its programs.")
ENDED = N_("core", "It ended by itself (code {code}).")
NO_IMAGE = N_("core", "Its programs ({image}) are not on the server.")
MEMORY = N_("core", "It was stopped, probably because it asks for more memory than {limit}.")
KILLED = N_("core", "The server stopped it; perhaps the server ran out of memory.")
NO_ROOM = N_("core", "The server has less free memory or processors than it asks for.")
WRONG_PLACE = N_("core", "It asks for a kind of server that this one is not.")
PORT_OF_APP = N_("core", "Another app on the server already uses its network port.")
PORT_OF_OTHER = N_("core", "Another program on the server already uses its network port {port}.")
NO_FOLDER = N_("core", "It needs the folder {path} on the server, which is not there.")
DISK_FULL = N_("core", "The server's disk is full.")
REBOOTED = N_("core", "It was running when the server stopped.")
NOT_READY = N_("core", "The server itself had not finished starting.")
OTHER = N_("core", "The server says: {message}")
ASKS_FIRST = N_("core", "It asks something first: {question}")

_PORT = re.compile(r"(?:0\.0\.0\.0|\[?::\]?|port)[: ](\d+)")
_CODE = re.compile(r"non-zero exit \((\d+)\)")
_FOLDER = re.compile(r"bind source path does not exist: (\S+)")
_IMAGE = re.compile(r"No such image: (\S+)")


def reason(task: Mapping[str, Any]) -> Words:
    """Say why *task* ended or cannot begin; ``""`` when the Engine does not say."""
    status = task.get("Status", {})
    error = str(status.get("Err") or "")
    if not error:
        return ""
    code = (status.get("ContainerStatus") or {}).get("ExitCode")
    if found := _IMAGE.search(error):
        return said(NO_IMAGE, image=found.group(1))
    if server_began(task):
        return NOT_READY
    if "host-mode port already in use" in error:
        return PORT_OF_APP
    if "external connectivity" in error or "address already in use" in error:
        ports = _PORT.findall(error)
        return said(PORT_OF_OTHER, port=ports[-1] if ports else "")
    if "insufficient resources" in error:
        return NO_ROOM
    if "no suitable node" in error:
        return WRONG_PLACE
    if found := _FOLDER.search(error):
        return said(NO_FOLDER, path=found.group(1))
    if "no space left on device" in error:
        return DISK_FULL
    if "unhealthy" in error:
        return UNHEALTHY
    if "exec:" in error or "executable file not found" in error:
        return NO_PROGRAM
    if found := _CODE.search(error):
        return _ended(int(found.group(1)), task)
    if isinstance(code, int) and code > 0:
        return _ended(code, task)
    return said(OTHER, message=error)


def server_began(task: Mapping[str, Any]) -> bool:
    """Say whether *task* was refused only because the server had just been switched on.

    For up to a minute the Engine begins parts before it is back in its swarm.
    """
    return "swarm is not active" in str(task.get("Status", {}).get("Err") or "")


def never_began(task: Mapping[str, Any]) -> bool:
    """Say whether *task* could not even begin (its image, its port, its folder)."""
    error = str(task.get("Status", {}).get("Err") or "")
    return task.get("Status", {}).get("State") == "rejected" or "starting container" in error


def _ended(code: int, task: Mapping[str, Any]) -> Words:
    if code == 137:
        limits = ((task.get("Spec") or {}).get("Resources") or {}).get("Limits") or {}
        if memory := limits.get("MemoryBytes"):
            return said(MEMORY, limit=size_in_words(memory))
        return KILLED
    if code == 255:
        return REBOOTED
    return said(ENDED, code=code)
