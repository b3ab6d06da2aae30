"""What the trainings of several papers share."""

import keras
import numpy as np

from diabolo import Autoencoder


def cosine_adam(rate: float, epochs: int, n_rows: int, batch_size: int) -> keras.optimizers.Adam:
    """Adam whose learning rate falls to nothing along half a cosine over the whole training."""
    steps = epochs * -(-n_rows // batch_size)
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))


def only_layer(ae: Autoencoder) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of an encoder of one layer: (n_features, n_units), (n_units,)"""
    kernel, bias = ae.encoder_.get_weights()
    return kernel, bias
