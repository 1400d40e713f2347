"""The commands of this package: everything people do to a project file, without a window."""

from __future__ import annotations

from annotate.cli import gather
from annotate.commands import answers, frame, lexicon, project, quality, questions, rules, search, steps

group = gather(project, answers, quality, search, questions, frame, lexicon, rules, steps)
