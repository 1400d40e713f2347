"""Shares of a study whose truth is known: a random sample read by people takes the model's errors out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import machine
import numpy as np
import pytest
from study import Study, study
from tables import write_csv

from annotate import coding, samples, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import InQuestion, Query
from reports.collect import collect, read, rows
from reports.collect.report import plans
from reports.data import QuestionFigures, Rows, Scope
from reports.statistics.limits import Lack, TooFew
from reports.statistics.shares import Source

N, READ = 1200, 300


class Truth:
    """1,200 answers: 异响 truly 20 % (the model finds 70 % and cries wolf on 10 %), 顿挫 8 %, 空间 15 %; net 动力."""

    def __init__(self, project: Project, folder: Path) -> None:
        rng = np.random.default_rng(5)
        people = [f"p{n}" for n in range(N)]
        region = rng.choice(["华东", "华南", "华北"], N).tolist()
        self.study: Study = study(
            project, folder, {"who": (Role.RESPONDENT, people), "region": (Role.SEGMENT, region)},
            {"动力": ("异响", "顿挫"), "": ("空间",)},
        )  # fmt: skip
        self.true = {label: rng.random(N) < p for label, p in (("异响", 0.2), ("顿挫", 0.08), ("空间", 0.15))}
        self.said = {
            label: np.where(true, rng.random(N) < 0.7, rng.random(N) < 0.1) for label, true in self.true.items()
        }
        self.study.guess(self.said)

    def audit(self, size: int = READ) -> np.ndarray:
        """Draw and read an audit; return which answers it holds."""
        made = self.study
        samples.draw_audit(made.project, question=made.question, size=size)
        drawn = {int(row[0] or 0) for row in made.project.rows("select verbatim_id from sample_row")}
        marks = np.array([row in drawn for row in made.rows])
        for label, true in self.true.items():
            made.say(label, true & marks)
        made.confirm(marks)
        return marks

    def question(self, **scope: object) -> QuestionFigures:
        return collect(self.study.project, scope=Scope(**scope), texts=False).questions[0]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    folder = tmp_path_factory.mktemp("truth")
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        made = Truth(project, folder)
        made.before = made.question()  # type: ignore[attr-defined]
        made.plan = _plan(made)  # type: ignore[attr-defined]
        made.marks = made.audit()  # type: ignore[attr-defined]
        yield made


def _plan(made: Truth) -> object:
    loaded = read(made.study.project)
    with made.study.project.reading() as db:
        return plans(db, loaded, Scope())


def test_without_an_audit_shares_are_the_models_and_say_what_is_missing(truth: Truth) -> None:
    told: QuestionFigures = truth.before  # type: ignore[attr-defined]
    assert told.correction == TooFew(Lack.AUDITED, 0, 100)
    for theme in told.themes:
        assert theme.share.source is Source.MACHINE
        assert theme.share == theme.counted
        assert theme.uncorrected == TooFew(Lack.AUDITED, 0, 100)


def test_corrected_shares_hold_the_truth_where_counts_do_not(truth: Truth) -> None:
    told = truth.question()
    themes = {one.label: one for one in told.themes}
    assert told.correction is not None and not isinstance(told.correction, TooFew)
    assert (told.correction.read, told.correction.stands_for) == (READ, N)
    for label, true in truth.true.items():
        theme = themes[label]
        assert theme.share.source is Source.CORRECTED
        assert theme.share.low <= true.mean() <= theme.share.high
        assert theme.counted is not None
        final = np.where(truth.marks, true, truth.said[label])  # type: ignore[attr-defined]
        assert (theme.counted.count, theme.counted.base) == (int(final.sum()), N)
        assert theme.share.count == theme.counted.count
    wrong = themes["顿挫"].counted
    assert wrong is not None and wrong.low > truth.true["顿挫"].mean()
    net = themes["动力"]
    for end in ("value", "low", "high"):
        assert getattr(net.share, end) >= max(getattr(themes[one].share, end) for one in ("异响", "顿挫")) - 1e-12


def test_the_card_counts_what_the_sample_found(truth: Truth) -> None:
    theme = next(one for one in truth.question().themes if one.label == "异响")
    marks, said, true = truth.marks, truth.said["异响"], truth.true["异响"]  # type: ignore[attr-defined]
    told = theme.provenance
    assert told is not None
    assert (told.audited, told.said) == (READ, int((said & marks).sum()))
    assert (told.right, told.missed) == (int((said & true & marks).sum()), int((true & ~said & marks).sum()))
    assert told.human + told.machine == theme.share.count
    assert not told.borrowed


def test_counts_only_leaves_everything_as_counted(truth: Truth) -> None:
    told = truth.question(counts_only=True)
    assert told.correction is None
    assert all(one.share == one.counted for one in told.themes)


def test_a_part_of_the_answers_is_corrected_by_its_part_of_the_sample(truth: Truth) -> None:
    with truth.study.project.reading() as db:
        field = db.integer("select id from field where name = 'region'")
    from annotate.store.query import FieldIs

    told = truth.question(filter=Query((FieldIs(field, ("华东", "华南")),)))
    assert told.correction is not None and not isinstance(told.correction, TooFew)
    assert 150 < told.correction.read < READ
    assert told.base == told.correction.stands_for < N


def test_the_plan_before_anyone_reads_is_near_what_came(truth: Truth) -> None:
    (plan,) = truth.plan  # type: ignore[attr-defined]
    assert (plan.open, plan.read, plan.sizes) == (N, 0, (200, 400, 1000))
    assert plan.hours[1] == pytest.approx(2 * plan.hours[0])
    widths = {one.theme.label: one.half_widths for one in plan.themes}
    for theme in truth.question().themes:
        few, more, most = widths[theme.label]
        assert most < more < few
        assert most < theme.share.half_width < 1.8 * few


def test_every_number_leads_back_to_its_rows(truth: Truth) -> None:
    data = collect(truth.study.project, texts=False)
    loaded = read(truth.study.project)
    (told,) = data.questions
    with truth.study.project.reading() as db:

        def count(one: Rows | None) -> int:
            assert one is not None
            return len(rows.ids(db, loaded, Rows.from_json(one.to_json())))

        for theme in told.themes:
            assert count(theme.rows) == theme.share.count
        (table,) = told.segments
        for at, column in enumerate(table.columns):
            assert count(column.rows) == column.base
            for row in table.rows:
                assert count(row.cells[at].rows) == row.counts[at] == row.cells[at].count
        everything = Rows(Query().where(InQuestion(truth.study.question)))
        assert count(everything) == told.base


def test_a_wave_that_nobody_audited_is_not_corrected_by_another(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    true = rng.random(600) < 0.3
    found = np.where(true, rng.random(600) < 0.8, rng.random(600) < 0.1)
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(project, tmp_path, {"wave": (Role.WAVE, ["1"] * 300)}, {"": ("空间",)})
        first = made.guess({"空间": found[:300]}, wave=1)

        def audit(rows: list[int]) -> None:
            samples.draw_audit(project, question=made.question, size=120)
            drawn = {int(row[0] or 0) for row in project.rows("select verbatim_id from sample_row")}
            for row, is_true in zip(rows, true, strict=False):
                if row in drawn:
                    if is_true:
                        coding.apply_code(project, verbatims=[row], code=made.codes["空间"], expand=False)
                    coding.confirm(project, verbatims=[row], expand=False)

        def correction(wave: str) -> object:
            return collect(project, scope=Scope(period=wave), texts=False).questions[0].correction

        audit(made.rows)
        assert not isinstance(correction("1"), TooFew)
        lines = [[f"s{n}", "2", f"第{n}条第二期的话"] for n in range(300)]
        later = write_csv(tmp_path / "later.csv", ["id", "wave", "Q"], lines)
        import_file(project, later, roles={Role.ID: ["id"], Role.WAVE: ["wave"], Role.TEXT: ["Q"]})
        rows = verbatims.ids(project, Query()).tolist()
        guesses = [(row, made.codes["空间"], 0.9, True) for row, on in zip(rows[300:], found[300:], strict=True) if on]
        machine.predict(project, made.question, guesses, wave=2, model_of=first)
        assert not isinstance(correction("1"), TooFew)
        assert correction("2") == TooFew(Lack.AUDITED, 0, 100)
        assert correction("") == TooFew(Lack.AUDITED, 0, 100), "what is known of one wave says nothing of both"
        audit(rows)
        assert not isinstance(correction("2"), TooFew)
        assert not isinstance(correction(""), TooFew)
