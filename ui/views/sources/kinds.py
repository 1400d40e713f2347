"""The five kinds of channel in which customers are heard, and kinds that people add."""

from __future__ import annotations

from annotate.messages import N_, _

KINDS: dict[str, str] = {
    "hotline": N_("Hotline"),
    "survey": N_("Survey"),
    "private": N_("Private domain"),
    "opinion": N_("Public opinion"),
    "store": N_("In store"),
}
"""Kind as it is stored → what people call it."""

BROUGHT: dict[str, str] = {
    "hotline": N_("call notes, tickets, chats with service staff"),
    "survey": N_("questionnaires with open questions"),
    "private": N_("messages of WeChat groups, the app's feedback"),
    "opinion": N_("reviews, posts, comments"),
    "store": N_("visit notes, comment cards, hand-over talks"),
}
"""What comes in from a kind of channel, for those who begin."""


def kind_name(kind: str) -> str:
    """Return what people call a kind; one of their own as they wrote it."""
    return _(KINDS[kind]) if kind in KINDS else kind or _("Kind not said")


def kind_of(name: str) -> str:
    """Return the kind to store for what a person chose or wrote; a known name in either language finds its kind."""
    told = name.strip()
    return next(
        (kind for kind, words in KINDS.items() if told.lower() in (kind, words.lower(), _(words).lower())), told
    )
