"""How well the class of a row is told: the loss of classifiers, and the share they get right."""

from dataclasses import dataclass
from typing import ClassVar

from keras import ops

from diabolo.noise import Tensor
from diabolo.objectives.likelihoods.categorical import Categorical
from diabolo.objectives.passes import Pass


@dataclass(frozen=True)
class CrossEntropy:
    """-log p(y | x) = -log softmax(decoded)_y; the mean over rows is scikit-learn's log_loss"""

    name: ClassVar[str] = "cross_entropy"
    unit: ClassVar[str] = "nats per row"

    def __call__(self, pass_: Pass) -> Tensor:
        # The target was observed, whatever gaps the row has.
        return Categorical().loss(pass_.x, pass_.decoded, None, {})


@dataclass(frozen=True)
class Accuracy:
    """1 where the largest probability is that of the row's class, else 0"""

    name: ClassVar[str] = "accuracy"
    unit: ClassVar[str] = "share of rows"

    def __call__(self, pass_: Pass) -> Tensor:
        right = ops.argmax(pass_.x_hat, axis=-1) == ops.argmax(pass_.x, axis=-1)
        return ops.cast(right, pass_.x.dtype)
