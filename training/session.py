"""Training on a project: what people decided becomes arrays, the worker fits, the model is stored with its scores."""

from __future__ import annotations

import hashlib
import io
import json
import uuid as uuids
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import answers, frames, layers, verbatims
from annotate.errors import UserError
from annotate.frames import Code
from annotate.jobs import Progress, Share, silent
from annotate.layers import Labelled
from annotate.messages import N_
from annotate.store import operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from training.learner import hints, model_file, texts
from training.learner.background import MAX_ROWS
from training.learner.classifier import Model, Predictions
from training.learner.evaluate import Scores
from training.learner.hints import Hints
from training.learner.sentiment import SentimentModel
from training.learner.sentiment_scores import SentimentScores
from training.learner.texts import Reader
from training.process.worker import Worker

SEED = 1
NO_SENTIMENT = 9
_FINE = 65_535
"""Out-of-sample probabilities are stored in so many steps: to 1e-5, in 16 bits."""
DIRECTIONS = {"dislikes": -1, "neutral": 0, "likes": 1}
SINGLE_FROM = 100
"""From so many reviewed answers with a code on, none with two (at 95 % then at most 3 in 100 carry two), codes are
taken to exclude each other."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A stored model: its column of each code, what it was trained on, and its out-of-sample scores.

    ``single``: every answer got one code at most, so the likeliest wins.
    """

    id: int
    hash: str
    frame_id: int
    revision: int
    codes: tuple[Code, ...]
    rows: int
    single: bool
    scores: Scores
    sentiment: SentimentScores | None
    step: Step


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model read back: ``columns`` are code ids; ``trained`` maps a verbatim to its out-of-sample row.

    ``reader`` prepares answers for it as those that trained it were prepared. ``ranked``: see ``Predictions``.
    """

    id: int
    hash: str
    frame_id: int
    columns: tuple[int, ...]
    nets: frozenset[int]
    classifier: Model
    sentiment: SentimentModel | None
    trained: dict[int, int]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]
    ranked: NDArray[np.float32]
    reader: Reader


@dataclass(frozen=True, slots=True)
class Material:
    """What people decided by one code frame, for the worker: ``texts`` as ``reader`` prepares them, in the order of
    ``labelled``; ``hints`` are what the frame says of its codes."""

    codes: list[Code]
    labelled: Labelled
    texts: list[str]
    parents: NDArray[np.int64]
    directions: NDArray[np.int8]
    single: bool
    last_op: int
    reader: Reader
    hints: Hints

    @property
    def exclusive(self) -> NDArray[np.bool_]:
        """Return which codes never stand beside others."""
        return np.array([code.role in frames.EXCLUSIVE for code in self.codes], np.bool_)


def prepared_texts(db: Connection, ids: list[int], reader: Reader) -> list[str]:
    """Return the texts of verbatims, in order, as a model reads them."""
    found: dict[int, str] = {}
    channel, joins = texts.channel_sql(db, reader)
    record = " join record r on r.id = v.record_id" if joins else ""
    for start in range(0, len(ids), layers.CHUNK):
        marks = ", ".join(map(str, ids[start : start + layers.CHUNK]))
        rows = db.execute(
            f"select t.id, t.text, v.question_id, {channel} from verbatim_text t join verbatim v on v.id = t.id"
            f"{record}{joins} where t.id in ({marks})"
        ).fetchall()
        ready = reader([str(row[1]) for row in rows], [int(row[2] or 0) for row in rows], [str(row[3]) for row in rows])
        found |= zip((int(row[0] or 0) for row in rows), ready, strict=True)
    return [found.get(one, "") for one in ids]


def reader_of(db: Connection, question: int) -> Reader:
    """Return the reader for the answers to a question, as the project stands."""
    rows = db.execute(
        "select o.id from question q join question o on o.id = q.id or o.frame_id = q.frame_id where q.id = ?"
        " order by o.id",
        (question,),
    )
    return texts.reader(db, [int(row[0] or 0) for row in rows])


def corpus(project: Project, frame_id: int, reader: Reader, *, size: int = MAX_ROWS, seed: int = SEED) -> list[str]:
    """Return different answers to the questions of a frame as a model reads them, at most ``size``, drawn at random."""
    found: list[str] = []
    asked = [one for one in verbatims.questions(project, counted=False) if one.frame_id == frame_id and one.answered]
    if len(asked) > 1:  # then each has its share
        asked = [one for one in verbatims.questions(project) if one.frame_id == frame_id and one.answered]
    total = sum(one.answered for one in asked)
    with project.reading() as db:
        for one in asked:
            share = max(1, size * one.answered // total)
            told = answers.read(db, question=one.id, limit=share, seed=seed)
            # Without channels: their marks would stand in so many texts that latent directions followed them.
            found += reader([answer.text for answer in told], one.id)
    return found


def train(
    project: Project,
    *,
    frame: int | None = None,
    seed: int = SEED,
    by_itself: bool = False,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> Trained:
    """Fit a model of a frame on everything people decided and store it with its scores; nothing is coded by it yet.

    ``by_itself``: nobody asked for it, and it is marked so.

    Raises UserError (no-frame, nothing-labelled, nothing-to-learn, worker-died).
    """
    project.require_writable()
    frame_id = frame if frame is not None else frames.the_frame(project)
    material = gather(project, frame_id)
    own = worker or Worker()
    try:
        said = material.labelled
        model = own.fit(
            material.texts,
            said.labels,
            parents=material.parents,
            groups=said.groups,
            seed=seed,
            single=material.single,
            exclusive=material.exclusive,
            random_rows=said.random if said.random.any() else None,
            corpus=corpus(project, frame_id, material.reader),
            hints=material.hints,
            progress=Share(progress, 0, 80, 100),
        )
        sentiment = _fit_sentiment(own, material, seed, Share(progress, 80, 15, 100))
    finally:
        if worker is None:
            own.close()
    trained = _store(project, frame_id, material, model, sentiment, by_itself=by_itself)
    progress(100, 100, N_("Training"))
    return trained


def gather(project: Project, frame_id: int) -> Material:
    """Read what people decided by a frame; raises UserError (nothing-labelled)."""
    with project.reading() as db, db.snapshot():
        frame = frames.read(db, frame_id)
        codes = [code for code in frame.codes if not code.retired]
        column = {code.id: place for place, code in enumerate(codes)}
        parents = np.array([column.get(code.parent_id or 0, -1) for code in codes], np.int64)
        asked = [one for one in verbatims.questions(project, counted=False) if one.frame_id == frame_id]
        said = layers.labelled(db, [one.id for one in asked], codes)
        last_op = db.integer("select max(id) from op")
        if not len(said.ids):
            raise UserError(
                "nothing-labelled",
                N_("There is nothing to train on yet."),
                N_("Nobody has coded an answer by this code frame."),
                N_("Code some answers, or import labels with: label import"),
            )
        reader = texts.reader(db, [one.id for one in asked])
        ready = prepared_texts(db, said.ids.tolist(), reader)
    direction = {one.id: DIRECTIONS[one.direction] for one in asked}
    directions = np.array([direction[one] for one in said.questions.tolist()], np.int8)
    leaf = np.array([not code.is_net for code in codes])
    single = is_single_choice(said.labels[:, leaf], asked=all(one.single for one in asked))
    told = hints.of_codes(codes, reader)
    return Material(codes, said, ready, parents, directions, single, last_op, reader, told)


def is_single_choice(labels: NDArray[np.int8], *, asked: bool) -> bool:
    """Say whether codes exclude each other: no row of labels (n × codes, without nets; 1, 0, −1 open) carries two.

    Where the questions do not say so themselves (``asked``), SINGLE_FROM wholly reviewed rows with a code must speak
    for it, and most of the reviewed rows must carry one.
    """
    count = (labels == 1).sum(axis=1)
    if (count > 1).any():
        return False
    whole = (labels >= 0).all(axis=1)
    coded = int((count[whole] == 1).sum())
    return asked or (coded >= SINGLE_FROM and 2 * coded > int(whole.sum()))


def _fit_sentiment(worker: Worker, material: Material, seed: int, progress: Progress) -> SentimentModel | None:
    said = material.labelled
    rows, columns = np.nonzero((said.labels == 1) & (said.sentiments != NO_SENTIMENT))
    if not len(rows):
        return None
    return worker.fit_sentiment(
        [texts.words_of(material.texts[row]) for row in rows.tolist()],
        columns.astype(np.int64),
        material.directions[rows],
        said.sentiments[rows, columns],
        columns=len(material.codes),
        groups=said.groups[rows],
        seed=seed,
        random_rows=said.random[rows],
        channels=np.array([texts.channel_of(material.texts[row]) for row in rows.tolist()], np.int8),
        progress=progress,
    )


def _store(
    project: Project,
    frame_id: int,
    material: Material,
    model: Model,
    sentiment: SentimentModel | None,
    *,
    by_itself: bool,
) -> Trained:
    parts = {f"classifier/{name}": data for name, data in model_file.to_parts(model).items()}
    if sentiment is not None:
        parts |= {f"sentiment/{name}": data for name, data in model_file.sentiment_to_parts(sentiment).items()}
    assert model.out_of_sample is not None
    parts["trained.npz"] = _pack(material.labelled.ids, model.out_of_sample)
    parts["reader.json"] = json.dumps(material.reader.to_json(), ensure_ascii=False).encode()
    digest = model_file.model_hash(model_file.to_parts(model))
    spec = {
        "columns": [code.id for code in material.codes],
        "nets": [code.id for code in material.codes if code.is_net],
        "rows": len(material.labelled.ids),
        "seed": model.seed,
        "single": model.single,
        "by_itself": by_itself,
    }
    scores = {"codes": asdict(model.scores), "sentiment": None if sentiment is None else asdict(sentiment.scores)}

    def do(op: Operation) -> tuple[int, int]:
        revision = op.db.integer("select id from revision where frame_id = ? order by number desc limit 1", (frame_id,))
        model_id = op.db.execute(
            "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                uuids.uuid4().bytes, frame_id, revision, material.last_op, op.at_ms,
                json.dumps(spec), json.dumps(scores), bytes.fromhex(digest),
            ),
        ).lastrowid  # fmt: skip
        op.db.executemany(
            "insert into model_part(model_id, name, h, data) values (?, ?, ?, ?)",
            ((model_id, name, _digest(data), data) for name, data in parts.items()),
        )
        op.rows = len(material.labelled.ids)
        op.detail["model"] = model_id
        said = N_("Model trained by itself on {n} answers") if by_itself else N_("Model trained on {n} answers")
        op.say(said, n=op.rows)
        return model_id, revision

    (model_id, revision), step = operations.run(project, "train", do, stackable=False)
    return Trained(
        model_id,
        digest,
        frame_id,
        revision,
        tuple(material.codes),
        len(material.labelled.ids),
        model.single,
        model.scores,
        None if sentiment is None else sentiment.scores,
        step,
    )


def _pack(ids: NDArray[np.int64], told: Predictions) -> bytes:
    buffer = io.BytesIO()
    assert told.ranked is not None
    np.savez_compressed(
        buffer, ids=ids, probability=_fine(told.probability), accepted=np.packbits(told.accepted, axis=1),
        ranked=_fine(told.ranked),
    )  # fmt: skip
    return buffer.getvalue()


def _fine(probability: NDArray[np.float32]) -> NDArray[np.uint16]:
    return np.rint(probability * _FINE).astype(np.uint16)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def newest_model(project: Project, frame_id: int) -> int:
    """Return the newest model of a frame; raises UserError (no-model)."""
    row = project.reading_one("select max(id) from model where frame_id = ?", (frame_id,))
    if row is None or row[0] is None:
        raise UserError(
            "no-model",
            N_("There is no model to code with."),
            N_("Nothing was trained for this code frame yet."),
            N_("Train one first with: train"),
        )
    return int(row[0])


def load(project: Project, model_id: int) -> StoredModel:
    """Read a model back; raises UserError (model-damaged) where a part does not match its hash."""
    with project.reading() as db:
        row = db.one("select frame_id, spec, hex(h) from model where id = ?", (model_id,))
        assert row is not None
        parts: dict[str, bytes] = {}
        for name, h, data in db.execute("select name, h, data from model_part where model_id = ?", (model_id,)):
            assert isinstance(data, bytes)
            if _digest(data) != h:
                raise model_file.damaged()
            parts[str(name)] = data
    # First of all: a model of another version is refused by a sentence, whatever else it lacks.
    classifier = model_file.from_parts(
        {name.removeprefix("classifier/"): data for name, data in parts.items() if name.startswith("classifier/")}
    )
    spec = json.loads(str(row[1]))
    columns = len(spec["columns"])
    try:
        with np.load(io.BytesIO(parts["trained.npz"]), allow_pickle=False) as arrays:
            ids = arrays["ids"].tolist()
            probability = arrays["probability"].astype(np.float32) / np.float32(_FINE)
            ranked = arrays["ranked"].astype(np.float32) / np.float32(_FINE)
            accepted = np.unpackbits(arrays["accepted"], axis=1, count=columns).astype(np.bool_)
        reader = Reader.from_json(json.loads(parts["reader.json"]))
    except KeyError as error:  # each part matches its hash: nothing is damaged, an older program wrote less
        raise model_file.other_version() from error
    mood = {name.removeprefix("sentiment/"): data for name, data in parts.items() if name.startswith("sentiment/")}
    return StoredModel(
        model_id,
        str(row[2]).lower(),
        int(row[0] or 0),
        tuple(spec["columns"]),
        frozenset(spec["nets"]),
        classifier,
        model_file.sentiment_from_parts(mood) if mood else None,
        {verbatim: place for place, verbatim in enumerate(ids)},
        probability,
        accepted,
        ranked,
        reader,
    )
