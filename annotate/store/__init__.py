"""The project file: one SQLite database behind one writer and many readers."""
