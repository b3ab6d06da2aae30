"""Distributions fitted on the codes of a model, so that one can draw from a model that has no prior.

``ae.fit_sampler(X, "mixture")`` fits one, and ``ae.sample(n)`` draws from it. Alone, a sampler takes any
table of codes: ``samplers.GaussianMixture(5).fit(Z).sample(10)``.
"""

from diabolo.errors import ParameterError
from diabolo.samplers.base import Sampler
from diabolo.samplers.flow import MaskedAutoregressiveFlow
from diabolo.samplers.gaussian_mixture import GaussianMixture

__all__ = ["GaussianMixture", "MaskedAutoregressiveFlow", "Sampler"]

NAMED: dict[str, type[Sampler]] = {"mixture": GaussianMixture, "flow": MaskedAutoregressiveFlow}


def named(sampler: str | Sampler) -> Sampler:
    """The sampler of this name, as it is by default; an object is taken as it is.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    if isinstance(sampler, Sampler):
        return sampler
    if isinstance(sampler, str) and sampler in NAMED:
        return NAMED[sampler]()
    raise ParameterError(
        f"sampler must be {' or '.join(map(repr, NAMED))}, or an object of diabolo.samplers; got {sampler!r}."
    )
