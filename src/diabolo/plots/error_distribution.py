"""How the errors of rows are spread."""

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text

from diabolo.errors import DataError, ParameterError
from diabolo.plots.checks import check_labels
from diabolo.plots.classes import Classes, check_classes
from diabolo.plots.row_errors import row_errors
from diabolo.plots.rows import kind_of
from diabolo.plots.style import GREY, INK, PALETTE, SMALL, axes_or_new, colour, dress, look
from diabolo.plots.text import number_text

_LONG_TAIL = 20  # from the median to the largest: then a log scale shows more
_HEIGHT_OF_CLASS = 0.9  # of the highest, in rows of classes


class ErrorDistributionDisplay:
    """Histogram of the errors of rows, a line of it for each class, with a threshold.

    Each class has the same area, however many rows it has. Above a threshold it says which part of the rows
    is. Errors that reach far beyond their median are drawn on a log scale.

    Parameters
    ----------
    errors : array-like of shape (n_samples,)
        Such as ``reconstruction_error`` gives; or scores, of which more is worse.
    labels : array-like of shape (n_samples,), optional
        Classes, at most 100.
    threshold : float, optional
        Above which a row is taken to be odd.
    name : str, default="error"
        What the errors are, with their unit.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    edges_ : ndarray of shape (n_bins + 1,)
        Of the bins, the same for all classes.
    counts_ : ndarray of shape (n_classes, n_bins)
        Rows in each; one line where there are no labels.
    line_ : Line2D or None
        The threshold.
    texts_ : list of Text
        The part of each class above the threshold.
    legend_ : Legend or None
        What the threshold is, and the part of all rows above it.

    Raises
    ------
    DataError
        If errors are no finite numbers, or labels are not one class a row.
    ParameterError
        If the threshold is no finite number.

    Examples
    --------
    >>> from diabolo import Autoencoder, ErrorDistributionDisplay
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> ae = Autoencoder(2, epochs=20, random_state=0).fit(X)
    >>> display = ErrorDistributionDisplay.from_estimator(ae, X, y, threshold=0.2)
    >>> display.counts_.sum(axis=1).tolist()
    [50, 50, 50]
    """

    def __init__(
        self, errors: Any, labels: Any = None, *, threshold: float | None = None, name: str = "error"
    ):
        self.errors = _check_errors(errors)
        self.labels = None if labels is None else check_labels(labels, len(self.errors))
        self.threshold = _check_threshold(threshold)
        self.name = name
        self._classes = None if self.labels is None else check_classes(self.labels)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any = None, *, threshold: float | None = None, ax: Axes | None = None
    ) -> Self:
        """Draw the reconstruction errors of rows.

        Parameters
        ----------
        estimator : fitted estimator
            An autoencoder, or anything else with ``transform`` and ``inverse_transform``: PCA.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : array-like of shape (n_samples,), optional
            Classes.
        threshold : float, optional
            Above which a row is taken to be odd, in the unit of the errors.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ErrorDistributionDisplay

        Raises
        ------
        DataError, ParameterError
            As above.
        """
        if y is not None:
            check_classes(check_labels(y, np.shape(X)[0]))
        found = row_errors(estimator, kind_of(estimator, X), X)
        return cls(found.values, y, threshold=threshold, name=found.label).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : ErrorDistributionDisplay
        """
        self.line_: Line2D | None = None
        self.legend_: Legend | None = None
        self.texts_: list[Text] = []
        self.edges_, is_log = _edges(self.errors)
        with look():
            n_classes = 0 if self._classes is None else len(self._classes.names)
            self.ax_ = axes_or_new(ax, 5.8, max(3.4, 1.2 + 0.34 * n_classes))
            self.figure_ = self.ax_.figure
            dress(self.ax_)
            self.ax_.set(xlabel=self.name, xscale="log" if is_log else "linear")
            if self._classes is None:
                self._draw_rows()
            else:
                self._draw_classes(self._classes)
            if self.threshold is not None:
                self._draw_threshold(self.threshold)
        return self

    def _draw_rows(self) -> None:
        """One histogram, in rows."""
        self.counts_ = np.histogram(self.errors, self.edges_)[0][np.newaxis]
        self.ax_.stairs(self.counts_[0], self.edges_, fill=True, color=PALETTE[0])
        self.ax_.set_ylabel("rows")

    def _draw_classes(self, classes: Classes) -> None:
        """A histogram of equal area for each class, on a line of its own."""
        n_classes = len(classes.names)
        of_class = [self.errors[classes.of_row == i] for i in range(n_classes)]
        self.counts_ = np.array([np.histogram(errors, self.edges_)[0] for errors in of_class])
        parts = self.counts_ / self.counts_.sum(axis=1, keepdims=True)
        for i, heights in enumerate(_HEIGHT_OF_CLASS * parts / parts.max()):
            self.ax_.stairs(i - heights, self.edges_, baseline=i, fill=True, color=colour(i))
            self.ax_.axhline(i, color=GREY, linewidth=0.5, zorder=0)
        names = [f"{name} ({len(errors)})" for name, errors in zip(classes.names, of_class, strict=True)]
        self.ax_.set(ylabel="class (rows)", ylim=(n_classes - 0.9, -1))
        self.ax_.set_yticks(range(n_classes), names)
        if self.threshold is not None:
            self.texts_ = [self._write_part(i, errors) for i, errors in enumerate(of_class)]

    def _write_part(self, i: int, errors: np.ndarray) -> Text:
        """The part of a class above the threshold, to the right of its line."""
        place = self.ax_.get_yaxis_transform()
        above = np.mean(errors > self.threshold)
        return self.ax_.text(1.01, i, f"{above:.1%} above", transform=place, fontsize=SMALL, va="bottom")

    def _draw_threshold(self, threshold: float) -> None:
        above = np.mean(self.errors > threshold)
        label = f"threshold {number_text(threshold)}: {above:.1%} of all rows above"
        looks: dict[str, Any] = {"linestyle": "--", "linewidth": 1.4}
        self.line_ = self.ax_.axvline(threshold, color=INK, **looks)
        outside = Line2D([], [], color=GREY, label=label, **looks)  # readable on white and on black
        self.legend_ = self.ax_.legend(
            handles=[outside], loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.2
        )


def _check_errors(errors: Any) -> np.ndarray:
    array = np.asarray(errors)
    if array.ndim != 1 or array.dtype.kind not in "buif" or not array.size or not np.isfinite(array).all():
        raise DataError(
            "Errors must be finite numbers, one a row, of at least one row; got dtype "
            f"{array.dtype}, shape {array.shape}. Pass what reconstruction_error returns."
        )
    return array.astype(np.float64)


def _check_threshold(threshold: float | None) -> float | None:
    if threshold is not None and not np.isfinite(threshold):
        raise ParameterError(f"threshold must be a finite number, in the unit of errors; got {threshold}.")
    return threshold


def _edges(errors: np.ndarray) -> tuple[np.ndarray, bool]:
    """Of bins, and whether their axis is logarithmic."""
    low, high, n_bins = float(errors.min()), float(errors.max()), int(np.clip(np.sqrt(len(errors)), 10, 50))
    if low > 0 and high > _LONG_TAIL * np.median(errors):
        return np.geomspace(low, high, n_bins + 1), True
    if low == high:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    return np.linspace(low, high, n_bins + 1), False
