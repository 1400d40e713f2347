"""Whatever people bring: it is learned from, or refused with a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from training_example import PARENTS, example

from annotate.errors import UserError
from training.learner.background import fit_background
from training.learner.classifier import Model, fit


def fitted(texts: list[str], labels: np.ndarray, **rest: object) -> Model:
    columns = labels.shape[1]
    given = {"parents": np.full(columns, -1), "groups": np.arange(len(texts)), "seed": 1, "corpus": texts, **rest}
    return fit(texts, labels.astype(np.int8), **given)  # type: ignore[arg-type]


def refused(texts: list[str], labels: np.ndarray, **rest: object) -> str:
    with pytest.raises(UserError) as caught:
        fitted(texts, labels, **rest)
    return caught.value.id


def test_one_label_and_one_class_are_refused() -> None:
    assert refused(["油耗高"], np.array([[1]])) == "nothing-to-learn"
    assert refused(["油耗高"] * 30, np.ones((30, 1))) == "nothing-to-learn"
    assert refused(["油耗高"] * 30, np.ones((30, 1)), single=True) == "nothing-to-learn"
    assert refused([], np.zeros((0, 2))) == "nothing-to-learn"


def test_two_hundred_codes_with_one_yes_each_are_refused() -> None:
    assert refused([f"话题{row}" for row in range(200)], np.eye(200)) == "nothing-to-learn"


def test_in_a_single_choice_one_yes_each_is_enough_but_two_codes_are_needed() -> None:
    words = [f"{chr(0x4E00 + row)}{chr(0x6E00 + row)}" for row in range(60)]
    model = fitted(words, np.eye(60), single=True, corpus=[f"{one}吗" for one in words])
    assert (model.predict(words).accepted == np.eye(60, dtype=bool)).all()
    assert model.scores.codes.micro_f1.value == 0  # out of sample nothing is left of any code
    one = np.ones((4, 1))
    assert refused(["油耗高", "油耗低", "油耗", "很费油"], one, single=True) == "nothing-to-learn"
    one[2:] = 0  # "none of these" is the rival of a frame's only code
    assert fitted(["油耗高", "油耗低", "空间", "空间大"], one, single=True).predict(["油耗高"]).accepted[0, 0]


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("text", ["", "。。。", "😀🎉", "\ud800"])
def test_texts_that_say_nothing_teach_nothing(text: str, single: bool) -> None:
    labels = np.zeros((40, 2))
    labels[:20, 0] = labels[20:, 1] = 1
    model = fitted([text] * 40, labels, single=single)
    said = model.predict([text, "油耗高"])
    assert np.isfinite(said.probability).all()
    assert not said.accepted[0].any()
    assert model.out_of_sample is not None
    assert model.scores.codes.micro_f1.value <= 0.7


def test_a_code_without_a_yes_does_not_disturb_the_others() -> None:
    data = example(200, 1)
    labels = data.labels.copy()
    labels[:, 4] = 0
    model = fit(data.texts, labels, parents=PARENTS, groups=data.groups, seed=1, corpus=data.texts)
    said = model.predict(data.texts)
    assert not said.accepted[:, 4].any()
    assert said.probability[:, 4].max() < 0.5
    assert model.scores.codes.micro_f1.value > 0.8


def test_a_text_of_a_hundred_thousand_characters_is_a_text() -> None:
    data = example(120, 2)
    texts = [*data.texts, "空间大，" * 25_000, "x" * 100_000]
    labels = np.vstack([data.labels, np.full((2, data.labels.shape[1]), -1)])
    labels[-2:, 2] = 1, 0
    model = fit(texts, labels, parents=PARENTS, groups=np.arange(122), seed=1, corpus=texts)
    said = model.predict(texts[-2:])
    assert np.isfinite(said.probability).all()
    assert said.probability[0, 2] > said.probability[1, 2]
    assert model.scores.codes.micro_f1.value > 0.8


def test_a_background_of_nothing_has_no_directions() -> None:
    for texts in ([], ["", ""], ["😀"], ["一"]):
        background = fit_background(texts, seed=1)
        assert background.directions.shape == (background.features.width, 0)
        assert background.weighted(10) is None
        assert background.dense(background.rows(["油耗"])).shape == (1, 0)
