"""How models are told on the command line: as JSON and as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from annotate import frames, verbatims
from annotate.frames import Code
from annotate.messages import N_, _, counted, listed, plural
from annotate.store.project import Project
from training.commands import named

if TYPE_CHECKING:
    from training.learner.evaluate import Figure, Overall
    from training.quality.hand_thresholds import HandScores
    from training.quality.must_hold import Pin
    from training.quality.switch import Flips
    from training.quality.versions import InForce, ModelVersion


def codes_of(opened: Project, frame_id: int) -> dict[int, Code]:
    """Return the codes of a frame by id."""
    return {one.id: one for one in frames.head(opened, frame_id).codes}


def name_of(codes: dict[int, Code], code_id: int) -> str:
    """Return the path of a code; its id where the frame does not hold it."""
    return codes[code_id].full_path if code_id in codes else str(code_id)


def without_id(told: dict[str, object]) -> dict[str, object]:
    """Return a result without the code's id, which means nothing outside the project."""
    return {key: value for key, value in told.items() if key != "code_id"}


def answers(n: int) -> str:
    """Return a number of answers in words."""
    return plural(n, N_("{n} answer"), N_("{n} answers")).format(n=f"{n:,}")


def span(figure: Figure) -> str:
    """Return a figure with its interval."""
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def overall_lines(told: Overall, rows: int) -> list[str]:
    """Return micro-F1 over all codes and macro-F1 over those it rests on, from so many scored answers."""
    return [
        counted(
            N_("All codes: micro-F1 {micro} over {n} codes and {rows} answers"),
            micro=span(told.micro_f1),
            n=told.columns,
            rows=f"{rows:,}",
        ),
        "  " + macro_line(told.macro_f1, told.macro_columns),
    ]


def macro_line(figure: Figure | None, codes: int) -> str:
    """Return macro-F1 with the number of codes that it rests on."""
    from training.learner.evaluate import MACRO_LEAST

    if figure is None:
        return _("macro-F1 is not known: no code is on {least} of these answers").format(least=MACRO_LEAST)
    return plural(
        codes,
        N_("macro-F1 {macro}, of the one code on at least {least} of these answers"),
        N_("macro-F1 {macro}, the mean over the {n} codes on at least {least} of these answers"),
    ).format(macro=span(figure), n=codes, least=MACRO_LEAST)


def version(one: ModelVersion, codes: dict[int, Code]) -> dict[str, object]:
    """Return a model for JSON."""
    return {
        "model": f"v{one.number}", "name": one.name, "note": one.note, "hash": one.hash,
        "date": named.day(one.created_ms), "revision": one.revision, "snapshot_op": one.snapshot_op,
        "labels": one.labels, "micro_f1": asdict(one.micro_f1), "macro_codes": one.macro_codes,
        "macro_f1": None if one.macro_f1 is None else asdict(one.macro_f1), "base": one.base,
        "from_random_rows": one.from_random_rows,
        "sentiment_f1": None if one.sentiment_f1 is None else asdict(one.sentiment_f1),
        "thresholds_by_hand": {name_of(codes, code): p for code, p in one.by_hand},
        "in_force": [asdict(each) for each in one.in_force],
    }  # fmt: skip


def version_line(one: ModelVersion) -> str:
    """Return a model in one line."""
    line = plural(
        one.labels,
        N_("{name} ({date}, {hash}): {n} label, micro-F1 {micro} on {base}, {macro}"),
        N_("{name} ({date}, {hash}): {n} labels, micro-F1 {micro} on {base}, {macro}"),
    ).format(
        name=one.name, date=named.day(one.created_ms), hash=one.hash[:12], n=f"{one.labels:,}",
        micro=span(one.micro_f1), base=answers(one.base), macro=_macro(one),
    )  # fmt: skip
    if one.by_hand:
        by_hand = plural(len(one.by_hand), N_("{n} threshold by hand"), N_("{n} thresholds by hand"))
        line += _("; ") + by_hand.format(n=len(one.by_hand))
    if one.in_force:
        line += _("; ") + _("in force: {places}").format(places=listed(_place(each) for each in one.in_force))
    return line


def _macro(one: ModelVersion) -> str:
    if one.macro_f1 is None:
        return _("macro-F1 not known")
    codes = plural(one.macro_codes, N_("{n} code"), N_("{n} codes")).format(n=one.macro_codes)
    return _("macro-F1 {macro} over {codes}").format(macro=span(one.macro_f1), codes=codes)


def _place(one: InForce) -> str:
    place = f"{one.question} × {one.wave}" if one.wave else one.question
    return _("{place} (delivered)").format(place=place) if one.delivered else place


def hand_lines(told: HandScores | None, codes: dict[int, Code]) -> list[str]:
    """Return the scores of thresholds set by hand in lines, none where none is set."""
    if told is None:
        return []
    lines = [
        counted(
            N_("Thresholds by hand, scored on the {n} answers not used to set them: micro-F1 {micro}"),
            n=f"{told.base:,}",
            micro=span(told.overall.micro_f1),
        )
    ]
    lines += [
        _("  {name}: from {threshold} (by hand), F1 {f1}, precision {precision}, recall {recall}").format(
            name=name_of(codes, one.code_id), threshold=f"{one.threshold:.3f}", f1=span(one.score.f1),
            precision=span(one.score.precision), recall=span(one.score.recall),
        )
        for one in told.codes
    ]  # fmt: skip
    return lines


def hand_told(told: HandScores, codes: dict[int, Code]) -> dict[str, object]:
    """Return the scores of thresholds set by hand for JSON."""
    return {
        "base": told.base, "from_random_rows": told.from_random_rows, "overall": asdict(told.overall),
        "codes": [
            {"code": name_of(codes, one.code_id), "threshold": one.threshold, "by_hand": True, **asdict(one.score)}
            | {"threshold": one.threshold}
            for one in told.codes
        ],
    }  # fmt: skip


def keys_of(opened: Project, pinned: Sequence[Pin]) -> dict[int, str]:
    """Return what people call the records of pinned answers."""
    return {row.id: row.record_key for row in verbatims.page(opened, [one.verbatim for one in pinned])}


def pin(one: Pin, codes: dict[int, Code], keys: Mapping[int, str]) -> dict[str, object]:
    """Return a pinned answer for JSON."""
    return {
        "id": one.verbatim, "key": keys[one.verbatim], "code": name_of(codes, one.code_id), "expected": one.expected,
        "note": one.note,
    }  # fmt: skip


def pin_line(one: Pin, codes: dict[int, Code], keys: Mapping[int, str]) -> str:
    """Return a pinned answer in one line, without its text."""
    words = _("  answer {number} must carry {name}") if one.expected else _("  answer {number} must not carry {name}")
    line = words.format(number=keys[one.verbatim], name=name_of(codes, one.code_id))
    return f"{line}: {one.note}" if one.note else line


def flips(told: Flips, codes: dict[int, Code]) -> dict[str, object]:
    """Return what a switch would change for JSON."""
    return {
        "answers": told.answers, "gaining": told.gaining, "losing": told.losing, "both": told.both,
        "sentiment": told.sentiment,
        "codes": [
            {"code": name_of(codes, one.code_id), "in": len(one.gains), "out": len(one.losses),
             "in_ids": list(one.gains), "out_ids": list(one.losses)}
            for one in told.codes
        ],
    }  # fmt: skip


def flip_lines(told: Flips, name: str, codes: dict[int, Code]) -> list[str]:
    """Return what a switch would change in lines."""
    lines = [
        counted(
            N_("Answers that would change with {name}: {n}. {gaining} get codes, {losing} lose codes, {both} both."),
            name=name,
            n=f"{told.answers:,}",
            gaining=told.gaining,
            losing=told.losing,
            both=told.both,
        )
    ]
    if told.sentiment:
        lines.append(_("{n} more would get another sentiment.").format(n=f"{told.sentiment:,}"))
    lines += [
        _("  {name}: {gains} in, {losses} out").format(
            name=name_of(codes, one.code_id), gains=len(one.gains), losses=len(one.losses)
        )
        for one in told.codes
    ]
    return lines
