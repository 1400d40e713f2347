"""Code frames from sheets and back: nets, codes, roles, and what is wrong with a row.

``frame_layouts`` tells the layouts apart and shows an example of each. Here their rows become one checked tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotate.exchange.guard import unguard
from annotate.importing.cells import Problem, folded, problem
from annotate.importing.code_roles import NET, THEME, guess_role, role_named
from annotate.importing.frame_layouts import FrameLayout, read_layout
from annotate.importing.frame_readers import Entry
from annotate.importing.records import Cell
from annotate.messages import N_

LONGEST_NAME = 200  # characters of a label
DEEPEST = 9  # levels of a frame
OWN_COLUMNS = ("number", "net", "sub_net", "label", "label_en", "role")
_DETAILS = ("definition", "include", "exclude", "examples", "notes", "colour")


@dataclass(frozen=True, slots=True)
class FrameNode:
    """One net or code of a frame. ``path`` names the nets above it, ``depth`` counts them. A net's role is theme."""

    number: str | None
    label: str
    label_en: str = ""
    path: tuple[str, ...] = ()
    is_net: bool = False
    role: str = THEME
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: str = ""
    notes: str = ""
    colour: str = ""

    @property
    def depth(self) -> int:
        """Return how many nets are above."""
        return len(self.path)


@dataclass(frozen=True, slots=True)
class FrameSheet:
    """A sheet that was read: nodes in order, each net before what it holds; rows that were not taken and why."""

    nodes: tuple[FrameNode, ...]
    layout: FrameLayout
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Branch:
    label: str
    entry: Entry | None = None  # None while only rows below have named it
    number: str = ""
    english: str = ""
    children: dict[str, _Branch] = field(default_factory=dict)


def parse_frame(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, first_row: int = 2, guarded: bool = False
) -> FrameSheet:
    """Read a code frame from a sheet in any of the layouts of ``frame_layouts``, found by itself.

    ``columns`` is the first row; where it names nothing known it is data like the others. ``first_row`` is the number
    of the first of ``rows`` for people. ``guarded``: take back the apostrophes of our own CSV exports. A row without a
    usable name, with a number or name taken by a sibling, or deeper than its place allows is left out and listed.
    """
    body = [tuple(row) for row in rows]
    if guarded and set(OWN_COLUMNS) <= set(columns):
        body = [tuple(unguard(cell) if isinstance(cell, str) else cell for cell in row) for row in body]
    layout, entries = read_layout(columns, body, first_row)
    tree = _Tree()
    above: list[str] = []
    for entry in entries:
        if entry.fault is not None:
            tree.problems.append(entry.fault)
        elif entry.path is not None:
            tree.add(entry, entry.path)
        elif entry.depth > len(above):
            tree.problems.append(_misplaced(entry, len(above)))
        else:
            del above[entry.depth :]
            if tree.add(entry, tuple(above)):
                above.append(entry.label)
    return FrameSheet(tuple(tree.nodes()), layout, tuple(tree.problems))


def _misplaced(entry: Entry, deepest: int) -> Problem:
    return problem(
        entry.row,
        "frame-depth-jump",
        N_("The row is on level {level} and the row above it allows level {deepest} at most."),
        level=entry.depth + 1,
        deepest=deepest + 1,
    )


class _Tree:
    """The frame as it grows row by row."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._top = _Branch("")
        self._rows_of_numbers: dict[str, int] = {}

    def add(self, entry: Entry, path: tuple[str, ...]) -> bool:
        """Put a row in its place; say whether rows below may hang on its name."""
        if found := _unfit(entry, path):
            self.problems.append(found)
            return False
        siblings = self._branch(entry, path).children
        known = siblings.get(folded(entry.label))
        if known is not None and known.entry is not None:
            self._refuse(
                entry,
                "frame-name-twice",
                N_("“{label}” is already in row {other} under the same net."),
                label=entry.label,
                other=known.entry.row,
            )
            return True
        number = folded(entry.number)
        if number and number in self._rows_of_numbers and not (known and folded(known.number) == number):
            self._refuse(
                entry,
                "frame-number-twice",
                N_("The number {number} already belongs to row {other}."),
                number=entry.number,
                other=self._rows_of_numbers[number],
            )
            return True
        if entry.details.get("role") and role_named(entry.details["role"]) is None:
            self._refuse(
                entry,
                "frame-role-unknown",
                N_("“{role}” is no role; roles are theme, other, none, don't know, refused, uncodable, invalid."),
                role=entry.details["role"][:40],
            )
            return True
        branch = siblings.setdefault(folded(entry.label), _Branch(entry.label))
        branch.entry = entry
        if number:
            branch.number = entry.number
            self._rows_of_numbers[number] = entry.row
        return True

    def _refuse(self, entry: Entry, id: str, what: str, **params: object) -> None:
        self.problems.append(problem(entry.row, id, what, **params))

    def _branch(self, entry: Entry, path: tuple[str, ...]) -> _Branch:
        """Return the net that a path names; nets that have no row of their own arise here."""
        branch = self._top
        for rank, name in enumerate(path):
            branch = branch.children.setdefault(folded(name), _Branch(name))
            number = entry.numbers_above[rank] if rank < len(entry.numbers_above) else ""
            if number and not branch.number and folded(number) not in self._rows_of_numbers:
                branch.number = number
                self._rows_of_numbers[folded(number)] = entry.row
            if not branch.english and rank < len(entry.english_above):
                branch.english = entry.english_above[rank]
        return branch

    def nodes(self) -> list[FrameNode]:
        """Return the tree in order, nets before their codes."""
        found: list[FrameNode] = []
        stack: list[tuple[_Branch, tuple[str, ...]]] = [(child, ()) for child in reversed(self._top.children.values())]
        while stack:
            branch, path = stack.pop()
            found.append(_node(branch, path))
            stack += [(child, (*path, branch.label)) for child in reversed(branch.children.values())]
        return found


def _unfit(entry: Entry, path: tuple[str, ...]) -> Problem | None:
    if not entry.label or not all(path):
        return problem(entry.row, "frame-name-missing", N_("The row has no name, or a net above it has none."))
    longest = max(map(len, (entry.label, *path)))
    if longest > LONGEST_NAME:
        return problem(
            entry.row,
            "frame-name-long",
            N_("A name has {count} characters; {limit} are the most."),
            count=longest,
            limit=LONGEST_NAME,
        )
    if len(path) >= DEEPEST:
        return problem(entry.row, "frame-too-deep", N_("The row is below level {limit}."), limit=DEEPEST)
    return None


def _node(branch: _Branch, path: tuple[str, ...]) -> FrameNode:
    details = branch.entry.details if branch.entry else {}
    role = role_named(details.get("role", ""))
    is_net = bool(branch.children) or role == NET or (branch.entry is not None and branch.entry.is_net)
    if is_net:
        role = THEME
    elif role is None:
        role = guess_role(branch.label, branch.number or None)
    return FrameNode(
        branch.number or None,
        branch.label,
        " ".join((details.get("label_en") or branch.english).split()),
        path,
        is_net,
        role,
        **{name: details.get(name, "") for name in _DETAILS},
    )


def write_frame(nodes: Iterable[FrameNode]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return a frame as a sheet: its columns and a row for each net and code, in the order given.

    ``parse_frame`` reads it back into the same nodes. A net's role reads "net".
    """
    nodes = list(nodes)
    deepest = max((node.depth for node in nodes), default=0)
    nets = ("net", "sub_net", *(f"net_{rank}" for rank in range(3, deepest + 1)))
    columns = ("number", *nets, "label", "label_en", "role", *_DETAILS)
    rows = [
        (
            node.number or "",
            *node.path,
            *[""] * (len(nets) - node.depth),
            node.label,
            node.label_en,
            NET if node.is_net else node.role,
            *(getattr(node, name) for name in _DETAILS),
        )
        for node in nodes
    ]
    return columns, rows
