"""The commands of the classifier."""

from __future__ import annotations

from annotate.cli import gather
from training.commands import code, train

group = gather(train, code)
