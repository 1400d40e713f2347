"""Kill a program that codes, at random moments, hundreds of times; open what it left and check it whole.

    uv run python benchmarks/bench_kill.py --kills 200
    uv run python benchmarks/bench_kill.py --kills 100 --passphrase "correct horse"

Each trial starts a child that works in the project and tells the number of every operation once it has returned;
the child is killed with SIGKILL after a random number of them, while it works on. Then the file must open by itself,
hold every operation that was told, and pass the check. A kill says nothing about power cuts: the system keeps its
cache.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from annotate import coding, frames  # noqa: E402 the repository's root comes first
from annotate.store import check, images, operations  # noqa: E402
from annotate.store.connection import Connection  # noqa: E402
from annotate.store.project import Project  # noqa: E402
from annotate.store.query import Query  # noqa: E402
from annotate.text import fold_hash, text_hash  # noqa: E402

ANSWERS = 400
SERIES = 20


def make(path: Path, passphrase: str | None = None) -> None:
    """Make the project that the children work in."""
    with Project.create(path, coder="Ann", passphrase=passphrase) as project:
        frame = frames.create_frame(project, name="Car")

        def seed(db: Connection) -> None:
            with db.transaction():
                db.execute("insert into source(uuid, name) values (?, 's')", (uuid.uuid4().bytes,))
                db.execute(
                    "insert into import_batch(uuid, source_id, file_name, file_size, file_h, reader, mapping, state,"
                    " started_ms) values (?, 1, 'f', 1, x'00', '{}', '{}', 1, 0)",
                    (uuid.uuid4().bytes,),
                )
                db.execute(
                    "insert into question(uuid, name, frame_id, sort) values (?, 'Q', ?, 1)",
                    (uuid.uuid4().bytes, frame),
                )
                for number in range(1, ANSWERS + 1):
                    text = f"answer {number // 2}"
                    head = number - number % 2 if number > 1 else number
                    db.execute("insert into record(id, batch_id, source_id, number) values (?, 1, 1, ?)", (number,) * 2)
                    db.execute(
                        "insert into verbatim values (?, ?, 1, 1, 1, ?, ?, ?)",
                        (number, number, text_hash(text), fold_hash(text), head),
                    )
                    db.execute("insert into verbatim_text values (?, ?)", (number, text))

        project.write(seed)
        for label in "abcd":
            frames.add_code(project, frame=frame, label=label)


def work(path: Path, seed: int, passphrase: str | None) -> None:
    """Do random steps for ever; tell each operation's number when it has returned."""
    dice = random.Random(seed)
    with Project.open(path, coder=dice.choice(["Ann", "Ben"]), passphrase=passphrase) as project:
        if project.read_only:
            raise SystemExit("the lock of a killed program still holds")
        frame = frames.the_frame(project)
        while True:
            step(project, frame, dice)
            row = project.reading_one("select max(id) from op")
            print(row[0] if row else 0, flush=True)


def step(project: Project, frame: int, dice: random.Random) -> None:
    """Do one random step."""
    live = [code.id for code in frames.head(project, frame).live]
    some = dice.sample(range(1, ANSWERS + 1), 3)
    verb = dice.random()
    if verb < 0.4:
        coding.apply_code(project, verbatims=some, code=dice.choice(live), sentiment=dice.choice([None, -1, 1]))
    elif verb < 0.5:
        coding.confirm(project, verbatims=some)
    elif verb < 0.6:
        coding.remove_code(project, verbatims=some, code=dice.choice(live), explicit=True)
    elif verb < 0.7:
        coding.apply_code(project, verbatims=Query(), code=dice.choice(live))
    elif verb < 0.75 and len(live) < 8:
        frames.add_code(project, frame=frame, label="new")
    elif verb < 0.78 and len(live) > 4:
        frames.merge_codes(project, sources=live[-1:], target=live[0])
    elif verb < 0.82:
        value = str(dice.random())
        operations.run(project, "setting", lambda op: images.write(op, "setting", {"key": "k"}, {"value": value}))
    else:
        try:
            (operations.undo if verb < 0.93 else operations.redo)(project)
        except frames.UserError as error:
            if error.id != "undo-conflict":
                raise


@dataclass(slots=True)
class Outcome:
    """What a series of trials saw."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    broken: list[str] = field(default_factory=list)
    logs_found: int = 0

    def add(self, other: Outcome) -> None:
        """Add what another series saw."""
        self.kills += other.kills
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.broken += other.broken
        self.logs_found += other.logs_found


def trials(folder: Path, kills: int, seed: int, passphrase: str | None = None, most: int = 40) -> Outcome:
    """Kill ``kills`` children one after another in one project; each after 1 to ``most`` told operations."""
    path, dice, outcome = folder / "kill.tingdong", random.Random(seed), Outcome()
    make(path, passphrase)
    for trial in range(kills):
        command = [sys.executable, __file__, "--child", str(path), "--seed", str(dice.randrange(1 << 30))]
        if passphrase:
            command += ["--passphrase", passphrase]
        told = 0
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(dice.randint(1, most)):
                line = child.stdout.readline()
                if not line.endswith(b"\n"):
                    assert child.stderr is not None
                    raise RuntimeError(child.stderr.read().decode(errors="replace"))
                told, outcome.acknowledged = int(line), outcome.acknowledged + 1
            child.kill()
            rest = child.stdout.read().splitlines(keepends=True)
            told = max([told, *(int(line) for line in rest if line.endswith(b"\n"))])
            outcome.acknowledged += sum(line.endswith(b"\n") for line in rest)
        outcome.kills += 1
        wal = path.with_name(path.name + "-wal")
        outcome.logs_found += wal.exists() and wal.stat().st_size > 0
        with Project.open(path, passphrase=passphrase) as project:
            row = project.reading_one("select count(*) from op where id <= ?", (told,))
            outcome.lost += told - int(row[0] or 0) if row else told
            report = check.check(project)
            outcome.broken += [f"{trial}: {one.id} {one.examples}" for one in report.findings]
    return outcome


def main() -> None:
    """Run as a child or as the series."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--passphrase")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        work(asked.child, asked.seed, asked.passphrase)
        return
    begin = time.perf_counter()
    outcome = Outcome()
    # A fresh project now and then: the check after each kill reads the whole history.
    for start in range(0, asked.kills, SERIES):
        with tempfile.TemporaryDirectory() as folder:
            outcome.add(trials(Path(folder), min(SERIES, asked.kills - start), asked.seed + start, asked.passphrase))
    print("| mode | kills | acknowledged | lost | findings | log found | s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    mode = "encrypted" if asked.passphrase else "plain"
    print(
        f"| {mode} | {outcome.kills} | {outcome.acknowledged} | {outcome.lost} | {len(outcome.broken)}"
        f" | {outcome.logs_found} | {time.perf_counter() - begin:.0f} |"
    )
    for line in outcome.broken:
        print(line)
    sys.exit(bool(outcome.lost or outcome.broken))


if __name__ == "__main__":
    main()
