"""Run the example of every command's --help on the shipped sample, one after another.

python tools/help_examples.py [--folder FOLDER] [--only-light]: exit 1 and what a command said, where one fails.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import click  # noqa: E402
from click.testing import CliRunner  # noqa: E402

import main  # noqa: E402
from annotate import messages  # noqa: E402

LIGHT = """new; import; rejects; quality; status; question list; question set; search; frame import; label import;
frame show; frame export; frame diff; frame recheck; frame merge; frame split; frame move; frame retire;
frame renumber; frame restore; lexicon teach; lexicon preview; lexicon list; lexicon export; lexicon import;
lexicon forget; lexicon candidates; phrases scan; phrases list; phrases on; phrases off; rules preview; rules add;
rules list; rules apply; rules change; rules off; rules on; rules remove; brands candidates; brands accept;
brands alias; brands ignore; brands table; brands code; brands forget; near; coder list; coder lead; undo; redo;
history; check; backup; restore; merge; merged; sample draw; sample list; sample next; definitions show;
definitions export;
definitions import; export; quote set; quote list; spec save; spec list; spec show; spec export; basket add;
basket page; basket list; basket move; basket remove; release set"""
"""Commands that need no model, in an order in which each finds what the ones before it made."""
HEAVY = """train; code; model list; model show; model compare; model use; model rename; model pin; model threshold;
model export; code --parquet; doubts; explain; next; standing; sample accept; sample certify; clusters; simulate;
insight; release list; report; issue add; issue list; issue show; issue withdraw; spec remove; demo"""
"""Commands with a model, or of many seconds."""
TWICE = ("train",)


def names(told: str) -> list[str]:
    """Return the commands of a list above."""
    return [" ".join(one.split()) for one in told.split(";")]


def examples(group: click.Group = main.commands, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield every command with the arguments of each of its examples; ``code --parquet`` is one of its own."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from examples(command, (*path, name))
        elif command is not None and command.help:
            for line in command.help.partition("Example:")[2].splitlines():
                words = shlex.split(line)
                if words[:1] == ["main.py"]:
                    yield " ".join((*path, name)) + (" --parquet" if "--parquet" in words else ""), words[1:]


def before(name: str, words: list[str]) -> list[str]:
    """Make the files that an example takes for granted; return its arguments, with the backup that there is."""
    if name == "new":
        for file in ("survey.csv", "frame.csv", "labels.csv"):
            shutil.copy(ROOT / "resources" / "sample" / file, file)
    if name == "merge":
        shutil.copy(words[1], words[2])
    if name == "restore":
        return [words[0], str(next(Path("backups").glob("*.tingdong-backup"))), *words[2:]]
    if name == "code --parquet":
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.table({"text": ["低速顿挫", "空间很大"]}), words[2])
    return words


def run(only_light: bool, told: bool = False) -> list[str]:
    """Run all examples in the present folder; return what went wrong, in order."""
    messages.use("en")
    known: dict[str, list[list[str]]] = {}
    for name, words in examples():
        known.setdefault(name, []).append(words)
    wrong = []
    for name in names(LIGHT) + ([] if only_light else names(HEAVY)):
        for words in known.get(name, []) * (2 if name in TWICE else 1):
            start = time.monotonic()
            answer = CliRunner().invoke(main.commands, before(name, words))
            if told:
                print(f"{time.monotonic() - start:6.1f} s  {shlex.join(words)}", flush=True)
            if answer.exit_code:
                wrong.append(f"{shlex.join(words)}: {answer.exit_code} {answer.exception!r}\n{answer.output[-500:]}")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="an empty folder to work in; else a temporary one")
    parser.add_argument("--only-light", action="store_true", help="no models")
    given = parser.parse_args()
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WINDIR"):  # demo opens no window
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(given.folder or folder)
        failed = run(given.only_light, told=True)
        os.chdir(ROOT)
    print("\n".join(failed) or "Every example ran.")
    sys.exit(bool(failed))
