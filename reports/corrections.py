"""How figures of parts were corrected for the model's errors, in sentences: under every table and series of them."""

from __future__ import annotations

from reports.data import PartCorrection, ThemeFigures
from reports.statistics.corrected import LEAST_READ
from reports.statistics.corrected_parts import LEAST_ALIKE_P
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words

MOST_NAMES = 4


def correction_sentence(told: PartCorrection | TooFew | None, words: Words) -> str:
    """Say how a table or a series was corrected, or why not; nothing where the model has no part in it."""
    if told is None:
        return ""
    if isinstance(told, TooFew):
        if told.lack is Lack.MENTIONS:
            return words("Not corrected for the model's errors: no mention with a feeling is audited.")
        return words(
            "Not corrected for the model's errors: {have} answers of the random sample are read, {more} more are "
            "needed.",
            have=words.count(told.have), more=words.count(told.more),
        )  # fmt: skip
    parts = []
    if len(told.as_counted) < told.parts:
        parts.append(words("Corrected for the model's errors by {read} audited answers.", read=words.count(told.read)))
    if told.whole:
        parts.append(words("These are of the whole question, because too few are of this selection."))
    if told.pooled:
        parts.append(
            words(
                "{pooled} of {parts} hold fewer than {least} of them and take the error rates of all.",
                pooled=words.count(told.pooled), parts=words.count(told.parts), least=LEAST_READ,
            )
        )  # fmt: skip
    if told.as_counted:
        parts.append(_left(told, words))
    return words.text(*parts)


def _left(told: PartCorrection, words: Words) -> str:
    names = words.listed(told.as_counted[:MOST_NAMES])
    if len(told.as_counted) > MOST_NAMES:
        names = words("{names} and more", names=names)
    if told.alike < LEAST_ALIKE_P:
        return words(
            "Not corrected: {names}: the model errs differently between these parts, and fewer than {least} answers "
            "are audited there.",
            names=names, least=LEAST_READ,
        )  # fmt: skip
    return words("Not corrected: {names}: too few mentions are audited there.", names=names)


def net_sentence(theme: ThemeFigures, words: Words) -> str:
    """Say a theme's net sentiment with how it was corrected, or why not; nothing without one."""
    figure = theme.net_sentiment
    if not isinstance(figure, Estimate):
        return ""
    told = words(
        "Net sentiment {value} (95% CI {span}, n={n}).",
        value=words.points(figure.value, 0), span=words.points_span(figure.low, figure.high, 0),
        n=words.count(figure.base),
    )  # fmt: skip
    if theme.net_uncorrected is not None:
        lack = theme.net_uncorrected
        if lack.lack is Lack.MENTIONS:
            return words.text(told, words("Not corrected: too few mentions are audited."))
        return words.text(told, correction_sentence(lack, words))
    if isinstance(theme.net_counted, Estimate) and theme.net_counted != figure:
        counted = words.points(theme.net_counted.value, 0)
        return words.text(told, words("Corrected for the model's errors; as counted {value}.", value=counted))
    return told
