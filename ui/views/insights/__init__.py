"""The parts of the Insights page: charts, tables of themes, voices."""
