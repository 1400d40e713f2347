"""Who wins in the final layer and what the training matrices say, against a naive reading of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import machine
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from survey import add_question, import_answers
from tables import write_csv

from annotate import coding, frames, layers, samples, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.layers import Source
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.decisions import Origin
from annotate.store.operations import Operation
from annotate.store.project import ADJUDICATED, Project
from annotate.store.query import Query

RULE = 2


@dataclass(frozen=True, slots=True)
class Desk:
    """A question with one answer and codes a, b of revision 1 and c that came in revision 2."""

    project: Project
    question: int
    verbatim: int
    frame: int
    codes: dict[str, int]
    revisions: tuple[int, int]
    coders: dict[str, int]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Project.create(tmp_path_factory.mktemp("layers") / "p.tingdong", coder="Ann") as project:
        frame = frames.create_frame(project, name="Car")
        question = add_question(project, "Q1", frame=frame)
        verbatim = import_answers(project, question, ["异响"])[1][0]
        codes = {name: frames.add_code(project, frame=frame, label=name) for name in "ab"}
        coding.confirm(project, verbatims=[verbatim])
        codes["c"] = frames.add_code(project, frame=frame, label="c")
        first, second = (int(row[0] or 0) for row in project.rows("select id from revision order by number"))
        coders = {
            "Ann": project.coder.id, "Bo": project.coder_named("Bo").id,
            "judge": project.layer(ADJUDICATED), "rule": project.layer(RULE),
        }  # fmt: skip
        machine.predict(project, question, [(verbatim, codes[name], 0.9, name != "b") for name in "abc"])
        yield Desk(project, question, verbatim, frame, codes, (first, second), coders)


@dataclass
class Voice:
    """What one coder says: code → yes or off, the revision reviewed (0: none), and whether it is his own decision."""

    said: dict[str, bool] = field(default_factory=dict)
    reviewed: int = 0
    own: bool = True

    def looks_at(self, code: str) -> bool | None:
        """Return yes, no, or None for not looked at."""
        if code in self.said:
            return self.said[code]
        return False if self.reviewed >= (2 if code == "c" else 1) else None


def expected(voices: dict[str, Voice], lead: str | None) -> tuple[Source, dict[str, str]]:
    """Decide by hand, code by code: yes, no, contested or unknown."""
    heard = {name: voice for name, voice in voices.items() if voice.said or voice.reviewed}
    people = {name: heard[name] for name in ("Ann", "Bo") if name in heard}
    own = {name: voice for name, voice in people.items() if voice.own}
    if "judge" in heard and heard["judge"].reviewed:
        source, winners = Source.ADJUDICATED, [heard["judge"]]
    elif lead in own:
        source, winners = Source.HUMAN, [own[lead]]
    elif own:
        source, winners = Source.HUMAN, list(own.values())
    elif people:
        source, winners = Source.DUPLICATE, list(people.values())
    elif "rule" in heard:
        source, winners = Source.RULE, [heard["rule"]]
    else:
        judged = [heard["judge"]] if "judge" in heard else []
        source, winners = (Source.RULE if judged else Source.OPEN), judged
    told = {}
    for code in "abc":
        views = {view for voice in winners if (view := voice.looks_at(code)) is not None}
        told[code] = "unknown" if not views else "contested" if len(views) == 2 else "yes" if True in views else "no"
    return source, told


def write_voices(desk: Desk, voices: dict[str, Voice]) -> None:
    """Put the derived state of these voices into the file."""

    def job(db: Connection) -> None:
        with db.transaction():
            db.execute("delete from label_now")
            db.execute("delete from review_now")
            for name, voice in voices.items():
                origin = int(Origin.HUMAN if voice.own else Origin.DUPLICATE)
                for code, yes in voice.said.items():
                    db.execute(
                        "insert into label_now values (?, ?, ?, ?, 1, ?, ?, null, ?)",
                        (desk.verbatim, desk.coders[name], desk.codes[code], desk.codes[code], int(yes),
                         -1 if yes else None, origin),
                    )  # fmt: skip
                if voice.reviewed:
                    db.execute(
                        "insert into review_now values (?, ?, ?, ?, 1, ?)",
                        (desk.verbatim, desk.frame, desk.coders[name], desk.revisions[voice.reviewed - 1], origin),
                    )

    desk.project.write(job)


def name_lead(project: Project, coder: int | None) -> None:
    def do(op: Operation) -> None:
        images.write(op, "setting", {"key": "lead_coder"}, None if coder is None else {"value": str(coder)})
        op.say("Lead coder")

    operations.run(project, "setting", do)


VOICE = st.builds(
    Voice, st.dictionaries(st.sampled_from("abc"), st.booleans()), st.integers(0, 2), st.booleans()
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["Ann", "Bo", "rule"]), VOICE, max_size=3),
    st.one_of(st.none(), st.builds(Voice, st.dictionaries(st.sampled_from("abc"), st.just(True)), st.integers(1, 2))),
    st.sampled_from([None, "Ann", "Bo"]),
)
@example({"Ann": Voice(reviewed=1), "Bo": Voice(reviewed=2)}, None, None)
@example({"Ann": Voice({"c": True}, 2), "Bo": Voice(reviewed=1)}, None, None)
def test_precedence_and_matrices_follow_the_rules(
    desk: Desk, voices: dict[str, Voice], judge: Voice | None, lead: str | None
) -> None:
    voices = voices | ({"judge": judge} if judge else {})
    write_voices(desk, voices)
    name_lead(desk.project, desk.coders[lead] if lead else None)
    source, told = expected(voices, lead)
    names = {number: name for name, number in desk.codes.items()}
    with desk.project.reading() as db:
        (answer,) = layers.answers(db, desk.question)
        read = frames.read(db, desk.frame)
        final = answer.final({code.id: code.held_from for code in read.codes})
        matrix = layers.labelled(db, [desk.question], [read.code(desk.codes[name]) for name in "abc"])
    assert answer.source is source
    by_source = {one.source: {names[s.code_id] for s in final if s.source is one.source} for one in final}
    yes = {name for name in "abc" if told[name] == "yes"}
    contested = {name for name in "abc" if told[name] == "contested"}
    # Predictions fill only what nobody looked at; b was not accepted.
    filled = {name for name in "ac" if told[name] == "unknown"}
    assert by_source.pop(Source.MODEL, set()) == filled
    assert by_source.pop(Source.DISAGREEMENT, set()) == contested
    assert by_source == ({source: yes} if yes else {})
    number = {"yes": 1, "no": 0, "contested": -1, "unknown": -1}
    assert matrix.labels.tolist() == ([] if source is Source.OPEN else [[number[told[name]] for name in "abc"]])
    if yes and source is not Source.OPEN:
        assert {matrix.sentiments[0, "abc".index(name)] for name in yes} == {-1}


@pytest.fixture
def question(project: Project, frame: int) -> int:
    return add_question(project, "Q1", frame=frame)


def test_matrices_of_real_decisions_have_three_values(project: Project, frame: int, question: int) -> None:
    texts = ["异响", "顿挫", "空间", "油耗", "没看过"]
    rows = import_answers(project, question, texts)[1]
    noise = frames.add_code(project, frame=frame, label="异响")
    jerk = frames.add_code(project, frame=frame, label="顿挫")
    coding.apply_code(project, verbatims=[rows[0]], code=noise, sentiment=-1)
    coding.confirm(project, verbatims=[rows[0]])
    coding.apply_code(project, verbatims=[rows[1]], code=jerk)
    coding.remove_code(project, verbatims=[rows[2]], code=noise, explicit=True)
    later = frames.add_code(project, frame=frame, label="后来的")
    coding.confirm(project, verbatims=[rows[3]])
    with project.reading() as db:
        read = frames.read(db, frame)
        told = layers.labelled(db, [question], [read.code(one) for one in (noise, jerk, later)])
    assert dict(zip(told.ids.tolist(), told.labels.tolist(), strict=True)) == {
        rows[0]: [1, 0, -1],  # reviewed before the third code came
        rows[1]: [-1, 1, -1],  # coded, never reviewed whole
        rows[2]: [0, -1, -1],  # said off
        rows[3]: [0, 0, 0],
    }
    assert told.sentiments[0].tolist() == [-1, 9, 9]
    assert not told.random.any()


def test_two_coders_who_disagree_teach_nothing_of_that_code(project: Project, frame: int, question: int) -> None:
    (row,) = import_answers(project, question, ["异响"])[1]
    codes = [frames.add_code(project, frame=frame, label=name) for name in "ab"]
    for coder, given_codes in (("Ann", codes), ("Bo", codes[:1])):
        project.work_as(coder)
        for code in given_codes:
            coding.apply_code(project, verbatims=[row], code=code)
        coding.confirm(project, verbatims=[row])

    def matrix() -> list[int]:
        with project.reading() as db:
            read = frames.read(db, frame)
            return list(layers.labelled(db, [question], [read.code(one) for one in codes]).labels[0].tolist())

    assert matrix() == [1, -1]
    coding.adjudicate(project, verbatim=row, codes=[(codes[1], None)])
    assert matrix() == [0, 1]


def test_groups_keep_duplicates_and_respondents_together(project: Project, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [1, "甲", "异响", "没有"], [2, "甲", "空间小", "费油"], [3, "乙", "异响。", "贵"], [4, "丙", "别的", "没有"],
        [5, "", "孤立", "独一"], [6, "丁", "不同", "另外"],
    ]  # fmt: skip
    path = write_csv(tmp_path / "a.csv", ["id", "who", "Q6", "Q7"], rows)
    import_file(project, path, roles={Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.TEXT: ["Q6", "Q7"]})
    ids = verbatims.ids(project, Query())
    keys = [(row.record_key, row.question_id) for row in verbatims.page(project, ids.tolist())]
    with project.reading() as db:
        groups = dict(zip(keys, layers.groups_of(db, ids).tolist(), strict=True))
    of_record = {key: {group for (name, _), group in groups.items() if name == key} for key, _ in keys}
    assert all(len(one) == 1 for one in of_record.values())
    number = {key: one.copy().pop() for key, one in of_record.items()}
    # 甲 answered twice; 乙 and 丙 said what 甲 said.
    assert number["1"] == number["2"] == number["3"] == number["4"]
    assert len({number["1"], number["5"], number["6"]}) == 3


def test_rows_of_a_random_sample_are_known(project: Project, frame: int, question: int) -> None:
    rows = import_answers(project, question, [f"答{n}" for n in range(20)])[1]
    code = frames.add_code(project, frame=frame, label="a")
    samples.draw(project, purpose=samples.Purpose.AUDIT, question=question, size=7, seed=1)
    drawn = [int(row[0] or 0) for row in project.rows("select verbatim_id from sample_row order by place")]
    mine = [*drawn[:4], *(row for row in rows if row not in drawn)]
    coding.confirm(project, verbatims=mine)
    with project.reading() as db:
        told = layers.labelled(db, [question], [frames.read(db, frame).code(code)])
    assert dict(zip(told.ids.tolist(), told.random.tolist(), strict=True)) == {one: one in drawn for one in mine}
    operations.undo(project)
    operations.undo(project)
    coding.confirm(project, verbatims=mine)
    with project.reading() as db:
        assert not layers.labelled(db, [question], [frames.read(db, frame).code(code)]).random.any()


def test_identical_answers_count_as_duplicates(project: Project, frame: int, question: int) -> None:
    rows = import_answers(project, question, ["异响", "异响。", "好"])[1]
    code = frames.add_code(project, frame=frame, label="a")
    coding.apply_code(project, verbatims=[rows[1]], code=code)
    machine.predict(project, question, [(row, code, 0.99, True) for row in rows])
    with project.reading() as db:
        found = {one.verbatim: one for one in layers.answers(db, question)}
        held = {one.id: one.held_from for one in frames.read(db, frame).codes}
    assert [found[row].source for row in rows] == [Source.DUPLICATE, Source.HUMAN, Source.OPEN]
    assert [found[row].final(held)[0].source for row in rows] == [Source.DUPLICATE, Source.HUMAN, Source.MODEL]


def test_the_model_speaks_by_the_run_in_force_of_each_wave(project: Project, frame: int, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", ["id", "wave", "text"], [[1, "五月", "异响"], [2, "六月", "异响"], [3, "", "好"]]
    )
    import_file(project, path, roles={Role.ID: ["id"], Role.WAVE: ["wave"], Role.TEXT: ["text"]})
    code = frames.add_code(project, frame=frame, label="a")
    question = verbatims.questions(project)[0].id
    ids = verbatims.ids(project, Query()).tolist()
    waves = [int(row[0] or 0) for row in project.rows("select id from wave order by id")]
    machine.predict(project, question, [(one, code, 0.5, True) for one in ids], wave=waves[0])
    machine.predict(project, question, [(one, code, 0.7, True) for one in ids], wave=waves[1])

    def sure() -> list[float | None]:
        with project.reading() as db:
            found = list(layers.answers(db, question))
        return [one.model[0].confidence if one.model else None for one in found]

    assert sure() == [0.5, 0.7, None]
    machine.predict(project, question, [(ids[2], code, 0.9, True)])
    machine.predict(project, question, [(one, code, 0.6, True) for one in ids], wave=waves[1])
    assert sure() == [0.5, 0.6, 0.9]
    operations.undo(project)
    assert sure() == [0.5, 0.7, 0.9]


def test_chunks_do_not_change_what_is_read(
    project: Project, frame: int, question: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = import_answers(project, question, [f"答{n % 9}" if n % 4 else "" for n in range(30)])[1]
    code = frames.add_code(project, frame=frame, label="a")
    coding.apply_code(project, verbatims=rows[1:9], code=code)
    coding.confirm(project, verbatims=rows[5:20])
    machine.predict(project, question, [(row, code, 0.9, True) for row in rows])

    def read() -> tuple[list[layers.Answer], list[list[int]], list[int]]:
        with project.reading() as db:
            told = layers.labelled(db, [question], [frames.read(db, frame).code(code)])
            return list(layers.answers(db, question)), told.labels.tolist(), told.groups.tolist()

    whole = read()
    assert len(whole[0]) == sum(bool(n % 4) for n in range(30))
    monkeypatch.setattr(layers, "CHUNK", 4)
    assert read() == whole
    assert np.array(whole[1]).shape[1] == 1
