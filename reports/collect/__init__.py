"""From the project file to figures: read once into arrays, then every figure of any scope is counted from them."""

from reports.collect.loaded import Loaded
from reports.collect.report import collect, figures, read

__all__ = ["Loaded", "collect", "figures", "read"]
