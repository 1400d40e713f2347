"""What the code frame says of its codes, as training rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from training_example import NAMES, PARENTS, example

from annotate.frames import Code, Role
from training.learner import hints
from training.learner.classifier import fit
from training.learner.hints import Hints
from training.learner.texts import PLAIN


def code(number: int, label: str, net: bool = False, **texts: str) -> Code:
    given = {"label_en": "", "definition": "", "include": "", "exclude": "", "examples": "", "notes": "", **texts}
    return Code(
        id=number, parent_id=None, is_net=net, number=str(number), label=label, role=Role.THEME, colour="",
        retired=False, held_from=1, meaning_from=1, path=(label,), depth=0, **given,
    )  # fmt: skip


def test_names_includes_and_examples_are_hints() -> None:
    codes = [
        code(1, "经济", net=True),
        code(2, "油耗", label_en="Fuel", include="费油；加油", examples="百公里八个油\n" + "长" * 300),
        code(3, "价格", label_en="Price", exclude="保养"),
    ]
    told = hints.of_codes(codes, PLAIN)
    assert told.texts == ("油耗", "fuel", "费油", "加油", "百公里八个油", "价格", "price")
    assert told.columns.tolist() == [1, 1, 1, 1, 1, 2, 2]
    assert told.labels(np.array([-1, 0, 0])).tolist() == [[1, 1, 0]] * 5 + [[1, 0, 1]] * 2


def test_what_stands_for_two_codes_says_nothing() -> None:
    told = hints.of_codes([code(1, "其他"), code(2, "其他"), code(3, "服务", include="服务；等")], PLAIN)
    assert told.texts == ("服务", "等")


def test_hints_teach_and_are_not_scored() -> None:
    data = example(40, 1, noise=0)
    given = {"parents": PARENTS, "groups": data.groups, "seed": 1}
    told = Hints(
        ("空间", "服务", "省油", "价格"), np.array([NAMES.index(n) for n in ("space", "service", "fuel", "price")])
    )
    alone = fit(data.texts, data.labels, **given)
    taught = fit(data.texts, data.labels, hints=told, **given)
    assert taught.scores.base == alone.scores.base == 40
    assert [one.support for one in taught.scores.columns] == [one.support for one in alone.scores.columns]
    assert taught.out_of_sample is not None
    assert len(taught.out_of_sample.probability) == 40
    fresh = ["省油得很", "服务没得说"]
    for row, name in enumerate(["fuel", "service"]):
        column = NAMES.index(name)
        before, after = (model.predict(fresh).probability[row, column] for model in (alone, taught))
        assert after > before


def test_hints_teach_a_single_choice_too() -> None:
    data = example(60, 2, noise=0)
    one = np.zeros_like(data.labels)
    one[np.arange(60), (data.labels[:, :4] == 1).argmax(axis=1)] = 1
    one[:, 5:] = -1
    data = replace(data, labels=one)
    told = Hints(("空间",), np.array([2]))
    model = fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=1, single=True, hints=told)
    assert model.out_of_sample is not None
    assert len(model.out_of_sample.accepted) == 60
