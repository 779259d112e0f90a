"""What may be said of a record: the verdicts, a few words for each, and what to do."""

from enum import StrEnum

from coophost_gui.kit.text import N_, N_n, Words, several


class Verdict(StrEnum):
    RIGHT = "right"
    OPTIONAL = "optional"  # nothing is there, and nothing need be
    ELSEWHERE = "elsewhere"  # it leads elsewhere, and nobody needs it here
    MISSING = "missing"
    HIDDEN = "hidden"  # the row with a star does not reach the name
    WRONG = "wrong"
    EXTRA = "extra"  # something stands beside the right address
    UNWANTED = "unwanted"  # the server has no address of that kind
    ALIAS_WRONG = "alias-wrong"
    ALIAS_BESIDE = "alias-beside"
    UNEVEN = "uneven"  # the name's own servers do not agree
    SPREADING = "spreading"  # right, and somebody still remembers the old
    UNSEEN = "unseen"  # right, and the resolver cannot find it
    FORBIDDEN = "forbidden"  # nobody of ours may vouch for it
    PARTLY_LAME = "partly-lame"
    LAME = "lame"
    UNRENTED = "unrented"
    BOGUS = "bogus"
    UNHEARD = "unheard"  # the name's own servers do not answer
    SILENT = "silent"  # nobody answers


def lasting(seconds: int) -> Words:
    """Say how long *seconds* are, rounded up: minutes, five of them, or hours."""
    minutes = max(1, -(-seconds // 60))
    if minutes > 50:
        return several(-(-minutes // 60), N_n("core", "one hour", "{count} hours"))
    if minutes > 10:
        minutes = -(-minutes // 5) * 5
    return several(minutes, N_n("core", "one minute", "{count} minutes"))


IN_SHORT: dict[Verdict, str] = {
    Verdict.RIGHT: N_("core", "Right"),
    Verdict.OPTIONAL: N_("core", "Not needed"),
    Verdict.ELSEWHERE: N_("core", "Leads elsewhere"),
    Verdict.MISSING: N_("core", "Nothing there yet"),
    Verdict.HIDDEN: N_("core", "Not reached by the star"),
    Verdict.WRONG: N_("core", "Leads elsewhere"),
    Verdict.EXTRA: N_("core", "One too many"),
    Verdict.UNWANTED: N_("core", "One too many"),
    Verdict.ALIAS_WRONG: N_("core", "Leads elsewhere"),
    Verdict.ALIAS_BESIDE: N_("core", "One too many"),
    Verdict.UNEVEN: N_("core", "Not everywhere yet"),
    Verdict.SPREADING: N_("core", "Not everywhere yet"),
    Verdict.UNSEEN: N_("core", "Not everywhere yet"),
    Verdict.FORBIDDEN: N_("core", "Not allowed yet"),
    Verdict.PARTLY_LAME: N_("core", "Better without"),
    Verdict.LAME: N_("core", "Nobody knows it"),
    Verdict.UNRENTED: N_("core", "Not rented"),
    Verdict.BOGUS: N_("core", "Kept back"),
    Verdict.UNHEARD: N_("core", "No answer"),
    Verdict.SILENT: N_("core", "No answer"),
}

RIGHT = N_("core", "This is right.")
RIGHT_BY_ALIAS = N_("core", "This is right: it leads there by way of {target} (CNAME).")
MISSING = N_("core", "Nothing is there yet. Add this record where you rented the name.")
DOUBLED = N_(
    "core",
    "The record was made as {found}: the form adds the end by itself. "
    "Write only “{first}” as its name.",
)
NOT_NEEDED = N_(
    "core", "Nothing is there. It is not needed while each app has a record of its own."
)
NEWER = N_("core", "It works without. With it, newer connections (IPv6) find your server too.")
ELSEWHERE = N_("core", "It leads to {found}. Leave it so if something of yours lives there.")
HIDDEN = N_(
    "core",
    "The record {star} does not reach this name: something else stands there. "
    "Add this record as well.",
)
WRONG = N_(
    "core",
    "It leads to {found}, an address that is not your server's. Change this record. "
    "If another service stands in between (proxy), switch it off for this name.",
)
STAR_WRONG = N_(
    "core",
    "The record {star} leads it to {found}, which is not your server. "
    "Add this record, or change that one.",
)
EXTRA = N_(
    "core",
    "Beside the right address stands {found}, which is not your server's. "
    "Remove that record, or some visitors land there.",
)
UNWANTED = N_(
    "core",
    "It leads to {found}, but your server has no address of that kind. "
    "Remove the record of type {kind}.",
)
ALIAS_WRONG = N_(
    "core",
    "The name only stands for {target} (CNAME), which leads to {found}. "
    "Remove that record and add this one.",
)
ALIAS_NOWHERE = N_(
    "core",
    "The name only stands for {target} (CNAME), which leads nowhere. "
    "Remove that record and add this one.",
)
ALIAS_BESIDE = N_(
    "core",
    "Beside this record stands one to {target} (CNAME). The two cannot go together: remove it.",
)
UNEVEN = N_(
    "core",
    "Not all servers that know this name have it yet: {servers}. "
    "That mostly passes within minutes.",
)
SPREADING = N_(
    "core",
    "It is right. Some people may still be led to {found}, for up to {time}.",
)
STILL_NOTHING = N_(
    "core",
    "It is right. Some people may still hear that nothing is there, for up to {time}.",
)
UNSEEN = N_(
    "core",
    "It is right, but the address book that this computer asks ({server}) does not find it. "
    "That may pass by itself.",
)
FORBIDDEN = N_(
    "core",
    "{name} does not let {voucher} make its connections secure. Add this record (CAA).",
)
PARTLY_LAME = N_(
    "core",
    "Not all servers that stand for {zone} know it: {servers}. "
    "Take them off the list (name servers) where you rented the name.",
)
LAME = N_(
    "core",
    "The servers that stand for {zone} do not know it: {servers}. "
    "Enter the right ones (name servers) where you rented the name.",
)
UNRENTED = N_(
    "core",
    "Nobody has rented {domain}, or its time has run out. Rent it, or look for a spelling mistake.",
)
BOGUS = N_(
    "core",
    "The signatures of {zone} (DNSSEC) do not fit, so many people cannot reach it. "
    "Have them renewed or switched off where you rented the name.",
)
UNHEARD = N_(
    "core",
    "The servers that know this name do not answer: {servers}. "
    "Try later; if it stays, ask where you rented the name.",
)
SILENT = N_(
    "core",
    "The address book of the internet (DNS) does not answer this computer. "
    "Check that it is online.",
)
