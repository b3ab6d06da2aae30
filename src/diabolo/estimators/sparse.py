"""The sparse autoencoder."""

from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import ClassVar

from diabolo.errors import ParameterError
from diabolo.estimators._sklearn import Interval, StrOptions
from diabolo.estimators.base import Autoencoder
from diabolo.latents.base import Latent
from diabolo.latents.point import Point
from diabolo.latents.topk import TopK
from diabolo.objectives.passes import Term
from diabolo.objectives.penalties import KLSparsity, L1Sparsity, Revival
from diabolo.objectives.schedules import Schedule

_DEFAULT_RHO, _DEFAULT_WEIGHT = 0.05, 1e-3


@dataclass(kw_only=True, eq=False, repr=False)
class SparseAutoencoder(Autoencoder):
    """Autoencoder of whose code only a few units are active in any row.

    - ``kind="l1"``: loss = mse(x, x_hat) + weight * sum_k |z_k|
    - ``kind="kl"``: loss = mse(x, x_hat) + weight * sum_k KL(rho || mean activation of unit k), for a code in
      (0, 1): its activation is then a sigmoid unless ``code_activation`` says otherwise
    - ``kind="topk"``: of each row's code the k largest units are kept, the others are 0; units that are kept
      nowhere for 200 steps are pulled back by a small term, ``revival``

    Parameters
    ----------
    n_components : int, default=64
        Width of the code. Sparse codes are wide, often wider than the row.
    kind : {"l1", "kl", "topk"}, default="l1"
    sparsity : float, int or None, default=None
        With "kl" rho, the mean activation that each unit should have, between 0 and 1 (0.05 if None); with
        "topk" k, how many units are kept (an eighth of them if None). No effect with "l1".
    sparsity_weight : float, Schedule or None, default=None
        Weight of the penalty of "l1" and "kl"; 1e-3 if None. No effect with "topk".

    See ``Autoencoder`` for the other parameters, the attributes and the methods.

    References
    ----------
    Ng (2011), "Sparse autoencoder", CS294A lecture notes.
    Makhzani and Frey (2013), "k-Sparse autoencoders".

    Examples
    --------
    >>> from diabolo import SparseAutoencoder
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data / 16
    >>> sae = SparseAutoencoder(100, kind="topk", sparsity=10, encoder=(), epochs=2, random_state=0).fit(X)
    >>> int((sae.transform(X) != 0).sum(axis=1).max())
    10
    """

    n_components: int = field(default=64, kw_only=False)
    kind: str = "l1"
    sparsity: float | int | None = None
    sparsity_weight: float | Schedule | None = None

    _parameter_constraints: ClassVar[dict[str, list]] = Autoencoder._parameter_constraints | {
        "kind": [StrOptions(["l1", "kl", "topk"])],
        "sparsity": [Interval(Real, 0, None, closed="neither"), None],
        "sparsity_weight": [Interval(Real, 0, None, closed="left"), Schedule, None],
    }
    _fixed: ClassVar[tuple[str, ...]] = (*Autoencoder._fixed, "kind")

    def _latent(self) -> Latent:
        if self.kind == "topk":
            return TopK(self._k)
        if self.kind == "kl" and self.code_activation == "linear":
            return Point("sigmoid")
        return super()._latent()

    def _terms(self) -> tuple[Term, ...]:
        weight = _DEFAULT_WEIGHT if self.sparsity_weight is None else self.sparsity_weight
        if self.kind == "topk":
            return (*super()._terms(), Revival())
        if self.kind == "kl":
            return (*super()._terms(), KLSparsity(weight, self._rho))
        return (*super()._terms(), L1Sparsity(weight))

    @property
    def _k(self) -> int:
        return max(1, self.n_components // 8) if self.sparsity is None else int(self.sparsity)

    @property
    def _rho(self) -> float:
        return _DEFAULT_RHO if self.sparsity is None else float(self.sparsity)

    def _without_effect(self) -> dict[str, str | None]:
        with_kind = f"with kind={self.kind!r}"
        return {
            "sparsity": f"{with_kind}, whose strength is sparsity_weight" if self.kind == "l1" else None,
            "sparsity_weight": with_kind if self.kind == "topk" else None,
            "code_activation": with_kind if self.kind == "topk" else None,
        }

    def _check_recipe(self) -> None:
        whole = self.sparsity is None or isinstance(self.sparsity, Integral)
        if self.kind == "topk" and not (whole and self._k <= self.n_components):
            raise ParameterError(
                "With kind='topk', sparsity must be a whole number of units, at least 1 and at most "
                f"n_components={self.n_components}; got {self.sparsity!r}."
            )
        if self.kind == "kl" and not self._rho < 1:
            raise ParameterError(
                "With kind='kl', sparsity is the mean activation that each unit should have, between 0 and "
                f"1; got {self.sparsity!r}."
            )
        super()._check_recipe()
