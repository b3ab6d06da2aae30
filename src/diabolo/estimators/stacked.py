"""The stacked autoencoder."""

from dataclasses import dataclass
from typing import ClassVar

import keras
import numpy as np
from keras import ops

from diabolo.errors import ParameterError
from diabolo.estimators.base import Autoencoder
from diabolo.estimators.pretraining import Stacked
from diabolo.objectives.likelihoods import Likelihood, MeanSquaredError, named


@dataclass(kw_only=True, eq=False, repr=False)
class StackedAutoencoder(Stacked, Autoencoder):
    """Deep autoencoder pretrained a layer at a time, then trained as a whole (Hinton and Salakhutdinov 2006).

    Layer i is an autoencoder of one layer each way, trained on the codes of the layers below it. Its weights
    become those of layer i of the encoder and of the mirrored layer of the decoder, and the whole is then
    trained as any ``Autoencoder``.

    Parameters
    ----------
    layer : Autoencoder or None, default=None
        What each layer is pretrained as, not fitted: for instance ``DenoisingAutoencoder(noise=0.3)``,
        ``ContractiveAutoencoder()`` or ``SparseAutoencoder(kind="kl")``, with their batch size, optimizer
        and likelihood; ``None`` is a ``DenoisingAutoencoder`` that hides a quarter of its inputs. Widths,
        activations, scaling, epochs, seed and folders are the stack's. Its likelihood is that of the codes
        it gives back; with "mse" they pass the activation of the mirrored layer.
    pretraining_epochs : int or "auto", default="auto"
        Passes through the rows for each layer, counted as ``epochs`` are; 0 leaves pretraining out.

    See ``Autoencoder`` for the other parameters, the attributes and the methods. ``decoder`` must be the
    encoder's mirror, and ``likelihood`` is also that of the lowest layer. Rows set aside for early stopping
    take no part in pretraining. The first ``partial_fit`` pretrains on its rows.

    Attributes
    ----------
    layer_histories_ : list of dict of str to ndarray
        The history of each layer's pretraining, from the lowest on; ``history_`` is that of the whole.

    References
    ----------
    Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks".
    Vincent, Larochelle, Lajoie, Bengio and Manzagol (2010), "Stacked denoising autoencoders".

    Examples
    --------
    >>> from diabolo import ContractiveAutoencoder, StackedAutoencoder
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data / 16
    >>> layer = ContractiveAutoencoder(contraction=1e-3)
    >>> sae = StackedAutoencoder(10, encoder=(60, 30), layer=layer, pretraining_epochs=2, epochs=2).fit(X)
    >>> len(sae.layer_histories_), sae.transform(X).shape
    (3, (1797, 10))
    """

    _parameter_constraints: ClassVar[dict[str, list]] = (
        Autoencoder._parameter_constraints | Stacked._parameter_constraints
    )
    _fixed: ClassVar[tuple[str, ...]] = (*Autoencoder._fixed, "layer", "pretraining_epochs")

    def _first_likelihood(self) -> str | Likelihood:
        return self.likelihood

    def _check_recipe(self) -> None:
        super()._check_recipe()
        if self._is_plain:
            return
        encoder, decoder = self._layered(), self._decoder()
        if decoder != encoder.mirrored():
            raise ParameterError(
                f"Pretrained layers serve both ways, so the decoder must be the encoder's mirror, "
                f"{encoder.mirrored()}; got {decoder}. Leave decoder=None, or set pretraining_epochs=0."
            )
        likelihood = named(self._template().likelihood)
        if encoder.widths and not _gives_back(likelihood, encoder.activation):
            raise ParameterError(
                f"The mirrored layers give codes back by activation={encoder.activation!r}, which is not the "
                f"mean of the layer's likelihood={self._template().likelihood!r}. Leave it at 'mse', or use "
                "'bernoulli' with activation='sigmoid'."
            )


def _gives_back(likelihood: Likelihood, activation: str) -> bool:
    """Whether a likelihood's mean is this activation of what the decoder gives out."""
    if isinstance(likelihood, MeanSquaredError):  # gets the activation
        return True
    x = ops.convert_to_tensor(np.linspace(-3, 3, 7, dtype=np.float32)[:, np.newaxis])
    mean, units = likelihood.mean(x), keras.activations.get(activation)(x)
    return np.allclose(ops.convert_to_numpy(mean), ops.convert_to_numpy(units), atol=1e-6)
