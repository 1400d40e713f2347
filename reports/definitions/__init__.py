"""Definitions (口径) of a project: what they are, as a sheet, and changing them."""
