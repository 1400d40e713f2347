"""Answers of two months with personal data among them, and short ways to what a project keeps of its reports."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from annotate import verbatims
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query
from reports.document import printed
from reports.manuscript import Manuscript

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


def ids(project: Project) -> list[int]:
    return [int(one) for one in verbatims.ids(project, Query()).tolist()]


def code(project: Project, label: str) -> int:
    with project.reading() as db:
        return db.integer("select code_id from code_def where label = ?", (label,))


def text_of(manuscript: Manuscript) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(BytesIO(printed(manuscript, Path("r.pdf"))[0]))
    whole = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return whole
