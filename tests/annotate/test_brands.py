"""Brands: names found in order of mention, variants gathered, and answers coded back to the closed list."""

from __future__ import annotations

import pytest
from survey import add_question, import_answers

from annotate import brand_forms, brands, coding, different, frames, layers, phrases
from annotate.brand_variants import closest
from annotate.brands import is_variant
from annotate.errors import UserError
from annotate.frames import Role
from annotate.jobs import CancelledError
from annotate.store import operations
from annotate.store.project import Project
from annotate.text import fold

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


def coding_of(project: Project, code: int) -> list[int]:
    """Return the answers that have the code."""
    rows = project.rows("select verbatim_id from label_now where code_id = ? and yes = 1 order by 1", (code,))
    return [int(row[0] or 0) for row in rows]


@pytest.fixture
def desk(project: Project, frame: int) -> Desk:
    return Desk(project, frame)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("华为", "华伟", True), ("华为", "huawei", True), ("huawei", "huawie", True), ("荣耀", "荣曜", True),
        ("mercedes", "mercedez", True), ("coca-cola", "coca cola", True), ("iphone 12", "iphone 13", False),
        ("x3", "x5", False), ("bmw", "byd", False), ("长安", "长城", False), ("奔驰", "奔腾", False),
        ("大众", "大宗", False), ("性价比高", "性价比低", False), ("vivo", "viv0", True), ("0ppo", "oppo", True),
        ("s20", "s2o", False), ("iphone", "iphone x", False),
        ("ryan air", "ryanairs", True), ("iphone", "iphone s", False),
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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("viv0、oppo", ["viv0", "oppo"]), ("vivo和魅族", ["vivo", "魅族"]), ("1、魅族 2、三星", ["魅族", "三星"]),
        ("魅族 三星 vivo", ["魅族", "三星", "vivo"]), ("荣耀50、魅族", ["荣耀50", "魅族"]), ("荣耀 v20", ["荣耀 v20"]),
        ("iphone 12", ["iphone 12"]), ("华为 2", []), ("随便", []),
    ],
)  # fmt: skip
def test_names_are_parted(desk: Desk, text: str, left: list[str]) -> None:
    with desk.project.reading() as db:
        assert list(brands.names(db, desk.question).find([fold(text)])[0].rest) == left


def test_lists_by_lines_and_spaces_are_names_and_are_coded(desk: Desk) -> None:
    texts = ["oppo\n魅族", "魅族", "coca cola", "oppo realme", "realme", "realme", "oppo", "oppo"]
    _, ids = import_answers(desk.project, desk.question, texts)
    found = desk.candidates()
    assert (found["oppo"].answers, found["realme"].answers, found["魅族"].answers) == (4, 3, 2)
    assert "coca cola" in found
    assert "oppo realme" not in found
    code, step = brands.accept(desk.project, question=desk.question, name="OPPO", forms=["oppo"])
    assert step.rows == 4
    assert coding_of(desk.project, code) == [ids[place] for place in (0, 3, 6, 7)]


def test_agents_turns_are_not_looked_at(desk: Desk) -> None:
    texts = [f"客服：您好{n}，华为还是联想\n客户：魅族\n客服：感谢来电" for n in range(3)]
    _, ids = import_answers(desk.project, desk.question, texts)
    assert "您好1" in desk.candidates()
    phrases.add(desk.project, kind=phrases.Kind.AGENT, term="客服")
    found = desk.candidates()
    assert found["魅族"].answers == 3
    assert not [name for name in found if "您好" in name or "来电" in name or "客" in name or "联想" in name]
    brands.code_back(desk.project, question=desk.question)
    assert not set(coding_of(desk.project, desk.huawei)) & set(ids)


def test_rare_forms_are_let_go_where_there_are_too_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brand_forms, "_MOST_KEPT", 4)
    texts = ["联想", "联想", "联想", *(f"牌子{sign}甲" for sign in "子丑寅卯辰巳午未")]
    import_answers(desk.project, desk.question, texts)
    assert desk.candidates(least=3)["联想"].answers == 3


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


def test_answers_that_name_nothing_get_the_code_for_it(desk: Desk) -> None:
    project, frame = desk.project, 1
    none = frames.add_code(project, frame=frame, label="没有", role=Role.NONE)
    unknown = frames.add_code(project, frame=frame, label="不知道", role=Role.DONT_KNOW)
    texts = ["无", "不知道", "我不记得了。", "I don't know", "N/A", "随便", "没有，华为", "没有，魅族", "不清楚"]
    _, ids = import_answers(project, desk.question, texts)
    coding.apply_code(project, verbatims=[ids[8]], code=desk.other)
    coding.apply_code(project, verbatims=[desk.ids[0]], code=unknown)
    back, told = brands.look(project, question=desk.question)
    assert told.nothing == {none: 3, unknown: 3}  # 没有 stands among the answers of the desk, too
    brands.code_back(project, question=desk.question, back=back)
    assert coding_of(project, none) == [desk.ids[10], ids[0], ids[4]]
    assert coding_of(project, unknown) == [desk.ids[0], *ids[1:4]]
    assert coding_of(project, desk.huawei) == [desk.ids[1], desk.ids[9], ids[6]]  # a person's word stays alone
    assert brands.look(project, question=desk.question)[1].nothing == {}
    operations.undo(project)
    assert coding_of(project, none) == []


def test_what_is_said_most_is_counted_to_the_last_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brand_forms, "_MOST_KEPT", 20)
    monkeypatch.setattr(different, "_BATCH", 7)
    told = {f"brand{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}": 1 + n % 13 for n in range(100)}
    lists = [name for name, n in told.items() for _ in range(n)]
    texts = [f"{one}, other{place}x" for place, one in enumerate(lists[::3] + lists[1::3] + lists[2::3])]
    import_answers(desk.project, desk.question, texts)
    with desk.project.reading() as db:
        found = {
            form: n for one in brands.candidates(db, desk.question, similarity=1.0, least=12) for form, n in one.forms
        }
    assert found == {name: n for name, n in told.items() if n >= 12}


def test_of_many_answers_some_are_looked_through_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brands, "EARLY", 5)
    early: list[list[brands.Candidate]] = []
    with desk.project.reading() as db:
        whole = brands.candidates(db, desk.question, least=1, early=early.append)
    assert len(early) == 1
    assert {one.name for one in early[0]} < {one.name for one in whole}
    with desk.project.reading() as db, pytest.raises(CancelledError):
        brands.candidates(db, desk.question, progress=stop)


def stop(done: int, total: int | None, what: str = "") -> None:
    raise CancelledError


def test_what_people_say_around_names_is_no_name(desk: Desk) -> None:
    names = ["oppo", "realme", "魅族", "三星", "努比亚", "moto"]
    said = ["常用的是{}", "{}这牌子货", "先说{}"]
    texts = [*names, *names, *(one.format(name) for one in said for name in names), "三星50", "三星50"]
    _, ids = import_answers(desk.project, desk.question, texts)
    found = desk.candidates(least=2)
    assert found["三星"].answers == 5
    assert found["三星"].forms == (("三星", 5),)
    assert not {"常用的是", "这牌子货", "先说"} & {form for one in found.values() for form, _n in one.forms}
    assert found["三星50"].answers == 2  # another model
    glued = [f"moto{one}" for one in ("三星", "魅族", "努比亚", "联想", "金立")] + ["联想", "金立"] + ["moto"] * 12
    import_answers(desk.project, desk.question, glued)
    assert "moto" in desk.candidates(least=2)
    code, step = brands.accept(
        desk.project, question=desk.question, name="三星", forms=["三星"], around=found["三星"].around
    )
    assert step.rows == 5
    assert set(coding_of(desk.project, code)) == {ids[place] for place in (3, 9, 15, 21, 27)}
    with desk.project.reading() as db:
        assert set(brands.around(db, desk.question, ["OPPO"])) == set(found["oppo"].around)


@pytest.mark.parametrize(
    ("form", "meant"),
    [
        ("united", "united airlines"),
        ("ua", "united airlines"),
        ("蜜雪", "蜜雪冰城"),
        ("unite", None),
        ("蜜", None),
        ("air", None),
    ],
)
def test_a_shortened_name_is_like_the_only_one_that_begins_so(form: str, meant: str | None) -> None:
    known = {"united airlines": 1, "蜜雪冰城": 2, "air france": 3, "air canada": 4}
    assert closest(form, known) == (known[meant] if meant else None)


def test_a_name_in_characters_stands_for_its_sound_and_what_is_ignored_parts_nothing(desk: Desk) -> None:
    texts = ["meizu", "meizu", "魅族", "coca cola mostly", "coca cola", "coca cola drinks", "coca cola"]
    import_answers(desk.project, desk.question, texts)
    brands.ignore(desk.project, question=desk.question, forms=["drinks"])
    found = desk.candidates()
    assert found["魅族"].forms == (("meizu", 2), ("魅族", 1))
    assert (found["coca cola"].answers, set(found["coca cola"].around)) == (4, {"coca cola mostly", "coca cola drinks"})
