"""Why a model gives a code to an answer, or does not: the words that tipped it, and what people coded alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import lexicon, text
from annotate.errors import AskedWronglyError
from annotate.messages import N_
from annotate.store.project import Project
from annotate.words import Cutter, Word
from training.learner import texts
from training.learner.classifier import Model
from training.learner.texts import PLAIN
from training.quality import decide, must_hold
from training.quality.neighbours import CodedRows, Neighbour, coded_rows, nearest, told_by, unit_rows
from training.session import StoredModel

FOR, AGAINST, NEAR = 5, 3, 3
_AT_ONCE = 64
_LEAST = 0.01
"""Smaller effects on the score say nothing to a person."""
Places = tuple[tuple[int, int], ...]
Read = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Tipped:
    """A word that moved the score of a code: ``weight`` is how much lower the score would be without it.

    ``spans``: all its places, [start, end) in code points of the original text.
    """

    word: str
    spans: tuple[tuple[int, int], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a model says of a code on an answer and why. ``words``: those that spoke for it, then those against.

    ``out_of_sample``: the answer trained the model, and p was found without it. ``near``: the nearest answers to which
    people gave the code.
    """

    verbatim: int
    code_id: int
    p: float
    accepted: bool
    out_of_sample: bool
    words: tuple[Tipped, ...]
    near: tuple[Neighbour, ...]


def tipped(model: Model, written: str, column: int, words: Sequence[Word], *, read: Read = PLAIN) -> list[Tipped]:
    """Return the words of a text that moved the score of a column most, FOR before AGAINST, strongest first.

    Each word is taken out, everywhere at once, and the text is scored again: so its n-grams count together with those
    that it forms with its neighbours, and with what the length of the text does to all. Long texts are searched from
    the pieces that matter to the words in them. ``read`` prepares texts as the model wants them.
    """
    filler = _filler(model, read)
    spans: dict[str, list[tuple[int, int]]] = {}
    for word in words:
        spans.setdefault(word.text, []).append((word.start, word.end))
    pieces = [(word, tuple(places)) for word, places in spans.items()]
    while len(pieces) > _AT_ONCE:
        blocks = [block for block in np.array_split(np.arange(len(pieces)), _AT_ONCE) if block.size]
        effect = _effects(model, written, column, [_all(pieces, block) for block in blocks], filler, read)
        kept = np.argsort(-np.abs(effect), kind="stable")[: _AT_ONCE // 16]
        few = sorted(place for block in kept.tolist() for place in blocks[block].tolist())
        pieces = [pieces[place] for place in few]
    effect = _effects(model, written, column, [places for _, places in pieces], filler, read)
    found = [
        Tipped(word, places, float(weight))
        for (word, places), weight in zip(pieces, effect.tolist(), strict=True)
        if abs(weight) >= _LEAST
    ]
    found.sort(key=lambda one: -one.weight)
    return [one for one in found if one.weight > 0][:FOR] + [one for one in found[::-1] if one.weight < 0][:AGAINST]


def _all(pieces: Sequence[tuple[str, Places]], block: NDArray[np.intp]) -> Places:
    return tuple(sorted(span for place in block.tolist() for span in pieces[place][1]))


def _effects(
    model: Model, written: str, column: int, taken: Sequence[Places], filler: str, read: Read
) -> NDArray[np.float64]:
    """Return how much the score of a column falls when each set of spans is replaced by the filler."""
    variants = [written, *(_without(written, spans, filler) for spans in taken)]
    scores = model.features.transform(read(variants)) @ model.weights[:, column]
    effects: NDArray[np.float64] = (scores[0] - scores[1:]).astype(np.float64)
    return effects


def _without(written: str, spans: Places, filler: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [written[at:start], filler]
        at = end
    return "".join([*parts, written[at:]])


def _filler(model: Model, read: Read) -> str:
    """Return a word the model cannot know: where one is taken out, what stood around it must not come together."""
    for character in "龘龖齾爨麤鱻灪籱":
        filler = f" {character} "
        if text.fold(filler) == character and not model.features.transform(read([filler])).nnz:
            return filler
    return " "


class Explainer:
    """Explains answers of a project by one model; it reads the coded answers once, so keep it while reading."""

    def __init__(self, project: Project, stored: StoredModel) -> None:
        self._project = project
        self._stored = stored
        self._coded: CodedRows = coded_rows(project, stored)
        with project.reading() as db:
            self._cutter = Cutter(lexicon.load(db))

    def explain(self, verbatim: int, code: int) -> Explanation:
        """Explain a code or net on an answer. Raises UserError (no-such-answer), AskedWronglyError (no-such-code)."""
        stored = self._stored
        if code not in stored.columns:
            raise unknown_code()
        with self._project.reading() as db:
            come, joins = texts.channel_sql(db, stored.reader)
            row = db.one(
                f"select t.text, v.question_id, {come} from verbatim_text t join verbatim v on v.id = t.id"
                f" join record r on r.id = v.record_id{joins} where t.id = ? and v.state = 1",
                (verbatim,),
            )
        if row is None:
            raise must_hold.no_such_answer(verbatim)
        written, question, channel = str(row[0]), int(row[1] or 0), str(row[2])
        column = stored.columns.index(code)
        told = decide.says(self._project, stored, [verbatim])

        def read(told: Sequence[str]) -> list[str]:
            return stored.reader(told, question, channel)

        labels = self._coded.said.labels
        allowed = (labels[:, column] == 1) & (self._coded.said.ids != verbatim)
        own = unit_rows(stored, read([written]))
        found = nearest(self._coded.rows, own, allowed, NEAR)
        ids = self._coded.said.ids
        with self._project.reading() as db:
            near = told_by(db, [(int(ids[place]), similar) for place, similar in found], [code])
        return Explanation(
            verbatim,
            code,
            float(told.probability[0, column]),
            bool(told.accepted[0, column]),
            verbatim in stored.trained,
            tuple(tipped(stored.classifier, written, column, self._cutter.cut(written), read=read)),
            tuple(near),
        )


def unknown_code() -> AskedWronglyError:
    """Return the error for a code that is no column of the model."""
    return AskedWronglyError(
        "no-such-code",
        N_("The model does not know that code."),
        N_("It was made after the model was trained, or is retired."),
        N_("Choose a code of the model, or train again."),
    )
