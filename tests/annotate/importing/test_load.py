"""Import of a whole file: nothing lost, nothing taken twice, and a break anywhere leaves no trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import survey, write_csv

from annotate import phrases, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.importing import load
from annotate.importing.load import ImportResult, import_file
from annotate.importing.reading import Reader
from annotate.importing.records import Record, Reject
from annotate.importing.roles import Role
from annotate.jobs import CancelledError
from annotate.store import operations
from annotate.store.check import check
from annotate.store.connection import Row
from annotate.store.project import Project
from annotate.store.query import Query, Representative, count

ID_TEXT = {Role.ID: ["id"], Role.TEXT: ["text"]}


def take(project: Project, path: Path, rows: list[list[object]], *columns: str, **more: object) -> ImportResult:
    """Write a table of id, text and these columns and import it."""
    return import_file(project, write_csv(path, ["id", "text", *columns], rows), roles=ID_TEXT, **more)  # type: ignore[arg-type]


def texts(project: Project) -> dict[str, str]:
    """Return the texts in force by the id of their record."""
    rows = verbatims.page(project, verbatims.ids(project, Query()).tolist())
    return {row.record_key: row.text for row in rows}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One project for the examples of a property; each example is a source of its own."""
    with Project.create(tmp_path_factory.mktemp("load") / "p.tingdong", coder="Ann") as project:
        yield project


LINES = st.lists(
    st.sampled_from(
        ["1,好", "1,好", "1,差", "2,好", "3,", ",无", '4,"引', "6", "7,多,了", "8,NA", "", '9,"两\n行"', "\0,x"]
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.integers(1, 7))
def test_every_record_is_accepted_or_rejected_once(
    shared: Project, tmp_path: Path, lines: list[str], at_once: int
) -> None:
    path = tmp_path / "random.csv"
    # Enough sound rows that delimiter and header are beyond doubt: the loading is under test, not the sniffing.
    sound = "".join(f"{1000 + n},第{n}行\n" for n in range(30))
    path.write_text(f"id,text\n{sound}" + "\n".join(lines) + "\n", encoding="utf-8")
    name = f"s{shared.rows('select count(*) from source')[0][0]}"
    done = import_file(shared, path, roles=ID_TEXT, source=name, encoding="utf-8", again=True, rows_at_once=at_once)
    accepted = [row[0] for row in shared.rows("select number from record where batch_id = ?", (done.batch,))]
    rejected = [row[0] for row in shared.rows("select number from import_reject where batch_id = ?", (done.batch,))]
    assert (done.accepted, done.rejected) == (len(accepted), len(rejected))
    assert sorted([*accepted, *rejected], key=lambda n: int(n or 0)) == list(range(1, done.records + 1))
    keys = shared.rows("select key from record where batch_id = ? and key is not null", (done.batch,))
    assert len(keys) == len(set(keys))


def content(project: Project) -> dict[str, list[Row]]:
    """Return everything an import leaves behind; names instead of ids that hang on the size of slices."""
    columns = "".join(
        f", (select value from field_value f where f.id = r.{one.column})"
        if one.kind == "category"
        else f", r.{one.column}"
        for one in verbatims.context_fields(project)
        if one.kind != "text"
    )
    return {
        "records": project.rows(
            f"select r.id, r.number, r.key, p.key, w.name, r.at_ms, r.weight, r.extra{columns} from record r"
            " left join respondent p on p.id = r.respondent_id left join wave w on w.id = r.wave_id order by r.id"
        ),
        "verbatims": project.rows("select v.*, t.text from verbatim v left join verbatim_text t on t.id = v.id"),
        "rejects": project.rows("select * from import_reject order by number"),
        "values": project.rows("select field_id, value from field_value order by 1, 2"),
        "people": project.rows("select key from respondent order by 1"),
        "questions": project.rows("select id, name, text, direction, sort from question"),
        "batch": project.rows(
            "select id, file_h, mapping, next_offset, records, accepted, rejected, duplicates, blank, quality, state"
            " from import_batch"
        ),
    }


SURVEY = {
    Role.ID: ["id"],
    Role.RESPONDENT: ["客户"],
    Role.DATE: ["日期"],
    Role.SCORE: ["NPS推荐分"],
    Role.SEGMENT: ["区域"],
}


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey with everything that is counted: repeats, conflicts, broken rows, dates and glosses to clean."""
    path = survey(tmp_path_factory.mktemp("file") / "调研.csv", 40)
    rows = path.read_text(encoding="utf-8").splitlines()
    broken = ["r3,short", rows[5], rows[7].replace(rows[7].split(",")[-1], "另一段话")]
    odd = [f"x{n},c{n},2026-07,someday,热线,华北,many,產(chǎn)品不好{n % 3}" for n in range(6)]
    mixed = [*rows[:9], *broken, *odd[:3], *rows[9:30], *broken, *odd[3:], *rows[30:]]
    path.write_text("\n".join(mixed) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(long_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    with Project.create(tmp_path_factory.mktemp("whole") / "p.tingdong", coder="Ann") as project:
        done = import_file(project, long_file, roles=SURVEY, rows_at_once=9)
        assert done.rejected >= 6
        quality = json.loads(str(project.rows("select quality from import_batch")[0][0]))
        assert {"glosses", "unreadable_dates", "unreadable_values"} <= set(quality)
        return content(project)


@pytest.mark.parametrize("slices", range(1, 6))
def test_an_import_stopped_after_any_slice_goes_on_to_the_same_end(
    long_file: Path, whole: dict[str, list[Row]], tmp_path: Path, slices: int
) -> None:
    calls = 0

    def stop(done: int, total: int | None, what: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls == slices:
            raise CancelledError

    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        with pytest.raises(CancelledError):
            import_file(project, long_file, roles=SURVEY, rows_at_once=9, progress=stop)
        assert verbatims.counts(project).verbatims == 0
    with Project.open(tmp_path / "p.tingdong") as project:
        import_file(project, long_file, roles=SURVEY, rows_at_once=9)
        assert content(project) == whole
        assert check(project).ok


class _Dies:
    """A reader whose disk fails after some records."""

    def __init__(self, reader: Reader, after: int) -> None:
        self._reader, self._after = reader, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._reader, name)

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        for place, one in enumerate(self._reader.read(offset, number)):
            if place == self._after:
                raise OSError("the disk is gone")
            yield one


def test_a_reader_that_fails_inside_a_slice_leaves_whole_slices(
    project: Project, long_file: Path, whole: dict[str, list[Row]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = load.open_reader
    with monkeypatch.context() as patch:
        patch.setattr(load, "open_reader", lambda *args, **more: _Dies(real(*args, **more), 23))
        with pytest.raises(OSError, match="disk is gone"):
            import_file(project, long_file, roles=SURVEY, rows_at_once=9)
    assert project.rows("select records, state from import_batch") == [(18, 0)]
    import_file(project, long_file, roles=SURVEY, rows_at_once=9)
    assert content(project) == whole


def test_an_import_given_up_stands_in_nobodys_way(project: Project, tmp_path: Path) -> None:
    """Stopped because the columns were wrong and started again with the right ones: nothing is a repeat."""

    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    path = write_csv(tmp_path / "a.csv", ["id", "text", "note"], [[1, "异响", "x"], [2, "异响", "y"], [3, "好", "z"]])
    with pytest.raises(CancelledError):
        import_file(project, path, roles=ID_TEXT, progress=stop)
    done = import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: ["text", "note"]})
    assert (done.accepted, done.rejected, done.duplicates) == (3, 0, 1)
    with project.reading() as db:
        assert count(db, Query((Representative(),))) == 5


def test_the_same_file_is_recognised_by_what_it_holds(project: Project, tmp_path: Path) -> None:
    rows: list[list[object]] = [[1, "异响"], [2, "好"]]
    first = take(project, tmp_path / "a.csv", rows)
    steps = len(operations.history(project))
    again = take(project, tmp_path / "renamed.csv", rows)
    assert again.already
    assert (again.batch, again.records, again.step) == (first.batch, 0, None)
    assert len(operations.history(project)) == steps
    operations.undo(project)
    assert not take(project, tmp_path / "renamed.csv", rows).already


def test_rows_of_an_earlier_file_are_repeats_and_other_texts_conflicts(project: Project, tmp_path: Path) -> None:
    take(project, tmp_path / "a.csv", [[1, "异响"], [2, "好"]], source="s")
    later = take(project, tmp_path / "b.csv", [[1, "异响"], [2, "不好"], [3, "新的"]], source="s")
    assert (later.accepted, later.rejected, later.conflicts) == (1, 2, 1)
    reasons = project.rows("select number, reason from import_reject order by number")
    assert reasons == [(1, "repeat"), (2, "conflict")]
    assert texts(project) == {"1": "异响", "2": "好", "3": "新的"}
    other = take(project, tmp_path / "c.csv", [[2, "不好"]], source="another")
    assert (other.accepted, other.conflicts) == (1, 0)


def test_an_id_may_answer_several_questions_in_rows_of_its_own(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["id", "q", "text"], [[1, "Q1", "好"], [1, "Q2", "异响"], [1, "Q1", "坏"]])
    done = import_file(project, path, roles={**ID_TEXT, Role.QUESTION: ["q"]})
    assert (done.accepted, done.conflicts) == (2, 1)
    assert [(one.name, one.answered) for one in verbatims.questions(project)] == [("Q1", 1), ("Q2", 1)]


def test_blank_missing_and_not_asked_are_three_things(project: Project, tmp_path: Path) -> None:
    rows = [[1, "好", 1], [2, "", 1], [3, "-1", 1], [4, "NA", 1], [5, "", 0], [6, " \t", "否"], [7, "没有", 1]]
    path = write_csv(tmp_path / "a.csv", ["id", "text", "asked"], rows)
    done = import_file(project, path, roles={**ID_TEXT, Role.ASKED: ["asked"]})
    states = dict(project.rows("select r.key, v.state from record r left join verbatim v on v.record_id = r.id"))
    assert states == {"1": 1, "2": 0, "3": 2, "4": 2, "5": None, "6": None, "7": 1}
    assert (done.accepted, done.blank, done.verbatims) == (7, 1, 5)
    told = verbatims.counts(project)
    assert (told.verbatims, told.answered, told.blank) == (5, 2, 1)
    assert texts(project)["3"] == "-1"


def test_text_stays_as_it_came(project: Project, tmp_path: Path) -> None:
    said = "  產(chǎn)品\u200b <b>好</b>\n第二行　ＡＢ "
    take(project, tmp_path / "a.csv", [[1, said]])
    assert texts(project) == {"1": said}
    quality = json.loads(str(project.rows("select quality from import_batch")[0][0]))
    assert (quality["glosses"], quality["tags"], quality["invisible"]) == (1, 2, 1)


def test_scores_keep_their_halves(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["id", "text", "stars"], [[1, "好", "4.5"], [2, "行", "３"], [3, "差", "1星"]])
    import_file(project, path, roles={**ID_TEXT, Role.SCORE: ["stars"]})
    (field,) = (one for one in verbatims.context_fields(project) if one.name == "stars")
    assert (field.kind, field.role) == ("number", "score")
    assert project.rows(f"select {field.column} from record order by number") == [(4.5,), (3.0,), (1.0,)]


def test_what_cannot_be_read_is_kept_and_counted(project: Project, tmp_path: Path) -> None:
    rows = [
        [1, "好", "2026-05-01", "9", "1.5"],
        [2, "行", "3/7/2026", "九分多", "-2"],
        [3, "差", "someday", "", "heavy"],
    ]
    path = write_csv(tmp_path / "a.csv", ["id", "text", "day", "score", "weight"], rows)
    import_file(project, path, roles={**ID_TEXT, Role.DATE: ["day"], Role.SCORE: ["score"], Role.WEIGHT: ["weight"]})
    told = project.rows("select at_ms, weight, extra from record order by number")
    assert told[0] == (1_777_593_600_000, 1.5, None)
    assert [row[:2] for row in told[1:]] == [(None, None), (None, None)]
    assert verbatims.extra_of(str(told[1][2])) == {"day": "3/7/2026", "score": "九分多"}
    assert verbatims.extra_of(str(told[2][2])) == {"day": "someday"}
    quality = json.loads(str(project.rows("select quality from import_batch")[0][0]))
    assert quality == {"unreadable_dates": 2, "unreadable_values": 1, "unreadable_weights": 2}


def test_two_question_columns_make_two_answers_of_one_person(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["id", "who", "Q6", "Q7"], [[1, "c1", "好", "贵"], [2, "c1", "", "吵"]])
    import_file(project, path, roles={Role.ID: ["id"], Role.RESPONDENT: ["who"], Role.TEXT: ["Q6", "Q7"]})
    assert [(one.name, one.asked, one.answered) for one in verbatims.questions(project)] == [("Q6", 2, 1), ("Q7", 2, 2)]
    assert project.rows("select key from respondent") == [("c1",)]


def test_wrong_columns_are_refused_before_anything_is_written(project: Project, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["id", "text"], [[1, "好"]])
    with pytest.raises(AskedWronglyError) as refused:
        import_file(project, path, roles={Role.TEXT: ["Q9"]})
    assert refused.value.id == "no-such-column"
    assert "Q9" in refused.value.sentence()
    assert project.rows("select count(*) from import_batch") == [(0,)]


def test_a_header_alone_is_no_import(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        take(project, tmp_path / "a.csv", [])
    assert refused.value.id in ("no-records", "file-empty")
    assert operations.history(project) == []


@pytest.mark.parametrize(
    ("name", "source"), [("调研.csv", "调研"), ("a.b.csv", "a.b"), ("2026年.7月.tsv", "2026年.7月")]
)
def test_the_source_is_named_after_the_file(project: Project, tmp_path: Path, name: str, source: str) -> None:
    assert take(project, tmp_path / name, [[1, "好"]]).source == source


def test_a_slice_for_the_window_gives_the_same_as_one_for_bulk(tmp_path: Path, long_file: Path) -> None:
    found = []
    for name, size in (("a", load.BULK_ROWS), ("b", 4)):
        with Project.create(tmp_path / f"{name}.tingdong", coder="Ann") as project:
            import_file(project, long_file, roles=SURVEY, rows_at_once=size)
            found.append(content(project))
    assert found[0] == found[1]


def test_an_answer_of_invisible_characters_is_blank(tmp_path: Path) -> None:
    unseen = ["\u200b", "\ufeff \u3000", "\u2060\ufe0f\u3164", "\u200d\xad\u200e"]
    with Project.create(tmp_path / "p.tingdong") as project:
        rows: list[list[object]] = [[f"a{n}", text] for n, text in enumerate([*unseen, "好\u200b", "👍\ufe0f"])]
        done = take(project, tmp_path / "a.csv", rows)
    assert (done.blank, done.answered) == (4, 2)


def test_marks_of_agents_are_switched_on_by_the_import_and_go_with_it(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong") as project:
        rows: list[list[object]] = [[f"a{n}", f"[客服]您好，请讲。[客户]第{n}次异响了"] for n in range(8)]
        assert take(project, tmp_path / "a.csv", rows).agents == ("客服",)
        assert [(one.term, one.active) for one in phrases.phrases(project)] == [("客服", True)]
        operations.undo(project)
        assert phrases.phrases(project) == []
        operations.redo(project)
        phrases.switch(project, phrase=phrases.phrases(project)[0].id, active=False)
        more: list[list[object]] = [[f"b{n}", f"[客服]您好，请讲。[客户]第{n}次油耗高"] for n in range(8)]
        assert take(project, tmp_path / "b.csv", more).agents == ()
        assert not phrases.phrases(project)[0].active  # a person's word stays
