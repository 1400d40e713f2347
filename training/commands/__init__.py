"""The commands of the classifier."""

from __future__ import annotations

from annotate.cli import gather
from training.commands import clusters, code, doubts, loop, models, sample, standing, train

group = gather(train, code, models, doubts, loop, clusters, standing, sample)
