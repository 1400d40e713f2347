"""The sections of the report, each a function from figures to blocks."""
