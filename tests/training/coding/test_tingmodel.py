"""A model as a file: codes the same elsewhere, and refuses what was changed, cut short, too big or foreign."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from training_example import NAMES, PARENTS, example

from annotate.errors import UserError
from annotate.frames import Code, Frame, Role
from training.coding import tingmodel
from training.coding.bulk import Coder
from training.coding.tingmodel import read_tingmodel, write_tingmodel
from training.learner import model_file
from training.learner.classifier import fit
from training.learner.sentiment import fit_sentiment
from training.learner.texts import Reader
from training.session import StoredModel

IDS = tuple(range(11, 11 + len(NAMES)))


def frame() -> Frame:
    codes = []
    for place, name in enumerate(NAMES):
        above = int(PARENTS[place])
        path = (name,) if above < 0 else (NAMES[above], name)
        codes.append(
            Code(
                id=IDS[place], parent_id=None if above < 0 else IDS[above], is_net=name in ("value", "care"),
                number=str(300 + place), label=name, label_en="", role=Role.THEME, definition="", include="",
                exclude="", examples="", notes="", colour="", retired=False, held_from=1, meaning_from=1, path=path,
                depth=len(path) - 1,
            )
        )  # fmt: skip
    return Frame(1, "车", 1, 1, False, tuple(codes[:-1]))  # one code is gone from the frame since


@pytest.fixture(scope="module")
def stored() -> StoredModel:
    data = example(200, 3, noise=0)
    model = fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=1)
    rows, columns = np.nonzero(data.labels == 1)
    moods = np.where(columns % 2 == 0, np.int8(-1), np.int8(1)).astype(np.int8)
    mood = fit_sentiment(
        [data.texts[row] for row in rows.tolist()], columns, np.zeros(rows.size, np.int8), moods,
        columns=PARENTS.size, groups=rows, seed=1,
    )  # fmt: skip
    classifier = model_file.from_parts(model_file.to_parts(model))
    return StoredModel(
        id=1, hash="ab" * 32, frame_id=1, columns=IDS, nets=frozenset(IDS[-2:]), classifier=classifier,
        sentiment=mood, trained={}, probability=np.empty((0, 7), np.float32), accepted=np.empty((0, 7), np.bool_),
        ranked=np.empty((0, 7), np.float32), reader=Reader(agents=["客服"]),
    )  # fmt: skip


@pytest.fixture
def path(stored: StoredModel, tmp_path: Path) -> Path:
    write_tingmodel(tmp_path / "car.tingmodel", stored, frame(), cuts={12: 0.75})
    return tmp_path / "car.tingmodel"


def test_it_codes_elsewhere_what_it_codes_at_home(stored: StoredModel, path: Path) -> None:
    away = read_tingmodel(path)
    texts = example(100, 9).texts
    cuts = np.full(7, np.nan)
    cuts[1] = 0.75
    here = Coder(stored.classifier, sentiment=stored.sentiment, cuts=cuts, whole_answers=False).code(texts, -1)
    there = away.coder().code(texts, -1)
    for name in ("rows", "columns", "probability", "accepted", "sentiment", "confidence"):
        assert np.array_equal(getattr(here, name), getattr(there, name)), name
    assert (away.hash, away.frame, away.reader.key) == (stored.hash, "车", stored.reader.key)
    assert [one.name for one in away.codes] == ["300", "301", "302", "303", "304", "305", "#17"]
    assert away.codes[0].path == ("value", "price")
    assert [one.is_net for one in away.codes] == [False] * 5 + [True] * 2


def test_it_can_be_read_alone_and_holds_no_texts(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        codes = json.loads(archive.read("codes.json"))
        whole = b"".join(archive.read(name) for name in archive.namelist())
        with np.load(io.BytesIO(archive.read("classifier.npz")), allow_pickle=False) as arrays:
            assert arrays["weights"].shape[1] == 7
    assert codes["codes"][0]["label"] == "price"
    assert "价格".encode() not in whole
    assert b"roomy" not in whole


def test_the_same_model_gives_the_same_bytes(stored: StoredModel, path: Path, tmp_path: Path) -> None:
    write_tingmodel(tmp_path / "again.tingmodel", stored, frame(), cuts={12: 0.75})
    assert (tmp_path / "again.tingmodel").read_bytes() == path.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again.tingmodel", "car.tingmodel"]


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as refused:
        read_tingmodel(path)
    assert path.name in refused.value.sentence()
    return refused.value.id


def other_version(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"tingmodel": 1', b'"tingmodel": 2')


def flipped(members: dict[str, bytes]) -> None:
    members["classifier.npz"] = members["classifier.npz"][:-900] + b"\x01" + members["classifier.npz"][-899:]


def renamed(members: dict[str, bytes]) -> None:
    members["codes.json"] = members["codes.json"].replace(b"price", b"prize")


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "flipped": (flipped, "model-file-damaged"),
    "renamed": (renamed, "model-file-damaged"),
    "missing": (lambda members: members.__delitem__("classifier.json"), "model-file-damaged"),
    "more": (lambda members: members.__setitem__("run.py", b"print()"), "model-file-damaged"),
    "no manifest": (lambda members: members.__delitem__("manifest.json"), "not-a-model-file"),
    "manifest": (lambda members: members.__setitem__("manifest.json", b"[1]"), "model-file-damaged"),
    "garbage": (lambda members: members.__setitem__("manifest.json", b"\xff{"), "model-file-damaged"),
    "other": (other_version, "model-other-version"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_was_changed_is_refused(path: Path, kind: str) -> None:
    change, expected = CHANGES[kind]
    rewritten(path, change)
    assert refusal(path) == expected


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip at all" * 10, b"\x00" * 5000])
def test_a_foreign_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.tingmodel").write_bytes(data)
    assert refusal(tmp_path / "x.tingmodel") == "not-a-model-file"


def test_a_file_cut_short_is_refused(path: Path) -> None:
    data = path.read_bytes()
    for size in (len(data) // 3, len(data) - 30):
        path.write_bytes(data[:size])
        assert refusal(path) == "not-a-model-file"


def test_a_zip_bomb_is_not_unpacked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tingmodel._PARTS, "codes.json", 1000)
    rewritten(path, lambda members: members.__setitem__("codes.json", b" " * 1_000_000))
    assert refusal(path) == "model-file-damaged"


def test_an_array_of_objects_is_refused(path: Path) -> None:
    def pickled(members: dict[str, bytes]) -> None:
        buffer = io.BytesIO()
        np.savez(buffer, weights=np.array([{}], object))
        manifest = json.loads(members["manifest.json"])
        members["classifier.npz"] = buffer.getvalue()
        import hashlib

        manifest["parts"]["classifier.npz"] = {
            "size": len(buffer.getvalue()),
            "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        }
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(path, pickled)
    assert refusal(path) == "model-file-damaged"
