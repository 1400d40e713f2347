"""Which rows: a Query survives JSON and means in SQL what a plain reading in Python means."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import machine
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import write_csv

from annotate import coding, frames, samples, verbatims
from annotate.errors import UserError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import images, operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import (
    KINDS,
    Answered,
    AnyOf,
    Condition,
    DatedBetween,
    Felt,
    FieldBetween,
    FieldIs,
    Flagged,
    FromSource,
    HasCode,
    Ids,
    InGroup,
    InQuestion,
    InSample,
    InWave,
    Not,
    Predicted,
    Query,
    Representative,
    Reviewed,
    TextContains,
    count,
    select_ids,
)

DAY = 86_400_000
FIRST = 1_777_593_600_000  # 2026-05-01
WORDS = ["异响", "异响。", "Noise", "好 noise", "", "NA", "空间大", "空间不大", "100%", "a_b"]
COLUMNS: list[list[str | float]] = [
    [*WORDS], [*WORDS], ["五月", "六月", ""], ["华东", "华南", ""], [1, 4.5, 9, ""], ["2026-05-01", "2026-05-03", ""],
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What is true of one answer, kept apart from the file."""

    id: int
    question: int
    source: int
    wave: int
    state: int
    text: str
    group: int
    region: str
    score: float | None
    day: int | None
    codes: frozenset[tuple[int, int, int | None]]
    reviewers: frozenset[int]
    guesses: tuple[tuple[int, int, bool], ...]
    sampled: bool
    flagged: bool


@dataclass(frozen=True, slots=True)
class World:
    project: Project
    rows: tuple[Known, ...]
    region: int
    score: int
    code: int
    run: int
    sample: int


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two imports in force and one withdrawn; coded, predicted, sampled and flagged at random."""
    folder, dice = tmp_path_factory.mktemp("query"), random.Random(7)
    roles = {
        Role.ID: ["id"], Role.TEXT: ["Q6", "Q7"], Role.WAVE: ["wave"], Role.SEGMENT: ["region"], Role.SCORE: ["score"],
        Role.DATE: ["day"],
    }  # fmt: skip
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        frame = frames.create_frame(project, name="Car")
        code, other = (frames.add_code(project, frame=frame, label=name) for name in "ab")
        for name in ("a", "b", "gone"):
            table = [[n, *(dice.choice(cells) for cells in COLUMNS)] for n in range(12)]
            path = write_csv(folder / f"{name}.csv", ["id", "Q6", "Q7", "wave", "region", "score", "day"], table)
            project.work_as("Cy" if name == "gone" else "Ann")
            import_file(project, path, roles=roles)
            if name == "gone":
                everything = verbatims.ids(project, Query()).tolist()
        asked = [one.id for one in verbatims.questions(project)]
        for coder in ("Ann", "Bo"):
            project.work_as(coder)
            for mood in (-1, 1):
                coding.apply_code(project, verbatims=dice.sample(everything, 12), code=code, sentiment=mood)
            coding.apply_code(project, verbatims=dice.sample(everything, 8), code=other)
            coding.confirm(project, verbatims=dice.sample(everything, 10))
        guesses = [
            (one, code, dice.choice([0.1, 0.5, 0.9]), dice.random() < 0.5) for one in dice.sample(everything, 30)
        ]
        run = machine.predict(project, asked[0], guesses)
        drawn = samples.draw(project, purpose=samples.Purpose.AUDIT, question=asked[1], size=9, seed=3)
        flagged = dice.sample(everything, 9)

        def flag(op: Operation) -> None:
            for one in flagged:
                images.write(op, "mark", {"verbatim_id": one, "coder_id": op.coder_id}, {"flagged": 1})
            op.say("Flags")

        operations.run(project, "mark", flag)
        project.work_as("Cy")
        operations.undo(project)
        fields = {one.name: one for one in verbatims.context_fields(project)}
        rows = _read(project, fields["region"].column, fields["score"].column, guesses, drawn.id, set(flagged))
        yield World(project, rows, fields["region"].id, fields["score"].id, code, run, drawn.id)


def _read(
    project: Project, region: str, score: str, guesses: list[machine.Guess], sample: int, flagged: set[int]
) -> tuple[Known, ...]:
    codes: dict[int, set[tuple[int, int, int | None]]] = {}
    for verbatim, code, coder, mood in project.rows(
        "select verbatim_id, code_id, coder_id, sentiment from label_now where yes = 1"
    ):
        told = (int(code or 0), int(coder or 0), None if mood is None else int(mood))
        codes.setdefault(int(verbatim or 0), set()).add(told)
    reviewers: dict[int, set[int]] = {}
    for verbatim, coder in project.rows("select verbatim_id, coder_id from review_now"):
        reviewers.setdefault(int(verbatim or 0), set()).add(int(coder or 0))
    drawn = {row[0] for row in project.rows("select verbatim_id from sample_row where sample_id = ?", (sample,))}
    found = []
    for row in project.rows(
        "select v.id, v.question_id, b.source_id, ifnull(r.wave_id, 0), v.state, ifnull(t.text, ''), v.group_id,"
        f" ifnull(f.value, ''), r.{score}, r.at_ms from verbatim v join record r on r.id = v.record_id"
        " join import_batch b on b.id = v.batch_id and b.file_name <> 'gone.csv' left join verbatim_text t"
        f" on t.id = v.id left join field_value f on f.id = r.{region} order by v.id"
    ):
        one = int(row[0] or 0)
        found.append(
            Known(
                one, int(row[1] or 0), int(row[2] or 0), int(row[3] or 0), int(row[4] or 0), str(row[5]),
                int(row[6] or 0), str(row[7]), None if row[8] is None else float(row[8]),
                None if row[9] is None else int(row[9]), frozenset(codes.get(one, ())),
                frozenset(reviewers.get(one, ())),
                tuple((code, round(p * 10_000), accepted) for v, code, p, accepted in guesses if v == one),
                one in drawn, one in flagged,
            )
        )  # fmt: skip
    return tuple(found)


def holds(one: Known, condition: Condition, world: World) -> bool:
    """Say in plain Python whether a condition holds."""
    match condition:
        case InQuestion(question):
            return one.question == question
        case Answered():
            return one.state == 1
        case Representative():
            return one.group == one.id
        case InGroup(group):
            return group in (one.id, one.group)
        case TextContains(text):
            begins = r"(?<![a-z])" if text.isascii() and text.isalpha() else ""
            return one.state > 0 and re.search(begins + re.escape(text.lower()), one.text.lower()) is not None
        case FromSource(source):
            return one.source == source
        case InWave(wave):
            return one.wave == wave
        case FieldIs(_, values):
            return bool(one.region) and one.region in values
        case FieldBetween(_, low, high):
            return one.score is not None and (low is None or one.score >= low) and (high is None or one.score <= high)
        case DatedBetween(low, high):
            return one.day is not None and (low is None or one.day >= low) and (high is None or one.day <= high)
        case HasCode(code, coder, mood):
            return any(
                c == code and coder in (None, who) and (mood is None or m == mood) for c, who, m in one.codes
            )  # fmt: skip
        case Felt(mood):
            return any(m == mood for _c, _who, m in one.codes)
        case Reviewed(coder):
            return bool(one.reviewers) if coder is None else coder in one.reviewers
        case Predicted(run, code, low, high, accepted):
            return run == world.run and any(
                c == code and round(low * 10_000) <= p <= round(high * 10_000) and (a or not accepted)
                for c, p, a in one.guesses
            )
        case InSample():
            return one.sampled
        case Flagged():
            return one.flagged
        case Ids(ranges):
            return any(first <= one.id <= last for first, last in ranges)
        case AnyOf(conditions):
            return any(holds(one, inner, world) for inner in conditions)
        case Not(conditions):
            return not any(holds(one, inner, world) for inner in conditions)
    raise AssertionError(condition)


NUMBER = st.integers(1, 4)
DATE = st.one_of(st.none(), st.sampled_from([FIRST - 1, FIRST, FIRST + DAY, FIRST + 2 * DAY]))
SCORE = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 4.5, 8.0]))
SHARE = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])
SIMPLE = st.one_of(
    st.builds(InQuestion, NUMBER),
    st.just(Answered()),
    st.just(Representative()),
    st.builds(InGroup, st.integers(1, 30)),
    st.builds(TextContains, st.sampled_from(["异", "NOISE", "noise", "空间", "%", "_", "", "A", "。", "no"])),
    st.builds(FromSource, NUMBER),
    st.builds(InWave, st.integers(0, 3)),
    st.builds(FieldIs, st.just(5), st.lists(st.sampled_from(["华东", "华南", "x'"]), max_size=2).map(tuple)),
    st.builds(FieldBetween, st.just(6), SCORE, SCORE),
    st.builds(DatedBetween, DATE, DATE),
    st.builds(Felt, st.sampled_from([-1, 0, 1])),
    st.builds(HasCode, NUMBER, st.one_of(st.none(), NUMBER), st.sampled_from([None, -1, 1])),
    st.builds(Reviewed, st.one_of(st.none(), NUMBER)),
    st.builds(Predicted, NUMBER, NUMBER, SHARE, SHARE, st.booleans()),
    st.just(InSample(1)),
    st.just(Flagged()),
    st.builds(Ids.of, st.lists(st.integers(1, 80), max_size=8)),
)
CONDITION = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)), st.builds(Not, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=5,
)
QUERY = st.builds(Query, st.lists(CONDITION, max_size=3).map(tuple))


def placed(condition: Condition, world: World) -> Condition:
    """Put the fields and the sample of this world where the random ones stand."""
    match condition:
        case FieldIs(_, values):
            return FieldIs(world.region, values)
        case FieldBetween(_, low, high):
            return FieldBetween(world.score, low, high)
        case InSample():
            return InSample(world.sample)
        case AnyOf(inner):
            return AnyOf(tuple(placed(one, world) for one in inner))
        case Not(inner):
            return Not(tuple(placed(one, world) for one in inner))
    return condition


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERY)
def test_sql_means_what_python_means(world: World, query: Query) -> None:
    query = Query(tuple(placed(one, world) for one in query.conditions))
    wanted = [one.id for one in world.rows if all(holds(one, each, world) for each in query.conditions)]
    with world.project.reading() as db:
        assert select_ids(db, query) == wanted
        assert count(db, query) == len(wanted)
    assert verbatims.ids(world.project, query).tolist() == wanted


@given(QUERY)
def test_a_query_survives_json(query: Query) -> None:
    text = query.to_json()
    assert Query.from_json(text) == query
    assert Query.from_json(text).to_json() == text
    assert json.loads(text)["v"] == 1


def test_the_world_has_something_of_everything(world: World) -> None:
    """Else the property above would compare empty lists."""
    assert len(world.rows) == 48
    for condition in (
        Answered(), Not((Representative(),)), TextContains("noise"), FieldIs(world.region, ("华东",)),
        FieldBetween(world.score, 4.0, 5.0), HasCode(world.code, sentiment=-1), Reviewed(),
        InSample(world.sample), Flagged(), InWave(0), DatedBetween(FIRST, FIRST), Predicted(world.run, world.code),
    ):  # fmt: skip
        found = sum(holds(one, condition, world) for one in world.rows)
        assert 0 < found < len(world.rows), condition
    with world.project.reading() as db:
        assert db.integer("select count(*) from verbatim") == 72


def test_many_ranges_mean_the_same_as_few(world: World) -> None:
    odd = Ids.of(list(range(1, 600, 2)))
    assert len(odd.ranges) > 64
    with world.project.reading() as db:
        assert select_ids(db, Query((odd,))) == [one.id for one in world.rows if one.id % 2]


@given(st.lists(st.integers(1, 60)))
def test_ids_become_as_few_ranges_as_it_takes(ids: list[int]) -> None:
    ranges = Ids.of(ids).ranges
    assert [n for first, last in ranges for n in range(first, last + 1)] == sorted(set(ids))
    assert all(later[0] - earlier[1] > 1 for earlier, later in pairwise(ranges))


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", '{"v": 2, "all": []}', '{"v": 1}', '{"v": 1, "all": [{"is": "nothing"}]}',
        '{"v": 1, "all": [{"is": "question"}]}', '{"v": 1, "all": [7]}',
        '{"v": 1, "all": [{"is": "any", "conditions": 3}]}', '{"v": 1, "all": [{"is": "not", "conditions": [7]}]}',
    ],
)  # fmt: skip
def test_what_this_program_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        Query.from_json(text)
    assert refused.value.id == "bad-query"


def test_every_kind_of_condition_has_a_name_of_its_own() -> None:
    kinds = [kind for kind in Condition.__subclasses__() if kind.__module__.startswith("annotate.store.")]
    assert {kind.__name__ for kind in kinds} == {kind.__name__ for kind in KINDS.values()}
    assert all(kind.name == name for name, kind in KINDS.items())
