"""The classifier and the active-learning loop: arrays in, arrays out."""
