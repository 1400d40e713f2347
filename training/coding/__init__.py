"""Coding a whole corpus: a project in chunks, or a Parquet data set."""
