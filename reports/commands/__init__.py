"""The commands of understanding and reporting."""

from __future__ import annotations

from annotate.cli import gather
from reports.commands import definitions, report

group = gather(definitions, report)
