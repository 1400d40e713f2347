"""Explanations: the words that tipped a code, at their places in the original, and the nearest answers with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import models_example as example
import numpy as np
import pytest
from training_example import PARENTS
from training_example import example as corpus

from annotate import frames, text
from annotate.errors import AskedWronglyError, UserError
from annotate.lexicon import Entry, Kind, Vocabulary
from annotate.store.project import Project
from annotate.words import Cutter, Word
from training import session
from training.learner import classifier
from training.learner.classifier import Model
from training.quality import clause_marks
from training.quality.explain import AGAINST, FOR, Explainer, tipped


@pytest.fixture(scope="module")
def model() -> Model:
    told = corpus(300, seed=1)
    return classifier.fit(told.texts, told.labels, parents=PARENTS, groups=told.groups, seed=1)


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter(Vocabulary([]))


def test_the_words_of_a_theme_tip_it_and_fillers_do_not(model: Model, cutter: Cutter) -> None:
    written = "朋友推荐，很费油，另外空间大"
    fuel, space = (tipped(model, written, column, cutter.cut(written)) for column in (1, 2))
    assert "油" in fuel[0].word
    assert "空间" in space[0].word or "大" in space[0].word
    assert not {one.word for one in fuel if one.weight > 0.1} & {"朋友", "推荐", "另外"}
    assert space[0].word not in {one.word for one in fuel if one.weight > 0}
    for one in fuel:
        for start, end in one.spans:
            assert written[start:end] == one.word


def test_a_weight_is_what_the_score_loses_without_the_word(model: Model) -> None:
    written = "太贵了 油耗低 太贵了"
    words = [Word("太贵了", 0, 3), Word("油耗低", 4, 7), Word("太贵了", 8, 11)]
    told = {one.word: one for one in tipped(model, written, 0, words)}
    assert told["太贵了"].spans == ((0, 3), (8, 11))
    scores = model.features.transform([written, " 龘  油耗低  龘 "]) @ model.weights[:, 0]
    assert told["太贵了"].weight == pytest.approx(float(scores[0] - scores[1]), abs=1e-5)
    assert told["太贵了"].weight > 0.3
    assert told["油耗低"].weight < 0


def test_places_are_those_of_the_original_whatever_folding_does(model: Model, cutter: Cutter) -> None:
    written = "<b>這車</b>😀　　很費油！！！！Ｇｏｏｄ ｐｒｉｃｅ"
    words = {one.word: one for one in tipped(model, written, 1, cutter.cut(written))}
    spans = [written[start:end] for one in words.values() for start, end in one.spans]
    assert any("費" in one or "油" in one for one in spans)
    price = {one.word: one for one in tipped(model, written, 0, cutter.cut(written))}
    assert "ｐｒｉｃｅ" in {written[start:end] for one in price.values() for start, end in one.spans}


def test_taking_a_word_out_does_not_join_its_neighbours(model: Model) -> None:
    written = "cost and too much"
    without = tipped(model, written, 0, [Word("and", 5, 8)])
    joined = model.features.transform(["cost and too much", "cost too much"]) @ model.weights[:, 0]
    assert joined[1] > joined[0]  # "cost too much" is a phrase of the theme
    assert not without or without[0].weight > float(joined[0] - joined[1]) + 0.01


def test_a_long_text_is_searched_to_the_word(model: Model, cutter: Cutter) -> None:
    filler = "".join(chr(0x4E00 + n) + "，" for n in range(3000))
    written = filler + "百公里八个油，" + filler[:3000]
    found = tipped(model, written, 1, cutter.cut(written))
    assert "油" in "".join(one.word for one in found[:2])


@pytest.mark.parametrize("written", ["", "   ", "😀😀", "龘", "。。。", "\x1e\x00", "a" * 100_000])
def test_texts_that_say_nothing_have_no_words(model: Model, cutter: Cutter, written: str) -> None:
    assert tipped(model, written, 1, cutter.cut(written)) == []


def test_few_words_are_shown_for_and_against(model: Model, cutter: Cutter) -> None:
    written = "，".join(
        ["很费油", "省油", "空间大", "太贵了", "等了很久", "客服不理人", "后排很挤", "油耗低", "百公里八个油"]
    )
    found = tipped(model, written, 1, cutter.cut(written))
    positive = [one.weight for one in found if one.weight > 0]
    negative = [one.weight for one in found if one.weight < 0]
    assert 0 < len(positive) <= FOR
    assert 0 < len(negative) <= AGAINST
    assert positive == sorted(positive, reverse=True)
    assert negative == sorted(negative)
    assert [one.weight for one in found] == positive + negative


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = example.make(tmp_path_factory.mktemp("explain"), 150)
    with Project.open(path) as project:
        example.train(project)
    return path


@pytest.fixture
def project(trained: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(trained, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as one:
        yield one


def test_an_answer_of_a_project_is_explained(project: Project) -> None:
    stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
    explainer = Explainer(project, stored)
    said, ids = example.answers(), example.ids(project)
    code = example.code_of(project, "304")
    new = next(row for row in range(150, example.ROWS) if said[row][1] == ("304",))
    told = explainer.explain(ids[new], code)
    assert (told.verbatim, told.code_id, told.out_of_sample) == (ids[new], code, False)
    predicted = stored.classifier.predict([text.fold(said[new][0])])
    assert told.p == pytest.approx(float(predicted.probability[0, stored.columns.index(code)]))
    assert told.accepted
    assert told.words[0].word in "异响很大底盘响中控台吱吱响过坎有异响"
    assert len(told.near) == 3
    for near in told.near:
        assert "304" in said[ids.index(near.verbatim)][1]
        assert near.coder == "Ann"
    similar = [near.similarity for near in told.near]
    assert similar == sorted(similar, reverse=True)
    old = next(row for row in range(150) if said[row][1] == ("304",))
    own = explainer.explain(ids[old], code)
    assert own.out_of_sample
    assert own.p == pytest.approx(float(stored.probability[stored.trained[ids[old]], stored.columns.index(code)]))
    assert ids[old] not in {near.verbatim for near in own.near}


def test_a_net_is_explained_too(project: Project) -> None:
    stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
    (net,) = [one for one in stored.nets if frames.head(project, stored.frame_id).code(one).label == "空间"]
    said, ids = example.answers(), example.ids(project)
    row = next(row for row in range(150, example.ROWS) if said[row][1] == ("402",))
    told = Explainer(project, stored).explain(ids[row], net)
    assert told.near
    assert all("402" in said[ids.index(near.verbatim)][1] for near in told.near)


def test_what_is_not_there_cannot_be_explained(project: Project) -> None:
    explainer = Explainer(project, session.load(project, session.newest_model(project, frames.the_frame(project))))
    with pytest.raises(UserError) as unknown:
        explainer.explain(99_999, example.code_of(project, "304"))
    assert unknown.value.id == "no-such-answer"
    with pytest.raises(AskedWronglyError) as refused:
        explainer.explain(example.ids(project)[0], 99_999)
    assert refused.value.id == "no-such-code"


def test_a_taught_word_is_one_word_in_the_reasons(model: Model) -> None:
    written = "这车很费油"
    taught = Cutter(Vocabulary([Entry(Kind.WORD, "很费油")]))
    assert tipped(model, written, 1, taught.cut(written))[0].word == "很费油"
    assert np.isfinite(tipped(model, written, 1, taught.cut(written))[0].weight)


def test_clauses_that_no_code_of_the_answer_explains_are_told(project: Project) -> None:
    stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
    noise, tight = example.code_of(project, "304"), example.code_of(project, "402")
    written = "异响很大，空间不大"

    def told(text: str, codes: list[int]) -> list[tuple[str, bool]]:
        return [(text[one.start : one.stop], one.explained) for one in clause_marks.marks(stored, text, 1, codes)]

    assert told(written, [noise, tight]) == [("异响很大", True), ("空间不大", True)]
    assert told(written, [noise]) == [("异响很大", True), ("空间不大", False)]
    assert told(written, []) == [("异响很大", False), ("空间不大", False)]
    assert told("异响很大", [tight]) == [("异响很大", True)], "of one clause any code explains it"

    def whence(codes: list[int], also: list[int]) -> list[tuple[str, tuple[int, ...]]]:
        found = clause_marks.marks(stored, written, 1, codes, also=also)
        return [(written[one.start : one.stop], one.codes) for one in found]

    assert whence([tight, noise], []) == [("异响很大", (noise,)), ("空间不大", (tight,))]
    assert whence([noise], [tight]) == [("异响很大", (noise,)), ("空间不大", (tight,))]
    assert [one.explained for one in clause_marks.marks(stored, written, 1, [noise], also=[tight])] == [True, False]
    assert whence([], [noise]) == [("异响很大", (noise,)), ("空间不大", ())]
