"""The answers of a live model as rows that grow, and the kernel between them: K = XXᵀ + w·ZZᵀ + 1.

X are the n-gram rows, Z = X · directions their dense form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.loop.factor import DOUBLE_ROWS

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Double = NDArray[np.float64]
Places = NDArray[np.int64]


class KernelRows:
    """Growing CSR rows float32 (n × d) with their dense form float32 (n × k), which enters the kernel with ``weight``.

    directions: float32 (d × k), k ≥ 0. The diagonal of the kernel carries ``penalty`` more.
    """

    def __init__(self, directions: Float, *, weight: float, penalty: float) -> None:
        self.directions = np.ascontiguousarray(directions, np.float32)
        self.weight = float(weight)
        self.penalty = float(penalty)
        self.count = 0
        self._pointer = np.zeros(1, np.int64)
        self._columns = np.empty(0, np.int32)
        self._values = np.empty(0, np.float32)
        self._dense = np.zeros((1, self.directions.shape[1]), np.float32)

    def append(self, rows: csr_array) -> None:
        """Put rows (m × d) after those that are there."""
        count, entries = self.count + rows.shape[0], int(self._pointer[self.count]) + int(rows.nnz)
        if count + 1 > self._pointer.size:
            self._pointer = np.resize(self._pointer, 2 * (count + 1))
            wider = np.zeros((self._pointer.size, self._dense.shape[1]), np.float32)
            wider[: self.count] = self._dense[: self.count]
            self._dense = wider
        if entries > self._columns.size:
            self._columns, self._values = np.resize(self._columns, 2 * entries), np.resize(self._values, 2 * entries)
        start = int(self._pointer[self.count])
        self._columns[start:entries], self._values[start:entries] = rows.indices, rows.data
        self._pointer[self.count + 1 : count + 1] = start + rows.indptr[1:]
        self._dense[self.count : count] = np.asarray(rows @ self.directions, np.float32)
        self.count = count

    @property
    def sparse(self) -> csr_array:
        """Return the rows as CSR on the same memory."""
        from scipy.sparse import csr_array

        end = int(self._pointer[self.count])
        parts = (self._values[:end], self._columns[:end], self._pointer[: self.count + 1])
        return csr_array(parts, shape=(self.count, self.directions.shape[0]), copy=False)

    @property
    def dense(self) -> Float:
        """Return the dense form of the rows, on the same memory."""
        return self._dense[: self.count]

    def near(self, slot: int, members: Places) -> tuple[Double, float]:
        """Return the kernel of a row with members, and with itself plus the penalty."""
        sparse, dense = self.sparse, self.dense
        one = np.zeros(self.directions.shape[0], np.float32)
        start, end = sparse.indptr[slot], sparse.indptr[slot + 1]
        one[sparse.indices[start:end]] = sparse.data[start:end]
        near = (sparse @ one).astype(np.float64) + self.weight * (dense @ dense[slot]).astype(np.float64) + 1
        return near[members], float(near[slot]) + self.penalty

    def kernel(self, members: Places) -> NDArray[np.float32] | NDArray[np.float64]:
        """Return K + λI over members, in the precision of their factor."""
        used, deep = self.sparse[members], self.dense[members]
        size = members.size
        kernel = np.empty((size, size), np.float64 if size <= DOUBLE_ROWS else np.float32, order="F")
        across = used.T.tocsc()
        for start in range(0, size, 512):
            part = slice(start, min(start + 512, size))
            kernel[:, part] = (used @ across[:, part]).toarray()
            if deep.shape[1]:
                kernel[:, part] += np.float32(self.weight) * (deep @ deep[part].T)
        kernel += 1
        kernel[np.diag_indices(size)] += self.penalty
        return kernel

    def turn(self, dual: Float) -> tuple[Float, Float]:
        """Turn dual values (n × m) into weights (d × m) on n-grams and bias (m)."""
        weights = np.asarray(self.sparse.T @ dual, np.float32)
        if self.directions.shape[1]:
            on_dense = (self.dense.T @ dual) * np.float32(self.weight)
            weights += self.directions @ on_dense
        return weights, dual.sum(axis=0, dtype=np.float64).astype(np.float32)
