"""A report specification as JSON and back; whatever is wrong in a file is named in one go."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

from annotate.errors import AskedWronglyError
from annotate.messages import N_, _
from reports.definitions.terms import Letters
from reports.spec import OWN, SECTIONS, Headline, Json, Look, OwnPage, Picture, QuoteCounts, Released, ReportSpec

FORMAT, VERSION = "tingdong-report", 1


MOST_OWN_PAGES, MOST_TEXT = 60, 20_000


_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


_HASH = re.compile(r"[0-9a-f]{64}")


VIEW_MAY = frozenset(
    {
        "title", "client", "sections", "questions", "filter", "wave", "compare", "window", "segment", "language",
        "page", "look", "counts_only", "headlines", "quotes",
    }
)  # fmt: skip
"""What a view may say differently; its own pages are its master's."""


def to_json(spec: ReportSpec, pictures: Mapping[str, Picture] | None = None) -> str:
    """Write a specification, with the pictures that it names where they are given; the same value, the same text."""
    written: dict[str, Json] = {"format": FORMAT, "v": VERSION, "name": spec.name}
    if spec.master:
        written["master"] = spec.master
    wanted = sorted(spec.given - {"name", "master"}) if spec.master else list(_WRITE)
    for name in wanted:
        written[name] = _WRITE[name](spec)
    if pictures:
        written["pictures"] = {
            h: {"media": pictures[h].media, "data": base64.b64encode(pictures[h].data).decode("ascii")}
            for h in spec.pictures()
            if h in pictures
        }
    return json.dumps(written, ensure_ascii=False, sort_keys=True, indent=1)


def _look(spec: ReportSpec) -> Json:
    return {one.name: getattr(spec.look, one.name) for one in fields(Look) if getattr(spec.look, one.name)}


_WRITE: Mapping[str, Callable[[ReportSpec], Json]] = {
    "title": lambda spec: spec.title,
    "client": lambda spec: spec.client,
    "sections": lambda spec: list(spec.sections),
    "questions": lambda spec: list(spec.questions),
    "filter": lambda spec: list(spec.filter),
    "wave": lambda spec: spec.wave,
    "compare": lambda spec: spec.compare,
    "segment": lambda spec: spec.segment,
    "language": lambda spec: spec.language,
    "page": lambda spec: spec.page,
    "look": _look,
    "counts_only": lambda spec: spec.counts_only,
    "letters": lambda spec: spec.letters.value if spec.letters else "",
    "weighted": lambda spec: spec.weighted,
    "window": lambda spec: spec.window,
    "headlines": lambda spec: {
        key: {"text": one.text, "generated": one.generated} for key, one in sorted(spec.headlines.items())
    },
    "own_pages": lambda spec: [page_value(one) for one in spec.own_pages],
    "quotes": lambda spec: {"themes": spec.quotes.themes, "each": spec.quotes.each, "listed": spec.quotes.listed},
}


def read_json(text: str) -> tuple[ReportSpec, dict[str, bytes]]:
    """Return a specification and the pictures that came with it, unchecked.

    Raises AskedWronglyError (bad-report-spec) that names every place that is wrong.
    """
    try:
        told = json.loads(text)
    except ValueError:
        raise _bad([_("It is not JSON.")]) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _bad([_("“format” is not “{format}”.").format(format=FORMAT)])
    if told.get("v") != VERSION:
        raise _bad([_("It was made by another version of the program (v {v}).").format(v=str(told.get("v"))[:20])])
    return _Reader(told).read()


def _bad(problems: Sequence[str]) -> AskedWronglyError:
    return AskedWronglyError(
        "bad-report-spec",
        N_("The report specification cannot be used."),
        "{problems}",
        N_("Correct the file, or write one with: spec export."),
        problems=" ".join(problems),
    )


class _Reader:
    """Reads the plain value field by field and gathers what is wrong."""

    def __init__(self, told: dict[str, Json]) -> None:
        self._told = told
        self._problems: list[str] = []

    def read(self) -> tuple[ReportSpec, dict[str, bytes]]:
        told = self._told
        known = {*_WRITE, "format", "v", "name", "master", "pictures"}
        for name in sorted(set(told) - known):
            self._wrong(_("“{field}” is unknown.").format(field=name[:40]))
        master = self._text("master", 200)
        values: dict[str, object] = {}
        for name, reader in self._readers().items():
            if name in told:
                values[name] = reader()
        if master:
            for name in sorted(set(values) - VIEW_MAY):
                self._wrong(_("A view cannot say “{field}”; its master does.").format(field=name))
        spec = ReportSpec(name=self._text("name", 200), master=master).but(**values)
        if not master:
            keys = {OWN + page.key for page in spec.own_pages}
            for one in spec.sections:
                if one.startswith(OWN) and one not in keys:
                    self._wrong(_("There is no page “{key}”.").format(key=one.removeprefix(OWN)[:40]))
        pictures = self._pictures()
        if self._problems:
            raise _bad(self._problems)
        return spec, pictures

    def _readers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "title": lambda: self._text("title", 300),
            "client": lambda: self._text("client", 300),
            "sections": self._sections,
            "questions": lambda: self._texts("questions", 500),
            "filter": lambda: self._texts("filter", 500),
            "wave": lambda: self._text("wave", 200),
            "compare": lambda: self._text("compare", 200),
            "segment": lambda: self._text("segment", 200),
            "language": lambda: self._one_of("language", ("zh", "en")),
            "page": lambda: self._one_of("page", ("a4", "16:9")),
            "look": self._look,
            "counts_only": lambda: self._bool("counts_only"),
            "letters": self._letters,
            "weighted": lambda: self._bool("weighted"),
            "window": self._window,
            "headlines": self._headlines,
            "own_pages": self._own_pages,
            "quotes": self._quotes,
        }

    def _wrong(self, sentence: str) -> None:
        self._problems.append(sentence)

    def _text(self, name: str, most: int, value: Json | None = None) -> str:
        found = self._told.get(name, "") if value is None else value
        if isinstance(found, str) and len(found) <= most:
            return found
        self._wrong(_("“{field}” is not a text of at most {n} characters.").format(field=name, n=most))
        return ""

    def _texts(self, name: str, most: int) -> tuple[str, ...]:
        found = self._told[name]
        if isinstance(found, list) and all(isinstance(one, str) and len(one) <= most for one in found):
            return tuple(str(one) for one in found)
        self._wrong(_("“{field}” is not a list of texts.").format(field=name))
        return ()

    def _bool(self, name: str) -> bool:
        found = self._told[name]
        if not isinstance(found, bool):
            self._wrong(_("“{field}” is neither true nor false.").format(field=name))
        return found is True

    def _one_of(self, name: str, allowed: Sequence[str]) -> str:
        found = self._told[name]
        if found not in allowed:
            self._wrong(_("“{field}” is none of: {values}.").format(field=name, values=", ".join(allowed)))
            return allowed[0]
        return str(found)

    def _letters(self) -> Letters | None:
        found = self._one_of("letters", ["", *(one.value for one in Letters)])
        return Letters(found) if found else None

    def _window(self) -> int:
        found = self._told["window"]
        if isinstance(found, int) and not isinstance(found, bool) and found in (1, 3, 12):
            return found
        self._wrong(_("“{field}” is none of: {values}.").format(field="window", values="1, 3, 12"))
        return 1

    def _sections(self) -> tuple[str, ...]:
        found = self._texts("sections", 100)
        for one in found:
            if one not in SECTIONS and not one.startswith(OWN):
                self._wrong(
                    _("There is no section “{name}”; there are: {names}.").format(
                        name=one[:40], names=", ".join(SECTIONS)
                    )
                )
        if len(set(found)) < len(found):
            self._wrong(_("A section is named twice."))
        return found

    def _look(self) -> Look:
        found = self._told["look"]
        names = {one.name for one in fields(Look)}
        if not isinstance(found, dict) or not set(found) <= names:
            self._wrong(_("“look” holds something else than: {names}.").format(names="strong, accent, logo"))
            return Look()
        colours = {name: str(found.get(name, "")) for name in names}
        for name in ("strong", "accent"):
            if colours[name] and not _COLOUR.fullmatch(colours[name]):
                self._wrong(_("“{field}” is no colour as #rrggbb.").format(field=f"look.{name}"))
        if colours["logo"] and not _HASH.fullmatch(colours["logo"]):
            self._wrong(_("“{field}” names no picture.").format(field="look.logo"))
        return Look(**colours)

    def _headlines(self) -> Mapping[str, Headline]:
        found = self._told["headlines"]
        made: dict[str, Headline] = {}
        for key, one in found.items() if isinstance(found, dict) else ():
            text, before = (one.get("text"), one.get("generated", "")) if isinstance(one, dict) else (None, "")
            if not isinstance(text, str) or not isinstance(before, str) or not 0 < len(text) <= 500:
                self._wrong(
                    _("The headline “{key}” is not a text of at most {n} characters.").format(key=key[:60], n=500)
                )
                continue
            made[key] = Headline(text, before[:2_000])
        if not isinstance(found, dict):
            self._wrong(_("“{field}” is not a list of named values.").format(field="headlines"))
        return made

    def _own_pages(self) -> tuple[OwnPage, ...]:
        found = self._told["own_pages"]
        if not isinstance(found, list) or len(found) > MOST_OWN_PAGES:
            self._wrong(_("“own_pages” is not a list of at most {n} pages.").format(n=MOST_OWN_PAGES))
            return ()
        pages = []
        for one in found:
            page = own_page(one)
            if page is None:
                self._wrong(_("A page of one's own needs a key, a title, a text and a list of pictures."))
            else:
                pages.append(page)
        if len({page.key for page in pages}) < len(pages):
            self._wrong(_("Two pages of one's own have the same key."))
        return tuple(pages)

    def _quotes(self) -> QuoteCounts:
        found = self._told["quotes"]
        limits = {"themes": 200, "each": 50, "listed": 50_000}
        if not isinstance(found, dict) or not set(found) <= set(limits):
            self._wrong(_("“quotes” holds something else than: {names}.").format(names=", ".join(limits)))
            return QuoteCounts()
        for name, value in found.items():
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limits[name]:
                self._wrong(_("“{field}” is no number from 0 to {n}.").format(field=f"quotes.{name}", n=limits[name]))
                return QuoteCounts()
        return QuoteCounts(**{name: int(str(value)) for name, value in found.items()})

    def _pictures(self) -> dict[str, bytes]:
        found = self._told.get("pictures", {})
        made: dict[str, bytes] = {}
        for h, one in found.items() if isinstance(found, dict) else ():
            data = one.get("data") if isinstance(one, dict) else None
            try:
                made[h] = base64.b64decode(str(data), validate=True)
            except binascii.Error:
                self._wrong(_("A picture cannot be read."))
        return made


def own_page(value: Json) -> OwnPage | None:
    """Return a page of one's own from its plain value, or None where it is none."""
    if not isinstance(value, dict):
        return None
    key, title, text = value.get("key"), value.get("title"), value.get("text", "")
    pictures = value.get("pictures", [])
    if not (isinstance(key, str) and 0 < len(key) <= 60 and isinstance(title, str) and 0 < len(title) <= 300):
        return None
    if not isinstance(text, str) or len(text) > MOST_TEXT or not isinstance(pictures, list):
        return None
    if not all(isinstance(one, str) and _HASH.fullmatch(one) for one in pictures):
        return None
    released = value.get("released", [])
    named = [one for one in released if isinstance(one, dict)] if isinstance(released, list) else []
    made = [Released(*(str(one.get(name, "")) for name in ("characters", "coder", "reason"))) for one in named]
    return OwnPage(key, title, text, tuple(str(one) for one in pictures), tuple(made))


def page_value(page: OwnPage) -> dict[str, Json]:
    """Return a page of one's own as ``own_page`` reads it."""
    told: dict[str, Json] = {
        "key": page.key,
        "title": page.title,
        "text": page.text,
        "pictures": list(page.pictures),
    }
    if page.released:
        told["released"] = [
            {"characters": one.characters, "coder": one.coder, "reason": one.reason} for one in page.released
        ]
    return told
