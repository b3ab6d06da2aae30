"""The denoising autoencoder."""

from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

from diabolo.corruption import Corruption, GaussianNoise
from diabolo.estimators._sklearn import Interval
from diabolo.estimators.base import Autoencoder


@dataclass(kw_only=True, eq=False, repr=False)
class DenoisingAutoencoder(Autoencoder):
    """Autoencoder that is shown noisy rows and must give the clean ones back (Vincent et al. 2008).

    loss = mse(x, decode(encode(x~))), x~ ~ noise(x), drawn anew at each step

    ``reconstruct`` takes noise away. Rows are encoded as they come: noise is put on in training alone.

    Parameters
    ----------
    noise : float or Corruption, default=0.3
        Standard deviation of Gaussian noise, in the model's units (for images of 0..1; tables that ``scale``
        centres have a typical standard deviation of 1); or an object of ``diabolo.corruption``.

    See ``Autoencoder`` for the other parameters, the attributes and the methods; ``corruption`` is this one's
    ``noise``.

    References
    ----------
    Vincent, Larochelle, Bengio and Manzagol (2008), "Extracting and composing robust features with denoising
    autoencoders".

    Examples
    --------
    >>> from diabolo import DenoisingAutoencoder
    >>> from diabolo.corruption import Masking
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> dae = DenoisingAutoencoder(2, noise=Masking(0.25), random_state=0).fit(X)
    >>> dae.reconstruct(Masking(0.25).corrupt(X)).shape
    (150, 4)
    """

    noise: float | Corruption = 0.3

    _parameter_constraints: ClassVar[dict[str, list]] = Autoencoder._parameter_constraints | {
        "noise": [Interval(Real, 0, None, closed="neither"), Corruption]
    }

    def _corruption(self) -> Corruption:
        return self.noise if isinstance(self.noise, Corruption) else GaussianNoise(float(self.noise))

    def _without_effect(self) -> dict[str, str | None]:
        return {"corruption": "in a DenoisingAutoencoder, whose noise it is. Set noise"}
