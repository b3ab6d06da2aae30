"""What codes stand for, on a grid over the plane of two of their components."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, NamedTuple, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from scipy.stats import norm

from diabolo.errors import DataError, ParameterError
from diabolo.latents.priors import StandardNormal
from diabolo.plots.checks import check_components
from diabolo.plots.image_grid import as_images, as_shades, decoded_images
from diabolo.plots.style import axes_or_new, dress, look
from diabolo.plots.text import ARBITRARY, OF_PRIOR, code_label

_WIDTH = 7.0  # inches
_LEAST_HEIGHT = 1.2


class ManifoldDisplay:
    """Decoded images side by side: each stands where its code is.

    The second component grows upwards. A model with a single component gets one line of images.

    Parameters
    ----------
    images : array-like of shape (n_y, n_x, height, width) or (n_y, n_x, height, width, channels)
        ``images[i, j]`` is what the code (``x[j]``, ``y[i]``) stands for.
    x : array-like of shape (n_x,)
        Values of the first component, growing.
    y : array-like of shape (n_y,), optional
        Values of the second; left out where ``n_y`` is 1.
    components : sequence of one or two int, optional
        Which components these are, counted from 0; by default the first ones.
    unit : str, default="arbitrary units"
        Of the components.

    Attributes
    ----------
    ax_ : matplotlib Axes
        In units of an image.
    figure_ : matplotlib Figure
    image_ : AxesImage
        All images in one.

    Raises
    ------
    DataError
        If these are no images, or not one for each pair of values.

    Examples
    --------
    >>> from diabolo import ManifoldDisplay, VariationalAutoencoder, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> vae = VariationalAutoencoder(2, encoder=(32,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = ManifoldDisplay.from_estimator(vae, n=10)
    >>> display.ax_.get_xlabel(), display.images.shape
    ('code 1 (standard deviations of the prior)', (10, 10, 28, 28))
    """

    def __init__(
        self,
        images: Any,
        x: Any,
        y: Any = None,
        *,
        components: Sequence[int] | None = None,
        unit: str = ARBITRARY,
    ):
        images = np.asarray(images)
        self.x, self.y = np.asarray(x), None if y is None else np.asarray(y)
        expected = (1 if self.y is None else self.y.size, self.x.size)
        if images.shape[:2] != expected:
            raise DataError(
                "images must be one for each pair of values, of shape (n_y, n_x, height, width), and x and y "
                f"make {expected}; got shape {images.shape}."
            )
        flat = as_images(images.reshape(-1, *images.shape[2:]))
        self.images = flat.reshape(*expected, *flat.shape[1:])
        self.components = (0, 1)[: 1 if self.y is None else 2] if components is None else tuple(components)
        self.unit = unit

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any = None,
        *,
        n: int = 30,
        components: Sequence[int] | None = None,
        coverage: float = 0.95,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Decode a grid of codes and draw what comes out.

        Parameters
        ----------
        estimator : fitted transformer
            An autoencoder of images, or anything else with ``transform`` and ``inverse_transform``: PCA.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape), optional
            Rows whose codes say where the grid lies: its steps are even. Without it the model must have a
            standard normal prior, of which each step covers an equal part.
        n : int, default=30
            Images a side.
        components : sequence of one or two int, optional
            Which components vary, counted from 0; by default the first two. The others stay at their mean.
        coverage : float, default=0.95
            The part of the codes of X, or of the prior, that the grid spans along each component: the middle
            one.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ManifoldDisplay

        Raises
        ------
        DataError
            If rows are no images.
        ParameterError
            If nothing says where the grid lies, or an option can't be met.
        """
        if not isinstance(n, Integral) or isinstance(n, bool) or n < 2:
            raise ParameterError(f"n must be a whole number of at least 2; got {n!r}.")
        if not 0 < coverage < 1:
            raise ParameterError(f"coverage must be a number between 0 and 1; got {coverage!r}.")
        tail = (1 - coverage) / 2
        levels = np.linspace(tail, 1 - tail, n)
        if X is None:
            grid = _grid_of_prior(_prior_width(estimator), components, levels)
        else:
            grid = _grid_of_codes(np.asarray(estimator.transform(X)), components, levels)
        rows = np.asarray(estimator.inverse_transform(grid.codes))
        images = decoded_images(rows, image_shape)
        sides = [len(values) for values in reversed(grid.values)]
        images = images.reshape(*([1] if len(sides) == 1 else []), *sides, *images.shape[1:])
        unit = OF_PRIOR if X is None else ARBITRARY
        return cls(images, *grid.values, components=grid.components, unit=unit).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : ManifoldDisplay
        """
        n_y, n_x, height, width = self.images.shape[:4]
        shades = as_shades(self.images)[::-1]  # the topmost first
        whole = shades.swapaxes(1, 2).reshape(n_y * height, n_x * width, *self.images.shape[4:])
        inches = _WIDTH * (n_y * height) / (n_x * width)
        with look():
            self.ax_ = axes_or_new(ax, _WIDTH, max(inches, _LEAST_HEIGHT))
            self.figure_ = self.ax_.figure
            dress(self.ax_)
            extent = (0, n_x, 0, n_y)
            self.image_: AxesImage = self.ax_.imshow(
                whole, cmap="gray", vmin=0, vmax=1, extent=extent, aspect=height / width
            )
            self.ax_.spines[:].set_visible(False)
            _mark(self.ax_.xaxis, self.x, code_label(self.components[0], self.unit))
            if self.y is None:
                self.ax_.set_yticks([])
            else:
                _mark(self.ax_.yaxis, self.y, code_label(self.components[1], self.unit))
        return self


class _Grid(NamedTuple):
    """Codes to decode."""

    components: tuple[int, ...]
    values: list[np.ndarray]  # of each component that varies, growing
    codes: np.ndarray  # (product of their numbers, n_components), the first component the fastest


def _prior_width(estimator: Any) -> int:
    """The width of a code that has a standard normal prior."""
    learned = estimator._learned().architecture if hasattr(estimator, "_learned") else None
    if learned is None or getattr(learned.latent, "prior", None) != StandardNormal():
        raise ParameterError(
            f"X must say where the codes lie, since {type(estimator).__name__} has no standard normal prior "
            "that would. Pass rows, such as those of fit."
        )
    width: int = learned.n_components
    return width


def _grid_of_prior(width: int, components: Sequence[int] | None, levels: np.ndarray) -> _Grid:
    chosen = check_components(components, width)
    return _grid(chosen, [norm.ppf(levels) for _ in chosen], np.zeros(width))


def _grid_of_codes(codes: np.ndarray, components: Sequence[int] | None, levels: np.ndarray) -> _Grid:
    chosen = check_components(components, codes.shape[1])
    ends = [np.quantile(codes[:, c], levels[[0, -1]]) for c in chosen]
    for component, (low, high) in zip(chosen, ends, strict=True):
        if not low < high:
            raise ParameterError(
                f"Component {component} is {low:.3g} for nearly all rows, so there is nothing to see along "
                f"it. Choose others by components, from 0 to {codes.shape[1] - 1}."
            )
    return _grid(chosen, [np.linspace(low, high, len(levels)) for low, high in ends], codes.mean(axis=0))


def _grid(components: tuple[int, ...], values: list[np.ndarray], others: np.ndarray) -> _Grid:
    planes = np.meshgrid(*values)
    codes = np.tile(others, (planes[0].size, 1))
    codes[:, list(components)] = np.stack([plane.ravel() for plane in planes], axis=1)
    return _Grid(components, values, codes)


def _mark(axis: Axis, values: np.ndarray, label: str) -> None:
    """Ticks at round values, in the middle of the images that have them."""
    ticks = MaxNLocator(9, steps=[1, 2, 2.5, 5, 10]).tick_values(values[0], values[-1])
    ticks = ticks[(ticks >= values[0]) & (ticks <= values[-1])]
    axis.set_ticks(np.interp(ticks, values, np.arange(len(values)) + 0.5), [f"{tick:g}" for tick in ticks])
    axis.set_label_text(label)
