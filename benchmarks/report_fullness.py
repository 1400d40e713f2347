"""How full the pages of reports on real data are: the sample, the auto set and the seat reviews, in both languages, as
A4 and as slides.

``python benchmarks/report_fullness.py [REPORT.pdf …]``. Prints the least full page of each report, and every page that
is half empty; exits 1 where there is one. Without files the reports are made here, which takes some minutes: the sample
as ``main.py demo`` makes it, the others from ``../shared/data`` (or the folder in TINGDONG_DATA), coded by people.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("TINGDONG_DATA", ROOT.parent / "shared" / "data"))
SEATS = {
    "Space": {"Legroom": ("legroom", "leg room", "knees"), "Recline": ("recline",), "Width": ("narrow", "width")},
    "Comfort": {"Seat comfort": ("comfort",), "Cushion": ("hard", "padding"), "Sleeping": ("bed", "sleep")},
    "Equipment": {"Screen": ("screen", "entertainment"), "Power socket": ("socket", "usb"), "Window": ("window",)},
}


def told(*words: object) -> None:
    """Run a command of the product."""
    subprocess.run([sys.executable, str(ROOT / "main.py"), *map(str, words)], check=True, capture_output=True)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a data set."""
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def written(path: Path, head: list[str], rows: list[list[str]]) -> Path:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def projects(folder: Path) -> list[Path]:
    """Make the three projects."""
    told("demo", "--folder", folder / "demo", "--no-window")
    auto, seats = folder / "auto.tingdong", folder / "seats.tingdong"
    answers = rows_of("zh_auto_bdci2018.shared70")
    told("new", auto, "--coder", "reader")
    told("import", auto, written(folder / "auto.csv", ["id", "text"], [[one["id"], one["text"]] for one in answers]))
    labels = [[one["id"], one["codes"], one["code_sentiments"]] for one in answers]
    told("label", "import", auto, written(folder / "labels.csv", ["id", "codes", "code_sentiments"], labels),
         "--create-codes")  # fmt: skip
    reviews = rows_of("en_skytrax_seat_reviews")
    told("new", seats, "--coder", "reader")
    told("import", seats, written(folder / "seats.csv", list(reviews[0]), [list(one.values()) for one in reviews]))
    said = [
        [one["id"], f"{net}/{code}", "1" if one["recommended"] == "1" else "-1"]
        for one in reviews
        for net, codes in SEATS.items()
        for code, signs in codes.items()
        if any(sign in one["text"].lower() for sign in signs)
    ]
    told("label", "import", seats, written(folder / "said.csv", ["id", "code", "sentiment"], said), "--create-codes")
    return [folder / "demo" / "demo.tingdong", auto, seats]


def reports(folder: Path) -> list[Path]:
    """Print every project in both languages and formats."""
    made = []
    for project in projects(folder):
        for language in ("zh", "en"):
            for page in ("a4", "16:9"):
                path = folder / f"{project.stem}-{language}-{page.replace(':', 'x')}.pdf"
                told("report", project, path, "--lang", language, "--format", page)
                made.append(path)
    return made


def main() -> None:
    """Measure and print; exit 1 where a page is half empty."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "reports")]
    from fullness import fullness, half_empty

    with tempfile.TemporaryDirectory() as folder:
        failed = 0
        for path in asked.files or reports(Path(folder)):
            pages, empty = fullness(path), half_empty(path)
            failed += len(empty)
            least = min(pages[:-1], key=lambda one: one.used, default=None)
            mean = sum(one.used for one in pages) / len(pages)
            print(
                f"{path.stem:<20} {len(pages) + 1:3d} pages, {mean:.0%} of the height used, least {least.used:.0%}"
                f" (page {least.page})" if least else f"{path.stem}: nothing to measure"
            )  # fmt: skip
            for one in empty:
                print(f"    half empty: page {one.page}, used {one.used:.0%}, widest gap {one.gap:.0%}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
