"""The variational autoencoder."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import check_random_state

from diabolo.data.rows import Rows
from diabolo.errors import ParameterError
from diabolo.estimators._sklearn import Interval, StrOptions
from diabolo.estimators.base import Autoencoder
from diabolo.latents.base import Latent
from diabolo.latents.gaussian import Gaussian
from diabolo.latents.priors import StandardNormal, VampPrior
from diabolo.objectives.likelihoods import Likelihood
from diabolo.objectives.passes import Term
from diabolo.objectives.reconstruction import Reconstruction
from diabolo.objectives.schedules import Schedule, warm_up
from diabolo.objectives.variational import Bound, ImportanceWeighted, KLDivergence
from diabolo.training.blocks import in_blocks, log_likelihood
from diabolo.training.program import PRIOR_DRAWS


@dataclass(kw_only=True, eq=False, repr=False)
class VariationalAutoencoder(Autoencoder):
    """Autoencoder of a code that is a distribution: a model of the data's density, from which one can draw.

    loss = -E[log p(x | z)] + beta * KL(q(z | x) || p(z)), z ~ q(z | x) = N(mean(x), std(x)^2)

    With beta 1 this is minus the evidence bound, ELBO <= log p(x), in nats a row.

    Parameters
    ----------
    likelihood : str or Likelihood, default="gaussian"
        As for ``Autoencoder``, but for "mse", which has no scale against which nats of KL could be weighed.
    beta : float or Schedule, default=1.0
        Weight of the KL term; above 1 is a beta-VAE.
    warmup : float, default=0
        Epochs in which the weight rises from 0 to ``beta``.
    capacity : float, Schedule or None, default=None
        The code's information C in nats: the KL term is then beta * abs(KL - C).
    bound : {"elbo", "iwae"}, default="elbo"
        ``"iwae"`` raises the importance-weighted bound of ``samples`` codes, which is tighter.
    samples : int, default=1
        Codes drawn for a row at each step.
    prior : {"normal", "vamp"}, default="normal"
        p(z): a standard normal, or the mean posterior of ``n_pseudo_inputs`` learned rows.
    n_pseudo_inputs : int, default=500
        See ``prior``.

    See ``Autoencoder`` for the other parameters, the attributes and the methods. The code that ``transform``
    gives is the mean; ``score`` is the bound on log p(x) with beta 1, a density of X in nats, by a fixed set
    of draws. ``history_`` has it as ``elbo`` or ``iwae``.

    References
    ----------
    Kingma and Welling (2014), "Auto-encoding variational Bayes".
    Higgins et al. (2017), "beta-VAE". Burgess et al. (2018), "Understanding disentangling in beta-VAE".
    Burda, Grosse and Salakhutdinov (2016), "Importance weighted autoencoders".
    Tomczak and Welling (2018), "VAE with a VampPrior".

    Examples
    --------
    >>> from diabolo import VariationalAutoencoder
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> vae = VariationalAutoencoder(2, random_state=0).fit(X)
    >>> vae.sample(3, random_state=0).shape
    (3, 4)
    >>> bool(vae.score(X) <= vae.log_likelihood(X).mean())
    True
    """

    likelihood: str | Likelihood = "gaussian"
    beta: float | Schedule = 1.0
    warmup: float = 0
    capacity: float | Schedule | None = None
    bound: str = "elbo"
    samples: int = 1
    prior: str = "normal"
    n_pseudo_inputs: int = 500

    _parameter_constraints: ClassVar[dict[str, list]] = Autoencoder._parameter_constraints | {
        "beta": [Interval(Real, 0, None, closed="left"), Schedule],
        "warmup": [Interval(Real, 0, None, closed="left")],
        "capacity": [Interval(Real, 0, None, closed="left"), Schedule, None],
        "bound": [StrOptions(["elbo", "iwae"])],
        "samples": [Interval(Integral, 1, None, closed="left")],
        "prior": [StrOptions(["normal", "vamp"])],
        "n_pseudo_inputs": [Interval(Integral, 1, None, closed="left")],
    }
    _fixed: ClassVar[tuple[str, ...]] = (*Autoencoder._fixed, "prior", "n_pseudo_inputs")

    # -- the recipe --------------------------------------------------------------------------------------

    def _latent(self) -> Latent:
        prior = VampPrior(int(self.n_pseudo_inputs)) if self.prior == "vamp" else StandardNormal()
        return Gaussian(prior, int(self.samples))

    def _terms(self) -> tuple[Term, ...]:
        return (*self._bound_terms(self._weight, self.capacity), *self.penalties)

    def _figure(self) -> Term:
        return Bound(self._likelihood(), self._bound_terms(1.0, None), name=self.bound)

    def _bound_terms(self, weight: float | Schedule, capacity: float | Schedule | None) -> tuple[Any, ...]:
        likelihood = self._likelihood()
        if self.bound == "iwae":
            return (ImportanceWeighted(likelihood, int(self.samples), weight),)
        return (Reconstruction(likelihood), KLDivergence(weight, capacity))

    @property
    def _weight(self) -> float | Schedule:
        if isinstance(self.beta, Schedule) or self.warmup == 0:
            return self.beta
        return warm_up(self.beta, self.warmup)

    def _without_effect(self) -> dict[str, str | None]:
        return {
            "code_activation": "in a variational autoencoder, whose encoder gives out a mean and a variance",
            "capacity": "with bound='iwae', which has no KL term" if self.bound == "iwae" else None,
            "warmup": "beside a beta that is a schedule" if isinstance(self.beta, Schedule) else None,
            "n_pseudo_inputs": None if self.prior == "vamp" else "without prior='vamp'",
        }

    def _check_recipe(self) -> None:
        if self._is_least_squares:
            raise ParameterError(
                "likelihood='mse' has no units to be weighed against nats of KL: the weight of the KL would "
                "depend on the number of features and their scale. Use likelihood='gaussian', which learns "
                "the scale."
            )
        super()._check_recipe()

    # -- use ---------------------------------------------------------------------------------------------

    def transform(self, X: Any, *, return_std: bool = False) -> Any:
        """The codes of rows: the means of their distributions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        return_std : bool, default=False
            Whether to return standard deviations, too.

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components), float32
        std : ndarray of shape (n_samples, n_components), float32
            Only with ``return_std``.
        """
        if not return_std:
            return super().transform(X)
        return self._means_and_stds(self._check(X))

    def log_likelihood(
        self, X: Any, *, samples: int = 500, random_state: int | np.random.RandomState | None = 0
    ) -> np.ndarray:
        """log p(x) of rows, by importance sampling: log 1/S sum_s p(x, z_s) / q(z_s | x), z_s ~ q(z | x).

        Its expectation is at most log p(x), and comes nearer with more samples. Memory does not grow with
        them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        samples : int, default=500
            Codes drawn for each row.
        random_state : int, RandomState instance or None, default=0

        Returns
        -------
        log_likelihood : ndarray of shape (n_samples,), float64
            In nats: a density of X in its own units, or a probability where the likelihood is one of values.

        Raises
        ------
        DataError
            If the likelihood is no probability of such rows, as Bernoulli's of grey values.
        ParameterError
            If ``samples`` is no whole number of at least 1.
        """
        if not isinstance(samples, Integral) or isinstance(samples, bool) or samples < 1:
            raise ParameterError(f"samples must be a whole number of at least 1; got {samples!r}.")
        rows = self._check(X)
        likelihood = self._fitted.road.likelihood
        likelihood.check(rows)
        likelihood.check_density(rows)
        rng = np.random.default_rng(check_random_state(random_state).randint(2**31 - 1))
        return log_likelihood(self._program, self._fitted.road.weights, rows, int(samples), rng)

    def _prior(self) -> Callable[[int, np.random.Generator], np.ndarray]:
        return self._draw_codes

    def _draw_codes(self, n: int, rng: np.random.Generator) -> np.ndarray:
        keys = rng.integers(2**31, size=(-(-n // PRIOR_DRAWS), 2), dtype=np.int32)
        program, weights = self._program, self._fitted.road.weights
        return np.concatenate([program.to_host(program.run("sample_prior", weights, key)) for key in keys])[
            :n
        ]

    def _codes_to_fit(self, rows: Rows, rng: np.random.Generator) -> np.ndarray:
        mean, std = self._means_and_stds(rows)
        return mean + std * rng.standard_normal(mean.shape, np.float32)

    def _means_and_stds(self, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        both = in_blocks(self._program, "encode_rows_with_std", self._fitted.road.weights, rows)
        mean, std = np.split(both, 2, axis=1)
        return mean, std
