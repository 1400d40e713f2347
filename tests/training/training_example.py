"""A small made-up corpus with known themes, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

THEMES = {
    "price": ["价格实惠", "太贵了", "优惠力度大", "good price", "cost too much"],
    "fuel": ["油耗低", "很费油", "百公里八个油", "fuel economy", "省油"],
    "space": ["空间大", "后排很挤", "后备箱能装", "roomy inside", "腿部空间"],
    "service": ["服务热情", "等了很久", "客服不理人", "friendly staff", "预约方便"],
}
FILLER = ["这车", "开了一年", "总体来说", "朋友推荐", "上个月", "we bought it", "in may", "还有就是", "另外"]
NAMES = [*THEMES, "rare", "value", "care"]
# value is the net of price and fuel; care of space and service; rare stands alone.
PARENTS = np.array([5, 5, 6, 6, -1, -1, -1])


@dataclass(frozen=True, slots=True)
class Example:
    texts: list[str]
    labels: NDArray[np.int8]
    groups: NDArray[np.int64]


def example(rows: int, seed: int, noise: float = 0.05) -> Example:
    """Return texts with one or two of four themes, in nets, a fifth code with 2 yes, and some labels wrong."""
    generator = np.random.default_rng(seed)
    phrases = list(THEMES.values())
    labels = np.zeros((rows, len(NAMES)), np.int8)
    texts = []
    for row in range(rows):
        chosen = generator.choice(4, 1 + int(generator.random() < 0.3), replace=False, p=[0.4, 0.3, 0.2, 0.1])
        words = [str(generator.choice(phrases[theme])) for theme in chosen]
        words += [str(word) for word in generator.choice(FILLER, 3)]
        generator.shuffle(words)
        texts.append("，".join(words))
        labels[row, chosen] = 1
    wrong = generator.random((rows, 4)) < noise
    labels[:, :4] = np.where(wrong, 1 - labels[:, :4], labels[:, :4])
    labels[:2, 4] = 1
    labels[:, 5:] = -1
    return Example(texts, labels, np.arange(rows))
