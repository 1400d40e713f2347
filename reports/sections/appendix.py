"""Appendix: code frame with counts, model quality by code, words and formulas."""

from __future__ import annotations

from reports.data import QuestionFigures, ReportData, Role, ThemeFigures, Unit
from reports.pdf.blocks import Block
from reports.pdf.paragraphs import Span
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.defined import defined
from reports.sections.method import micro_text, quality_texts
from reports.sections.press import Press
from reports.statistics.shares import BaseSize, Source

MOST_LISTED = 600


def frame(press: Press) -> list[Block]:
    """Return the code frames with numbers, definitions and counts."""
    words, data = press.words, press.data
    questions = [question for question in data.questions if question.themes]
    if not questions:
        return []
    codes = len({theme.code for question in questions for theme in question.themes if not theme.is_net})
    upper = len({theme.code for question in questions for theme in question.themes if theme.is_net})
    title = (
        words("The code frame has {codes} codes in {nets} nets", codes=codes, nets=upper)
        if upper
        else words("The code frame has {codes} codes", codes=codes)
    )
    blocks: list[Block] = [press.section(words("Appendix: code frame"), title, key="frame")]
    for question in questions:
        if len(questions) > 1:
            blocks.append(press.part(question.name))
        blocks.append(_frame_table(press, question))
    return blocks


def _frame_table(press: Press, question: QuestionFigures) -> Block:
    words = press.words
    shown = press.data.limits.of(question.base) is not BaseSize.HIDDEN
    defined = any(theme.definition for theme in question.themes)
    columns = [
        ColumnSpec(words("No."), 0.8),
        ColumnSpec(words("Net and code"), 2.2),
        *([ColumnSpec(words("Definition"), 2.9)] if defined else []),
        ColumnSpec(words("Mentions"), 0.75, "right"),
        ColumnSpec(words("number of {people}", people=words.people), 0.75, "right"),
        ColumnSpec(words("Share") + f"\n{words.base(question.base)}", 0.95, "right"),
        ColumnSpec(words("95% interval"), 1.2, "right"),
    ]
    rows: list[list[Cell | str]] = []
    for depth, theme in _in_order(question):
        grey = press.colours.quiet if theme.share.source is Source.MACHINE else None
        bold = theme.is_net
        label: tuple[Span, ...] = (Span(theme.label, bold=bold),)
        if theme.role is not Role.THEME and _role(press, theme.role) != theme.label.lower():
            label = (*label, Span(f"  {_role(press, theme.role)}", colour=press.colours.quiet))
        rows.append(
            [
                Cell(theme.number, colour=press.colours.quiet),
                Cell(label, indent=8.0 * depth),
                *([theme.definition] if defined else []),
                words.count(theme.mentions),
                words.count(theme.share.count),
                Cell(words.percent(theme.share.value, theme.share.base) if shown else "—", bold=bold, colour=grey),
                Cell(words.share_span(theme.share) if shown else "—", colour=press.colours.quiet),
            ]
        )
    return press.table(columns, rows, size=7.5)


def _in_order(question: QuestionFigures) -> list[tuple[int, ThemeFigures]]:
    """Return the themes as a tree in the order given, with their depth; codes whose net is missing come at the top."""
    known = {theme.code for theme in question.themes}
    below: dict[int | None, list[ThemeFigures]] = {}
    for theme in question.themes:
        below.setdefault(theme.net if theme.net in known else None, []).append(theme)
    ordered: list[tuple[int, ThemeFigures]] = []
    stack = [(0, theme) for theme in reversed(below.get(None, []))]
    while stack:
        depth, theme = stack.pop()
        ordered.append((depth, theme))
        stack += [(depth + 1, child) for child in reversed(below.get(theme.code, []))]
    return ordered


def _role(press: Press, role: Role) -> str:
    words = press.words
    return {
        Role.OTHER: words("other"),
        Role.NONE: words("none"),
        Role.DONT_KNOW: words("don't know"),
        Role.REFUSED: words("refused"),
        Role.UNCODABLE: words("uncodable"),
        Role.INVALID: words("invalid"),
    }.get(role, "")


def model_quality(press: Press) -> list[Block]:
    """Return precision, recall and F1 by code; nothing without a model."""
    words, model = press.words, press.data.model
    if not model or not model.codes:
        return []
    title = words(
        "The model's micro-F1 is {f1}, each of {n} answers judged by a model fitted without it",
        f1=micro_text(model),
        n=words.count(model.scored),
    )
    columns = [
        ColumnSpec(words("No."), 0.8),
        ColumnSpec(words("Code"), 2.4),
        ColumnSpec(words("Support"), 0.8, "right"),
        ColumnSpec(words("Precision"), 1.35, "right"),
        ColumnSpec(words("Recall"), 1.35, "right"),
        ColumnSpec("F1", 1.35, "right"),
    ]
    rows: list[list[Cell | str]] = []
    for code in sorted(model.codes, key=lambda code: -code.support):
        weak = press.colours.quiet if code.support < press.data.limits.shown else None
        texts = quality_texts(code)
        rows.append(
            [
                Cell(code.number, colour=press.colours.quiet),
                code.label,
                Cell(words.count(code.support), colour=weak),
                *(Cell(text, colour=weak) for text in texts),
            ]
        )
    note = words(
        "Support: answers to which people gave the code. In brackets: 95% intervals. Grey: support under {n}, "
        "too little to "
        "judge by. All figures are out of sample.",
        n=press.data.limits.shown,
    )
    return [
        press.section(words("Appendix: model quality by code"), title, key="quality"),
        press.table(columns, rows, size=7.5),
        press.note(note),
    ]


def definitions(press: Press) -> list[Block]:
    """Return the definitions in force, and the words and formulas used."""
    words, data = press.words, press.data
    section = press.section(
        words("Appendix: terms and formulas"), words("How the figures of this report are computed"), key="definitions"
    )
    columns = [ColumnSpec(words("Term"), 1.2), ColumnSpec(words("Meaning"), 4.2)]
    rows: list[list[Cell | str]] = [[Cell(term, bold=True), text] for term, text in _terms(press, data)]
    return [section, *defined(press), press.part(words("Terms and formulas")), press.table(columns, rows)]


def edited_titles(press: Press) -> list[Block]:
    """Return the titles that a consultant wrote, each with the sentence that was generated; nothing where none was."""
    words = press.words
    edited = [one for one in press.titles if one.edited]
    if not edited:
        return []
    columns = [
        ColumnSpec(words("Section"), 1.2),
        ColumnSpec(words("As printed"), 2.4),
        ColumnSpec(words("As generated"), 2.4),
    ]
    rows: list[list[Cell | str]] = [[one.section, one.printed, one.generated] for one in edited]
    title = words("{count} titles were worded by the consultant", count=len(edited))
    return [
        press.section(words("Appendix: edited titles"), title, key="edited", edit=False),
        press.table(columns, rows),
    ]


def verbatim_list(press: Press) -> list[Block]:
    """Return the list of answers, masked; nothing where the manuscript holds none."""
    words, manuscript = press.words, press.manuscript
    if not manuscript.listed:
        return []
    title = words(
        "{count} of {all} answers, personal data masked",
        count=words.count(len(manuscript.listed)),
        all=words.count(manuscript.listed_of),
    )
    blocks: list[Block] = [press.section(words("Appendix: list of verbatims"), title, key="verbatims")]
    question = ""
    for one in manuscript.listed:
        if one.question != question:
            question = one.question
            blocks.append(press.part(question))
        about = " · ".join([one.reference, *one.about, *([words.listed(one.codes)] if one.codes else [])])
        blocks.append(press.listed_answer(about, press.prepared(one.text, one.verbatim, most=MOST_LISTED)))
    return blocks


def _terms(press: Press, data: ReportData) -> list[tuple[str, str]]:
    words, limits = press.words, data.limits
    terms = [
        (
            words("Base, n"),
            words("The {people} a percentage is computed over; always printed beside it.", people=words.people),
        ),
        (
            words("Share"),
            words(
                "People who mention a theme ÷ base. A person counts once in a net, however many of its codes are named."
            )
            if words.unit is Unit.PEOPLE
            else words(
                "Answers that mention a theme ÷ base. An answer counts once in a net, however many codes it names."
            ),
        ),
        (
            words("Mentions"),
            words("Answers × codes. Not the same figure as the number of {people}.", people=words.people),
        ),
        (
            words("95% interval"),
            words("Wilson's score interval for shares: (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n), z = 1.96."),
        ),
        (
            words("Low base"),
            words(
                "Under {shown}: no percentage. {shown} to {last}: marked with *. No test under {tested}.",
                shown=limits.shown,
                last=limits.full - 1,
                tested=limits.tested,
            ),
        ),
    ]
    kinds = {score.kind.value for score in data.scores}
    if "nps" in kinds:
        terms.append(
            (
                words("NPS interval"),
                words(
                    "Three answers are added (¾ promoter, 1½ passive, ¾ detractor), then p−d ± 1.96×√((p+d−(p−d)²)/n)."
                ),
            )
        )
    if data.model:
        terms += [
            (
                words("Precision, recall, F1"),
                words(
                    "Precision: of the codes the model gave, the part that people gave too. Recall: of the codes "
                    "people gave, the "
                    "part that the model found. F1 = 2PR ÷ (P + R); micro-F1 over all decisions."
                ),
            ),
            (
                words("Out of sample"),
                words(
                    "Judged on answers that the model had not learned from; answers with the same words stay together."
                ),
            ),
        ]
    if any(theme.share.source is Source.CORRECTED for question in data.questions for theme in question.themes):
        terms.append(
            (
                words("Corrected share"),
                words(
                    "Of the answers to which the model gives the code, the part that people found right; of the "
                    "others, the part that it missed: both from the audit sample, rates of rare codes drawn towards "
                    "those of their net. Interval from 2,000 draws of both rates and of who happened to answer."
                ),
            )
        )
    if any(theme.previous for question in data.questions for theme in question.themes):
        terms.append(
            (
                words("Change"),
                words(
                    "Significant when the p-value, adjusted by Holm's method over all rows of a figure, is at most .05."
                ),
            )
        )
    return terms
