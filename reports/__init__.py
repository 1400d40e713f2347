"""Understanding and its delivery: statistics, charts, PDF and workbook."""
