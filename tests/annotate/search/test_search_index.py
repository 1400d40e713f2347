"""The index answers as Python's ``in`` does, is brought up to date, and is made anew where it cannot be trusted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey import add_question, import_answers

from annotate import search, verbatims
from annotate.aligned import aligned
from annotate.jobs import CancelledError
from annotate.search import Index, index
from annotate.search_language import kind_of, parse
from annotate.store import operations, query
from annotate.store.connection import Connection, connect
from annotate.store.project import Project
from annotate.store.query import Answered, AnyOf, InQuestion, Not, Query, TextContains

TEXTS = [
    "低速顿挫很明显", "空间大，油耗低", "没有异响", "Low noise", "APP闪退了", "變速箱頓挫", "变速箱不顿挫", "C++和C",
    "好😀", "3.0T动力足", "空间不大", "snapp", "iPhone15 投屏", "2015款", "，，，", "的", "嗯", "low  noise", "〇公里",
    "ﬁne", "สวัสดี", "𠀀字",
]  # fmt: skip
SEARCHES = [
    "顿挫", "变速箱", "變速箱顿挫", "空间", "low", "noise", "lo", "o", "app", "APP闪退", "c++", "c", "😀", "3.0t", "0t",
    "15", "5", "的", "嗯", "，", "，油", "空间 油耗", "空间 OR 顿挫", "顿挫 NOT 变速箱", "-顿挫",
    '"low noise"', '"low  noise"', "不存在", "〇公里", "〇", "fi", "ﬁne", "สวัส", "𠀀", "-😀", "(空间 OR 顿挫) -不大",
    "一" * 300, " OR ".join("空间" for _ in range(40)),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def question(project: Project) -> int:
    return add_question(project, "Q1")


def by_reading(project: Project, ids: list[int], texts: list[str], text: str) -> list[int]:
    wanted = parse(text)
    assert wanted is not None
    return [one for one, told in zip(ids, texts, strict=True) if wanted.found(aligned(told))]


def test_every_search_finds_what_reading_finds(project: Project, question: int, folder: Path) -> None:
    _, ids = import_answers(project, question, TEXTS)
    before = {text: search.search(project, text).tolist() for text in SEARCHES}
    with Index(project, folder=folder) as made:
        assert made.bring_up_to_date() == len(TEXTS)
        for text in SEARCHES:
            expected = by_reading(project, ids, TEXTS, text)
            assert search.search(project, text).tolist() == expected, text
            assert before[text] == expected, text
            assert search.count(project, text, question=question) == len(expected)
            assert search.search(project, text, limit=2).tolist() == expected[:2], text


def test_chinese_is_found_as_python_finds_it(project: Project, question: int, folder: Path) -> None:
    _, ids = import_answers(project, question, TEXTS)
    with Index(project, folder=folder) as made:
        made.bring_up_to_date()
        for text in ("顿挫", "空间大", "不", "变速箱不"):
            assert search.search(project, text).tolist() == [
                one for one, told in zip(ids, TEXTS, strict=True) if text in aligned(told)
            ]


_ALPHABET = st.sampled_from(list("异响頓顿挫，。ab1２ A+-'\"😀〇ก𠀀Éé\u0301\u200b"))
_WRITTEN = st.text(_ALPHABET, min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WRITTEN, min_size=1, max_size=8), st.lists(_WRITTEN, min_size=1, max_size=12), st.integers(0, 8))
def test_random_mixed_text(shared: tuple[Project, int, Index], texts: list[str], words: list[str], cut: int) -> None:
    """Half of the words are cut from the texts; some texts come behind what the index holds."""
    project, question, made = shared
    first = import_answers(project, question, texts[:cut] or texts)[1]
    made.bring_up_to_date()
    behind = import_answers(project, question, texts[cut:] or texts)[1]
    whole = [*zip(first, texts[:cut] or texts, strict=True), *zip(behind, texts[cut:] or texts, strict=True)]
    cuts = [text[at : at + 3] for text in texts for at in range(0, len(text), 2)]
    for word in [*words, *cuts, f"{words[0]} OR {words[-1]}", f"{words[0]} -{words[-1]}"]:
        wanted = parse(word)
        if wanted is None:
            continue
        found = set(search.search(project, word).tolist())
        assert {one for one, _ in whole} & found == {one for one, text in whole if wanted.found(aligned(text))}, word
        if '"' not in word and " " not in word and not word.startswith("-") and kind_of(aligned(word)[0]) == 1:
            plain = {one for one, text in whole if aligned(word) in aligned(text)}
            assert {one for one, _ in whole} & found == plain, word


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, int, Index]]:
    folder = tmp_path_factory.mktemp("index")
    with (
        Project.create(folder / "car.tingdong", coder="Ann") as project,
        Index(project, folder=folder / "cache") as made,
    ):
        yield project, add_question(project, "Q1"), made


def test_any_query_uses_it(project: Project, question: int, folder: Path) -> None:
    _, ids = import_answers(project, question, TEXTS)
    with Index(project, folder=folder) as made:
        made.bring_up_to_date()
        either = Query((AnyOf((TextContains("异响"), TextContains("low"))),))
        assert verbatims.ids(project, either).tolist() == [ids[2], ids[3], ids[17]]
        assert verbatims.ids(project, either, limit=1).tolist() == [ids[2]]
        neither = Query((Not((TextContains("的"), TextContains("空间"))),))
        assert verbatims.ids(project, neither, limit=3).tolist() == [ids[0], ids[2], ids[3]]
        both = Query((TextContains("空间"), TextContains("油耗")))
        assert verbatims.ids(project, both).tolist() == [ids[1]]
        assert len(verbatims.ids(project, Query((TextContains("OR"),)))) == len(ids)


def test_first_hits_that_the_query_leaves_out_do_not_hide_later_ones(
    project: Project, question: int, folder: Path
) -> None:
    other = add_question(project, "Q2")
    import_answers(project, other, ["空间大"] * 50)
    _, ids = import_answers(project, question, ["空间小"])
    with Index(project, folder=folder) as made:
        made.bring_up_to_date()
        assert search.search(project, "空间", question=question, limit=1).tolist() == ids
        assert search.count(project, "空间", question=question) == 1


def test_an_undone_import_is_not_shown_and_comes_back(project: Project, question: int, folder: Path) -> None:
    with Index(project, folder=folder) as made:
        _, ids = import_answers(project, question, ["异响"])
        made.bring_up_to_date()
        operations.undo(project)
        assert search.search(project, "异响").tolist() == []
        operations.redo(project)
        assert search.search(project, "异响").tolist() == ids


def test_it_keeps_up_in_the_background(project: Project, question: int, folder: Path) -> None:
    caught = threading.Event()
    _, before = import_answers(project, question, ["异响"])
    last = before

    def told(done: int, total: int | None, what: str = "") -> None:
        if done == total and made.through >= last[-1]:
            caught.set()

    with Index(project, folder=folder) as made:
        made.progress = told
        made.start()
        assert caught.wait(20)
        caught.clear()
        last = [before[-1] + 1]
        _, after = import_answers(project, question, ["异响大"])
        assert caught.wait(20)
        assert made.through == after[-1]
        assert search.search(project, "异响").tolist() == [*before, *after]
    assert not [one for one in threading.enumerate() if one.name == "tingdong-search"]


def test_a_cancelled_build_goes_on_where_it_was(
    project: Project, question: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "SLICE", 4)
    _, ids = import_answers(project, question, TEXTS)

    def impatient(done: int, total: int | None, what: str = "") -> None:
        if done >= 8:
            raise CancelledError

    with Index(project, folder=folder) as made:
        with pytest.raises(CancelledError):
            made.bring_up_to_date(impatient)
        assert made.through == ids[7]
        assert search.search(project, "空间").tolist() == [ids[1], ids[10]]
        assert made.bring_up_to_date() == len(ids) - 8
        assert made.bring_up_to_date() == 0


def test_a_killed_build_goes_on_where_it_was(project: Project, question: int, folder: Path) -> None:
    _, ids = import_answers(project, question, TEXTS)
    path = project.path
    killed = (
        "import os, sys; from pathlib import Path; from annotate.search import Index, index;"
        "from annotate.store.project import Project; index.SLICE = 5\n"
        "def told(done, total, what=''):\n    done >= 10 and os.kill(os.getpid(), 9)\n"
        "Index(Project.open(sys.argv[1], read_only=True), folder=Path(sys.argv[2])).bring_up_to_date(told)"
    )
    here = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", killed, path, folder], cwd=here, check=False)
    assert done.returncode == -9 or os.name == "nt"
    with Index(project, folder=folder) as made:
        assert made.bring_up_to_date() == len(ids) - 10
        assert search.search(project, "空间").tolist() == [ids[1], ids[10]]


def grown(project: Project, question: int) -> list[int]:
    return import_answers(project, question, [f"第{n}个回答{'异响' * (n % 2)}" for n in range(400)])[1]


@pytest.mark.parametrize("harm", ["cut short", "overwritten", "empty", "another file", "another rule"])
def test_a_damaged_index_is_made_anew(project: Project, question: int, folder: Path, harm: str) -> None:
    ids = grown(project, question)
    with Index(project, folder=folder) as made:
        made.bring_up_to_date()
        path = made.path
    size = path.stat().st_size
    with path.open("r+b") as file:
        if harm == "cut short":
            file.truncate(size // 2)
        elif harm == "overwritten":
            file.seek(4096)
            file.write(b"\x5a" * (size - 4096))
        elif harm == "empty":
            file.truncate(0)
        elif harm == "another file":
            file.write(b"not a database" * 100)
    if harm == "another rule":
        other = connect(path)
        other.execute("update made set value = 'an older rule'")
        other.close()
    with Index(project, folder=folder) as made:
        assert made.bring_up_to_date() == len(ids)
        assert search.search(project, "异响").tolist() == ids[1::2]


def test_damage_that_a_search_meets_is_read_around(project: Project, question: int, folder: Path) -> None:
    ids = grown(project, question)
    with Index(project, folder=folder) as made:
        made.bring_up_to_date()
        assert made._reading is not None
        made._reading.raw.execute("pragma query_only=off")
        made._reading.close()  # as good as a file that can no longer be read
        assert search.search(project, "异响").tolist() == ids[1::2]
        assert made.bring_up_to_date() == len(ids)
        assert search.search(project, "异响").tolist() == ids[1::2]
        assert made.through == ids[-1]


def test_a_copy_that_grew_apart_is_not_answered_from_the_others_index(tmp_path: Path, folder: Path) -> None:
    one, other = tmp_path / "one.tingdong", tmp_path / "other.tingdong"
    with Project.create(one, coder="Ann") as project:
        question = add_question(project, "Q1")
        _, shared_ids = import_answers(project, question, ["空间大", "油耗高"])
        with Index(project, folder=folder) as made:
            made.bring_up_to_date()
    shutil.copy(one, other)
    with Project.open(one) as project, Index(project, folder=folder) as made:
        import_answers(project, question, ["异响", "异响大"])
        made.bring_up_to_date()
    with Project.open(other) as project, Index(project, folder=folder) as made:
        _, own = import_answers(project, question, ["顿挫", "异响小"])
        assert made.bring_up_to_date() == 2
        assert search.search(project, "异响").tolist() == [own[1]]
        assert search.search(project, "空间").tolist() == [shared_ids[0]]
        with Project.open(one) as first, Index(first, folder=folder) as its:
            its.bring_up_to_date()  # both are open now, and the file is the first one's
            assert search.count(first, "异响") == 2
            assert search.search(project, "异响").tolist() == [own[1]]
    with Project.open(one) as project, Index(project, folder=folder) as made:
        made.bring_up_to_date()
        assert search.count(project, "异响") == 2


def test_a_project_with_a_passphrase_has_an_index_that_nobody_else_can_read(tmp_path: Path, folder: Path) -> None:
    with Project.create(tmp_path / "car.tingdong", coder="Ann", passphrase="correct horse battery") as project:
        question = add_question(project, "Q1")
        _, ids = import_answers(project, question, ["secretword 顿挫感很强"])
        with Index(project, folder=folder) as made:
            made.bring_up_to_date()
            assert search.search(project, "顿挫感").tolist() == ids
        written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"secretword" not in written and "顿挫".encode() not in written
    assert not written.startswith(b"SQLite format 3")


def test_without_an_index_every_text_is_read(project: Project, question: int, tmp_path: Path) -> None:
    _, ids = import_answers(project, question, TEXTS)
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file where the folder should be")
    made = Index(project, folder=in_the_way)
    with pytest.raises(OSError):
        made.bring_up_to_date()
    assert search.search(project, "顿挫").tolist() == [ids[0], ids[5], ids[6]]
    made.close()


def test_ids_in_order_are_those_of_sql(project: Project, question: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices that are full, mixed with another question, with blanks, and with ids that nobody has."""
    monkeypatch.setattr(query, "_SLICE", 4)
    other = add_question(project, "Q2")
    for of, texts in (
        (question, ["异响"] * 9),
        (other, ["顿挫", "", "好"]),
        (question, ["好", "", "异响", "不好", "坏"]),
    ):
        import_answers(project, of, texts)
    import_answers(project, question, ["空间"] * 6)
    operations.undo(project)
    import_answers(project, question, ["空间", "油耗"])

    def lose(db: Connection) -> None:
        with db.transaction():
            db.execute("delete from verbatim_text where id in (6, 7)")
            db.execute("delete from verbatim where id in (6, 7)")

    project.write(lose)
    for asked in (Query(), Query((InQuestion(question),)), Query((InQuestion(other), Answered()))):
        text, values = asked.sql()
        rows = project.rows(f"select v.id from verbatim v where {text} order by v.id", values)
        with project.reading() as db:
            assert query.ids(db, asked).tolist() == [row[0] for row in rows]


def test_a_count_leaves_texts_to_the_other_conditions(
    project: Project, question: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With few hits they are looked up, with many taken from all ids; both say the same, blanks are never hits."""
    _, ids = import_answers(project, question, ["异响", "", "顿挫", "，顿挫", "异响"])
    with Index(project, folder=folder) as made:
        made.bring_up_to_date()
        for few in (250_000, 0):
            monkeypatch.setattr(query, "_FEW", few)
            assert search.search(project, "-异响", question=question).tolist() == [ids[2], ids[3]]
            assert verbatims.ids(project, Query((TextContains("-异响"), TextContains("，")))).tolist() == [ids[3]]
            assert search.count(project, "，") == 1
            assert search.count(project, "😀") == 0
