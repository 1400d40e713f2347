"""The numbers that a reader finds on the pages of a report, and those that its figures allow, each by its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pypdfium2

from annotate.estimates import f1_interval, f1_score, wilson_interval
from reports import measures
from reports.data import CodeQuality, NeedFigures, ReportData, ScoreKind
from reports.plain import Plain, plain

# Not figures, told by where they stand: page numbers, days and weeks, section numbers before a title or alone, the
# ticks of an axis (a line of nothing else), and formulas.
NO_FIGURE = re.compile(
    r"Page \d+ of \d+|第 \d+ 页 / 共 \d+ 页|\d{4}-\d\d(?:-\d\d)?|\d\d-\d\d|^0\d(?=\D|$)"
    r"|^[+−]?\d+%?(?: [+−]?\d+%?)+$|^.*z²/.*$",
    re.MULTILINE,
)
NUMBER = re.compile(r"(?<![\d.,])(\d[\d,]*\d|\d)?(\.\d+)?(%)?")
LIMITS = frozenset({"95%", "90%", "20%", "5%", "100%", ".05", ".001", ".80", ".67", "0.80", "0.67", "1.96"})
"""Levels of tests and intervals, the normal deviate of 95 %, and limits that sentences name."""


@dataclass(slots=True)
class Allowed:
    """What may be printed: ``shares`` before a percent sign, ``decimals`` (shares of an interval too), ``counts``."""

    shares: set[str] = field(default_factory=set)
    decimals: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)

    def count(self, value: int) -> None:
        self.counts |= {f"{abs(value):,}", str(abs(value))}

    def measured(self, value: float) -> None:
        """Allow a figure as it is and, within 0 and 1, as percent; p-values without their zero."""
        points = [abs(value), *([100 * abs(value)] if abs(value) <= 1 else [])]
        for one in points:
            self.shares |= {f"{one:,.0f}", f"{one:,.1f}"}
            self.decimals |= {f"{one:,.1f}", f"{one:,.2f}"}
            self.counts.add(f"{one:,.0f}")
        self.decimals |= {f"{abs(value):.3f}"[1:], f"{abs(value):.2f}"[1:]} if abs(value) < 1 else set()

    def fits(self, whole: str, fraction: str, percent: str) -> bool:
        if f"{whole}{fraction}{percent}" in LIMITS:
            return True
        if percent:
            return f"{whole}{fraction}" in self.shares
        return f"{whole}{fraction}" in (self.decimals | self.shares if fraction else self.counts)


def allowed(data: ReportData) -> Allowed:
    """Return what the figures allow: every one that the engine tells as JSON, and what is summed or divided of them."""
    found = Allowed()
    for value in _values(plain(measures.spelled_out(data))):
        if isinstance(value, str):
            for whole, fraction, percent in _numbers(value):
                (found.shares if percent else found.decimals if fraction else found.counts).add(f"{whole}{fraction}")
        elif isinstance(value, int):
            found.count(value)
        else:
            found.measured(value)
    for sums in ("records", "accepted", "rejected", "duplicates", "blank", "used"):
        found.count(sum(getattr(source, sums) for source in data.sources))
    for score in data.scores:
        if change := measures.change(score):
            for moved in (change.value, change.low, change.high):
                found.measured(moved)
        if score.kind is ScoreKind.NPS:
            base = sum(count for _, count in score.distribution)
            for low, high in ((0, 6), (7, 8), (9, 10)):
                part = sum(count for value, count in score.distribution if low <= value <= high)
                found.count(part)
                found.measured(part / base)
    for question in data.questions:
        for theme in question.themes:
            if told := theme.sentiments:
                found.count(told.total)
                for part in (told.negative, told.neutral, told.positive):
                    found.measured(part / told.total)
        if isinstance(question.needs, NeedFigures):
            for itch in question.needs.itches:
                found.measured(itch.wishers / itch.people)
    if data.model:
        for code in (data.model.overall, *data.model.codes):
            _quality(found, code)
    return found


def _quality(found: Allowed, code: CodeQuality) -> None:
    said, support = code.hits + code.false_alarms, code.hits + code.missed
    found.count(support)
    rates = [f1_score(code.hits, code.false_alarms, code.missed)]
    rates += f1_interval(code.hits, code.false_alarms, code.missed)
    for base in (said, support):
        rates += [code.hits / base, *wilson_interval(code.hits, base)] if base else []
    found.decimals |= {f"{rate:.2f}" for rate in rates}


def _values(told: Plain) -> Iterator[int | float | str]:
    if isinstance(told, dict):
        for one in told.values():
            yield from _values(one)
    elif isinstance(told, list):
        for one in told:
            yield from _values(one)
    elif told is not None and not isinstance(told, bool):
        yield told


def _numbers(text: str) -> Iterator[tuple[str, str, str]]:
    for found in NUMBER.finditer(text):
        whole, fraction, percent = (part or "" for part in found.groups())
        if whole or fraction:
            yield whole, fraction, percent


def foreign(pdf: bytes, data: ReportData) -> list[tuple[int, str, str]]:
    """Return the numbers on the pages that the figures do not tell, as (page from 1, number, its line)."""
    may, found = allowed(data), []
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    for number, page in enumerate(document, 1):
        text_page = page.get_textpage()
        text = NO_FIGURE.sub(" ", text_page.get_text_bounded().replace("\r\n", "\n"))
        text_page.close()
        page.close()
        for line in text.splitlines():
            found += [(number, "".join(one), line) for one in _numbers(line) if not may.fits(*one)]
    document.close()
    return found
