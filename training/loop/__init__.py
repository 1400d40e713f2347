"""The learning loop: which answers to read next, and a replay of it on finished labels."""
