"""The contractive autoencoder."""

from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

from diabolo.estimators._sklearn import Interval
from diabolo.estimators.base import Autoencoder
from diabolo.objectives.passes import Term
from diabolo.objectives.penalties import Contraction
from diabolo.objectives.schedules import Schedule


@dataclass(kw_only=True, eq=False, repr=False)
class ContractiveAutoencoder(Autoencoder):
    """Autoencoder whose code moves little when the row moves (Rifai et al. 2011).

    loss = mse(x, x_hat) + contraction * ||d z / d x||_F^2

    The norm is exact for codes of up to 32 units and for an encoder of one layer (``encoder=()``) of any
    width; for others it is an unbiased estimate.

    Parameters
    ----------
    contraction : float or Schedule, default=1e-4
        Weight of the squared norm.

    See ``Autoencoder`` for the other parameters, the attributes and the methods.

    References
    ----------
    Rifai, Vincent, Muller, Glorot and Bengio (2011), "Contractive auto-encoders: explicit invariance during
    feature extraction".

    Examples
    --------
    >>> from diabolo import ContractiveAutoencoder
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> cae = ContractiveAutoencoder(2, contraction=1e-3, random_state=0).fit(X)
    >>> list(cae.history_)
    ['loss', 'reconstruction', 'contraction', 'mse']
    """

    contraction: float | Schedule = 1e-4

    _parameter_constraints: ClassVar[dict[str, list]] = Autoencoder._parameter_constraints | {
        "contraction": [Interval(Real, 0, None, closed="left"), Schedule]
    }

    def _terms(self) -> tuple[Term, ...]:
        return (*super()._terms(), Contraction(self.contraction))
