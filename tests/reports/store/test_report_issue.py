"""Issued reports: frozen figures, printed again as they were, compared with what is counted now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from stored import code, ids, text_of

from annotate import coding
from annotate.errors import AskedWronglyError
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from reports import issue
from reports.document import write_report
from reports.gather import gather
from reports.issue_frozen import freeze, thaw
from reports.pdf.paper import A4, PAPERS
from reports.spec import Headline, ReportSpec


def test_an_issued_report_is_printed_again_as_it_was(project: Project, tmp_path: Path) -> None:
    manuscript = gather(project, ReportSpec(wave="2026-05", language="en"))
    write_report(manuscript, tmp_path / "first.pdf")
    issue.issue(project, manuscript, name="May")
    with project.reading() as db:
        images = db.execute("select before || after from op_image where thing = 'issued'").fetchall()
        body = db.integer("select length(body) from issued")
    assert images
    assert all(len(str(image)) < 1000 < body for (image,) in images)
    jerk = code(project, "低速顿挫")
    coding.remove_code(project, verbatims=ids(project)[1:9:2], code=jerk)
    write_report(issue.read(project, name="May"), tmp_path / "again.pdf")
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    told = issue.listed(project)[0]
    assert (told.name, told.period, told.coder, told.in_force) == ("May", "2026-05", "林顾问", True)
    again = gather(project, ReportSpec(wave="2026-05", language="en"))
    assert again.data.questions[0].themes[0].share != manuscript.data.questions[0].themes[0].share
    with pytest.raises(AskedWronglyError) as raised:
        issue.issue(project, manuscript, name="May")
    assert raised.value.id == "issue-name-taken"
    issue.withdraw(project, name="May")
    assert not issue.listed(project)[0].in_force
    assert issue.read(project, name="May").spec == manuscript.spec
    with pytest.raises(AskedWronglyError):
        issue.read(project, name="June")


def test_an_issued_report_keeps_its_pages_when_the_program_lays_out_otherwise(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manuscript = gather(project, ReportSpec(wave="2026-05"))
    first = write_report(manuscript, tmp_path / "first.pdf")
    issue.issue(project, manuscript, name="May")
    monkeypatch.setitem(PAPERS, "a4", replace(A4, margin=60.0))
    write_report(issue.read(project, name="May"), tmp_path / "otherwise.pdf")
    told = issue.print_again(project, tmp_path / "again.pdf", name="May")
    files = [(tmp_path / f"{name}.pdf").read_bytes() for name in ("first", "otherwise", "again")]
    assert files[0] == files[2] != files[1]
    assert (told.pages, told.masked) == (first.pages, sum(first.masked.values()))
    issue.print_again(project, tmp_path / "locked.pdf", name="May", password="客户-2026")
    with pikepdf.open(tmp_path / "locked.pdf", password="客户-2026") as pdf, pdf.open_metadata() as about:
        assert len(pdf.pages) == first.pages
        assert "pdfaid:part" not in about
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(tmp_path / "locked.pdf")
    issue.print_again(project, tmp_path / "en.pdf", name="May", language="en")
    assert (tmp_path / "en.pdf").read_bytes() not in files


def test_issuing_is_undone_and_done_again(project: Project) -> None:
    manuscript = gather(project, ReportSpec(wave="2026-05"))
    issue.issue(project, manuscript, name="May")
    operations.undo(project)
    assert not issue.listed(project)[0].in_force
    operations.redo(project)
    assert issue.listed(project)[0].in_force
    assert issue.read(project, name="May") == manuscript
    assert check(project).ok


def test_an_issue_whose_image_still_repeats_its_body_can_be_undone(project: Project) -> None:
    issue.issue(project, gather(project, ReportSpec(wave="2026-05")), name="May")

    with project.reading() as db:
        told = {"hex": str(db.one("select hex(body) from issued")[0])}  # type: ignore[index]
        row = db.one("select before, after from op_image where thing = 'issued'")
    assert row is not None
    before, after = (json.dumps({**json.loads(str(one)), "body": told}) for one in row)
    project.submit(
        lambda db: db.execute("update op_image set before = ?, after = ? where thing = 'issued'", (before, after))
    ).result()
    operations.undo(project)
    assert not issue.listed(project)[0].in_force


def test_what_was_frozen_is_read_back_whole_or_refused(project: Project) -> None:
    manuscript = gather(project, ReportSpec(wave="2026-06", headlines={"summary": Headline("Ours")}))
    body = freeze(manuscript)
    assert thaw(body) == manuscript
    assert freeze(thaw(body)) == body
    for broken in (b"{}", b'{"v":2,"manuscript":{}}', body.replace(b'"$":"ReportData"', b'"$":"Popen"')):
        with pytest.raises((ValueError, KeyError, TypeError, StopIteration)):
            thaw(broken)


def test_a_comparison_shows_issued_beside_restated_figures(project: Project) -> None:
    manuscript = gather(project, ReportSpec(wave="2026-05"))
    question = manuscript.data.questions[0]
    first = question.themes[0]
    other = replace(first, share=replace(first.share, value=first.share.value - 0.1))
    changed = replace(question, themes=(other, *question.themes[1:]))
    issue.issue(project, replace(manuscript, data=replace(manuscript.data, questions=(changed,))), name="May as issued")
    later = gather(project, ReportSpec(wave="2026-06", language="en"))
    assert later.earlier is not None
    assert (later.earlier.name, later.earlier.period) == ("May as issued", "2026-05")
    assert [one.what for one in later.earlier.figures if one.differs] == [first.label]
    text = text_of(later)
    assert "Issued and restated figures" in text
    assert "May as issued" in text
    assert gather(project, ReportSpec(wave="2026-06", filter=("region=华东",))).earlier is None
