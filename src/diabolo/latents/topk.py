"""A code of which only the largest units are kept."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from diabolo.latents.base import Encoded, Latent, Memory, check_count
from diabolo.noise import Noise, Tensor


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
        # Which of equal ones top_k takes differs between backends, so they compete again, by their place. (A
        # cumulative sum over them would cost XLA on CPUs more than all the rest.)
        width = output.shape[-1]
        place = ops.arange(width, 0, -1, dtype=output.dtype)
        equal = ops.where(ops.equal(output, smallest), place, 0.0)
        rank = ops.where(ops.greater(output, smallest), width + 1.0, equal)
        return ops.cast(rank >= self.smallest_kept(rank), output.dtype)

    def smallest_kept(self, output: Tensor) -> Tensor:
        """Each row's k-th largest: (batch, 1)"""
        # Not the last of them: XLA on CPUs takes a slice for a reason to sort whole rows.
        return ops.min(ops.top_k(output, self.k)[0], axis=-1, keepdims=True)

    def encoded(self, output: Tensor, noise: Noise, memory: Memory, weight: Tensor | None) -> Encoded:
        kept = self.kept(output)
        if weight is not None:
            silent, row = memory["silent_steps"], ops.cast(weight > 0, kept.dtype)
            silent.assign((silent.value + 1) * (1 - ops.max(row[:, None] * kept, axis=0)))
        code = output * kept
        return Encoded(code, code)

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        return {"silent_steps": np.zeros(n_components, np.float32)}
