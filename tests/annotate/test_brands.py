"""Brands: names found in order of mention, variants gathered, and answers coded back to the closed list."""

from __future__ import annotations

import pytest
from survey import add_question, import_answers

from annotate import brands, coding, frames, layers
from annotate.brands import is_variant
from annotate.errors import UserError
from annotate.frames import Role
from annotate.store import operations
from annotate.store.project import Project

TEXTS = [
    "华为、小米", "huawei", "小米和华伟", "我用的是VIVO手机", "vivo", "viv0 x", "荣耀", "荣曜", "榮耀",
    "荣耀，华为", "没有", "Xiaomi", "荣耀", "iphone 12", "iphone 13",
]  # fmt: skip


class Desk:
    """A semi-open question with the closed list 华为, 小米 and other."""

    def __init__(self, project: Project, frame: int) -> None:
        self.project = project
        self.question = add_question(project, "Q9", frame=frame)
        self.huawei = frames.add_code(project, frame=frame, label="华为", label_en="Huawei", number="1")
        self.xiaomi = frames.add_code(project, frame=frame, label="小米", number="2")
        self.other = frames.add_code(project, frame=frame, label="其他", number="97", role=Role.OTHER)
        _, self.ids = import_answers(project, self.question, TEXTS)

    def candidates(self, least: int = 1) -> dict[str, brands.Candidate]:
        with self.project.reading() as db:
            return {one.name: one for one in brands.candidates(db, self.question, least=least)}

    def said(self) -> dict[int, list[int]]:
        """Return the codes of each answer (place in TEXTS) in order of mention."""
        with self.project.reading() as db:
            return {
                self.ids.index(one.verbatim): [said.code_id for said in one.human]
                for one in layers.answers(db, self.question)
                if one.human
            }


@pytest.fixture
def desk(project: Project, frame: int) -> Desk:
    return Desk(project, frame)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("华为", "华伟", True), ("华为", "huawei", True), ("huawei", "huawie", True), ("荣耀", "荣曜", True),
        ("mercedes", "mercedez", True), ("coca-cola", "coca cola", True), ("iphone 12", "iphone 13", False),
        ("x3", "x5", False), ("bmw", "byd", False), ("长安", "长城", False), ("奔驰", "奔腾", False),
        ("大众", "大宗", False), ("性价比高", "性价比低", False),
    ],
)  # fmt: skip
def test_variants(one: str, other: str, same: bool) -> None:
    assert is_variant(one, other) is same


def test_candidates_gather_variants_and_name_what_they_resemble(desk: Desk) -> None:
    found = desk.candidates()
    assert [form for form, _count in found["荣耀"].forms] == ["荣耀", "荣曜"]
    assert (found["荣耀"].answers, found["荣耀"].like) == (5, None)
    assert found["华伟"].like == desk.huawei
    assert found["xiaomi"].like == desk.xiaomi
    assert {"iphone 12", "iphone 13"} <= set(found)
    assert not {"没有", "华为", "huawei"} & set(found)
    assert found["vivo"].answers == 2
    assert set(desk.candidates(least=5)) == {"荣耀"}


def test_accepting_makes_a_code_and_codes_its_variants_in_order(desk: Desk) -> None:
    found = desk.candidates()["荣耀"]
    code, step = brands.accept(desk.project, question=desk.question, name="荣耀", forms=[one for one, _ in found.forms])
    assert step.rows == 5
    said = desk.said()
    assert {place for place, codes in said.items() if code in codes} == {6, 7, 8, 9, 12}
    assert said[9] == [code, desk.huawei]
    assert "荣耀" not in desk.candidates()
    operations.undo(desk.project)
    assert desk.said() == {}
    assert "荣耀" in desk.candidates()


def test_aliases_and_back_coding_take_other_off(desk: Desk) -> None:
    coding.apply_code(desk.project, verbatims=[desk.ids[2], desk.ids[3]], code=desk.other)
    brands.add_aliases(desk.project, question=desk.question, forms=["华伟"], code=desk.huawei)
    assert desk.said()[2] == [desk.xiaomi, desk.huawei]
    assert desk.said()[3] == [desk.other]
    brands.code_back(desk.project, question=desk.question)
    said = desk.said()
    assert said[0] == [desk.huawei, desk.xiaomi]
    assert said[1] == [desk.huawei]
    assert brands.code_back(desk.project, question=desk.question).rows == 0


def test_ignored_names_stay_away_until_forgotten(desk: Desk) -> None:
    brands.ignore(desk.project, question=desk.question, forms=["vivo"])
    assert "vivo" not in desk.candidates()
    brands.forget(desk.project, question=desk.question, form="VIVO")
    assert "vivo" in desk.candidates()


def test_what_cannot_be_is_refused(desk: Desk, project: Project) -> None:
    bare = add_question(project, "Q10")
    with pytest.raises(UserError, match="closed list"), project.reading() as db:
        brands.candidates(db, bare)
    with pytest.raises(UserError, match="another code frame"):
        brands.add_aliases(project, question=desk.question, forms=["a"], code=999)
