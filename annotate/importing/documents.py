"""Read transcripts and documents (TXT, DOCX, HTML): a paragraph or a speaker's turn is a record.

Columns are document (the file's name), speaker, paragraph (its number) and text. A paragraph that opens with a
speaker's label (客服：, Agent:, [00:12] 张女士：) loses the label to the column; the speaker goes on over paragraphs
without one. Labels are those of the usual roles, or any that recur in a document where half the paragraphs bear one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import cast

from annotate.errors import UserError
from annotate.importing import source
from annotate.importing.encoding import Encoding, detect, page_encoding, text_start
from annotate.importing.limited import ChildDiedError, ask, too_heavy
from annotate.importing.lines import Lines
from annotate.importing.packages import member_names
from annotate.importing.records import MAX_CELL, Notice, Record, Reject, RejectReason, first_records, too_long
from annotate.messages import N_, listed
from annotate.speakers import AGENTS

COLUMNS = ("document", "speaker", "paragraph", "text")
_CHILD = "annotate.importing.documents_child"
_LOOKED_AT = 2000

_ROLES = frozenset(
    (
        "客服 坐席 座席 客服人员 客户 顾客 用户 车主 来电人 市民 店员 销售 顾问 经理 主持人 主持 访员 访问员 采访者 "
        "受访者 被访者 嘉宾 问 答 甲 乙 男 女 agent customer client caller user rep operator "
        "moderator interviewer interviewee respondent participant host guest speaker staff q a m r"
    ).split()
)
_ASKING = frozenset([*AGENTS, *"店员 销售 顾问 经理 主持 问 rep host staff q m".split()])
"""Those who ask or serve: what they say is not the customer's."""
_CLOCK = r"[\[(（]?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:[.,]\d{1,3})?[\])）]?"
_GAP = r"\s{0,3}"
_TURN = re.compile(
    rf"{_GAP}(?:{_CLOCK}{_GAP}[-—]?{_GAP})?[\[【「『]?{_GAP}"
    rf"(?P<who>[^\W\d_][^:：\[\]【】「」『』，。！？,!?;；\n]{{0,19}}?){_GAP}[\]】」』]?{_GAP}(?:{_CLOCK})?{_GAP}[:：](?!//)"
)


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """A document, opened. Offsets are bytes for TXT, paragraphs from 1 for DOCX and HTML."""

    path: Path
    columns: tuple[str, ...]
    column_texts: tuple[str, ...]
    encoding: str
    warnings: tuple[Notice, ...]
    size: int
    extent: int | None
    kind: str
    _codec: Encoding
    _first: int
    _speakers: frozenset[str]

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        """Yield records and rejects from an offset that an earlier one named.

        The document is read from its beginning all the same: who speaks may have been said long before.
        """
        speaker = ""
        for count, (at, length, text, trouble, raw) in enumerate(self._paragraphs(), 1):
            who, said = _turn(text, self._speakers)
            speaker = who or speaker
            if at < offset or count <= number:
                continue
            if trouble:
                yield Reject(count, at, length, at + length, trouble, "", raw)
            else:
                yield Record(count, at, length, at + length, (self.path.name, speaker, count, said))

    def preview(self, count: int) -> list[Record]:
        """Return the first records that can be taken, up to ``count``, from the first records of the file."""
        return first_records(self.read(), count)

    def _paragraphs(self) -> Iterator[_Paragraph]:
        return _paragraphs(self.path, self.kind, self._codec, self._first)


_Paragraph = tuple[int, int, str, RejectReason | None, bytes]


def open_document(path: Path, kind: str, *, encoding: Encoding | None = None) -> DocumentReader:
    """Open a document of kind ``txt``, ``docx`` or ``html``. Raises UserError if it is damaged or says nothing."""
    size = source.checked_size(path)
    codec, first = Encoding.UTF_8, 0
    if kind == "docx":
        member_names(path)
    else:
        taken = source.samples(path)
        codec = encoding or (page_encoding(taken[0]) if kind == "html" else detect(taken))
        first = text_start(taken[0], codec)
    head = [paragraph[2] for paragraph in islice(_paragraphs(path, kind, codec, first), _LOOKED_AT)]
    if not head:
        raise UserError(
            "document-without-text",
            N_("The document {name} holds no text."),
            N_("Pictures, scans and text boxes cannot be read."),
            N_("Save or recognise the text in another program and import that file."),
            name=path.name,
        )
    speakers = _speakers(head)
    return DocumentReader(
        path=path,
        columns=COLUMNS,
        column_texts=("",) * len(COLUMNS),
        encoding=codec.value,
        warnings=_not_customers(speakers),
        size=size,
        extent=source.extent(path) if kind == "txt" else None,
        kind=kind,
        _codec=codec,
        _first=first,
        _speakers=speakers,
    )


def _not_customers(speakers: frozenset[str]) -> tuple[Notice, ...]:
    """Return the notice that not everybody who speaks is a customer, where a label says so."""
    names = sorted(who for who in speakers if _label(who) in _ASKING or who.lower() in _ASKING)
    text = N_("{names} speaks too, and every turn is taken as an answer: the column speaker tells whose it is.")
    return (Notice("not-only-customers", text, {"names": listed(names)}),) if names else ()


def _paragraphs(path: Path, kind: str, codec: Encoding, first: int) -> Iterator[_Paragraph]:
    if kind == "txt":
        yield from _text_lines(Lines(path, codec, first))
        return
    request = {"path": str(path), "kind": kind, "encoding": codec.codec}
    count = 0
    try:
        for answer in ask(_CHILD, request):
            for text in cast("list[str]", answer["paragraphs"]):
                count += 1
                trouble = RejectReason.CELL_TOO_LONG if too_long(text) else None
                yield count, 1, text, trouble, text.encode("utf-8", "replace")[:MAX_CELL] if trouble else b""
    except ChildDiedError:
        raise too_heavy(path) from None


def text_lines(path: Path) -> Iterator[Record | Reject]:
    """Yield the lines of a text file as records of one cell, with the blanks that lead them; blank ones are none."""
    taken = source.samples(path)
    codec = detect(taken)
    lines = Lines(path, codec, text_start(taken[0], codec))
    for number, (at, length, text, trouble, raw) in enumerate(_text_lines(lines, indented=True), 1):
        if trouble:
            yield Reject(number, at, length, at + length, trouble, "", raw)
        else:
            yield Record(number, at, length, at + length, (text,))


def _text_lines(lines: Lines, *, indented: bool = False) -> Iterator[_Paragraph]:
    while lines.extend():
        for place, line in enumerate(lines.texts):
            text = line.rstrip() if indented else line.strip()
            if not text:
                continue
            at, after = lines.starts[place], lines.starts[place + 1]
            trouble = lines.flaws.get(place) or (RejectReason.CELL_TOO_LONG if too_long(text) else None)
            yield at, after - at, text, trouble, lines.raw(place, place + 1) if trouble else b""
        lines.drop(len(lines.texts))


def _label(who: str) -> str:
    """Return a label without its number, so that 受访者2 and Speaker 1 are known roles."""
    return re.sub(r"\s*[\d一二三四五六七八九十A-Z]?\d*$", "", who).lower() or who.lower()


def _speakers(head: list[str]) -> frozenset[str]:
    """Return the labels that name speakers in a document."""
    counts = Counter(match["who"] for match in map(_TURN.match, head) if match)
    recurring = {who: count for who, count in counts.items() if count >= 2}
    talk = 2 * sum(recurring.values()) >= len(head) and len(recurring) >= 2
    return frozenset(
        who for who in counts if _label(who) in _ROLES or who.lower() in _ROLES or (talk and who in recurring)
    )


def _turn(text: str, speakers: frozenset[str]) -> tuple[str, str]:
    match = _TURN.match(text)
    if match and match["who"] in speakers:
        return match["who"], text[match.end() :].strip()
    return "", text
