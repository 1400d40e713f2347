"""From answers as written to what models read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tables

from annotate import verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.lexicon import Entry, Kind
from annotate.store.project import Project
from annotate.store.query import Query
from annotate.text import fold
from training import session
from training.learner import texts
from training.learner.classifier import fit
from training.learner.features import count
from training.learner.texts import MARK, PLAIN, Reader, channel_of, words_of

JERK = [Entry(Kind.WORD, "顿挫"), Entry(Kind.SYNONYM, "一窜一窜", "顿挫")]


def marks(prepared: str) -> list[str]:
    return prepared.partition(MARK)[2].split()


def test_a_plain_reader_only_folds() -> None:
    written = ["Ｔｈｅ　ＣＡＲ", "油耗高！！！", "", f"a{MARK}b"]
    assert PLAIN(written) == [fold(one) for one in written]
    assert all(MARK not in one for one in PLAIN(written))


def test_a_term_and_its_synonyms_have_one_mark() -> None:
    one, two, none = Reader(entries=JERK)(["起步一窜一窜的", "低速有顿挫", "油耗高"])
    assert marks(one)
    assert marks(one) == marks(two)
    assert none == "油耗高"
    assert words_of(one) == "起步一窜一窜的"


def test_questions_that_share_a_frame_have_a_mark_each() -> None:
    reader = Reader(questions=[3, 4])
    three, four, other = reader(["油耗高", "油耗高", "油耗高"], [3, 4, 5])
    assert len(marks(three)) == len(marks(four)) == 1
    assert three != four
    assert other == "油耗高"
    assert reader(["", "😀"], 3) == PLAIN(["", "😀"])  # nothing said stays nothing


def test_the_agent_and_the_template_are_not_read() -> None:
    reader = Reader(agents=["客服"], templates=["感谢您的来电"])
    assert "请问" not in reader(["客服：请问有什么问题？ 客户：油耗高"])[0]
    assert "油耗高" in reader(["客服：请问有什么问题？ 客户：油耗高"])[0]
    assert "来电" not in reader(["感谢您的来电，油耗高"])[0]


def test_a_reader_comes_back_from_json() -> None:
    reader = Reader(agents=["客服"], templates=["感谢您的来电"], entries=JERK, questions=[2, 1])
    again = Reader.from_json(json.loads(json.dumps(reader.to_json())))
    assert again.key == reader.key != PLAIN.key
    written = ["客服：您好 客户：一窜一窜的", "感谢您的来电，顿挫"]
    assert again(written, 2) == reader(written, 2)
    for damage in (
        {},
        {**reader.to_json(), "entries": [["verb", "a", "b"]]},
        {**reader.to_json(), "questions": [["x"]]},
    ):
        with pytest.raises((KeyError, ValueError)):
            Reader.from_json(damage)


def test_a_mark_is_a_feature() -> None:
    reader = Reader(entries=JERK)
    one, two = reader(["一窜一窜", "顿挫"])
    shared = set(count([one]).indices.tolist()) & set(count([two]).indices.tolist())
    assert shared
    assert not set(count(["一窜一窜"]).indices.tolist()) & set(count(["顿挫"]).indices.tolist())


@dataclass(frozen=True, slots=True)
class Jerks:
    texts: list[str]
    labels: np.ndarray


def jerks(rows: int, words: list[str], seed: int) -> Jerks:
    """Return car talk in which a quarter complains of the gearbox, in these words."""
    generator = np.random.default_rng(seed)
    talk = ["油耗还可以", "空间挺大", "内饰做工好", "价格实惠", "噪音有点大", "刹车灵敏"]
    told, labels = [], []
    for _ in range(rows):
        jerk = bool(generator.random() < 0.25)
        parts = generator.choice(talk, 2, replace=False).tolist() + [str(generator.choice(words))] * jerk
        told.append("，".join(parts))
        labels.append([int(jerk)])
    return Jerks(told, np.array(labels, np.int8))


def test_teaching_a_trade_word_helps_where_few_labels_exist() -> None:
    few = jerks(40, ["低速顿挫", "顿挫明显"], 1)
    fresh = jerks(300, ["起步一窜一窜", "开着一窜一窜的"], 2)
    recall, wrong = [], []
    for reader in (PLAIN, Reader(entries=JERK)):
        model = fit(reader(few.texts), few.labels, parents=np.array([-1]), groups=np.arange(40), seed=1)
        said, truth = model.predict(reader(fresh.texts)).accepted[:, 0], fresh.labels[:, 0] == 1
        recall.append(float(said[truth].mean()))
        wrong.append(float(said[~truth].mean()))
    assert recall[0] < 0.1
    assert recall[1] > 0.9
    assert wrong[1] < 0.05


def test_a_channel_is_a_mark_of_its_own_that_only_known_channels_have(tmp_path: Path) -> None:
    reader = Reader(channels=["热线", "调研"])
    told = reader(["异响", "异响", "异响", ""], 0, ["热线", "调研", "门店", "热线"])
    assert [words_of(one) for one in told] == ["异响", "异响", "异响", ""]
    assert channel_of(told[0]) != channel_of(told[1])
    assert (channel_of(told[2]), told[3]) == (0, "")
    assert Reader.from_json(reader.to_json())(["异响"], 0, "热线") == told[:1]
    with Project.create(tmp_path / "p.tingdong") as project:
        rows = [[f"a{n}", f"异响第{n}次", ("热线", "调研")[n % 2]] for n in range(4)]
        import_file(
            project, tables.write_csv(tmp_path / "a.csv", ["id", "text", "渠道"], rows),
            roles={Role.ID: ["id"], Role.TEXT: ["text"], Role.CHANNEL: ["渠道"]}, channel="hotline",
        )  # fmt: skip
        with project.reading() as db:
            own = texts.reader(db)
            ready = session.prepared_texts(db, verbatims.ids(project, Query()).tolist(), own)
    assert own.by_channel
    assert len({channel_of(one) for one in ready[:2]}) == 2
    assert channel_of(ready[0]) == channel_of(ready[2]) != 0
