"""The learner: texts and labels in, models and predictions out. Arrays only; knows no project."""
