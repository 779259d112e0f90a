"""Docker installed: which commands follow from which facts."""

import pytest

from coophost_gui.hosts.base import Result
from coophost_gui.kit.jobs import Job, Output, Progress
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.problems import Cancelled
from coophost_gui.servers import packages
from coophost_gui.servers.facts import parse
from coophost_gui.servers.problems import (
    DockerDoesNotStart,
    InstallerBusy,
    InstallStopped,
    PackagesUnreachable,
)
from coophost_gui.servers.steps import docker
from coophost_gui.servers.steps.docker import docker_installed, missing_packages
from tests.unit.servers.house import YES, House
from tests.unit.servers.said import BLANK, READY

FINISH = " ".join(packages.FINISH)
UPDATE = " ".join(packages.UPDATE)
INSTALL = " ".join(packages.INSTALL)
MEND = " ".join(packages.MEND)
START = " ".join(docker.START)

INSTALLED = """\
package=docker.io ii 20.10.24+dfsg1
docker.program=/usr/bin/docker
docker.unit=active
docker.enabled=enabled
docker.version=20.10.24+dfsg1
"""
TOOLS = "apparmor.tools=yes\n"
WITH_TOOLS = "docker.io ca-certificates apparmor"


def blank_house(facts=BLANK, wanted=WITH_TOOLS, more=INSTALLED + TOOLS):
    return House(facts, {f"{INSTALL} {wanted}": more}, {FINISH: YES, UPDATE: YES, START: YES})


def test_a_blank_server_gets_docker_with_the_apparmor_tools():
    house = blank_house()
    assert carry_out([docker_installed(house.door)], Job()) == 1
    assert house.commands == [FINISH, UPDATE, f"{INSTALL} {WITH_TOOLS}"]


def test_a_kernel_without_apparmor_needs_no_tools_for_it():
    house = blank_house(BLANK.replace("apparmor=on\n", ""), "docker.io ca-certificates", INSTALLED)
    carry_out([docker_installed(house.door)], Job())
    assert house.commands[-1] == f"{INSTALL} docker.io ca-certificates"


def test_a_ready_server_is_asked_and_left_alone():
    house = House(READY)
    assert carry_out([docker_installed(house.door)], Job()) == 0
    assert house.commands == []


def test_only_the_missing_tools_are_added_to_a_docker_that_is_there():
    house = House(
        READY.replace("apparmor.tools=yes\n", ""),
        {f"{INSTALL} apparmor": TOOLS},
        {FINISH: YES, UPDATE: YES},
    )
    carry_out([docker_installed(house.door)], Job())
    assert house.commands == [FINISH, UPDATE, f"{INSTALL} apparmor"]


@pytest.mark.parametrize("before", ["", "package=docker.io ii 26.1.5\ndocker.unit=active\n"])
def test_the_docker_command_is_a_package_of_its_own_on_debian_13(before):
    facts = parse(BLANK + "system.version=13\n" + before, 0)
    wanted = () if before else ("docker.io", "ca-certificates")
    assert missing_packages(facts) == (*wanted, "docker-cli", "apparmor")


def test_an_interrupted_installation_is_finished_and_not_begun_again():
    house = House(
        READY.replace("docker.io ii", "docker.io iF") + "unfinished=docker.io \n",
        {FINISH: "package=docker.io ii 20.10.24\nunfinished=\n"},
    )
    step = docker_installed(house.door)
    assert not step.is_done(Job())
    step.do(Job())
    assert house.commands == [FINISH]


@pytest.mark.parametrize(
    "change", ["docker.unit=inactive\ndocker.version=\n", "docker.enabled=disabled\n"]
)
def test_a_docker_that_is_off_or_would_not_come_back_is_switched_on(change):
    house = House(READY + change, {START: "docker.unit=active\ndocker.enabled=enabled\n"})
    assert carry_out([docker_installed(house.door)], Job()) == 1
    assert house.commands == [START]


def test_lists_that_are_minutes_old_are_not_asked_for_again():
    house = blank_house(BLANK + "lists.age=300\n")
    assert carry_out([docker_installed(house.door)], Job()) == 1
    assert house.commands == [FINISH, f"{INSTALL} {WITH_TOOLS}"]


def test_lists_of_yesterday_are_asked_for_again():
    house = blank_house(BLANK + "lists.age=90000\n")
    carry_out([docker_installed(house.door)], Job())
    assert UPDATE in house.commands


def test_fresh_lists_that_name_what_is_gone_are_asked_for_once_more():
    house = blank_house(BLANK + "lists.age=300\n")
    good = house.host.answers[f"{INSTALL} {WITH_TOOLS}"]
    answers = [lambda stdin: Result(100, "", "E: Failed to fetch x.deb 404"), good]
    house.host.answers[f"{INSTALL} {WITH_TOOLS}"] = lambda stdin: answers.pop(0)(stdin)
    assert carry_out([docker_installed(house.door)], Job()) == 1
    install = f"{INSTALL} {WITH_TOOLS}"
    assert house.commands == [FINISH, install, UPDATE, install]


def test_another_origin_of_docker_is_kept_as_it_is():
    facts = parse(READY.replace("docker.io ii", "docker-ce ii"), 0)
    assert missing_packages(facts) == ()


BUSY = {
    FINISH: Result(2, "", "dpkg: error: dpkg frontend lock was locked by another process"),
    UPDATE: Result(100, "", "E: Could not get lock /var/lib/apt/lists/lock"),
}


@pytest.mark.parametrize("command", BUSY)
def test_we_wait_while_another_program_is_installing(monkeypatch, command):
    answers = [BUSY[command], BUSY[command], YES]
    house = blank_house()
    house.host.answers[command] = lambda stdin: answers.pop(0)
    heard, waits = [], []
    job = Job(heard.append)
    monkeypatch.setattr(job, "wait", waits.append)
    carry_out([docker_installed(house.door)], job)
    assert waits == [5, 5]
    assert house.commands.count(command) == 3
    assert any(isinstance(e, Progress) and "We wait" in str(e.detail) for e in heard)


@pytest.mark.parametrize("command", BUSY)
def test_the_wait_ends_in_words_when_it_never_ends(monkeypatch, command):
    house = blank_house()
    house.host.answers[command] = BUSY[command]
    job = Job()
    monkeypatch.setattr(job, "wait", lambda seconds: None)
    with pytest.raises(InstallerBusy):
        docker_installed(house.door).do(job)


@pytest.mark.parametrize(
    ("command", "said", "problem"),
    [
        (f"{INSTALL} {WITH_TOOLS}", "E: Failed to fetch http://x/y.deb", PackagesUnreachable),
        (f"{INSTALL} {WITH_TOOLS}", "E: Could not get lock /var/lib/dpkg/lock", InstallerBusy),
        (f"{INSTALL} {WITH_TOOLS}", "dpkg: error processing docker.io", InstallStopped),
        (FINISH, "dpkg: error processing package docker.io", InstallStopped),
    ],
)
def test_what_debian_refuses_is_said_in_words_with_its_own_words_as_details(command, said, problem):
    house = blank_house()
    house.host.answers[command] = Result(100, "", said)
    with pytest.raises(problem) as caught:
        docker_installed(house.door).do(Job())
    assert said in caught.value.detail


def test_an_older_list_of_programs_will_do_when_the_new_one_cannot_be_fetched():
    house = blank_house()
    house.host.answers[UPDATE] = Result(100, "", "E: Failed to fetch http://mirror.example/")
    assert carry_out([docker_installed(house.door)], Job()) == 1


def test_without_any_list_of_programs_debian_is_out_of_reach():
    house = blank_house()
    house.host.answers[UPDATE] = Result(100, "", "E: Failed to fetch http://mirror.example/")
    house.host.answers[f"{INSTALL} {WITH_TOOLS}"] = Result(100, "", "E: Unable to locate package")
    with pytest.raises(PackagesUnreachable) as caught:
        docker_installed(house.door).do(Job())
    assert "Failed to fetch" in caught.value.detail


@pytest.mark.parametrize("torn_at", [FINISH, f"{INSTALL} {WITH_TOOLS}"])
def test_an_upgrade_that_lost_its_power_is_completed_first(torn_at):
    house = blank_house()
    goes_on = house.host.answers[torn_at]
    torn = " python3.11 : Depends: python3.11-minimal\nE: you have held broken packages."

    def mended(stdin):
        house.host.answers[torn_at] = goes_on
        return YES

    house.host.answers |= {torn_at: Result(100, "", torn), MEND: mended}
    assert carry_out([docker_installed(house.door)], Job()) == 1
    assert house.commands.count(MEND) == 1
    assert house.commands[-1] == f"{INSTALL} {WITH_TOOLS}"


def test_a_docker_that_does_not_start_says_why_in_the_details():
    house = House(READY + "docker.unit=failed\ndocker.version=\n")
    house.host.answers[START] = Result(1, "", "Job for docker.service failed.\n")
    house.host.answers[" ".join(docker.LAST_WORDS)] = Result(0, "no such driver", "")
    with pytest.raises(DockerDoesNotStart) as caught:
        docker_installed(house.door).do(Job())
    assert caught.value.detail == "Job for docker.service failed.\nno such driver"


def test_apts_own_percentages_become_true_progress():
    heard = []
    listen = packages._telling_progress(Job(heard.append))
    listen(Output("dlstatus:1:12.5:Retrieving file 1 of 9"))
    listen(Output("pmstatus:docker.io:75.0000:Installing docker.io (amd64)"))
    listen(Output("Setting up docker.io"))
    assert heard == [
        Progress(0.125, "Fetching what is needed"),
        Progress(0.75, "Setting it up"),
        Output("Setting up docker.io"),
    ]


def test_stopping_reaches_the_installation():
    house = blank_house()
    job = Job()

    def stop(stdin):
        job.cancel()
        raise Cancelled

    house.host.answers[f"{INSTALL} {WITH_TOOLS}"] = stop
    with pytest.raises(Cancelled):
        docker_installed(house.door).do(job)
