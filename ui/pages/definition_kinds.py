"""The kinds of definitions: what the page shows of each, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.messages import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of definition: its name, the columns of the sheet that it uses, and what it is for."""

    id: str
    name: str
    columns: tuple[str, ...]
    told: str


KINDS = (
    Kind(
        "score",
        N_("Scores"),
        ("name", "column", "measure", "lowest", "highest", "cut", "good", "headline"),
        N_(
            "How score columns become figures: nps, top_box (cut: first good box) or mean; good: high or low;"
            " headline: 1 for the figure that counts most."
        ),
    ),
    Kind(
        "indicator",
        N_("Indicators"),
        ("name", "score", "above", "weight"),
        N_(
            "The tree below the headline: each indicator has a score of its own, or is the weighted mean of "
            "those that name it as above."
        ),
    ),
    Kind("stage", N_("Stages"), ("name",), N_("The stages of the journey, in order.")),
    Kind(
        "touchpoint", N_("Touchpoints"), ("name", "stage"), N_("Where customer and company meet, and in which stage.")
    ),
    Kind(
        "code",
        N_("Codes"),
        ("name", "touchpoint", "department"),
        N_(
            "Which touchpoint a code speaks of, and which department answers for it. A touchpoint column of "
            "the data wins."
        ),
    ),
    Kind(
        "tier",
        N_("Tiers"),
        ("column", "value", "weight"),
        N_("What a voice weighs in priorities: a column, a value of it, a weight such as 1.3 for VIP."),
    ),
    Kind(
        "self_selected",
        N_("Self-selected channels"),
        ("name",),
        N_("Channels in which people choose themselves to speak: they are in no NPS."),
    ),
    Kind(
        "population",
        N_("Closed groups"),
        ("name", "account", "size", "column", "value"),
        N_(
            "A group asked as a whole, such as 18 key accounts: the column that names the account, how many there "
            "are, and the column and value that tell its records. Small groups are listed account by account."
        ),
    ),
    Kind(
        "reference",
        N_("Reference figures"),
        ("name", "score", "value", "size", "dated", "error"),
        N_(
            "Figures of others to hold a mean or a top box against: value, number of answers, when; error: the "
            "standard error of a mean. The index is ours ÷ theirs × 100."
        ),
    ),
    Kind(
        "limit",
        N_("Limits"),
        ("name", "value"),
        N_("Bases: hidden below, starred below, no test below; people below which a row is not shown."),
    ),
    Kind(
        "practical",
        N_("Practical limits"),
        ("name", "value"),
        N_("Changes smaller than this are called small, even where they are proved."),
    ),
    Kind(
        "rule",
        N_("Letters"),
        ("name", "value"),
        N_("holm: corrected over the whole table; uncorrected: 95/90 as in earlier waves, printed as such."),
    ),
    Kind(
        "funnel",
        N_("Brand funnel"),
        ("name", "stage", "column", "value"),
        N_("Which answer of which column means that a brand is known, considered, bought."),
    ),
    Kind(
        "image",
        N_("Brand image"),
        ("name", "attribute", "column", "value"),
        N_("Which answer of which column gives a brand an attribute."),
    ),
)
HEADS = {
    "name": N_("name"),
    "column": N_("column of the data"),
    "measure": N_("measure"),
    "lowest": N_("lowest"),
    "highest": N_("highest"),
    "cut": N_("first good box"),
    "good": N_("good is"),
    "headline": N_("headline"),
    "score": N_("score"),
    "above": N_("above"),
    "weight": N_("weight"),
    "stage": N_("stage"),
    "touchpoint": N_("touchpoint"),
    "department": N_("department"),
    "value": N_("value"),
    "attribute": N_("attribute"),
    "account": N_("account column"),
    "size": N_("how many"),
    "dated": N_("when"),
    "error": N_("standard error"),
}
FIXED = ("limit", "practical", "rule")
"""Kinds whose rows are always there: their values change, rows do not come or go."""
