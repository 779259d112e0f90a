import pytest
import yaml

from coophost_gui.recipes.compose.quirks import quirks


def found(*texts):
    files = [(f"{n}.yml", yaml.safe_load(text)) for n, text in enumerate(texts)]
    return [rule for rule, _ in quirks(files)]


@pytest.mark.parametrize(
    ("service", "rule"),
    [
        ("{hostname: $A-x}", "unbraced-default"),
        ("{hostname: '${A:?say a-b}'}", "message-is-default"),
        ("{hostname: '${A:-${B}}'}", "nested-default"),
        ("{depends_on: [b]}", "ignored-key"),
        ("{tmpfs: /t}", "ignored-key"),
        ("{privileged: true}", "ignored-key"),
        ("{oom_score_adj: 5}", "ignored-key"),
        ("{volumes: ['d:/data']}", "one-letter-volume"),
    ],
)
def test_an_oddity_is_said(service, rule):
    assert found(f"services: {{app: {service}}}") == [rule]


@pytest.mark.parametrize(
    "service",
    ["{restart: always}", "{hostname: '${A:-x}'}", "{hostname: '$$A-x'}", "{volumes: ['data:/d']}"],
)
def test_what_means_what_it_says_is_not(service):
    assert found(f"services: {{app: {service}}}") == []


def test_ports_are_lost_and_checks_appended_only_when_files_are_merged():
    base = "services: {app: {ports: ['443:443', '443:443/udp'], healthcheck: {test: a}}}"
    assert found(base) == []
    assert found(base, "services: {app: {healthcheck: {test: b}}}") == [
        "lost-port",
        "appended-healthcheck",
    ]


@pytest.mark.parametrize(
    ("base", "over", "rule"),
    [
        ("{read_only: true}", "{read_only: false}", "nothing-overrides"),
        ("{user: root}", "{user: ''}", "nothing-overrides"),
        ("{command: [a]}", "{command: []}", "nothing-overrides"),
        ("{secrets: [{source: s, mode: 256}]}", "{secrets: [s]}", "lost-reference"),
        ("{ports: ['443:443']}", "{ports: ['443:443/udp']}", "lost-port"),
    ],
)
def test_what_an_overlay_cannot_do_or_does_too_much_is_said(base, over, rule):
    assert found(f"services: {{app: {base}}}", f"services: {{app: {over}}}") == [rule]


def test_an_object_that_stands_in_two_files_loses_what_the_later_does_not_say():
    base = "networks: {n: {labels: {a: b}, attachable: true}}"
    assert found(base, "networks: {n: {attachable: true}}") == ["lost-object"]
    assert found(base, "networks: {n: {labels: {}, attachable: true}}") == []


def test_an_overlay_that_only_adds_is_no_oddity():
    over = "services: {app: {read_only: true, ports: ['81:81'], secrets: [t], environment: {}}}"
    assert found("services: {app: {secrets: [s], ports: ['80:80']}}", over) == []
