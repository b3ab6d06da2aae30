"""What the decoder's output says about a row: p(x | z).

Each likelihood owns its domain, its link from the decoder's output to the mean, and what it learns itself.
``named`` finds one by its name.
"""

from diabolo.objectives.likelihoods.base import Likelihood
from diabolo.objectives.likelihoods.bernoulli import Bernoulli
from diabolo.objectives.likelihoods.categorical import Categorical
from diabolo.objectives.likelihoods.continuous_bernoulli import ContinuousBernoulli
from diabolo.objectives.likelihoods.gaussian import DiagonalGaussian, FixedGaussian, Gaussian
from diabolo.objectives.likelihoods.laplace import Laplace
from diabolo.objectives.likelihoods.mean_squared_error import MeanSquaredError

__all__ = [
    "Bernoulli",
    "Categorical",
    "ContinuousBernoulli",
    "DiagonalGaussian",
    "FixedGaussian",
    "Gaussian",
    "Laplace",
    "Likelihood",
    "MeanSquaredError",
]

NAMED: dict[str, Likelihood] = {
    "mse": MeanSquaredError(),
    "gaussian": Gaussian(),
    "gaussian_fixed": FixedGaussian(),
    "gaussian_diagonal": DiagonalGaussian(),
    "bernoulli": Bernoulli(),
    "continuous_bernoulli": ContinuousBernoulli(),
    "laplace": Laplace(),
    "categorical": Categorical(),
}


def named(likelihood: str | Likelihood) -> Likelihood:
    """The likelihood of this name; an object is taken as it is."""
    return NAMED[likelihood] if isinstance(likelihood, str) else likelihood
