"""What to do next: one sentence for each reason, else for each state."""

from collections.abc import Iterator, Mapping

from coophost_gui.health import reasons
from coophost_gui.health.judge import State, level
from coophost_gui.kit.text import N_, Said, Words

NOTHING = N_("core", "Nothing needs to be done.")
WAIT = N_("core", "Wait a little; we go on watching.")
READ = N_("core", "Read what it said last, put that right, then start it again.")

FOR_REASONS: Mapping[str, str] = {
    reasons.UNHEALTHY: N_("core", "Read what it says: its messages tell what it misses."),
    reasons.NO_PROGRAM: N_("core", "Go back to the version before, or ask who made this one."),
    reasons.ENDED: READ,
    reasons.NO_IMAGE: N_("core", "Start it again, so that its programs are fetched."),
    reasons.MEMORY: N_("core", "Give it more memory, then start it again."),
    reasons.KILLED: N_("core", "Stop an app that you do not need, or rent more memory."),
    reasons.NO_ROOM: N_("core", "Stop an app that you do not need, or rent a larger server."),
    reasons.WRONG_PLACE: N_("core", "Ask your technical person where it is meant to run."),
    reasons.PORT_OF_APP: N_("core", "Stop the other app, or give this one another port."),
    reasons.PORT_OF_OTHER: N_("core", "Ask your technical person to stop that other program."),
    reasons.NO_FOLDER: N_("core", "Make that folder on the server, then start the app again."),
    reasons.DISK_FULL: N_("core", "Make room on the server's disk. Then it starts by itself."),
    reasons.REBOOTED: WAIT,
    reasons.NOT_READY: WAIT,
    reasons.ASKS_FIRST: N_("core", "Choose “Check it” among your servers, and answer there."),
    reasons.OTHER: N_("core", "Send the report to the person who helps you."),
}
FOR_STATES: Mapping[State, str] = {
    State.STOPPED: N_("core", "Start it when you need it."),
    State.UPDATING: WAIT,
    State.STARTING: WAIT,
    State.ROLLED_BACK: N_("core", "Read what the new version said before you try it again."),
    State.UNKNOWN: N_("core", "Look again in a minute."),
    State.SLOW: N_("core", "Read what it says while it starts."),
    State.RESTARTING: READ,
    State.STUCK: N_("core", "Read what it says, then start it again."),
    State.GIVEN_UP: READ,
    State.UNREACHABLE: N_("core", "See whether the server is on, and whether you are online."),
}
PASSING = (State.UPDATING, State.STARTING)  # it may still come right by itself


def next_step(state: State, reason: Words) -> Words:
    """Return what a person may do about *state*, given why it is so."""
    if level(state) == "good":
        return NOTHING
    if state not in PASSING:
        for text in _texts(reason):
            if text in FOR_REASONS:
                return FOR_REASONS[text]
    return FOR_STATES[state]


def _texts(reason: Words) -> Iterator[str]:
    """Yield the sentences in *reason*, the outermost first: "{part}: {reason}" holds another."""
    yield reason.text if isinstance(reason, Said) else reason
    inner = reason.facts.get("reason") if isinstance(reason, Said) else None
    if isinstance(inner, str | Said):
        yield from _texts(inner)
