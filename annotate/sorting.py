"""In which order the grid lists answers."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.store.query import SUGGESTED

# Answers in force that repeat an earlier one.
TWINS = "from verbatim g where g.group_id <> g.id and g.batch_id in (select id from import_batch where state = 1)"


@dataclass(frozen=True, slots=True)
class Sort:
    """Order of the grid, each way round; ``by``: id, length, field (its id), group (size), sure (the likeliest code
    that the run in force gives), likely (how likely the code in ``field`` is), codes (how many people gave), status or
    question."""

    by: str = "id"
    field: int | None = None
    descending: bool = False

    def sql(self) -> str:
        """Return the order-by clause; ties by id, so that the order is the same each time."""
        way = " desc" if self.descending else ""
        if self.by == "length":
            return f"(select length(t.text) from verbatim_text t where t.id = v.id){way}, v.id"
        if self.by == "field" and self.field is not None:
            return f"(select r.c{int(self.field)} from record r where r.id = v.record_id){way}, v.id"
        if self.by == "group":
            return f"(select count(*) {TWINS} and g.group_id = v.id){way}, v.id"
        if self.by == "sure":
            return f"(select max(p.p) {SUGGESTED}){way} nulls last, v.id"
        if self.by == "likely" and self.field is not None:
            return f"(select p.p {SUGGESTED} and p.code_id = {int(self.field)}){way} nulls last, v.id"
        if self.by == "codes":
            return (
                f"(select count(distinct code_id) from label_now w where w.verbatim_id = v.id and w.yes = 1){way}, v.id"
            )
        if self.by == "status":
            return (
                "(exists(select 1 from review_now n where n.verbatim_id = v.id) * 2"
                f" + exists(select 1 from label_now w where w.verbatim_id = v.id and w.yes = 1)){way}, v.id"
            )
        if self.by == "question":
            return f"v.question_id{way}, v.id"
        return f"v.id{way}"
