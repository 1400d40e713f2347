"""What a project keeps of its reports: specifications, basket, choices of quotations, releases, issued reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tables import write_csv

from annotate import coding, frames, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from annotate.store.query import Query
from reports import basket, issue, release, spec_store
from reports.document import headlines, printed, write_report
from reports.gather import gather, scope_of
from reports.issue_frozen import freeze, thaw
from reports.manuscript import Manuscript
from reports.pdf.paper import A4, PAPERS
from reports.pictures import write_pictures
from reports.spec import Headline, Look, OwnPage, ReportSpec
from reports.spec_pictures import checked, name_of
from reports.workbook import write_workbook

PHONE, MAIL = "13812345678", "owner@example.com"
COLUMNS = ["id", "wave", "region", "NPS", "Q7"]
ROLES = {Role.ID: ["id"], Role.WAVE: ["wave"], Role.SEGMENT: ["region"], Role.SCORE: ["NPS"], Role.TEXT: ["Q7"]}
JERKS = ("低速行驶顿挫明显", "堵车时换挡一冲一冲的", "起步总要抖一下", "变速箱反应迟钝顿挫", "冷车挂挡冲击感很强")
ROOMS = ("后排空间对三个人有些挤", "后备箱装不下婴儿车", "腿部空间宽敞舒服", "头顶空间压抑", "储物格太少太小")
MONTHS = ("2026-05", "2026-06")


def rows() -> list[list[object]]:
    made: list[list[object]] = []
    for n in range(160):
        told = (JERKS if n % 2 else ROOMS)[n // 2 % 5]
        text = f"{told}，第{n}次说了"
        if n == 1:
            text = f"低速顿挫非常明显，请打电话 {PHONE} 或写信 {MAIL} 告诉我"
        if n == 3:
            text = "=HYPERLINK(1) 低速顿挫明显，<b>没人</b>管"
        made.append([f"r{n}", MONTHS[n % 4 // 2], "华东" if n % 3 else "华南", n % 11, text])
    return made


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    path = folder / "p.tingdong"
    with Project.create(path, coder="林顾问") as project:
        import_file(project, write_csv(folder / "a.csv", COLUMNS, rows()), roles=ROLES)
        frame = frames.create_frame(project, name="车")
        jerk = frames.add_code(project, frame=frame, label="低速顿挫", number="301")
        room = frames.add_code(project, frame=frame, label="后排空间", number="402")
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids[1::2], code=jerk, sentiment=-1, expand=False)
        coding.apply_code(project, verbatims=ids[0::2], code=room, sentiment=1, expand=False)
        coding.confirm(project, verbatims=ids)
    return path


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Iterator[Project]:
    path = tmp_path / "p.tingdong"
    path.write_bytes(original.read_bytes())
    with Project.open(path, coder="林顾问") as opened:
        yield opened


def ids(project: Project) -> list[int]:
    return [int(one) for one in verbatims.ids(project, Query()).tolist()]


def code(project: Project, label: str) -> int:
    with project.reading() as db:
        return db.integer("select code_id from code_def where label = ?", (label,))


def test_a_specification_is_saved_undone_and_saved_again(project: Project) -> None:
    spec_store.save(project, spec=ReportSpec(name="Q3", language="en"))
    spec_store.save(project, spec=ReportSpec(name="Q3").view("East", filter=("region=华东",)))
    assert [(one.name, one.master) for one in spec_store.listed(project)] == [("Q3", ""), ("East", "Q3")]
    whole = spec_store.of_name(project, "East")
    assert (whole.language, whole.filter, whole.master) == ("en", ("region=华东",), "Q3")
    with pytest.raises(UserError) as raised:
        spec_store.remove(project, name="Q3")
    assert raised.value.id == "spec-has-views"
    operations.undo(project)
    assert [one.name for one in spec_store.listed(project)] == ["Q3"]
    spec_store.remove(project, name="Q3")
    assert spec_store.listed(project) == []
    operations.undo(project)
    assert [one.name for one in spec_store.listed(project)] == ["Q3"]
    operations.redo(project)
    spec_store.save(project, spec=ReportSpec(name="Q3", language="zh"))
    assert spec_store.of_name(project, "Q3").language == "zh"
    assert check(project).ok


def test_a_view_needs_a_master_that_is_none_itself(project: Project) -> None:
    with pytest.raises(AskedWronglyError) as raised:
        spec_store.save(project, spec=ReportSpec(name="Q3").view("East", language="en"))
    assert raised.value.id == "spec-no-master"
    spec_store.save(project, spec=ReportSpec(name="Q3"))
    spec_store.save(project, spec=ReportSpec(name="Q3").view("East", language="en"))
    with pytest.raises(AskedWronglyError):
        spec_store.save(project, spec=ReportSpec(name="East").view("North", language="en"))
    with pytest.raises(AskedWronglyError):
        spec_store.save(project, spec=ReportSpec(name=" "))


def test_a_specification_travels_with_its_pictures(project: Project, tmp_path: Path) -> None:
    out = BytesIO()
    Image.new("RGB", (40, 20), "navy").save(out, "PNG")
    logo = checked(out.getvalue())
    h = name_of(logo)
    spec_store.save(project, spec=ReportSpec(name="Q3", look=Look(logo=h)), with_pictures={h: logo})
    spec_store.export_file(project, "Q3", tmp_path / "q3.json")
    spec, found = spec_store.read_file(tmp_path / "q3.json")
    assert found[spec.look.logo] == logo
    manuscript = gather(project, spec_store.of_name(project, "Q3"))
    assert manuscript.pictures == {h: logo}
    assert b"/Image" in printed(manuscript, tmp_path / "r.pdf")[0]


def test_the_basket_keeps_its_order_and_every_step_can_be_undone(project: Project) -> None:
    first = ids(project)[1]
    basket.put_exhibit(
        project, exhibit="codes", question="Q7", scope=scope_of(project, ReportSpec(filter=("region=华东",)))
    )
    basket.put_quote(project, verbatim=first, code=code(project, "低速顿挫"))
    basket.put_page(project, page=OwnPage("p", "Our advice", "Begin **now**."))
    kinds = [one.kind for one in basket.items(project)]
    assert kinds == ["chart", "quote", "page"]
    basket.move(project, place=3, to=1)
    assert [one.kind for one in basket.items(project)] == ["page", "chart", "quote"]
    basket.remove(project, place=2)
    assert [(one.place, one.kind) for one in basket.items(project)] == [(1, "page"), (2, "quote")]
    operations.undo(project)
    operations.undo(project)
    assert [one.kind for one in basket.items(project)] == kinds
    for call in (
        lambda: basket.put_exhibit(project, exhibit="nonsense"),
        lambda: basket.put_exhibit(project, exhibit="codes", question="Q99"),
        lambda: basket.put_quote(project, verbatim=10**9, code=1),
        lambda: basket.put_page(project, page=OwnPage("p", "", "")),
        lambda: basket.move(project, place=9, to=1),
    ):
        with pytest.raises(AskedWronglyError):
            call()
    assert [one.kind for one in basket.items(project)] == kinds


def test_the_basket_is_printed_with_own_pages_marked_and_figures_of_its_own_rows(project: Project) -> None:
    scope = scope_of(project, ReportSpec(filter=("region=华东",)))
    basket.put_exhibit(project, exhibit="codes", question="Q7", scope=scope, said="region=华东")
    basket.put_exhibit(project, exhibit="journey")
    basket.put_page(project, page=OwnPage("p", "Our advice", "<b>literal</b>\n\n- one\n# Head"))
    basket.put_quote(project, verbatim=ids(project)[1], code=code(project, "低速顿挫"))
    manuscript = gather(project, ReportSpec(language="en", sections=("basket",)))
    told = manuscript.basket[0].data
    assert told is not None
    assert told.questions[0].base < manuscript.data.questions[0].base
    text = _text(manuscript)
    for wanted in (
        "Our advice",
        "written by the consultant",
        "<b>literal</b>",
        "Rows: region=华东",
        "too little data for this",
    ):
        assert wanted in text, wanted
    assert PHONE not in text
    assert "［手机号］" in text


def _text(manuscript: Manuscript) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(BytesIO(printed(manuscript, Path("r.pdf"))[0]))
    whole = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return whole


def test_quotations_are_pinned_in_order_and_banned(project: Project) -> None:
    jerk = code(project, "低速顿挫")
    one, two, three = ids(project)[1:6:2]
    basket.choose_quote(project, verbatim=one, code=jerk, choice=1)
    basket.choose_quote(project, verbatim=two, code=jerk, choice=1, place=1)
    basket.choose_quote(project, verbatim=three, code=jerk, choice=-1)
    assert [(c.verbatim, c.choice) for c in basket.quote_choices(project)] == [(two, 1), (one, 1), (three, -1)]
    quotes = [q for q in gather(project).data.questions[0].quotes if q.code == jerk]
    assert three not in [q.verbatim for q in quotes]
    assert {one, two} <= {q.verbatim for q in quotes if q.pinned}
    basket.choose_quote(project, verbatim=three, code=jerk, choice=0)
    operations.undo(project)
    assert basket.quote_choices(project)[-1].choice == -1


def test_personal_data_is_masked_until_a_named_person_releases_it(project: Project) -> None:
    jerk, first = code(project, "低速顿挫"), ids(project)[1]
    basket.choose_quote(project, verbatim=first, code=jerk, choice=1)
    manuscript = gather(project)
    assert first in release.quoted_verbatims(manuscript)
    phone, mail = release.places(project, [first])
    assert (phone.characters, phone.released, mail.characters) == (PHONE, False, MAIL)
    assert PHONE not in _text(manuscript)
    with pytest.raises(AskedWronglyError) as raised:
        release.decide(project, verbatim=first, start=phone.start, stop=phone.stop, released=True)
    assert raised.value.id == "release-without-reason"
    with pytest.raises(AskedWronglyError):
        release.decide(project, verbatim=first, start=0, stop=2, released=True, reason="x")
    release.decide(project, verbatim=first, start=phone.start, stop=phone.stop, released=True, reason="the shop's own")
    told = release.places(project, [first])[0]
    assert (told.released, told.coder, told.reason) == (True, "林顾问", "the shop's own")
    text = _text(gather(project))
    assert PHONE in text
    assert MAIL not in text
    operations.undo(project)
    assert PHONE not in _text(gather(project))


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


def test_personal_data_on_an_own_page_is_masked_until_a_named_person_releases_it(project: Project) -> None:
    text = f"Call {PHONE}\n\nor write to {MAIL}."
    basket.put_page(project, page=OwnPage("visit", f"Whom to ask: {MAIL}", text))
    spec = ReportSpec(sections=("basket",), language="en")
    manuscript = gather(project, spec)
    places = release.printed_places(project, manuscript)
    assert [(one.page, one.characters, one.released) for one in places] == [
        (1, MAIL, False),
        (1, PHONE, False),
        (1, MAIL, False),
    ]
    shown = _text(manuscript)
    assert PHONE not in shown
    assert MAIL not in shown
    assert "[mobile]" in shown
    phone = places[1]
    with pytest.raises(AskedWronglyError):
        release.decide(project, page=1, start=phone.start, stop=phone.stop + 1, released=True, reason="x")
    release.decide(project, page=1, start=phone.start, stop=phone.stop, released=True, reason="our own line")
    told = release.printed_places(project, gather(project, spec))[1]
    assert (told.released, told.coder, told.reason) == (True, "林顾问", "our own line")
    shown = _text(gather(project, spec))
    assert PHONE in shown
    assert MAIL not in shown
    release.decide(project, page=1, start=phone.start, stop=phone.stop, released=False)
    assert PHONE not in _text(gather(project, spec))
    operations.undo(project)
    assert PHONE in _text(gather(project, spec))
    assert check(project).ok
    pages = (OwnPage("p", "From a file", MAIL),)
    of_spec = gather(project, ReportSpec(sections=("page:p",), own_pages=pages))
    assert [one.reference for one in release.printed_places(project, of_spec)] == ["p"]
    assert MAIL not in _text(of_spec)


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
    text = _text(later)
    assert "Issued and restated figures" in text
    assert "May as issued" in text
    assert gather(project, ReportSpec(wave="2026-06", filter=("region=华东",))).earlier is None


def test_edited_titles_are_marked_and_the_generated_ones_kept(project: Project) -> None:
    titles = {one.key: one for one in headlines(gather(project, ReportSpec(language="en")))}
    spec = ReportSpec(language="en", headlines={"method": Headline("We read everything", titles["method"].generated)})
    manuscript = gather(project, spec)
    assert next(one for one in headlines(manuscript) if one.key == "method").edited
    text = _text(manuscript)
    for wanted in ("We read everything", "✏", "Appendix: edited titles", "worded by the consultant"):
        assert wanted in text
    assert titles["method"].generated.split(";")[0] in " ".join(text.split())


def test_the_workbook_has_the_same_figures_and_no_formula(project: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    manuscript = gather(project, ReportSpec(language="en", sections=("summary", "themes", "where", "verbatims")))
    count = write_workbook(manuscript, tmp_path / "a.xlsx")
    write_workbook(manuscript, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = load_workbook(tmp_path / "a.xlsx")
    assert len(book.sheetnames) == count
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert not any(PHONE in str(cell.value) for cell in cells)
    theme = manuscript.data.questions[0].themes[0]
    assert any(cell.value == pytest.approx(theme.share.value) for cell in cells if isinstance(cell.value, float))


def test_heads_of_a_workbook_stay_in_sight_and_every_figure_has_its_format(project: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_workbook(gather(project, ReportSpec(language="en", segment="region")), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    themes = book["Themes"]
    assert themes.freeze_panes == "D3"
    heads = {cell.value: cell.column for cell in themes[2]}
    assert themes.cell(3, heads["Share"]).number_format == "0.0%"
    assert themes.cell(3, heads["base"]).number_format == "#,##0"
    method = book["Method and data quality"]
    assert sum(1 for cell in method[2] if cell.value) == sum(1 for cell in method[3] if cell.value is not None) + 1
    for sheet in book:
        assert sheet.sheet_view.showGridLines is False
        assert sheet.page_setup.orientation == "landscape"
    assert "Where" in book.sheetnames


def test_charts_leave_as_svg_and_png(project: Project, tmp_path: Path) -> None:
    from xml.etree import ElementTree

    manuscript = gather(project, ReportSpec(language="en", sections=("scores", "themes")))
    files = write_pictures(manuscript, tmp_path / "charts")
    assert {path.suffix for path in files} == {".svg", ".png"}
    assert len(files) >= 4
    for path in files:
        if path.suffix == ".svg":
            told = ElementTree.fromstring(path.read_text(encoding="utf-8"))
            assert told.tag.endswith("svg")
        else:
            with Image.open(path) as opened:
                assert opened.width > 1_000
    labels = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix == ".svg")
    assert "低速顿挫" in labels


def test_questions_filters_and_columns_that_are_not_there_are_refused(project: Project) -> None:
    for spec in (
        ReportSpec(questions=("Q99",)),
        ReportSpec(filter=("colour=red",)),
        ReportSpec(segment="colour"),
        ReportSpec(wave="1999-01"),
    ):
        with pytest.raises(UserError):
            gather(project, spec)
