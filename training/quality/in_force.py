"""What codes a question now: the runs in force, by wave, and the codes that are meant."""

from __future__ import annotations

from dataclasses import dataclass

from annotate import frames
from annotate.errors import AskedWronglyError, UserError
from annotate.messages import N_, listed
from annotate.store.connection import Connection


@dataclass(frozen=True, slots=True)
class InForce:
    """The run in force of a question in one wave (0: answers of no named wave)."""

    run: int
    model: int
    wave: int
    wave_name: str


def runs_in_force(db: Connection, question: int) -> list[InForce]:
    """Return the runs in force of a question, by wave."""
    return [
        InForce(int(row[0] or 0), int(row[1] or 0), int(row[2] or 0), str(row[3]))
        for row in db.execute(
            "select f.run_id, r.model_id, f.wave_id, ifnull(w.name, '') from run_in_force f"
            " join run r on r.id = f.run_id left join wave w on w.id = f.wave_id"
            " where f.question_id = ? order by f.wave_id",
            (question,),
        )
    ]


def run_in_force(db: Connection, question: int, wave: str | None = None) -> InForce:
    """Return the run in force of a question in the wave of that name, or the only one.

    Raises UserError (nothing-coded, which-wave).
    """
    known = runs_in_force(db, question)
    if not known:
        raise UserError(
            "nothing-coded",
            N_("There is nothing to certify."),
            N_("No model has coded the answers to this question yet."),
            N_("Let it code them first with: code"),
        )
    for one in known:
        if (wave is None and len(known) == 1) or (wave is not None and wave == (one.wave_name or "-")):
            return one
    raise AskedWronglyError(
        "which-wave",
        N_("Which wave is meant?"),
        N_("Runs are in force in these waves: {names}."),
        N_("Name one with --wave."),
        names=listed(one.wave_name or "-" for one in known),
    )


def codes_of(db: Connection, question: int, code: int | None = None) -> tuple[int, ...]:
    """Return a question's codes in use: this one, those below it if it is a net, or all of them for None.

    Raises UserError (no-codes).
    """
    frame_id = db.integer("select frame_id from question where id = ?", (question,))
    found: tuple[int, ...] = ()
    if frame_id:
        frame = frames.read(db, frame_id)
        under = None if code is None else frame.under(code)
        found = tuple(one.id for one in frame.live if under is None or one.id in under)
    if not found:
        raise UserError(
            "no-codes",
            N_("There is nothing to certify."),
            N_(
                "No code in use is meant: the question has no code frame, or the net is empty, or the code was retired."
            ),
            N_("Name a code or net of the question's frame, as in: frame show"),
        )
    return found
