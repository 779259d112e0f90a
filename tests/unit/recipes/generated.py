"""Compose files made at random, of the parts that recipes are made of, for the comparison."""

import yaml
from hypothesis import strategies as st


def some(**fields):
    """Return mappings with any of *fields*."""
    return st.fixed_dictionaries({}, optional=fields)


WORDS = st.sampled_from(["a", "b", "one", "two words", "x=y", "${A}", "${NONE:-d}", "$$", "9", ""])
NAMES = st.sampled_from(["a", "b", "c"])
DURATIONS = st.sampled_from(["5s", "90s", "1m30s", "1h", "250ms", "1.5s"])
SIZES = st.sampled_from(["50M", "1g", "512kb", "1.5G", "1024"])
LONG_PORT = st.fixed_dictionaries(
    {"target": st.integers(80, 82)},
    optional={
        "published": st.integers(0, 2),
        "mode": st.sampled_from(["host", "ingress"]),
        "protocol": st.sampled_from(["tcp", "udp"]),
    },
)
PORTS = st.sampled_from(
    ["80", "80:80", "81:80", "443:443/udp", "443:443", "90-91:90-91", "127.0.0.1:82:82", 83]
)
LONG_MOUNT = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("volume"), "source": NAMES, "target": st.sampled_from(["/a", "/b"])},
        optional={"read_only": st.booleans(), "volume": some(nocopy=st.booleans())},
    ),
    st.fixed_dictionaries(
        {"type": st.just("tmpfs"), "target": st.just("/t")},
        optional={"tmpfs": some(size=st.integers(0, 9))},
    ),
)
MOUNTS = st.sampled_from(
    ["a:/a", "a:/a:ro", "b:/a", "/x:/x", "./r:/r:ro", "/anon", "c:/c", "/y:/y:rslave,ro"]
)
TEXTS = st.dictionaries(NAMES, WORDS, max_size=3)
EITHER = st.one_of(
    TEXTS,
    st.lists(st.sampled_from(["a=1", "b", "c=", "a=${A}"]), max_size=3, unique=True),
)


REFERENCES = st.lists(
    st.one_of(
        NAMES,
        st.fixed_dictionaries(
            {"source": NAMES},
            optional={
                "target": st.sampled_from(["t", "/t/u"]),
                "mode": st.sampled_from([256, 292]),
            },
        ),
    ),
    max_size=3,
    unique_by=repr,
)
UPDATE = some(
    parallelism=st.integers(0, 3),
    delay=DURATIONS,
    failure_action=st.sampled_from(["rollback", "pause", "continue"]),
    monitor=DURATIONS,
    max_failure_ratio=st.sampled_from([0, 0.5, 1]),
    order=st.sampled_from(["start-first", "stop-first"]),
)
DEPLOY = some(
    replicas=st.integers(0, 3),
    labels=EITHER,
    update_config=UPDATE,
    rollback_config=UPDATE,
    resources=some(
        limits=some(cpus=st.sampled_from(["0.5", "2"]), memory=SIZES),
        reservations=some(cpus=st.just("0.1"), memory=SIZES),
    ),
    restart_policy=some(
        condition=st.sampled_from(["any", "on-failure", "none"]),
        delay=DURATIONS,
        max_attempts=st.integers(0, 3),
        window=DURATIONS,
    ),
    placement=some(
        constraints=st.lists(st.just("node.role == manager"), max_size=2),
        max_replicas_per_node=st.integers(0, 2),
    ),
    endpoint_mode=st.sampled_from(["vip", "dnsrr"]),
)
SERVICE = some(
    hostname=WORDS,
    user=WORDS,
    working_dir=st.sampled_from(["/w", ""]),
    command=st.one_of(
        st.sampled_from(["sh -c 'a b'", r'a "b\n" \" # c', ""]), st.lists(WORDS, max_size=2)
    ),
    entrypoint=st.one_of(st.just("run me"), st.lists(WORDS, max_size=2)),
    environment=EITHER,
    labels=EITHER,
    ports=st.lists(st.one_of(PORTS, LONG_PORT), max_size=3, unique_by=str),
    volumes=st.lists(st.one_of(MOUNTS, LONG_MOUNT), max_size=3, unique_by=repr),
    networks=st.one_of(
        st.lists(NAMES, max_size=2, unique=True),
        st.dictionaries(
            NAMES,
            st.one_of(
                st.none(),
                some(
                    aliases=st.lists(NAMES, max_size=2, unique=True),
                    ipv4_address=st.just("1.1.1.1"),
                ),
            ),
            max_size=2,
        ),
    ),
    secrets=REFERENCES,
    configs=REFERENCES,
    healthcheck=some(
        test=st.one_of(st.just("curl x"), st.just(["CMD", "true"])),
        interval=DURATIONS,
        timeout=DURATIONS,
        retries=st.integers(0, 3),
        start_period=DURATIONS,
    ),
    deploy=DEPLOY,
    restart=st.sampled_from(["always", "on-failure", "on-failure:2", "no"]),
    read_only=st.booleans(),
    tty=st.booleans(),
    init=st.booleans(),
    stop_grace_period=DURATIONS,
    stop_signal=st.sampled_from(["SIGTERM", ""]),
    dns=st.one_of(st.just("1.1.1.1"), st.just(["1.1.1.1", "2.2.2.2"])),
    cap_add=st.lists(st.sampled_from(["NET_ADMIN", "ALL"]), max_size=2, unique=True),
    cap_drop=st.lists(st.sampled_from(["NET_ADMIN", "CHOWN"]), max_size=2, unique=True),
    extra_hosts=st.lists(st.just("h:1.2.3.4"), max_size=1),
    ulimits=st.dictionaries(
        st.sampled_from(["nofile", "nproc"]),
        st.one_of(st.integers(0, 9), st.just({"soft": 1, "hard": 2})),
        max_size=2,
    ),
    logging=some(driver=st.sampled_from(["json-file", "syslog"]), options=TEXTS),
    sysctls=EITHER,
    tmpfs=st.just("/t"),
    depends_on=st.just(["other"]),
)
TOP = {
    "networks": {"a": {"external": True}, "b": None, "c": {"attachable": True, "name": "net_c"}},
    "volumes": {"a": None, "b": {"driver": "local", "driver_opts": {"x": 1}}, "c": {"name": "vc"}},
    "secrets": {name: {"external": True, "name": f"s_{name}_v1"} for name in "abc"},
    "configs": {name: {"external": True} for name in "abc"},
}
OVER_TOP = some(
    networks=st.just({"b": {"driver": "overlay"}}),
    volumes=st.just({"b": {"labels": ["x"]}}),
    secrets=st.just({"a": {"external": True}}),
)


@st.composite
def stacks(draw):
    """Draw one to three compose files, as text by name."""
    files = {}
    for number in range(draw(st.integers(1, 3))):
        service = draw(SERVICE)
        if number == 0:
            service["image"] = draw(st.sampled_from(["img", "img:1", "host:5000/img"]))
        body = {"version": "3.8", "services": {"app": service}}
        if draw(st.booleans()):
            body["services"]["other"] = draw(SERVICE) | ({} if number else {"image": "other"})
        body |= TOP if number == 0 else draw(OVER_TOP)
        files[f"{number}.yml"] = yaml.safe_dump(body, sort_keys=False)
    return files
