"""What each component of a code is good for."""

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from sklearn.utils import _safe_indexing

from diabolo.errors import DataError
from diabolo.evaluation.components import (
    ACTIVE,
    Explained,
    active_units,
    code_variances,
    explained_variance,
    kl_by_component,
)
from diabolo.latents.gaussian import Gaussian
from diabolo.latents.priors import StandardNormal
from diabolo.plots.row_kinds import Columns
from diabolo.plots.rows import compare, kind_of
from diabolo.plots.style import GREY, INK, PALETTE, dress, legend_beside, look, make_room, stacked_axes

_MOST_ROWS = 1000  # decoded again and again for the explained variance


class ComponentsDisplay:
    """Which components of a code are active, what each tells, and what the first k of them explain.

    The uppermost panel has the variance of each component over rows, on a log scale, with the limit above
    which it is active: 0.01 for codes with a prior of variance 1 (Burda et al. 2016), else 0.01 of the
    largest. For a standard normal prior the next has the KL divergence of each, in nats. The last has the
    share of the rows' variance that the k most useful components explain, the others being at their mean,
    beside PCA with k components, fitted on these very rows; both in the units to which the model scales
    columns.

    Parameters
    ----------
    means : array-like of shape (n_samples, n_components)
        Codes: the means of their distributions, where they have one.
    stds : array-like of shape (n_samples, n_components), optional
        Their standard deviations, of codes with a standard normal prior.
    explained : Explained, optional
        Shares of variance, by ``diabolo.evaluation.components.explained_variance``.
    has_scale : bool, default=False
        Whether a prior gives codes their scale. Codes with ``stds`` have one.

    Attributes
    ----------
    variances : ndarray of shape (n_components,)
    active : ndarray of shape (n_components,), bool
    kl : ndarray of shape (n_components,) or None
        In nats, the mean over rows.
    axes_ : ndarray of Axes
        One a panel.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
    bars_ : list of BarContainer
        Variances, and KL divergences where there are any.
    lines_ : list of Line2D
        Explained shares of the model and of PCA, where there are any.

    Raises
    ------
    DataError
        If codes are no table of finite numbers, or shapes disagree.

    References
    ----------
    Burda, Grosse and Salakhutdinov (2016), "Importance weighted autoencoders".

    Examples
    --------
    >>> from diabolo import ComponentsDisplay, VariationalAutoencoder
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> vae = VariationalAutoencoder(3, encoder=(16,), random_state=0).fit(X)
    >>> display = ComponentsDisplay.from_estimator(vae, X)
    >>> display.active.shape, display.kl.shape, len(display.axes_)
    ((3,), (3,), 3)
    """

    def __init__(
        self,
        means: Any,
        stds: Any = None,
        *,
        explained: Explained | None = None,
        has_scale: bool = False,
    ):
        means = _check_table(means, "means")
        self.variances = code_variances(means)
        self.has_scale = has_scale or stds is not None
        self.active = active_units(means, relative=not self.has_scale)
        self.kl = None if stds is None else kl_by_component(means, _check_stds(stds, means.shape))
        self.explained = explained

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, *, ax: Axes | None = None) -> Self:
        """Examine the codes of rows.

        Parameters
        ----------
        estimator : fitted transformer
            An autoencoder, or anything else with ``transform``; the explained variance needs
            ``inverse_transform``, and columns with a common variance, so not those of mixed tables.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
            Of more than 1,000 rows, so many taken by chance are decoded for the explained variance.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Panels share its place.

        Returns
        -------
        display : ComponentsDisplay

        Raises
        ------
        DataError, ParameterError
            If rows can't be used.
        """
        latent = estimator._learned().architecture.latent if hasattr(estimator, "_learned") else None
        stds = None
        if isinstance(latent, Gaussian) and latent.prior == StandardNormal():
            means, stds = estimator.transform(X, return_std=True)
        else:
            means = np.asarray(estimator.transform(X))
        has_scale = isinstance(latent, Gaussian)
        explained = _explained(estimator, X, means) if hasattr(estimator, "inverse_transform") else None
        return cls(means, stds, explained=explained, has_scale=has_scale).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Panels share its place.

        Returns
        -------
        self : ComponentsDisplay
        """
        n_components = len(self.variances)
        n_panels = 1 + (self.kl is not None) + (self.explained is not None)
        self.bars_: list[BarContainer] = []
        self.lines_: list[Line2D] = []
        with look():
            width = float(np.clip(2 + 0.25 * n_components, 4.6, 11))
            panels = stacked_axes(ax, n_panels, width, 2.1)
            self.axes_ = np.array(panels)
            for panel in panels:
                dress(panel)
            self._draw_variances(panels[0], ax)
            if self.kl is not None:
                self._draw_bars(panels[1], self.kl, "KL to the prior\n(nats per row)")
            bars = panels[: len(self.bars_)]
            bars[-1].set_xlabel("component")
            bars[-1].tick_params(labelbottom=True)
            panels[-1].xaxis.set_major_locator(MaxNLocator(12, integer=True))
            panels[-1].set_xlim(0.4, n_components + 0.6)
            if self.explained is not None:
                self._draw_explained(panels[-1], self.explained, ax)
        self.ax_, self.figure_ = panels[0], panels[0].figure
        return self

    def _draw_bars(self, panel: Axes, heights: np.ndarray, label: str) -> None:
        """A bar a component, grey and hatched where it is not active."""
        bars = panel.bar(np.arange(1, len(heights) + 1), heights, color=PALETTE[0], width=0.7)
        for bar, active in zip(bars, self.active, strict=True):
            if not active:
                bar.set(facecolor="0.8", edgecolor=GREY, hatch="////", linewidth=0)
        panel.set_ylabel(label)
        self.bars_.append(bars)

    def _draw_variances(self, panel: Axes, given: Axes | None) -> None:
        self._draw_bars(panel, self.variances, "variance of\nthe mean code" if self.has_scale else "variance")
        limit = ACTIVE * (1 if self.has_scale else float(self.variances.max()))
        varying = self.variances[self.variances > 0]
        low, high = min(limit, *varying) if varying.size else limit, max(limit, *self.variances)
        panel.set(ylim=(low / 3 or 1e-3, 3 * high or 1.0), yscale="log")
        panel.axhline(limit or 1e-2, color=INK, linestyle="--", linewidth=1, zorder=0)
        handles = [
            Patch(facecolor=PALETTE[0], label=f"{self.active.sum()} active"),
            Patch(facecolor="0.8", edgecolor=GREY, hatch="////", label=f"{(~self.active).sum()} inactive"),
        ]
        of_largest = "" if self.has_scale else "\nof the largest"
        make_room(given, legend_beside(panel, handles, title=f"active: above {ACTIVE}{of_largest}"))

    def _draw_explained(self, panel: Axes, explained: Explained, given: Axes | None) -> None:
        n = np.arange(1, len(explained.model) + 1)
        self.lines_ += panel.plot(n, explained.model, "o-", color=PALETTE[0], label="model")
        self.lines_ += panel.plot(n, explained.pca, "s--", color=PALETTE[1], label="PCA")
        panel.set(xlabel="components kept, the most useful first", ylabel="explained share\nof the variance")
        panel.set_ylim(top=1 + 0.05 * (1 - panel.get_ylim()[0]))
        make_room(given, legend_beside(panel, self.lines_))


def _explained(estimator: Any, X: Any, codes: np.ndarray) -> Explained | None:
    """Of some rows; ``None`` for mixed tables, whose columns have no common variance."""
    kind = kind_of(estimator, X)
    if isinstance(kind, Columns) and kind.table is not None:
        return None
    n_rows = len(codes)
    some = np.arange(n_rows)
    if n_rows > _MOST_ROWS:
        some = np.sort(np.random.default_rng(0).choice(n_rows, _MOST_ROWS, replace=False))
    originals, _ = compare(estimator, kind, _safe_indexing(X, some))
    unit = estimator._learned().scaling.unit if hasattr(estimator, "_learned") else 1.0

    def decode(codes: np.ndarray) -> np.ndarray:
        return np.asarray(estimator.inverse_transform(codes)).reshape(len(codes), -1) / unit

    return explained_variance(originals.reshape(len(some), -1) / unit, codes[some], decode)


def _check_table(array: Any, name: str) -> np.ndarray:
    array = np.asarray(array)
    if array.ndim != 2 or array.dtype.kind not in "buif" or not array.size or not np.isfinite(array).all():
        raise DataError(
            f"{name} must be a table of finite numbers, of shape (n_samples, n_components); got dtype "
            f"{array.dtype}, shape {array.shape}. Pass what transform returns."
        )
    return array


def _check_stds(stds: Any, shape: tuple[int, ...]) -> np.ndarray:
    stds = _check_table(stds, "stds")
    if stds.shape != shape or not (stds > 0).all():
        raise DataError(f"stds must be above 0 and of the shape of means, {shape}; got shape {stds.shape}.")
    return stds
