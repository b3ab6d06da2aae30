"""What every distribution of codes answers."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils import check_random_state

from diabolo.data.codes import check_codes
from diabolo.data.rows import Rows
from diabolo.data.scaling import Affine, fit_scaling
from diabolo.errors import DataError
from diabolo.latents.base import check_count

RandomState = int | np.random.RandomState | None
Learned = dict[str, np.ndarray]


class Sampler(ABC):
    """A distribution of codes. Subclasses are frozen dataclasses, whose fields say how it is fitted.

    Each column is brought to mean 0 and variance 1 first. Subclasses see such codes alone; densities and
    draws are those of the codes as they came.

    Attributes
    ----------
    learned_ : dict of str to ndarray
        All that ``fit`` found out: ``center`` and ``scale`` of the codes, and what the subclass learned.
    """

    dtype: ClassVar[type[np.floating]]  # of what the subclass learns
    learned_: Learned

    @abstractmethod
    def shapes(self, n_components: int) -> dict[str, tuple[int, ...]]:
        """Shapes of what the subclass learns, by name."""

    @abstractmethod
    def _learn(self, rows: Rows, seed: int) -> Learned:
        """Arrays of these shapes, from the codes."""

    @abstractmethod
    def _draw(self, n_samples: int, rng: np.random.Generator) -> np.ndarray:
        """Codes, standardised: (n_samples, n_components)"""

    @abstractmethod
    def _log_prob(self, rows: Rows) -> np.ndarray:
        """log p of codes, a density of what they are standardised: (n_samples,) float64"""

    def check_learned(self, learned: Learned) -> None:
        """Raise ``DataError`` where arrays of the right shapes are no distribution."""

    # -- use ---------------------------------------------------------------------------------------------

    def fit(self, Z: Any, random_state: RandomState = None) -> Self:
        """Learn how codes are distributed.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)
            At least two codes.
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        self : Sampler

        Raises
        ------
        DataError
            If codes are no table of finite numbers, or too few.
        """
        codes = check_codes(Z)
        if len(codes) < 2:
            raise DataError(
                "A distribution needs at least two codes to be fitted on; got one. Pass more rows."
            )
        scaling = fit_scaling(codes, "standard", images=False)
        assert isinstance(scaling, Affine)
        learned = self._learn(Rows(codes, scaling), check_random_state(random_state).randint(2**31 - 1))
        self._keep({"center": scaling.center, "scale": scaling.scale} | learned)
        return self

    def sample(self, n_samples: int = 1, random_state: RandomState = None) -> np.ndarray:
        """Draw codes.

        Parameters
        ----------
        n_samples : int, default=1
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components), float32
        """
        check_count(n_samples, "n_samples")
        rng = np.random.default_rng(check_random_state(random_state).randint(2**31 - 1))
        return self.draw(int(n_samples), rng)

    def draw(self, n_samples: int, rng: np.random.Generator) -> np.ndarray:
        """Draw codes with NumPy's generator.

        Parameters
        ----------
        n_samples : int
        rng : numpy.random.Generator

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components), float32
        """
        scaling = self._scaling
        return scaling.undo(self._draw(n_samples, rng)).astype(np.float32)

    def log_prob(self, Z: Any) -> np.ndarray:
        """log p(z) of codes, in nats: a density of the codes in their own units.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)

        Returns
        -------
        log_prob : ndarray of shape (n_samples,), float64

        Raises
        ------
        DataError
            If codes are no table of finite numbers of this width.
        """
        scaling = self._scaling
        rows = Rows(check_codes(Z, self.n_components_), scaling)
        return self._log_prob(rows) - np.log(scaling.scale).sum()

    @property
    def n_components_(self) -> int:
        """Width of the codes."""
        return self._scaling.n_features

    # -- what fit learned, as a file holds it ------------------------------------------------------------

    def all_shapes(self, n_components: int) -> dict[str, tuple[int, ...]]:
        """Shapes of ``learned_``, by name."""
        return {"center": (n_components,), "scale": (n_components,), **self.shapes(n_components)}

    def dtype_of(self, name: str) -> type[np.floating]:
        """The dtype of one of ``learned_``."""
        return np.float64 if name in ("center", "scale") else self.dtype

    def restored(self, learned: Learned) -> Self:
        """This sampler with what another of its make learned.

        Raises
        ------
        DataError
            If the arrays are no distribution.
        """
        if not (learned["scale"] > 0).all():
            raise DataError("Scales of codes must be above 0.")
        self.check_learned(learned)
        self._keep(learned)
        return self

    def _keep(self, learned: Learned) -> None:
        object.__setattr__(self, "learned_", learned)  # the fields are frozen, so that they can't belie it

    @property
    def _scaling(self) -> Affine:
        if not hasattr(self, "learned_"):
            raise NotFittedError(f"This {type(self).__name__} is not fitted yet: call fit first.")
        center = self.learned_["center"]
        return Affine(len(center), center, self.learned_["scale"])
