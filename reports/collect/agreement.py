"""How far coders agree on the answers that two or more of them coded."""

from __future__ import annotations

import numpy as np

from annotate.frames import Frame
from annotate.store.connection import Connection
from annotate.store.decisions import OWN
from reports.data import Agreement
from reports.statistics.agreement import MISSING, Coefficient, frame_agreement
from reports.statistics.limits import TooFew

MOST = 2_000
"""Doubly coded answers that an alpha is told from: the first of more."""


def agreement(db: Connection, frame: Frame | None) -> Agreement | TooFew | None:
    """Return Krippendorff's alpha over all codes of a frame, of people's own reviews; None where nobody coded twice."""
    if frame is None:
        return None
    own = ", ".join(str(int(one)) for one in OWN)
    told = np.array(
        db.execute(
            "with own as (select n.verbatim_id v, n.coder_id c from review_now n join coder k on k.id = n.coder_id"
            f"  and k.kind = 0 where n.frame_id = ? and n.origin in ({own}) and n.verbatim_id in (select id from"
            "  verbatim where batch_id in (select id from import_batch where state = 1))),"
            " twice as (select v from own group by v having count(*) > 1 order by v limit ?)"
            " select own.v, own.c from own join twice on twice.v = own.v order by 1, 2",
            (frame.id, MOST),
        ).fetchall(),
        np.int64,
    ).reshape(-1, 2)
    if not len(told):
        return None
    rows, coders = np.unique(told[:, 0]), np.unique(told[:, 1])
    codes = {code.id: place for place, code in enumerate(one for one in frame.codes if not one.is_net)}
    said = np.full((coders.size, rows.size, len(codes)), MISSING, np.int8)
    said[np.searchsorted(coders, told[:, 1]), np.searchsorted(rows, told[:, 0])] = 0
    listed = "[" + ",".join(map(str, rows.tolist())) + "]"
    for verbatim, coder, code in db.execute(
        "select w.verbatim_id, w.coder_id, w.code_id from json_each(?) j join label_now w on w.verbatim_id = j.value"
        " where w.yes = 1",
        (listed,),
    ):
        at, who = np.searchsorted(rows, int(verbatim or 0)), np.searchsorted(coders, int(coder or 0))
        if int(code or 0) in codes and who < coders.size and coders[who] == coder and said[who, at, 0] != MISSING:
            said[who, at, codes[int(code or 0)]] = 1
    found = frame_agreement(said)
    if isinstance(found, TooFew):
        return found
    alpha = found.overall.alpha
    if not isinstance(alpha, Coefficient):
        return None
    return Agreement(alpha.value, alpha.low, alpha.high, found.overall.rows)
