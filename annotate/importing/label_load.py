"""Labels made elsewhere into the project: decisions of named coders on known verbatims, as one undo step."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotate import coding, frames, samples, verbatims
from annotate.coding import Label
from annotate.errors import AskedWronglyError, UserError
from annotate.frames import Code, Frame
from annotate.importing.code_index import Ambiguous, CodeIndex, Missing
from annotate.importing.label_sheets import LabelRoles, LabelRow, parse_labels
from annotate.importing.reading import open_reader
from annotate.importing.records import Record
from annotate.jobs import Progress, silent
from annotate.messages import N_, listed
from annotate.store import images, operations
from annotate.store.connection import Value
from annotate.store.decisions import Origin
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.verbatims import RECORD_NAME, Question

SHOWN = 20
"""Examples listed of what could not be placed."""


@dataclass(frozen=True, slots=True)
class LabelImport:
    """What a label import did. ``unknown_*`` count what could not be placed, ``machine_rows`` answers coded by a model,
    which are passed over, ``twins`` identical answers that were labelled with a drawn one."""

    rows: int
    verbatims: int
    codes: int
    created: tuple[str, ...]
    unknown_ids: int
    unknown_id_examples: tuple[str, ...]
    unknown_questions: dict[str, int]
    unknown_codes: dict[str, int]
    ambiguous_codes: dict[str, int]
    problems: tuple[str, ...]
    coders: tuple[str, ...]
    partial: bool
    machine_rows: int
    twins: int
    step: Step


def import_labels(
    project: Project,
    path: Path,
    *,
    roles: LabelRoles | None = None,
    question: str | None = None,
    frame: str | None = None,
    coder: str | None = None,
    create_codes: bool = False,
    partial: bool = False,
    source: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    progress: Progress = silent,
) -> LabelImport:
    """Import labels: a listed verbatim was reviewed whole (unlisted codes are no) unless ``partial``.

    What cannot be placed (unknown ids, unknown or ambiguous codes) is counted and named, the rest is taken; a verbatim
    with a code that could not be placed gets its other codes but does not count as reviewed. A row of a random sample
    settles its identical answers too, as in the window (see ``samples.twins``). Raises UserError
    (no-frame, no-question, nothing-placed and those of the reader), AskedWronglyError (which-question,
    which-source) where an id has answers to several questions, or in several sources, and nothing says which is meant.
    """
    project.require_writable()
    reader = open_reader(path, sheet=sheet, header_row=header_row)
    asked = verbatims.questions(project)
    known_frames = frames.frames(project)
    fresh = not known_frames and create_codes
    frame_id = 0 if fresh else frames.the_frame(project, frame) if frame or len(known_frames) < 2 else 0
    targets = _targets(project, asked, frame_id, question)
    index = _index(frames.head(project, frame_id)) if frame_id else CodeIndex.build(())
    progress(0, None, N_("Reading labels"))
    records = (record for record in reader.read() if isinstance(record, Record))
    parsed = list(parse_labels(reader.columns, records, roles=roles, known=index.__contains__, guarded=True))
    # What a model said must not come back as what a person decided.
    rows = [row for row in parsed if "model" not in (row.source or "").split("|")]
    keys = _keys(project, targets, source)
    placed, unplaced, strange = _place(rows, keys, targets)
    if not placed and strange:
        verbatims.the_question(project, next(iter(strange)))  # names the ones that there are
    progress(0, len(rows), N_("Reading labels"))

    def do(op: Operation) -> _Written:
        op.say(N_("Labels from {name}"), name=path.name)
        return _write(
            op, project, placed, _Wishes(frame_id, targets, coder, create_codes, partial, path.name, frame or "")
        )

    written, step = operations.run(project, "label-import", do)
    if not written.verbatims and unplaced:
        raise UserError(
            "nothing-placed",
            N_("No label of {name} could be placed."),
            N_("None of its {n} ids is known in the project, for example: {examples}."),
            N_("Check that the ids are those of the imported answers, or name the column with --id."),
            name=path.name,
            n=len(unplaced),
            examples=", ".join(unplaced[:3]),
        )
    return LabelImport(
        len(rows),
        written.verbatims,
        written.codes,
        tuple(written.created),
        len(unplaced),
        tuple(unplaced[:SHOWN]),
        dict(strange.most_common(SHOWN)),
        dict(written.missing.most_common()),
        dict(written.ambiguous.most_common()),
        tuple(one.reason for row in rows for one in row.problems)[:SHOWN],
        tuple(written.coders),
        partial,
        len(parsed) - len(rows),
        written.twins,
        step,
    )


def _targets(project: Project, asked: list[Question], frame_id: int, question: str | None) -> list[Question]:
    if question is not None:
        asked_for = verbatims.the_question(project, question)
        if frame_id and asked_for.frame_id not in (frame_id, None):
            raise AskedWronglyError(
                "other-frame",
                N_("The labels were not imported."),
                N_("The question {question} is coded by another code frame than the one named."),
                N_("Leave --frame out, or name the question's own frame."),
                question=asked_for.name,
            )
        return [asked_for]
    return [one for one in asked if not frame_id or one.frame_id in (frame_id, None)]


def _index(frame: Frame) -> CodeIndex:
    return CodeIndex.build(_entry(code) for code in frame.live)


def _entry(code: Code) -> tuple[int, str | None, str, tuple[str, ...], str]:
    return code.id, code.number or None, code.label, code.path, code.label_en


Keys = dict[tuple[str, int], list[int]]


def _keys(project: Project, targets: list[Question], source: str | None) -> Keys:
    """Return the verbatims behind each (id, question), of one source or of all; several where sources share ids."""
    marks = ", ".join(str(one.id) for one in targets) or "0"
    sources = [str(row[0]) for row in project.rows("select name from source order by id")]
    if source is not None and source not in sources:
        raise AskedWronglyError(
            "no-source",
            N_("There is no source {name}."),
            N_("Known sources: {names}."),
            N_("Choose one of these."),
            name=source,
            names=listed(sources) or "-",
        )
    found: Keys = {}
    with project.reading() as db:
        for name, question, verbatim in db.execute(
            f"select {RECORD_NAME}, v.question_id, v.id from verbatim v join record r"
            f" on r.id = v.record_id where v.question_id in ({marks})"
            " and v.batch_id in (select id from import_batch where state = 1)"
            " and (?1 is null or r.source_id = (select id from source where name = ?1))",
            (source,),
        ):
            found.setdefault((str(name), int(question or 0)), []).append(int(verbatim or 0))
    return found


def _place(
    rows: list[LabelRow], keys: Keys, targets: list[Question]
) -> tuple[list[tuple[LabelRow, int, int]], list[str], Counter[str]]:
    """Return (row, verbatim, question) for rows whose id is known, the ids that are not, and unknown questions."""
    meant: dict[str, list[int]] = {}
    placed: list[tuple[LabelRow, int, int]] = []
    unplaced: list[str] = []
    strange: Counter[str] = Counter()
    for row in rows:
        if not row.key:
            continue
        wanted = [one.id for one in targets]
        if row.question is not None:
            if row.question not in meant:
                meant[row.question] = [one.id for one in verbatims.called(row.question, targets)]
            wanted = meant[row.question]
            if len(wanted) != 1:
                strange[row.question] += 1
                continue
        hits = [(verbatim, one) for one in wanted for verbatim in keys.get((row.key, one), ())]
        if not hits:
            unplaced.append(row.key)
        if len({one for _, one in hits}) > 1:
            raise _which_question(targets)
        if len(hits) > 1:
            raise _which_source()
        placed += [(row, verbatim, one) for verbatim, one in hits]
    return placed, unplaced, strange


def _which_source() -> AskedWronglyError:
    return AskedWronglyError(
        "which-source",
        N_("The labels do not say which source they belong to."),
        N_("The same ids have answers in several sources."),
        N_("Import the labels of each source by themselves, with --source NAME."),
    )


def _which_question(targets: list[Question]) -> AskedWronglyError:
    return AskedWronglyError(
        "which-question",
        N_("The labels do not say which question they belong to."),
        N_("The same ids have answers to several questions: {names}."),
        N_("Say it with --question NAME, or add a column called question."),
        names=listed(one.name for one in targets),
    )


@dataclass(frozen=True, slots=True)
class _Wishes:
    frame_id: int
    targets: list[Question]
    coder: str | None
    create: bool
    partial: bool
    file: str
    frame: str


@dataclass(slots=True)
class _Written:
    verbatims: int
    codes: int
    created: list[str]
    missing: Counter[str]
    ambiguous: Counter[str]
    coders: list[str]
    twins: int = 0


def _write(op: Operation, project: Project, placed: Iterable[tuple[LabelRow, int, int]], wishes: _Wishes) -> _Written:
    result = _Written(0, 0, [], Counter(), Counter(), [])
    rows = list(placed)
    if not rows:
        return result
    frame_of = {one.id: one.frame_id for one in wishes.targets}
    fallback = wishes.frame_id
    if not fallback and not any(frame_of.values()):
        fallback = frames.new_frame(op, wishes.frame or wishes.file.split(".")[0])
    for one in wishes.targets:
        if one.frame_id is None and fallback:
            images.write(op, "question", {"id": one.id}, {"frame_id": fallback})
    whole: dict[tuple[int, str | None], list[Label]] = {}
    some: dict[tuple[int, str | None], list[Label]] = {}
    makers: dict[int, _Maker] = {}
    for row, verbatim, question in rows:
        frame_id = frame_of.get(question) or fallback
        if frame_id not in makers:
            makers[frame_id] = _Maker(op, frame_id, result, create=wishes.create)
        found = [(makers[frame_id].code(code.ref), code.sentiment) for code in row.codes]
        codes = tuple((code, mood) for code, mood in found if code is not None)
        # Where a code could not be placed, the rest of the frame cannot be taken for "no".
        complete = len(codes) == len(found) and not row.problems and not wishes.partial
        (whole if complete else some).setdefault((frame_id, row.coder or wishes.coder), []).append(
            Label(verbatim, codes)
        )
        result.verbatims += 1
        result.codes += len(codes)
    given = {verbatim for _, verbatim, _ in rows}
    for partial, group in ((False, whole), (True, some)):
        for (frame_id, name), labels in group.items():
            coder = _coder(op, name) if name else project.coder.id
            if name and name not in result.coders:
                result.coders.append(name)
            if not partial:
                said = {one.verbatim: one.codes for one in labels}
                alike = [
                    Label(twin, said[of], Origin.DUPLICATE)
                    for twin, of in samples.twins(op.db, said, coder).items()
                    if twin not in given
                ]
                labels.extend(alike)
                result.twins += len(alike)
            coding.import_labels(project, op, frame=frame_id, coder=coder, labels=labels, partial=partial)
    op.rows = result.verbatims
    return result


def _coder(op: Operation, name: str) -> int:
    row = op.db.one("select id from coder where kind = 0 and name = ?", (name,))
    if row is not None:
        return int(row[0] or 0)
    return op.db.execute(
        "insert into coder(uuid, name, kind, created_ms) values (?, ?, 0, ?)", (uuid.uuid4().bytes, name, op.at_ms)
    ).lastrowid


class _Maker:
    """Finds codes by reference and, where asked, makes those that the frame lacks."""

    def __init__(self, op: Operation, frame_id: int, result: _Written, *, create: bool) -> None:
        self._op, self._frame, self._result, self._create = op, frame_id, result, create
        self._known: dict[str, int | None] = {}
        self._index = _index(frames.read(op.db, frame_id))
        self._paths = {code.path: code.id for code in frames.read(op.db, frame_id).codes}

    def code(self, ref: str) -> int | None:
        """Return the code that a sheet calls ``ref``; None is counted as missing or ambiguous."""
        if ref not in self._known:
            found = self._index.find(ref)
            if isinstance(found, Missing) and self._create:
                found = self._make(ref)
            self._known[ref] = found if isinstance(found, int) else None
            if isinstance(found, Ambiguous):
                self._result.ambiguous[ref] = 0
        code = self._known[ref]
        if code is None:
            where = self._result.ambiguous if ref in self._result.ambiguous else self._result.missing
            where[ref] += 1
        return code

    def _make(self, ref: str) -> int:
        """Make the code 大类/编码 with the nets above it."""
        parts = [part.strip() for part in ref.split("/")]
        if not all(parts):
            parts = [ref.strip()]
        parent: int | None = None
        for depth in range(1, len(parts) + 1):
            path = tuple(parts[:depth])
            is_net = depth < len(parts)
            if path not in self._paths:
                values: dict[str, Value] = {"label": parts[depth - 1], "parent_id": parent, "is_net": int(is_net)}
                self._paths[path] = frames.new_code(self._op, self._frame, values)
                if not is_net:
                    self._result.created.append(ref)
            parent = self._paths[path]
        assert parent is not None
        return parent
