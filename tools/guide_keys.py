"""Write docs/guide/*/keys.md, all actions with their keys, from the registry of actions; --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from annotate.messages import translator  # noqa: E402 the program is found beside this folder
from ui.action_list import ENTRIES  # noqa: E402
from ui.pages.registry import BY_ID  # noqa: E402

FOLDERS = {"en": ROOT / "docs" / "guide" / "en", "zh_CN": ROOT / "docs" / "guide" / "zh"}
TITLE = {"en": "Keys and commands", "zh_CN": "按键与命令"}
LEAD = {
    "en": "Every action is also in the command palette (Ctrl+Shift+P). Keys can be changed in the sheet of keys (`?`).",
    "zh_CN": "所有操作都在命令面板（Ctrl+Shift+P）里。按键可在键表（`?`）里更改。",
}
EVERYWHERE = {"en": "Everywhere", "zh_CN": "各处"}
MORE = {"en": "More", "zh_CN": "更多"}


def page(language: str) -> str:
    """Return the page in one language."""
    say = translator(language)
    lines = [f"# {TITLE[language]}", "", LEAD[language]]
    sections: dict[tuple[str, str], list[str]] = {}
    for entry in ENTRIES:
        keys = ", ".join(f"`{key}`" for key in entry.keys) or "–"
        sections.setdefault((entry.where, entry.group), []).append(f"| {keys} | {say(entry.text)} |")
    heads = ("| key | does |", "| --- | --- |") if language == "en" else ("| 按键 | 作用 |", "| --- | --- |")
    for (where, group), rows in sections.items():
        place = {"global": EVERYWHERE[language], "grid": say(BY_ID["label"].name)}.get(where)
        place = place or say(BY_ID[where].name)
        lines += [
            "",
            f"## {place}: {say(group) or MORE[language]}"
            if language == "en"
            else f"## {place}：{say(group) or MORE[language]}",
        ]
        lines += ["", *heads, *rows]
    return "\n".join(lines) + "\n"


def main() -> int:
    stale = [name for name, folder in FOLDERS.items() if _read(folder / "keys.md") != page(name)]
    if "--check" not in sys.argv:
        for name in stale:
            (FOLDERS[name] / "keys.md").write_text(page(name), encoding="utf-8")
        return 0
    for name in stale:
        print(f"keys.md ({name}) is not what the registry of actions says: run tools/guide_keys.py")
    return 1 if stale else 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
