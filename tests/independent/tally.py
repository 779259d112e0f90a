"""The result of a vote worked out a second time, from the files' plain data, by trying.

Nothing here knows how the program counts: what is missing is found by adding one voice (or
one grain of weight) after the other until the need is met.
"""

from fractions import Fraction

NOTHING = {"favour": 0, "against": 0, "aside": 0, "block": 0}


def voices(rules, electorate, ballots, now, closes_at, text_hash):
    """Return member -> choice as counted; *ballots* and *electorate* are plain dicts."""
    said = {}
    for one in ballots:
        if one["decision"] != electorate["decision"] or one["member"] not in electorate["voters"]:
            continue
        if one["at"] < electorate["opened_at"] or one["at"] > now:
            continue
        if closes_at is not None and not one["at"] < closes_at:
            continue
        before = said.setdefault(one["member"], {}).get(one["by"])
        if before is None or before["at"] < one["at"]:
            said[one["member"]][one["by"]] = one
    spoken, disputed = {}, set()
    for member, people in said.items():
        kinds = set()
        for one in people.values():
            old = one["text"] not in ("", text_hash)
            if old and rules.get("older_text") == "asks_again":
                continue
            if one["withdrawn"] and one["choice"] in ("against", "block"):
                kinds.add("aside")
            else:
                kinds.add((rules.get("counts_as") or {}).get(one["choice"], one["choice"]))
        if len(kinds) > 1:
            disputed.add(member)
        elif kinds:
            spoken[member] = kinds.pop()
    result = dict(spoken)
    left = {member: (rules.get("proxies") or {}).get("limit", 0) for member in spoken}
    for member in sorted(electorate["voters"]):
        holder = electorate["voters"][member]["proxy"]
        if member not in spoken and member not in disputed and left.get(holder, 0) > 0:
            left[holder] -= 1
            result[member] = spoken[holder]
    return result


def met(need, electorate, counts, weights):
    """Say whether *need* holds for these numbers of members and these weights."""
    everyone = len(electorate["voters"])
    if "heard" in need:
        share = 1 if need["heard"] == "all" else Fraction(need["heard"])
        return sum(counts.values()) >= share * everyone
    if "at_most" in need:
        return counts[need["choice"]] <= need["at_most"]
    if not need.get("of"):
        return counts[need["choice"]] >= need["at_least"]
    whole = (
        sum(weights.values())
        if need["of"] == "heard"
        else sum(one["weight"] for one in electorate["voters"].values())
    )
    if "more_than" in need:
        return weights[need["choice"]] > Fraction(need["more_than"]) * whole
    return weights[need["choice"]] >= Fraction(need["at_least"]) * whole


def missing(need, electorate, counts, weights):
    """Return what is missing, by trying; for at_most, how many there are too many."""
    counts, weights, tried = dict(counts), dict(weights), Fraction(0)
    step = _grain([one["weight"] for one in electorate["voters"].values()])
    while not met(need, electorate, counts, weights):
        if "at_most" in need:
            counts[need["choice"]] -= 1
            tried += 1
        elif need.get("of"):
            weights[need["choice"]] += step
            tried += step
        else:
            counts[need.get("choice", "aside")] += 1
            tried += 1
    return tried


def _grain(weights):
    """Return the greatest number of which every weight is a multiple (Euclid, with fractions)."""
    found = Fraction(0)
    for one in weights:
        while one:
            found, one = one, found % one
    return found or Fraction(1)


def result(rules, size, electorate, ballots, now, closes_at, text_hash):
    """Return state, counts, and what each need misses."""
    heard = voices(rules, electorate, ballots, now, closes_at, text_hash)
    counts, weights = dict(NOTHING), {choice: Fraction(0) for choice in NOTHING}
    for member, choice in heard.items():
        counts[choice] += 1
        weights[choice] += electorate["voters"][member]["weight"]
    needs = rules["sizes"][size].get("needs") or []
    lacking = [missing(need, electorate, counts, weights) for need in needs]
    ended = (not needs) if closes_at is None else now >= closes_at
    if not ended:
        state = "open" if any(lacking) else "passing"
    elif not any(lacking):
        state = "passed"
    else:
        stops = [need.get("choice") == "block" and "at_most" in need for need in needs]
        blocked = any(stop and lack for stop, lack in zip(stops, lacking, strict=True))
        state = "blocked" if blocked else "stalled"
    return state, counts, lacking
