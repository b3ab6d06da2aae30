"""The layer in which an encoder reads the columns of a table."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from diabolo.data.layout import Layout, one_hot
from diabolo.networks.recurrent_layers import seeds
from diabolo.noise import Tensor


@keras.saving.register_keras_serializable("diabolo")  # so that a saved Keras model opens
class TableReader(keras.layers.Layer):
    """Numbers as they are, and a learned vector for each level of a category: (batch, p) -> (batch, width)

    A level that is not known is the zero vector. A category of k levels has vectors of
    min(50, ceil(k / 2)) numbers. With ``marks``, 1 for each gap and else 0 comes beside the row and passes as
    it is.
    """

    def __init__(self, kinds: Sequence[int], marks: bool = False, seed: int = 0, **options: Any):
        super().__init__(**options)
        self.layout, self.marks, self.seed = Layout(tuple(kinds)), marks, seed
        self.embeddings = [
            keras.layers.Dense(
                width,
                use_bias=False,
                kernel_initializer=keras.initializers.GlorotUniform(own),
                name=f"embedding_{number}",
            )
            for number, ((_, width), own) in enumerate(
                zip(self.shapes(self.layout), seeds(seed, len(self.layout.levels)), strict=True)
            )
        ]

    @staticmethod
    def width(layout: Layout, planes: int) -> int:
        """How many numbers it gives out."""
        plain = len(layout.numbers) + len(layout.booleans)
        return plain + sum(map(embedding_width, layout.levels)) + (planes - 1) * len(layout.kinds)

    @staticmethod
    def shapes(layout: Layout) -> list[tuple[int, int]]:
        """Of its weights, one a category."""
        return [(n_levels, embedding_width(n_levels)) for n_levels in layout.levels]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for embedding, n_levels in zip(self.embeddings, self.layout.levels, strict=True):
            embedding.build((None, n_levels))

    def call(self, x: Tensor) -> Tensor:
        layout = self.layout
        parts = [ops.take(x, ops.array([*layout.numbers, *layout.booleans], "int32"), axis=-1)]
        parts += [
            embedding(one_hot(x, place, n_levels))
            for place, n_levels, embedding in zip(
                layout.categories, layout.levels, self.embeddings, strict=True
            )
        ]
        if self.marks:
            parts.append(x[..., len(layout.kinds) :])
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.width(self.layout, 1 + self.marks))

    def get_config(self) -> dict[str, Any]:
        own = {"kinds": list(self.layout.kinds), "marks": self.marks, "seed": self.seed}
        return super().get_config() | own


def embedding_width(n_levels: int) -> int:
    """How many numbers stand for a category of so many levels."""
    return min(50, -(-n_levels // 2))
