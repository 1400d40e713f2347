"""The project file and all that people do to it. Knows no Qt and no scikit-learn."""
