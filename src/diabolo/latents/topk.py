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
        smallest = ops.top_k(output, self.k)[0][:, -1:]
        larger, equal = (
            ops.cast(each, output.dtype)
            for each in (ops.greater(output, smallest), ops.equal(output, smallest))
        )
        # Which of equal ones top_k takes differs between backends.
        room = self.k - ops.sum(larger, axis=-1, keepdims=True)
        return larger + equal * ops.cast(ops.cumsum(equal, axis=-1) <= room, output.dtype)

    def encoded(self, output: Tensor, noise: Noise, memory: Memory, weight: Tensor | None) -> Encoded:
        kept = self.kept(output)
        if weight is not None:
            silent, row = memory["silent_steps"], ops.cast(weight > 0, kept.dtype)
            silent.assign((silent.value + 1) * (1 - ops.max(row[:, None] * kept, axis=0)))
        code = output * kept
        return Encoded(code, code)

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        return {"silent_steps": np.zeros(n_components, np.float32)}
