"""Specifications: written and read back, views over masters, what is wrong named, pictures checked."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from annotate.errors import AskedWronglyError, UserError
from reports.definitions.terms import Letters
from reports.spec import DEFAULT, SECTIONS, Headline, Look, OwnPage, Picture, QuoteCounts, ReportSpec
from reports.spec_json import read_json, to_json
from reports.spec_pictures import LONGEST_SIDE, checked, name_of
from reports.spec_store import read_file


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, form)
    return out.getvalue()


WHOLE = ReportSpec(
    name="Q3",
    title="Board",
    client="Client",
    sections=("summary", "page:intro", "themes"),
    questions=("Q7",),
    filter=("channel=hotline",),
    wave="2026-07",
    compare="2026-06",
    window=3,
    segment="region",
    language="en",
    page="16:9",
    look=Look("#112233", "#445566", "a" * 64),
    counts_only=True,
    weighted=True,
    letters=Letters.UNCORRECTED,
    headlines={"summary": Headline("Ours", "Theirs")},
    own_pages=(OwnPage("intro", "Before you read", "Text", ("b" * 64,)),),
    quotes=QuoteCounts(5, 2, 100),
)


def test_a_specification_is_read_back_as_it_was_written() -> None:
    back, pictures = read_json(to_json(WHOLE))
    assert to_json(back) == to_json(WHOLE)
    assert (back.filter, back.letters, back.headlines, back.own_pages) == (
        WHOLE.filter,
        WHOLE.letters,
        WHOLE.headlines,
        WHOLE.own_pages,
    )
    assert pictures == {}


def test_a_view_says_only_what_differs_and_follows_its_master() -> None:
    view = WHOLE.view("East", filter=("region=East",), language="zh", headlines={"themes:Q7": Headline("East", "All")})
    told = json.loads(to_json(view))
    assert set(told) == {"format", "v", "name", "master", "filter", "language", "headlines"}
    again = read_json(to_json(view))[0].over(WHOLE.but(title="New title"))
    assert (again.name, again.master, again.title, again.filter) == ("East", "Q3", "New title", ("region=East",))
    assert (again.language, again.page) == ("zh", "16:9")
    assert set(again.headlines) == {"summary", "themes:Q7"}


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"sections": ["summary", "nonsense"]}, "nonsense"),
        ({"sections": ["summary", "summary"]}, "twice"),
        ({"sections": ["page:none"]}, "none"),
        ({"colour": 1}, "colour"),
        ({"language": "fr"}, "language"),
        ({"page": "letter"}, "page"),
        ({"filter": "channel=hotline"}, "filter"),
        ({"title": 3}, "title"),
        ({"counts_only": "yes"}, "counts_only"),
        ({"window": 2}, "window"),
        ({"window": True}, "window"),
        ({"look": {"strong": "red"}}, "look.strong"),
        ({"look": {"font": "x"}}, "look"),
        ({"look": {"logo": "../../etc/passwd"}}, "logo"),
        ({"headlines": {"summary": "text"}}, "summary"),
        ({"headlines": []}, "headlines"),
        ({"own_pages": [{"key": "a"}]}, "key"),
        ({"own_pages": [{"key": "a", "title": "A"}] * 2}, "key"),
        ({"quotes": {"themes": -1}}, "quotes.themes"),
        ({"quotes": {"themes": True}}, "quotes.themes"),
        ({"letters": "bonferroni"}, "letters"),
        ({"v": 2}, "2"),
        ({"format": "x"}, "format"),
        ({"master": "M", "letters": "holm"}, "letters"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], names: str) -> None:
    told = {"format": "tingdong-report", "v": 1, "name": "Q3", **change}
    with pytest.raises(AskedWronglyError) as raised:
        read_json(json.dumps(told))
    assert raised.value.id == "bad-report-spec"
    assert names in raised.value.sentence()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"'])
def test_what_is_no_specification_is_a_sentence(text: str) -> None:
    with pytest.raises(AskedWronglyError):
        read_json(text)


def test_all_faults_are_named_at_once() -> None:
    told = {"format": "tingdong-report", "v": 1, "page": "x", "language": "x"}
    with pytest.raises(AskedWronglyError) as raised:
        read_json(json.dumps(told))
    assert "page" in raised.value.sentence()
    assert "language" in raised.value.sentence()


def test_the_default_names_every_section_but_basket_and_list() -> None:
    from reports.sections.order import BUILDERS

    assert set(DEFAULT) == set(SECTIONS) - {"basket", "verbatims"}
    assert set(BUILDERS) == set(SECTIONS)


def test_a_picture_loses_its_metadata_and_its_size() -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at 31.2304 N"
    Image.new("RGB", (5_000, 100), "red").save(out, "JPEG", exif=exif)
    kept = checked(out.getvalue())
    assert kept.media == "image/jpeg"
    assert b"31.2304" in out.getvalue()
    assert b"31.2304" not in kept.data
    with Image.open(BytesIO(kept.data)) as opened:
        assert opened.size[0] == LONGEST_SIDE
        assert opened.mode == "RGB"
    assert checked(picture(mode="RGBA")).media == "image/png"
    assert name_of(kept) == name_of(checked(out.getvalue()))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", picture("BMP"), picture()[:60]])
def test_what_is_no_usable_picture_is_a_sentence(data: bytes) -> None:
    with pytest.raises(UserError) as raised:
        checked(data)
    assert raised.value.id == "picture-unusable"


def test_a_file_brings_its_pictures_and_nothing_unchecked(tmp_path: Path) -> None:
    logo = picture()
    h = name_of(Picture("image/png", logo))
    told = {
        "format": "tingdong-report",
        "v": 1,
        "name": "Q3",
        "look": {"logo": h},
        "own_pages": [{"key": "a", "title": "A", "pictures": [h]}],
        "pictures": {h: {"media": "image/png", "data": base64.b64encode(logo).decode()}},
    }
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    spec, found = read_file(path)
    assert spec.look.logo in found
    assert spec.own_pages[0].pictures == (spec.look.logo,)
    told["pictures"] = {h: {"media": "image/png", "data": base64.b64encode(b"%PDF").decode()}}
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(UserError):
        read_file(path)
