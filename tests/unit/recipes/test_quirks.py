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
        ("{volumes: ['d:/data']}", "one-letter-volume"),
    ],
)
def test_an_oddity_is_said(service, rule):
    assert found(f"services: {{app: {service}}}") == [rule]


@pytest.mark.parametrize(
    "service", ["{hostname: '${A:-x}'}", "{hostname: '$$A-x'}", "{volumes: ['data:/d']}"]
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
