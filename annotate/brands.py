"""Brands: semi-open answers (which one? other, please specify) coded back to the closed list, in order of mention.

Names of the closed list (codes of the question's frame) and their aliases are found in the answers; what is left over
between stops is a candidate. Variants of a name are gathered: the same sound (华伟, huawei for 华为), or a slip of a
letter; never where a digit differs (X3, X5). Nothing is coded before a person accepts it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from annotate import different, frame_edits
from annotate.different import Different
from annotate.errors import UserError
from annotate.frame_codes import Frame, Role, read
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import AddCode
from annotate.jobs import Progress, silent
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.messages import N_
from annotate.near import differ_in_sense, reading
from annotate.store import decisions, images, operations
from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin, Todo
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.text import fold

SIMILARITY = 0.8
LEAST = 5
"""Answers that must name a candidate before it is shown: the count from which a code is usually made."""
LONGEST, MOST_WORDS = 20, 4
"""Characters and words of a name; what is longer is a sentence."""
_MOST_FORMS = 5_000
"""Forms that are gathered, the most frequent ones; in a question about brands there are fewer."""
_MOST_COMPARED = 200
_SETTING = "brands:{question}"
_STOPS = re.compile(
    r"[,，、;；/|｜\n\r\t。!！?？+&:：()（）\[\]【】\"“”]+|\d+[.、)）](?!\d)|\s+(?:and|or)\s+|以及|还有|或者|(?<=[㐀-鿿])[和与及跟]"
)
_EDGES = " .·-—~'’"
_FILLERS = re.compile(
    r"^(?:和|与|及|跟|我|一直|现在|目前|主要|比较|喜欢|用过?|买过?|开|的?是|有|想买|其他|其它|牌子|品牌|(?:i|the|a|like|use|using)(?=\s)|\s)+|(?:牌子?|品牌|手机|汽车|的|等等?|吧|呢|之类)+$"
)
_NOTHING = frozenset(
    "无 没有 没 不知道 不清楚 没有了 其他 其它 none no nothing n/a na dk don't know 都没有 都不是".split()
)
_DIGITS = re.compile(r"\d+")
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Table:
    """What people taught of a question's brands: ``aliases`` folded form → code; ``ignored`` folded forms."""

    aliases: dict[str, int] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that is not on the list. ``forms``: folded variants with the answers that have each, most first;
    ``answers`` that have any; ``like``: the code whose name it may be a variant of; ``examples``: verbatims."""

    forms: tuple[tuple[str, int], ...]
    answers: int
    like: int | None
    examples: tuple[int, ...]

    @property
    def name(self) -> str:
        """Return the most frequent form."""
        return self.forms[0][0]


@dataclass(frozen=True, slots=True)
class Found:
    """Known names of one answer in order of mention, as codes, and what is left over between them."""

    codes: tuple[int, ...]
    rest: tuple[str, ...]


class Names:
    """The names of a closed list with their aliases, ready for finding."""

    def __init__(self, frame: Frame, table: Table) -> None:
        usable = [one for one in frame.live if one.role is Role.THEME]
        self.codes = {one.id for one in usable}
        own = {fold(label): one.id for one in usable for label in (one.label, one.label_en) if fold(label)}
        self.by_form = {**own, **{form: code for form, code in table.aliases.items() if code in self.codes}}
        self.ignored = table.ignored
        self._vocabulary = Vocabulary(Entry(Kind.WORD, form) for form in self.by_form)
        self._ignored = Vocabulary(Entry(Kind.WORD, form) for form in table.ignored)

    def find(self, text: str) -> Found:
        """Find the names in a folded answer."""
        hits = self._vocabulary.spans(text)
        codes = tuple(dict.fromkeys(self.by_form[hit.term] for hit in hits if hit.term in self.by_form))
        parts, at = [], 0
        for hit in hits:
            parts.append(text[at : hit.start])
            at = hit.end
        pieces = [piece for part in (*parts, text[at:]) for piece in _STOPS.split(part)]
        named = (_FILLERS.sub("", piece.strip(_EDGES)).strip(_EDGES) for piece in pieces)
        rest = tuple(one for one in named if len(one) > 1 and one not in self.ignored and one not in _NOTHING)
        return Found(codes, rest)


def table(db: Connection, question: int) -> Table:
    """Return what people taught of the brands of a question."""
    row = db.one("select value from setting where key = ?", (_SETTING.format(question=question),))
    told = json.loads(str(row[0])) if row else {}
    return Table({str(form): int(code) for form, code in told.get("aliases", {}).items()},
                 frozenset(told.get("ignored", ())))  # fmt: skip


def names(db: Connection, question: int) -> Names:
    """Return the names of a question's closed list; raises UserError (no-frame)."""
    frame = db.integer("select frame_id from question where id = ?", (question,))
    if not frame:
        raise UserError(
            "no-frame",
            N_("Brands cannot be looked for."),
            N_("The question has no code frame, which would be the closed list."),
            N_("Import or make a code frame first."),
        )
    return Names(read(db, frame), table(db, question))


def candidates(
    db: Connection,
    question: int,
    *,
    similarity: float = SIMILARITY,
    least: int = LEAST,
    answers: Different | None = None,
    progress: Progress = silent,
) -> list[Candidate]:
    """Return the names in the answers that are not on the list, with their variants, the most frequent first.

    ``least``: answers that a candidate needs, all variants together. Raises UserError (no-frame).
    """
    known = names(db, question)
    answers = answers or different.read(db, question, progress=progress)
    uses = Counter[str]()
    places: dict[str, set[int]] = defaultdict(set)
    for place, text in enumerate(answers.texts):
        for form in set(known.find(text).rest):
            if len(form) <= LONGEST and form.count(" ") < MOST_WORDS:
                uses[form] += int(answers.counts[place])
                places[form].add(place)
    found = []
    for forms in _families(uses, similarity, progress):
        where = set[int]().union(*(places[form] for form in forms))
        total = sum(int(answers.counts[place]) for place in where)
        if total >= least:
            like = next((code for form in forms for code in [_like(form, known, similarity)] if code), None)
            examples = tuple(int(answers.ids[place]) for place in sorted(where)[:5])
            found.append(Candidate(tuple((form, uses[form]) for form in forms), total, like, examples))
    progress(100, 100)
    return sorted(found, key=lambda one: (-one.answers, one.name))


def _families(uses: Counter[str], similarity: float, progress: Progress) -> list[list[str]]:
    """Gather forms under the most frequent one that each is a variant of."""
    order = sorted(uses, key=lambda form: (-uses[form], form))[:_MOST_FORMS]
    families: list[list[str]] = []
    by_sound: dict[str, int] = {}
    by_start: dict[str, list[int]] = defaultdict(list)
    for at, form in enumerate(order):
        if at % 500 == 0:
            progress(min(99, 100 * at // len(order)), 100, N_("Gathering variants"))
        sound = _sound(form)
        home = by_sound.get(sound)
        if home is not None and not is_variant(families[home][0], form, similarity):
            home = None
        own, probed = _marks(form)
        if home is None:
            near = sorted({place for mark in probed for place in by_start[mark]})[:_MOST_COMPARED]
            home = next((place for place in near if is_variant(families[place][0], form, similarity)), None)
        if home is None:
            home = len(families)
            families.append([])
            for mark in own:
                by_start[mark].append(home)
        families[home].append(form)
        by_sound.setdefault(sound, home)
    return families


@lru_cache(1 << 14)
def _sound(form: str) -> str:
    """Return how a form sounds: pinyin without tones and spaces, Latin letters as they are."""
    return re.sub(r"[\s.·'-]", "", reading(form).lower())


def _marks(form: str) -> tuple[list[str], list[str]]:
    """Return the marks of a form, and those of which variants have one: the beginning or the end of the sound.

    Two names in characters are one only where they sound the same: they are not compared.
    """
    sound, latin = _sound(form), _LATIN.search(form) is not None
    parts = (f"^{sound[:3]}", f"${sound[-3:]}")
    own = [f"{'latin' if latin else 'han'}{part}" for part in parts]
    return own, own + [f"han{part}" for part in parts] if latin else [f"latin{part}" for part in parts]


def is_variant(one: str, other: str, similarity: float = SIMILARITY) -> bool:
    """Tell whether two folded forms may be one name: the same sound, or a slip of a letter in a longer one."""
    from rapidfuzz.distance import DamerauLevenshtein

    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    left, right = _sound(one), _sound(other)
    in_characters = not _LATIN.search(one) and not _LATIN.search(other)
    if left == right:
        return not (in_characters and len(one) == len(other) and differ_in_sense(one, other))
    if in_characters or min(len(left), len(right)) < 4 or left[0] != right[0]:
        return False  # 大众 and 大宗 sound almost alike and are two names
    return DamerauLevenshtein.normalized_similarity(left, right) >= similarity


def _like(form: str, known: Names, similarity: float) -> int | None:
    best = (0.0, 0)
    from rapidfuzz.distance import DamerauLevenshtein

    for name, code in known.by_form.items():
        if is_variant(name, form, similarity):
            score = DamerauLevenshtein.normalized_similarity(_sound(name), _sound(form))
            best = max(best, (score, code))
    return best[1] or None


# Verbs


def accept(
    project: Project,
    *,
    question: int,
    name: str,
    forms: Sequence[str],
    parent: int | None = None,
    number: str = "",
) -> tuple[int, Step]:
    """Put a candidate onto the closed list and give its code to the answers that name it; return its id and the step.

    Raises UserError (no-frame, bad-code, number-taken, bad-parent).
    """

    def do(op: Operation) -> int:
        known = names(op.db, question)
        frame = op.db.integer("select frame_id from question where id = ?", (question,))
        draft = FrameDraft.open(op.db, frame)
        frame_edits.applied(draft, [AddCode(name, number, parent, False, Role.THEME.value, "", "")])
        code = next(iter(draft.write(op).values()))
        _teach(op, question, {fold(form): code for form in forms if fold(form) != fold(name)}, ())
        op.rows = _code_back(project, op, question, only={fold(name), *map(fold, forms)}, known=known)
        op.say(N_("Brand {name}: {n} answers"), name=name.strip(), n=op.rows)
        return code

    return operations.run(project, "brands", do)


def add_aliases(project: Project, *, question: int, forms: Sequence[str], code: int) -> Step:
    """Say that these forms mean a code of the list, and give it to the answers that have them. Raises UserError
    (no-frame, other-frame)."""

    def do(op: Operation) -> None:
        known = names(op.db, question)
        if code not in known.codes:
            raise UserError(
                "other-frame",
                N_("The code does not fit these answers."),
                N_("Their question is coded by another code frame."),
                N_("Choose a code of that frame, or point the question to this one."),
            )
        _teach(op, question, {fold(form): code for form in forms}, ())
        op.rows = _code_back(project, op, question, only=set(map(fold, forms)), known=known)
        op.say(N_("Alias {forms}: {n} answers"), forms=forms[0], n=op.rows)

    return operations.run(project, "brands", do)[1]


def ignore(project: Project, *, question: int, forms: Sequence[str]) -> Step:
    """Say that these forms are no brands: they are not offered again."""

    def do(op: Operation) -> None:
        _teach(op, question, {}, map(fold, forms))
        op.rows = len(forms)
        op.say(N_("No brand: {forms}"), forms=forms[0])

    return operations.run(project, "brands", do)[1]


def forget(project: Project, *, question: int, form: str) -> Step:
    """Take an alias or an ignored form out of the table; what was coded stays."""

    def do(op: Operation) -> None:
        now, gone = table(op.db, question), fold(form)
        _write(op, question, Table({one: code for one, code in now.aliases.items() if one != gone},
                                   now.ignored - {gone}))  # fmt: skip
        op.rows = 1
        op.say(N_("Brands: {form} taken out"), form=form)

    return operations.run(project, "brands", do)[1]


def code_back(project: Project, *, question: int) -> Step:
    """Give every answer the codes of the names it mentions, in order of mention; one step.

    Where nothing is left over, this coder's "other" goes off. Raises UserError (no-frame).
    """

    def do(op: Operation) -> None:
        op.rows = _code_back(project, op, question)
        op.say(N_("Brands coded back on {n} answers"), n=op.rows)

    return operations.run(project, "brands", do)[1]


def _teach(op: Operation, question: int, aliases: dict[str, int], ignored: Iterable[str]) -> None:
    now = table(op.db, question)
    gone = set(ignored)
    _write(
        op,
        question,
        Table(
            {form: code for form, code in {**now.aliases, **aliases}.items() if form and form not in gone},
            (now.ignored | gone) - set(aliases),
        ),
    )


def _write(op: Operation, question: int, told: Table) -> None:
    value = json.dumps({"aliases": told.aliases, "ignored": sorted(told.ignored)}, ensure_ascii=False, sort_keys=True)
    images.write(op, "setting", {"key": _SETTING.format(question=question)}, {"value": value})


def _code_back(
    project: Project, op: Operation, question: int, *, only: set[str] | None = None, known: Names | None = None
) -> int:
    """Write the codes of the names mentioned; return how many answers changed. ``only``: just answers in which
    ``known`` left one of these forms over."""
    now = names(op.db, question)
    answers = different.read(op.db, question)
    frame = op.db.integer("select frame_id from question where id = ?", (question,))
    other = [one.id for one in read(op.db, frame).live if one.role is Role.OTHER]
    told: dict[int, tuple[tuple[int, ...], bool]] = {}
    for place, text in enumerate(answers.texts):
        if only is not None and known is not None and not only.intersection(known.find(text).rest):
            continue
        found = now.find(text)
        if found.codes:
            told[place] = found.codes, not found.rest
    coder = project.coder.id
    rows = op.db.execute(
        f"select verbatim_id, code_id from label_now where coder_id = ? and yes = 1 and code_id in"
        f" ({', '.join(map(str, other)) or '0'})",
        (coder,),
    ).fetchall()
    others = {(int(row[0] or 0), int(row[1] or 0)) for row in rows}
    todo: list[Todo] = []
    for verbatim, owner in zip(answers.verbatims.tolist(), answers.owners.tolist(), strict=True):
        if owner not in told:
            continue
        codes, whole = told[owner]
        for mention, code in enumerate(codes, 1):
            todo.append((verbatim, code, Action.YES, None, None, None, mention, Origin.BULK))
        todo += [
            (verbatim, code, Action.OFF, None, None, None, None, Origin.BULK)
            for code in other
            if whole and (verbatim, code) in others
        ]
    before = op.db.integer("select max(id) from label_event")
    decisions.record(op, frame, coder, todo)
    return op.db.integer("select count(distinct verbatim_id) from label_event where id > ?", (before,))
