"""The commands of understanding and reporting."""

from __future__ import annotations

from annotate.cli import gather
from reports.commands import basket, definitions, insight, issue, report, spec

group = gather(definitions, insight, report, spec, basket, issue)
