"""Specifications, the basket and the choice of quotations are kept in the project, undone and done again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from stored import PHONE, code, ids, text_of

from annotate.errors import AskedWronglyError, UserError
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from reports import basket, spec_store
from reports.document import printed
from reports.gather import gather, scope_of
from reports.spec import Look, OwnPage, ReportSpec
from reports.spec_pictures import checked, name_of


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
    text = text_of(manuscript)
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
