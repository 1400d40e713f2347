"""Where the answers came from and how far their coding can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """One imported file: accepted + rejected = records; duplicates and blanks are among the accepted.

    ``counted``: records of it that the scope takes in, None where it takes in all.
    """

    name: str
    channel: str
    records: int
    accepted: int
    rejected: int
    duplicates: int = 0
    blank: int = 0
    imported: date | None = None
    counted: int | None = None

    @property
    def used(self) -> int:
        """Records that the figures rest on."""
        return self.accepted if self.counted is None else self.counted


@dataclass(frozen=True, slots=True)
class CleanedFigures:
    """How often folding set something aside: ``what`` is an English phrase from the catalogue."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class CodingFigures:
    """Answers by who decided their codes in the final layer; the four sum to the answers of a question.

    ``certified``: those of ``machine`` whose codes an acceptance sample has proved. ``contested``: those of ``human``
    and ``duplicate`` with codes on which coders differ; ``contested_codes``: these codes, which no figure counts.
    """

    human: int
    duplicate: int
    machine: int
    open: int
    certified: int = 0
    contested: int = 0
    contested_codes: int = 0

    @property
    def total(self) -> int:
        """All answers."""
        return self.human + self.duplicate + self.machine + self.open

    @property
    def coded(self) -> int:
        """Answers with a decision."""
        return self.total - self.open


@dataclass(frozen=True, slots=True)
class CodeQuality:
    """Out-of-sample decisions on one code: found rightly, found wrongly, and missed."""

    label: str
    hits: int
    false_alarms: int
    missed: int
    number: str = ""
    label_en: str = ""

    @property
    def support(self) -> int:
        """Answers that truly carry the code."""
        return self.hits + self.missed


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """The model in force and how well it did, each answer judged by a fit that had not seen it.

    ``micro``: micro-F1 with the interval that training gives, which keeps identical answers together; ``random``: the
    scored answers were drawn at random, so that it speaks of all answers.
    """

    name: str
    trained_on: int
    scored: int
    overall: CodeQuality
    codes: tuple[CodeQuality, ...] = ()
    micro: tuple[float, float, float] | None = None
    random: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha of coders on doubly coded answers, with its 95 % interval."""

    value: float
    low: float
    high: float
    answers: int
