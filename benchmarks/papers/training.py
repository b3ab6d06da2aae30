"""What the trainings of several papers share."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from diabolo import Autoencoder
from diabolo.noise import Tensor
from diabolo.objectives.likelihoods import MeanSquaredError
from diabolo.objectives.likelihoods.base import Learned


@dataclass(frozen=True)
class SquaredErrorOfSigmoid(MeanSquaredError):
    """1/d sum_j (x_j - sigmoid(decoded_j))^2, for numbers in 0..1"""

    def loss(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        return super().loss(x, self.mean(decoded), observed, learned)

    def mean(self, decoded: Tensor) -> Tensor:
        return ops.sigmoid(decoded)


def cosine_adam(
    rate: float,
    epochs: int,
    n_rows: int,
    batch_size: int,
    *,
    weight_decay: float | None = None,
    epsilon: float = 1e-7,
) -> keras.optimizers.Adam:
    """Adam whose learning rate falls to nothing along half a cosine over the whole training.

    Weights decay apart from the gradient (Loshchilov and Hutter, 2019), by ``weight_decay`` times the rate.
    """
    steps = epochs * -(-n_rows // batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    return keras.optimizers.Adam(schedule, epsilon=epsilon, weight_decay=weight_decay)


def only_layer(ae: Autoencoder) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of an encoder of one layer: (n_features, n_units), (n_units,)"""
    kernel, bias = ae.encoder_.get_weights()
    return kernel, bias
