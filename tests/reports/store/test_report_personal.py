"""Personal data in what a report prints: masked until a named person releases it."""

from __future__ import annotations

import pytest
from stored import MAIL, PHONE, code, ids, text_of

from annotate.errors import AskedWronglyError
from annotate.store import operations
from annotate.store.check import check
from annotate.store.project import Project
from reports import basket, release
from reports.gather import gather
from reports.spec import OwnPage, ReportSpec


def test_personal_data_is_masked_until_a_named_person_releases_it(project: Project) -> None:
    jerk, first = code(project, "低速顿挫"), ids(project)[1]
    basket.choose_quote(project, verbatim=first, code=jerk, choice=1)
    manuscript = gather(project)
    assert first in release.quoted_verbatims(manuscript)
    phone, mail = release.places(project, [first])
    assert (phone.characters, phone.released, mail.characters) == (PHONE, False, MAIL)
    assert PHONE not in text_of(manuscript)
    with pytest.raises(AskedWronglyError) as raised:
        release.decide(project, verbatim=first, start=phone.start, stop=phone.stop, released=True)
    assert raised.value.id == "release-without-reason"
    with pytest.raises(AskedWronglyError):
        release.decide(project, verbatim=first, start=0, stop=2, released=True, reason="x")
    release.decide(project, verbatim=first, start=phone.start, stop=phone.stop, released=True, reason="the shop's own")
    told = release.places(project, [first])[0]
    assert (told.released, told.coder, told.reason) == (True, "林顾问", "the shop's own")
    text = text_of(gather(project))
    assert PHONE in text
    assert MAIL not in text
    operations.undo(project)
    assert PHONE not in text_of(gather(project))


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
    shown = text_of(manuscript)
    assert PHONE not in shown
    assert MAIL not in shown
    assert "[mobile]" in shown
    phone = places[1]
    with pytest.raises(AskedWronglyError):
        release.decide(project, page=1, start=phone.start, stop=phone.stop + 1, released=True, reason="x")
    release.decide(project, page=1, start=phone.start, stop=phone.stop, released=True, reason="our own line")
    told = release.printed_places(project, gather(project, spec))[1]
    assert (told.released, told.coder, told.reason) == (True, "林顾问", "our own line")
    shown = text_of(gather(project, spec))
    assert PHONE in shown
    assert MAIL not in shown
    release.decide(project, page=1, start=phone.start, stop=phone.stop, released=False)
    assert PHONE not in text_of(gather(project, spec))
    operations.undo(project)
    assert PHONE in text_of(gather(project, spec))
    assert check(project).ok
    pages = (OwnPage("p", "From a file", MAIL),)
    of_spec = gather(project, ReportSpec(sections=("page:p",), own_pages=pages))
    assert [one.reference for one in release.printed_places(project, of_spec)] == ["p"]
    assert MAIL not in text_of(of_spec)
