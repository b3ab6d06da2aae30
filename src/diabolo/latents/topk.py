"""A code of which only the largest units are kept."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from diabolo.latents.base import Encoded, Latent, Memory, check_count
from diabolo.noise import Noise, Tensor

_BLOCK = 32


@dataclass(frozen=True)
class TopK(Latent):
    """z_j = a_j where a_j is one of the k largest of the row, else 0, with a = encoder(x)

    Counts for how many steps each unit has been silent in every row; ``Revival`` reads that.
    Makhzani and Frey (2013), "k-Sparse autoencoders".

    Parameters
    ----------
    k : int
        Units that are kept.
    """

    k: int

    def __post_init__(self) -> None:
        check_count(self.k, "k of TopK")

    def code(self, output: Tensor) -> Tensor:
        return output * self.kept(output)

    def kept(self, output: Tensor) -> Tensor:
        """1 for each row's k largest, else 0; of equal ones the first are larger: (batch, n_components)"""
        output = ops.stop_gradient(output)
        smallest = self.smallest_kept(output)
        larger, equal = (ops.cast(of(output, smallest), output.dtype) for of in (ops.greater, ops.equal))
        # Which of equal ones top_k takes differs between backends, so the first of them fill up what is left.
        left = self.k - ops.sum(larger, axis=-1, keepdims=True)
        return larger + equal * ops.cast(running_count(equal) <= left, output.dtype)

    def smallest_kept(self, output: Tensor) -> Tensor:
        """Each row's k-th largest: (batch, 1)"""
        # Not the last of them: XLA on CPUs takes a slice for a reason to sort whole rows. And in parts: it
        # goes through the rows of one top_k on one core.
        largest = [ops.top_k(part, self.k)[0] for part in halves(output)]
        return ops.min(ops.concatenate(largest), axis=-1, keepdims=True)

    def encoded(self, output: Tensor, noise: Noise, memory: Memory, weight: Tensor | None) -> Encoded:
        kept = self.kept(output)
        if weight is not None:
            silent, row = memory["silent_steps"], ops.cast(weight > 0, kept.dtype)
            silent.assign((silent.value + 1) * (1 - ops.max(row[:, None] * kept, axis=0)))
        code = output * kept
        return Encoded(code, code)

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        return {"silent_steps": np.zeros(n_components, np.float32)}


def halves(rows: Tensor) -> list[Tensor]:
    """(batch, width) -> two parts of it, or itself where it has no size yet or one row"""
    n_rows = rows.shape[0]
    if not isinstance(n_rows, int) or n_rows < 2:
        return [rows]
    return [rows[: n_rows // 2], rows[n_rows // 2 :]]


def running_count(ones: Tensor) -> Tensor:
    """How many ones a row has up to each place: (batch, width) -> (batch, width)

    In blocks, by products with triangles: XLA on CPUs takes long over cumulative sums.
    """
    width = ones.shape[-1]
    n_blocks = -(-width // _BLOCK)
    blocks = ops.pad(ones, ((0, 0), (0, n_blocks * _BLOCK - width)))
    blocks = ops.reshape(blocks, (-1, n_blocks, _BLOCK))
    within = ops.matmul(blocks, np.triu(np.ones((_BLOCK, _BLOCK), np.float32)))
    before = ops.matmul(within[..., -1], np.triu(np.ones((n_blocks, n_blocks), np.float32), 1))
    return ops.reshape(within + before[..., None], (-1, n_blocks * _BLOCK))[:, :width]
