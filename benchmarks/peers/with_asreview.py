"""ASReview: find the rows of one code with its default model (ELAS u4), one row read at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.simulation.simulate import Simulate
from job import Job, main

LATIN_AND_HAN = r"(?u)\b\w+\b"  # its own pattern drops words of one character, which many Chinese words are


class Found:
    """Stops when ``enough`` relevant rows were read."""

    def __init__(self, enough: int) -> None:
        self.enough = enough

    def stop(self, results: pd.DataFrame, labels: object) -> bool:
        """Tell whether the results so far hold enough; ASReview asks after each row."""
        return int(results["label"].sum()) >= self.enough


def run(job: Job) -> None:
    """Read rows by ASReview's ranking until ``enough`` relevant ones are found; keep the order of reading."""
    relevant = job.labels[:, 0].astype(int)
    shipped = job.word("features") != "ours"
    settings = get_ai_config("elas_u4")["value"]
    settings.classifier_param = {**settings.classifier_param, "random_state": job.seed}
    settings.feature_extractor_param = {**settings.feature_extractor_param, "token_pattern": LATIN_AND_HAN}
    cycle = ActiveLearningCycle.from_meta(settings, skip_feature_extraction=not shipped)
    if shipped:
        data = pd.DataFrame({"title": "", "abstract": job.tokenised()[: job.pool]})
    else:
        data = job.given_rows()[: job.pool]
    simulation = Simulate(
        data, relevant, cycle, stopper=Found(job.number("enough")), skip_transform=not shipped, print_progress=False
    )
    simulation.label(job.numbers("start"))
    simulation.review()
    job.arrays["order"] = simulation._results["record_id"].to_numpy(dtype=np.int64)


if __name__ == "__main__":
    main(run, "asreview", "scikit-learn", "rjieba")
