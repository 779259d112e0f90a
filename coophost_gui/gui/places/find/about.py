"""What is known of one app before one chooses it, and how far it can be trusted."""

from collections.abc import Callable

from coophost_gui.gui.chips import Chip
from coophost_gui.gui.labels import Note, Text, Title
from coophost_gui.gui.layouts import row
from coophost_gui.gui.places.find.model import Choice, licence_words
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button, Card
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Said, Words, said
from coophost_gui.recipes.search import Match
from coophost_gui.recipes.trust import Trust, trust

LEVELS = {"good": "good", "fair": "wait", "low": "wait"}


def about_screen(
    match: Match, choice: Choice, choose: Callable[[], object], back: Callable[[], object]
) -> Screen:
    """Return the page of one app; *choose* and *back* are its two ways on."""
    screen = Screen(said(N_("core", "About “{name}”"), name=choice.name), choice.sentence)
    for card in (_products(match), _trust(trust(match.entry))):
        screen.body.addWidget(card)
    leave = Button(N_("core", "Back"), "link", clicked=back)
    leave.setObjectName("back")
    go = Button(N_("core", "Choose"), "primary", clicked=choose)
    go.setObjectName("choose")
    go.setEnabled(not choice.refused)
    screen.set_foot([leave], [Note(choice.refused), go] if choice.refused else [go])
    return screen


def _products(match: Match) -> Card:
    card = Card()
    meaning = match.meaning
    if meaning is not None and meaning.replaces:
        card.body.addWidget(Title(N_("core", "Instead of")))
        card.body.addWidget(Text(", ".join(meaning.replaces)))
    if meaning is not None and meaning.not_replaces:
        card.body.addWidget(Title(N_("core", "Not instead of")))
        for product, why in meaning.not_replaces.items():
            line = said(N_("core", "{product}: {reason}."), product=product, reason=why)
            card.body.addWidget(Text(line))
    words: list[Words] = [licence_words(meaning)] if meaning is not None else []
    if match.entry.latest:
        words.append(said(N_("core", "newest version {version}"), version=match.entry.latest))
    if words:
        card.body.addWidget(Note(" · ".join(tr(word) for word in words if word)))
    return card


def _trust(found: Trust) -> Card:
    card = Card()
    title = Title(N_("core", "How far you can trust it"))
    card.body.addWidget(row(title, Chip(tr(found.words), LEVELS[found.level])))
    words: Words = N_("core", "This is what its makers say of it. Nothing is missing.")
    if found.lost:
        words = N_("core", "This is what its makers say of it. These points are missing:")
    card.body.addWidget(Text(words, tone="soft"))
    for points, why in found.lost:
        reason = why if isinstance(why, Said) else said(why)
        card.body.addWidget(Text(said(N_("core", "−{points}: {why}"), points=points, why=reason)))
    return card
