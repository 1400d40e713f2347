"""The parts of the Report page: preview, specification, basket."""
