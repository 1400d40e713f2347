"""The answers behind a bar are those that the bar counts, and many of them are found as a set."""

from __future__ import annotations

from pathlib import Path

import tables

from annotate import coding, frames, verbatims
from annotate.importing.frame_load import import_frame
from annotate.importing.load import import_file
from annotate.layers import Source, answers
from annotate.standing import answers_in, standing
from annotate.store.project import Project
from annotate.store.query import Ids, Query


def test_each_source_lists_what_it_counts(tmp_path: Path) -> None:
    texts = ["低速顿挫", "低速顿挫", *(f"异响{n}" for n in range(6))]
    tables.write_csv(tmp_path / "a.csv", ("id", "Q7 不满意的地方"), [[f"r{n}", one] for n, one in enumerate(texts)])
    tables.frame(tmp_path / "f.csv")
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        import_file(project, tmp_path / "a.csv")
        import_frame(project, tmp_path / "f.csv")
        ids: list[int] = verbatims.ids(project, Query()).tolist()
        code = next(one.id for one in frames.head(project, 1).codes if one.number == "302")
        coding.apply_code(project, verbatims=[ids[0]], code=code)
        coding.confirm(project, verbatims=[ids[3]])
        with project.reading() as db:
            counts = standing(db, 1)
            told = {one.verbatim: one for one in answers(db, 1)}
            for source in Source:
                found = answers_in(db, 1, source).tolist()
                assert len(found) == counts.sources[source]
                assert found == sorted(
                    verbatim for verbatim, one in told.items() if (one.source if one.decided else one.machine) is source
                )
            assert answers_in(db, 1, Source.DUPLICATE).tolist() == [ids[1]]


def test_many_ranges_of_ids_are_looked_up_as_a_set(tmp_path: Path) -> None:
    rows = [[f"r{n}", f"回答{n}"] for n in range(300)]
    tables.write_csv(tmp_path / "a.csv", ("id", "Q7 不满意的地方"), rows)
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        import_file(project, tmp_path / "a.csv")
        ids: list[int] = verbatims.ids(project, Query()).tolist()
        every_second = ids[::2]
        query = Query().where(Ids.of(every_second))
        assert len(Ids.of(every_second).ranges) > 64
        assert verbatims.ids(project, query).tolist() == every_second
        assert Query.from_json(query.to_json()) == query
