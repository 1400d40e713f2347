"""What coders, codes, revisions and answers of another copy are called here; what is missing here is added."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from annotate.store import revisions
from annotate.store.connection import Row, Value
from annotate.store.copies import Copy, blob, whole
from annotate.store.operations import Operation

_MEANING = "role, definition, include, exclude"
_ANSWERS = (
    "select v.id, b.uuid, r.number, q.uuid, v.text_h from verbatim v join record r on r.id = v.record_id"
    " join import_batch b on b.id = r.batch_id join question q on q.id = v.question_id"
    " where v.id in (select value from json_each(?))"
)


class Names:
    """Finds what the other copy speaks of in this project; adds coders, codes and revisions that are missing."""

    def __init__(self, op: Operation, copy: Copy) -> None:
        self._op, self._here, self._copy = op, op.db, copy
        self._coders = {whole(r[0]): r[1:] for r in copy.rows("select id, uuid, name, kind, created_ms from coder")}
        self._codes = {whole(r[0]): r[1:] for r in copy.rows("select id, uuid, frame_id from code")}
        self._revisions = {
            whole(r[0]): r[1:]
            for r in copy.rows("select id, uuid, frame_id, number, state, created_ms, published_ms from revision")
        }
        self._known_coders: dict[int, int] = {}
        self._known_codes: dict[int, int] = {}
        self._known_frames: dict[int, int] = {}
        self._known_revisions: dict[int, int] = {}
        self._known_answers: dict[int, int | None] = {}

    # Coders

    def coder_uuid(self, coder: int) -> bytes:
        """Return the uuid of a coder of the other copy."""
        return blob(self._coders[coder][0])

    def coder_name(self, coder: int) -> str:
        """Return the name of a coder of the other copy."""
        return str(self._coders[coder][1])

    def coder_kind(self, coder: int) -> int:
        """Return the kind of a coder of the other copy: 0 a person, else a shared layer."""
        return whole(self._coders[coder][2])

    def coder(self, coder: int) -> int:
        """Return the same coder here, by uuid and never by name; added where there is none."""
        if coder not in self._known_coders:
            uuid, name, kind, created = self._coders[coder]
            found = self._here.integer(
                "select id from coder where uuid = ? or (kind <> 0 and kind = ?) limit 1", (uuid, kind)
            )
            if not found:
                found = self._here.execute(
                    "insert into coder(uuid, name, kind, created_ms) values (?, ?, ?, ?)", (uuid, name, kind, created)
                ).lastrowid
            self._known_coders[coder] = found
        return self._known_coders[coder]

    # Answers

    def answers(self, verbatims: Iterable[int]) -> dict[int, int | None]:
        """Return the same answers here by (import, record, question, text); None for one that is not here."""
        asked = sorted(set(verbatims))
        new = json.dumps([one for one in asked if one not in self._known_answers])
        theirs = {whole(row[0]): row[1:] for row in self._copy.rows(_ANSWERS, (new,))}
        # Copies of one file number their answers alike: most are found under their own number.
        ours = {whole(row[0]): row[1:] for row in self._here.execute(_ANSWERS, (new,))}
        for one, told in theirs.items():
            self._known_answers[one] = one if ours.get(one) == told else self._answer(told)
        return {one: self._known_answers.get(one) for one in asked}

    def _answer(self, told: Row) -> int | None:
        batch, number, question, text_h = told
        row = self._here.one(
            "select v.id from import_batch b join record r on r.batch_id = b.id and r.number = ?2"
            " join question q on q.uuid = ?3 join verbatim v on v.record_id = r.id and v.question_id = q.id"
            " where b.uuid = ?1 and v.text_h = ?4",
            (batch, number, question, text_h),
        )
        return None if row is None else whole(row[0])

    # Frames

    def code(self, code: int) -> int:
        """Return the same code here; added (outside every revision) where there is none. 0 stays 0 (reviews)."""
        if code == 0:
            return 0
        if code not in self._known_codes:
            uuid, frame = self._codes[code]
            frame_id = self._frame(whole(frame))  # first: a frame that is new here brings its codes along
            found = self._here.integer("select id from code where uuid = ?", (uuid,))
            if not found:
                found = self._here.execute("insert into code(uuid, frame_id) values (?, ?)", (uuid, frame_id)).lastrowid
            self._known_codes[code] = found
        return self._known_codes[code]

    def has_frame(self, frame: int) -> bool:
        """Return whether a frame of the other copy is here."""
        told = self._copy.rows("select uuid from frame where id = ?", (frame,))
        return bool(told) and self._here.integer("select exists(select 1 from frame where uuid = ?)", told[0]) == 1

    def frame(self, frame: int) -> int:
        """Return the same frame here; one that was made over there comes whole where there is none."""
        return self._frame(frame)

    def _frame(self, frame: int) -> int:
        if frame not in self._known_frames:
            uuid, name = self._copy.rows("select uuid, name from frame where id = ?", (frame,))[0]
            found = self._here.integer("select id from frame where uuid = ?", (uuid,))
            if not found:
                # A frame that was made over there comes whole, with its own line of published revisions.
                found = self._here.execute(
                    "insert into frame(uuid, name, state) values (?, ?, 1)", (uuid, name)
                ).lastrowid
                self._known_frames[frame] = found
                line = [r for r, told in self._revisions.items() if told[1] == frame and told[3] == 1]
                for revision in sorted(line, key=lambda r: whole(self._revisions[r][2])):
                    told = self._revisions[revision]
                    self._known_revisions[revision] = self._insert(revision, told[0], whole(told[2]), away=0)
            self._known_frames[frame] = found
        return self._known_frames[frame]

    def revision(self, revision: int) -> int:
        """Return the same published revision here; one that is missing is added beside the line, never as its head."""
        if revision not in self._known_revisions:
            uuid, frame, *_ = self._revisions[revision]
            frame_id = self._frame(whole(frame))
            if revision not in self._known_revisions:
                self._known_revisions[revision] = self._find_revision(revision, blob(uuid), frame_id)
        return self._known_revisions[revision]

    def _find_revision(self, revision: int, uuid: bytes, frame_id: int) -> int:
        content = _content(self._copy.rows, revision)
        row = self._here.one("select id, state from revision where uuid = ?", (uuid,))
        if row is not None and _content(self._rows_here, whole(row[0])) == content:
            # The draft that both copies began from: its first decision, made over there, publishes it.
            return whole(row[0]) if row[1] == 1 else revisions.publish(self._op, frame_id)
        if row is not None:
            # One draft, published with two contents: the second needs a name of its own, the same at each merge.
            uuid = blake2b(uuid + content, digest_size=16).digest()
            found = self._here.integer("select id from revision where uuid = ?", (uuid,))
            if found:
                return found
        return self._insert(revision, uuid, self._standing(revision, frame_id), away=1)

    def _rows_here(self, sql: str, values: Sequence[Value]) -> list[Row]:
        return self._here.execute(sql, values).fetchall()

    def _standing(self, revision: int, frame_id: int) -> int:
        """Return the number up to which a review under a revision of the other copy covers the codes here.

        It covers a code that the revision holds, up to where its meaning parts from the one here, and the parts of such
        a code split here. A draft that holds nothing else is published: what follows is beyond those reviews.
        """
        now = revisions.head(self._here, frame_id)
        held = {
            self.code(whole(row[0])): row[1:]
            for row in self._copy.rows(f"select code_id, {_MEANING} from code_def where revision_id = ?", (revision,))
        }
        parts = {
            whole(part): whole(split)
            for split, part in self._here.execute(
                "select distinct m.from_code, s.to_code from code_map m join split_row s on s.split_id = m.split_id"
                " where m.revision_id = ?1 union select from_code, to_code from code_map"
                " where revision_id = ?1 and split_id is not null and to_code is not null",
                (now.revision,),
            )
        }
        number = now.number
        for row in self._here.execute(
            f"select code_id, held_from, meaning_from, {_MEANING} from code_def"
            " where revision_id = ? and is_net = 0 and retired = 0",
            (now.revision,),
        ).fetchall():
            code, since, meant = (whole(cell) for cell in row[:3])
            above = code
            while above in parts:
                above = parts[above]
            if above != code:
                number = number if above in held else min(number, since - 1)
            elif held.get(code) != row[3:]:
                earlier = code in held and self._ever_meant(frame_id, code, held[code])
                number = min(number, max(since, meant) - 1 if earlier else since - 1)
        if now.draft and number == now.number:
            revisions.publish(self._op, frame_id)
        return number

    def _ever_meant(self, frame_id: int, code: int, meaning: Row) -> bool:
        marks = " and ".join(f"d.{name} is ?" for name in _MEANING.split(", "))
        return bool(
            self._here.integer(
                "select exists(select 1 from code_def d join revision r on r.id = d.revision_id"
                f" where r.frame_id = ? and r.away = 0 and r.state = 1 and d.code_id = ? and {marks})",
                (frame_id, code, *meaning),
            )
        )

    def _insert(self, revision: int, uuid: Value, number: int, *, away: int) -> int:
        db = self._here
        _, frame, _, _, created, published = self._revisions[revision]
        new = db.execute(
            "insert into revision(uuid, frame_id, number, state, created_ms, away) values (?, ?, ?, 0, ?, ?)",
            (uuid, self._frame(whole(frame)), number, created, away),
        ).lastrowid
        for row in self._copy.rows(
            f"select code_id, {revisions.DEF_COLUMNS} from code_def where revision_id = ?", (revision,)
        ):
            parent = None if row[1] is None else self.code(whole(row[1]))
            db.execute(
                f"insert into code_def(revision_id, code_id, {revisions.DEF_COLUMNS})"
                f" values (?, ?, ?{', ?' * (len(row) - 2)})",
                (new, self.code(whole(row[0])), parent, *row[2:]),
            )
        for from_code, to_code, split in self._copy.rows(
            "select from_code, to_code, split_id from code_map where revision_id = ?", (revision,)
        ):
            db.execute(
                "insert into code_map(revision_id, from_code, to_code, split_id) values (?, ?, ?, ?)",
                (
                    new,
                    self.code(whole(from_code)),
                    None if to_code is None else self.code(whole(to_code)),
                    None if split is None else self._split(whole(split)),
                ),
            )
        db.execute(
            "update revision set state = 1, published_ms = ?, content_h = ? where id = ?",
            (published, revisions.content_hash(db, new), new),
        )
        return new

    def _split(self, split: int) -> int:
        number = self._here.integer("select max(split_id) from split_row") + 1
        rows = self._copy.rows("select verbatim_id, to_code from split_row where split_id = ?", (split,))
        answers = self.answers(whole(row[0]) for row in rows)
        self._here.executemany(
            "insert into split_row(split_id, verbatim_id, to_code) values (?, ?, ?)",
            ((number, here, self.code(whole(row[1]))) for row in rows if (here := answers[whole(row[0])]) is not None),
        )
        return number


def _content(rows: Callable[[str, Sequence[Value]], list[Row]], revision: int) -> bytes:
    """Return a digest of what a revision says, by uuid, so that it is the same in every copy."""
    digest = blake2b(digest_size=16)
    for sql in (
        f"select c.uuid, p.uuid, {', '.join('d.' + name for name in revisions.DEF_COLUMNS.split(', ')[1:])}"
        " from code_def d join code c on c.id = d.code_id left join code p on p.id = d.parent_id"
        " where d.revision_id = ? order by c.uuid",
        "select f.uuid, t.uuid, m.split_id is null from code_map m join code f on f.id = m.from_code"
        " left join code t on t.id = m.to_code where m.revision_id = ? order by f.uuid",
    ):
        for row in rows(sql, (revision,)):
            digest.update(repr(row).encode())
    return digest.digest()
