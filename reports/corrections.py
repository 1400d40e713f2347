"""How figures came about and were corrected for the model's errors, in sentences: of a theme, under every table."""

from __future__ import annotations

from reports.data import PartCorrection, ThemeFigures, TouchpointTable
from reports.statistics.corrected import LEAST_READ
from reports.statistics.corrected_parts import LEAST_ALIKE_P
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Estimate
from reports.statistics.shares import Source
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
    more = words("Where most are missing, {more} more are needed.", more=words.count(told.more)) if told.more else ""
    if told.alike < LEAST_ALIKE_P:
        why = words(
            "Not corrected: {names}: the model errs differently between these parts, and too little is audited there.",
            names=names,
        )  # fmt: skip
        return words.text(why, more)
    return words.text(words("Not corrected: {names}: too few mentions are audited there.", names=names), more)


def cells_sentence(table: TouchpointTable, words: Words) -> str:
    """Say how the cells of a table of touchpoints were corrected; nothing where they are as its totals are."""
    if table.cells is None:
        return words("Cells are as counted.") if isinstance(table.correction, PartCorrection) else ""
    parts = [
        words("Cells are corrected by how the model hears over all of them.")
        if len(table.cells.as_counted) < table.cells.parts else words("Cells are as counted.")
    ]  # fmt: skip
    if table.cells.as_counted:
        parts.append(_left(table.cells, words))
    return words.text(*parts)


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


def explain(theme: ThemeFigures, words: Words) -> list[str]:
    """Say how the number of a theme came about, sentence by sentence: who coded, what the audit found, which state."""
    told, counted = theme.provenance, theme.counted or theme.share
    if told is None:
        return []
    machine = told.machine + told.certified
    people = words("{count} {people}", count=words.count(counted.count), people=words.people)
    sums = {"human": words.count(told.human), "machine": words.count(machine)}
    lines = [words("{people} = coded by people {human} + by the model {machine}.", people=people, **sums)]
    if told.human + machine != counted.count:
        lines = [
            words(
                "{people} with {answers} answers = coded by people {human} + by the model {machine}.",
                people=people, answers=words.count(told.human + machine), **sums,
            )
        ]  # fmt: skip
    if told.certified:
        lines.append(
            words("Of the model's, {count} are proved by an acceptance sample.", count=words.count(told.certified))
        )
    if theme.share.source is Source.CORRECTED and told.audited is not None:
        lines.append(
            words(
                "Random sample of {read}: the model gives it to {said}, {right} of them rightly, and misses {missed} "
                "of the other {others}; corrected {share}.",
                read=words.count(told.audited), said=words.count(told.said), right=words.count(told.right),
                missed=words.count(told.missed), others=words.count(told.audited - told.said),
                share=words.share_in_full(theme.share),
            )
        )  # fmt: skip
        lines.append(words("A pivot of the export gives {share}.", share=words.percent(counted.value, counted.base)))
        if told.borrowed:
            lines.append(
                words("Few of the sample carry it: its interval leans on the codes of the same net, and is wider.")
            )
        if told.carried:
            lines.append(words("Corrected by answers and carried over to people, because some gave several."))
    elif theme.uncorrected is not None:
        lines.append(
            words(
                "Machine estimate, not corrected: {have} answers of a random sample are read, {more} more are needed.",
                have=words.count(theme.uncorrected.have), more=words.count(theme.uncorrected.more),
            )
        )  # fmt: skip
    lines += [feeling] if (feeling := net_sentence(theme, words)) else []
    state = [words("code frame r{revision}", revision=told.revision)]
    state += [words("model {name}", name=told.model)] if told.model else []
    state.append(words("operation {op}", op=words.count(told.op)))
    lines.append(words("State: {parts}.", parts=words.listed(state)))
    return lines
