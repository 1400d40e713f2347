"""What the classifier promises, on a part of the car owners' posts that it has not seen."""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from annotate.estimates import f1_score
from training.learner.classifier import Model, fit
from training.learner.hints import Hints
from training.learner.texts import PLAIN

FOLDER = Path(os.environ.get("TINGDONG_DATA") or Path(__file__).parents[3] / "shared" / "data")
POSTS = FOLDER / "zh_auto_bdci2018.shared70.csv.gz"


@dataclass(frozen=True, slots=True)
class Posts:
    """Texts in a random order, labels (n × 10), and the topics' names."""

    texts: list[str]
    labels: NDArray[np.int8]
    names: tuple[str, ...]


@pytest.fixture(scope="module")
def posts() -> Posts:
    if not POSTS.exists():
        pytest.skip("the car owners' posts are not on this machine (TINGDONG_DATA)")
    with gzip.open(POSTS, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = np.random.default_rng(3).permutation(len(rows))
    sets = [set(rows[row]["codes"].split("|")) for row in chosen]
    names = sorted(set().union(*sets))
    labels = np.array([[name in codes for name in names] for codes in sets], np.int8)
    return Posts(PLAIN([rows[row]["text"] for row in chosen]), labels, tuple(names))


def fitted(posts: Posts, labelled: int, held_out: int) -> tuple[Model, float]:
    """Return a model of the first posts and its micro-F1 on the last; those between and all before are the corpus."""
    known, rest = posts.texts[:labelled], posts.texts[:-held_out]
    model = fit(
        known, posts.labels[:labelled], parents=np.full(10, -1), groups=np.arange(labelled), seed=1, corpus=rest,
        hints=Hints(posts.names, np.arange(10)),
    )  # fmt: skip
    said, truth = model.predict(posts.texts[-held_out:]).accepted, posts.labels[-held_out:] == 1
    return model, f1_score(int((said & truth).sum()), int((said & ~truth).sum()), int((~said & truth).sum()))


@pytest.mark.parametrize(("labelled", "least"), [(100, 0.70), (500, 0.80), (2000, 0.86)])
def test_few_posts_teach_ten_topics(posts: Posts, labelled: int, least: float) -> None:
    # An untuned linear SVM on characters reaches 0.32, 0.63 and 0.80 with as many labels.
    model, micro = fitted(posts, labelled, 2000)
    assert micro > least
    assert abs(model.scores.codes.micro_f1.value - micro) < (0.03 if labelled > 100 else 0.1)


def test_all_posts_teach_ten_topics_and_how_sure_one_may_be(posts: Posts) -> None:
    held_out = round(0.3 * len(posts.texts))
    model, micro = fitted(posts, len(posts.texts) - held_out, held_out)
    assert micro > 0.87
    assert abs(model.scores.codes.micro_f1.value - micro) < 0.03
    said, truth = model.predict(posts.texts[-held_out:]), posts.labels[-held_out:] == 1
    chosen = said.probability >= 0.1
    p, yes = said.probability[chosen], truth[chosen]
    bins = np.minimum((p * 10).astype(int), 9)
    error = sum(abs(float((p - yes)[bins == one].sum())) for one in range(10)) / p.size
    assert error < 0.03
