"""A lexicon from a sheet: columns by their names in both languages, bad rows listed, out and in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import lexicon
from annotate.errors import UserError
from annotate.exchange.writers import write_table
from annotate.importing.lexicon_sheet import COLUMNS, import_lexicon, sheet_of
from annotate.lexicon import Entry, Kind
from annotate.store import operations
from annotate.store.project import Project


def told(project: Project) -> list[tuple[str, str, str, str]]:
    return [(one.kind.value, one.term, one.target, one.note) for one in lexicon.terms(project)]


def sheet(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_good_rows_are_taught_as_one_step_and_bad_ones_listed(project: Project, tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "w.csv",
        "kind,term,target,note\nword,异响,,\nsynonym,异音,异响,x\nbogus,a,,\nsynonym,b,B,\nstop,楼主,,\nword,异 响,,\n"
        "word,异响,,\nword,,,n\n",
    )
    done = import_lexicon(project, path)
    assert (done.added, done.changed) == (4, 0)
    assert [(one.row, one.id) for one in done.problems] == [
        (4, "kind-unknown"), (5, "synonym-of-itself"), (8, "term-twice"), (9, "empty-term"),
    ]  # fmt: skip
    assert all(one.reason for one in done.problems)
    assert ("synonym", "异音", "异响", "x") in told(project)
    operations.undo(project)
    assert told(project) == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("类型,词语,标准词,备注\n同义词,一窜一窜,顿挫,\n停用词,楼主,,\n", [("stop", "楼主"), ("synonym", "一窜一窜")]),
        ("Word,df\n轿车,12\n二手车,7\n", [("word", "二手车"), ("word", "轿车")]),
        ("异响\n顿挫\n", [("word", "异响"), ("word", "顿挫")]),
        ("term,target\nSUV,\n越野车,SUV\n", [("synonym", "越野车"), ("word", "SUV")]),
    ],
)
def test_columns_go_by_their_names(project: Project, tmp_path: Path, text: str, terms: list[tuple[str, str]]) -> None:
    import_lexicon(project, sheet(tmp_path / "w.csv", text))
    assert [row[:2] for row in told(project)] == terms


def test_a_list_in_a_text_file_will_do(project: Project, tmp_path: Path) -> None:
    import_lexicon(project, sheet(tmp_path / "w.txt", "异响\n顿挫\n"))
    assert [row[1] for row in told(project)] == ["异响", "顿挫"]


@pytest.mark.parametrize("name", ["w.csv", "w.xlsx", "w.jsonl"])
def test_what_goes_out_comes_in_again(project: Project, tmp_path: Path, name: str) -> None:
    lexicon.teach_all(
        project,
        entries=[
            Entry(Kind.WORD, "=cmd()", note="-1+2"), Entry(Kind.SYNONYM, "007", "邦德"), Entry(Kind.STOP, "楼主"),
        ],
    )  # fmt: skip
    before = told(project)
    write_table(tmp_path / name, COLUMNS, sheet_of(lexicon.terms(project)))
    done = import_lexicon(project, tmp_path / name)
    assert (done.added, done.changed, done.problems) == (0, 0, ())
    operations.undo(project)
    assert told(project) == []
    import_lexicon(project, tmp_path / name)
    assert told(project) == before


def test_a_sheet_without_terms_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        import_lexicon(project, sheet(tmp_path / "w.csv", "kind,term\nbogus,a\n"))
    assert refused.value.id == "no-terms"
