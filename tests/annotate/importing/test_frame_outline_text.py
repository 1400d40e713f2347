"""A code frame written as an outline in a text file: levels by tabs, spaces, signs or numbers, in any encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from frame_outline import outline

from annotate.errors import UserError
from annotate.importing.frame_load import looks_like_frame, read_frame

TREE = ["網路", "網路/訊號", "網路/網速", "服務", "服務/客服", "其他", "無意見"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("網路\n\t訊號\n\t網速\n\n服務\n\t客服\n其他\n無意見\n", "big5"),
        ("網路\r\n    訊號\r\n    網速\r\n服務\r\n    客服\r\n其他\r\n無意見", "utf-16"),
        ("1 網路\n  1.1 訊號\n  1.2 網速\n2 服務\n  2.1 客服\n98 其他\n99 無意見\n", "utf-8"),
        ("1 網路\n1.1 訊號\n1.2 網速\n2 服務\n2.1 客服\n98 其他\n99 無意見\n", "utf-8"),
        ("- 網路\n-- 訊號\n-- 網速\n- 服務\n-- 客服\n- 其他\n- 無意見\n", "utf-8"),
    ],
)
def test_outlines(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "frame.txt"
    path.write_bytes(text.encode(encoding))
    sheet = read_frame(path)
    assert outline(sheet) == TREE
    assert [node.role for node in sheet.nodes][-2:] == ["other", "none"]
    assert sheet.problems == ()


def test_a_transcript_is_no_frame(tmp_path: Path) -> None:
    path = tmp_path / "interview.txt"
    turns = [
        f"客服：您好，请问有什么可以帮到您的吗，第{n}次\n客户：我家的宽带又断了，已经修了{n}次还是不行"
        for n in range(12)
    ]
    path.write_text("\n".join(turns), encoding="utf-8")
    assert not looks_like_frame(path)
    with pytest.raises(UserError) as caught:
        read_frame(path)
    assert caught.value.id == "not-a-frame"
