"""Encodings are found from the bytes alone, in small files and large, damaged and late."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path

import pytest

from annotate.importing.encoding import Encoding, detect, named, surprise
from annotate.importing.source import samples

SIMPLIFIED = "编号,原话\n1,空间很大，油耗也低，就是隔音不好。\n2,服务态度很好，下次还来\n"
TRADITIONAL = "編號,原話\n1,空間很大，油耗也低，就是隔音不好。\n2,服務態度很好，下次還來\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (SIMPLIFIED.encode(), Encoding.UTF_8),
        (codecs.BOM_UTF8 + SIMPLIFIED.encode(), Encoding.UTF_8_BOM),
        (SIMPLIFIED.encode("gb18030"), Encoding.GB18030),
        (SIMPLIFIED.encode("gbk"), Encoding.GB18030),
        (TRADITIONAL.encode("gb18030"), Encoding.GB18030),
        (TRADITIONAL.encode("big5"), Encoding.BIG5),
        (SIMPLIFIED.encode("utf-16"), Encoding.UTF_16_LE),
        (codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), Encoding.UTF_16_BE),
        (SIMPLIFIED.encode("utf-16-le"), Encoding.UTF_16_LE),
        (SIMPLIFIED.encode("utf-16-be"), Encoding.UTF_16_BE),
        (b"id,text\n1,plain\n", Encoding.UTF_8),
        ("id,text\n1,the caf\xe9 isn\x92t cheap\n2,d\xe9j\xe0 vu\n".encode("latin-1"), Encoding.WINDOWS_1252),
        ("id,text\n1,the café isn’t cheap\n".encode(), Encoding.UTF_8),
    ],
)
def test_detection(content: bytes, encoding: Encoding) -> None:
    assert detect([content]) is encoding


@pytest.mark.parametrize("codec", ["gb18030", "big5"])
@pytest.mark.parametrize("text", ["空間很大的", "服務態度好嗎", "我不知道什麼"])
def test_six_characters_are_enough(codec: str, text: str) -> None:
    if codec == "gb18030":
        text = text.translate(str.maketrans("間務態麼嗎", "间务态么吗"))
    assert detect([f"id,text\n1,{text}\n".encode(codec)]).codec.startswith(codec[:4])


def test_one_bad_byte_does_not_turn_the_file() -> None:
    content = SIMPLIFIED.encode() * 3 + "3,坏\n".encode().replace("坏".encode(), b"\xbb\xb5") + SIMPLIFIED.encode()
    assert detect([content]) is Encoding.UTF_8
    few = "id,text\n1,isn’t\n2,don’t\n".encode() + b"3,bad \xff\n"
    assert detect([few]) is Encoding.UTF_8


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
@pytest.mark.parametrize("behind", [0, 900_000])
def test_a_long_ascii_beginning(tmp_path: Path, codec: str, suffix: str, behind: int) -> None:
    rows = b"".join(b"%d,plain,x\n" % number for number in range(60_000))
    content = b"id,text,x\n" + rows + SIMPLIFIED.encode(codec) + rows[:behind]
    path = tmp_path / f"data{suffix}"
    path.write_bytes(gzip.compress(content, 1) if suffix.endswith("gz") else content)
    assert detect(samples(path)).codec == codec


def test_names_of_encodings() -> None:
    assert named("GBK") is named("gb2312") is Encoding.GB18030
    assert named("UTF-8") is Encoding.UTF_8
    assert named("klingon") is None


def test_mojibake_is_more_surprising_than_the_text() -> None:
    real = "空间很大，油耗也低"
    for wrong in (real.encode().decode("gb18030", "replace"), real.encode("gb18030").decode("big5", "replace")):
        assert surprise(wrong) > 1.5 * surprise(real)
    assert surprise("空間很大") == surprise("空间很大")
    assert surprise("") == 0


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "gb18030", "big5", "utf-8"])
@pytest.mark.parametrize("text", ["不可以退貨嗎", "非常好用謝謝", "一點也不值得"])
def test_six_characters_without_any_ascii(codec: str, text: str) -> None:
    if codec == "gb18030":
        text = text.translate(str.maketrans("貨嗎謝點", "货吗谢点"))
    assert text.encode(codec).decode(detect([text.encode(codec)]).codec) == text


@pytest.mark.parametrize("content", [b"a", b"ab", b"id", b"id,text\n1,ok\n", b"NN", b"hello world", b"1234"])
def test_plain_ascii_is_never_wide(content: bytes) -> None:
    assert detect([content]) is Encoding.UTF_8


@pytest.mark.parametrize(
    "text", ["好" * 100_000, "的" * 60, "id,answer\n" + "".join(f"{n},好好好好好\n" for n in range(200))]
)
def test_a_character_that_repeats_in_gbk_is_not_a_row_of_accents(text: str) -> None:
    assert detect([text.encode("gbk")[: 256 << 10]]) is Encoding.GB18030


@pytest.mark.parametrize(
    "text", ["Très déçu, à éviter… hélas", "No está mal, señor; así así. ¿Qué más?", "Größe und Qualität"]
)
def test_a_bad_byte_in_accents_stays_utf_8(text: str) -> None:
    assert detect([text.encode() * 20 + b"\xff\n" + text.encode()]) is Encoding.UTF_8
