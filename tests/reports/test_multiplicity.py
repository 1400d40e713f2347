from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from annotate.estimates import holm
from reports.statistics.multiplicity import benjamini_hochberg

ROW = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04, 1.0, 0.0]


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    assert holm(ROW) == pytest.approx(multipletests(ROW, method="holm")[1])
    assert benjamini_hochberg(ROW) == pytest.approx(multipletests(ROW, method="fdr_bh")[1])
    assert holm([]).size == benjamini_hochberg([]).size == 0


def test_what_was_not_tested_is_no_test() -> None:
    table = np.array([[0.01, np.nan], [0.04, 0.03]])
    for adjust in (holm, benjamini_hochberg):
        found = adjust(table)
        assert np.isnan(found[0, 1])
        assert found[~np.isnan(found)] == pytest.approx(adjust([0.01, 0.04, 0.03]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([1.2])
