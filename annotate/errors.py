"""Errors for people: what happened, why, and what to do now. Anything else is a bug."""

from __future__ import annotations

from annotate.messages import _, current


class UserError(Exception):
    """A fault that the person at the keyboard can do something about.

    ``id`` is stable (tests, ``--json``); ``what``, ``why`` and ``advice`` are message ids marked with ``N_`` whose
    ``{names}`` are filled from ``params``. Parameters never carry customer text.
    """

    def __init__(self, id: str, what: str, why: str = "", advice: str = "", **params: object) -> None:
        super().__init__(id)
        self.id = id
        self.what, self.why, self.advice = what, why, advice
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary whole."""
        return _again, (type(self), self.id, self.what, self.why, self.advice, self.params)

    def sentence(self) -> str:
        """Return the three parts in the language in use, one after another."""
        gap = "" if current() == "zh_CN" else " "
        return gap.join(_(part).format(**self.params) for part in (self.what, self.why, self.advice) if part)

    def __str__(self) -> str:
        return self.sentence()

    def as_dict(self) -> dict[str, object]:
        """Return the error for ``--json``: its id, the sentence and the parameters as text."""
        return {"error": self.id, "message": self.sentence(), **{k: str(v) for k, v in self.params.items()}}


class AskedWronglyError(UserError):
    """The call itself cannot be carried out as written: exit code 2 on the command line."""


def _again(kind: type[UserError], id: str, what: str, why: str, advice: str, params: dict[str, object]) -> UserError:
    return kind(id, what, why, advice, **params)
