"""Rows beside their reconstructions."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from sklearn.utils import _safe_indexing

from diabolo.errors import DataError
from diabolo.plots.checks import check_labels
from diabolo.plots.chosen_rows import DEFAULT_N_SAMPLES, check_choice, chosen_rows
from diabolo.plots.reconstructed_images import draw_images_with_errors
from diabolo.plots.reconstructed_panels import draw_sequences, draw_table
from diabolo.plots.row_errors import RowErrors, row_errors, squared_errors
from diabolo.plots.row_kinds import Columns, Images, Kind, Steps
from diabolo.plots.rows import compare, kind_of, kind_of_data
from diabolo.plots.style import look
from diabolo.plots.text import error_text, label_text


class ReconstructionDisplay:
    """Rows beside their reconstructions, with each row's error.

    Images stand above their reconstructions, drawn in the same shades, and above what is too much in these
    (red) or too little (blue), in colour images around a middle grey. Rows of a table get a panel each, with
    the original and the reconstruction as two marks a column. Of mixed tables, truth values and categories
    stand at places of their own, named where columns are few. Sequences get a panel each, with a solid and a
    dashed line for each feature.

    What was not observed is hatched, or has no mark.

    Parameters
    ----------
    originals : array-like of shape (n, height, width), (n, height, width, channels), (n, n_features) or \
(n, time, features)
    reconstructions : array-like of the same shape
        In the same units.
    labels : array-like of shape (n,), optional
        Written with the rows.
    rows : sequence of n int, optional
        Numbers of the rows, written in the panels of a table; 0 to n - 1 by default.
    errors : RowErrors, optional
        Of these rows; by default the mean squared error.
    kind : Images, Steps or Columns, optional
        What the numbers are; by default images where rows have several dimensions, else columns.

    Attributes
    ----------
    errors : ndarray of shape (n,)
        Error of each row: the mean squared one over its features, of mixed tables what is unexplained.
    axes_ : ndarray of Axes
        One for images, one a row for tables and sequences.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        The originals, then the reconstructions; empty for tables and sequences.
    error_images_ : list of AxesImage
        Reconstructions minus originals; empty for tables and sequences.
    colorbar_ : Colorbar or None
        Of these, unless they are in colour.
    texts_ : list of Text
        The errors below images, then the labels above them; names of categories in tables.
    original_lines_, reconstruction_lines_ : list of Line2D
        The marks of tables, one line a row; of sequences, one a row and feature; empty for images.
    legend_ : Legend or None
        ``None`` for images.

    Raises
    ------
    DataError
        If shapes disagree, or rows can't be drawn.

    Examples
    --------
    >>> from diabolo import Autoencoder, ReconstructionDisplay
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> autoencoder = Autoencoder(2, epochs=20, random_state=0).fit(X)
    >>> display = ReconstructionDisplay.from_estimator(autoencoder, X, y, order="worst", n_samples=3)
    >>> [tick.get_text() for tick in display.axes_[-1].get_xticklabels()][:2]
    ['sepal length (cm)', 'sepal width (cm)']
    """

    def __init__(
        self,
        originals: Any,
        reconstructions: Any,
        labels: Any = None,
        *,
        rows: Sequence[int] | None = None,
        errors: RowErrors | None = None,
        kind: Kind | None = None,
    ):
        self.kind = kind_of_data(originals) if kind is None else kind
        self.originals, self.reconstructions = (
            self.kind.numbers(each) for each in (originals, reconstructions)
        )
        if self.originals.shape != self.reconstructions.shape or not len(self.originals):
            raise DataError(
                "Originals and reconstructions must be rows of one shape, one for one, at least one row; got "
                f"shapes {self.originals.shape} and {self.reconstructions.shape}."
            )
        self.labels = None if labels is None else check_labels(labels, len(self.originals))
        self.rows = range(len(self.originals)) if rows is None else rows
        if errors is None:
            errors = squared_errors(self.kind, self.originals, self.reconstructions)
        self.errors, self.error_name = errors.values, errors.name
        self._errors = errors

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        rows: Sequence[int] | None = None,
        order: str = "first",
        n_samples: int = DEFAULT_N_SAMPLES,
        random_state: int | np.random.RandomState | None = None,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw rows and their reconstructions.

        Parameters
        ----------
        estimator : fitted estimator
            With ``reconstruct``, or with ``transform`` and ``inverse_transform``: PCA, a Pipeline.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : array-like of shape (n_samples,), optional
            Labels, of any kind.
        rows : sequence of int, optional
            Which rows, counted from 0; by default some by ``order``.
        order : {"first", "best", "worst", "typical", "random", "class"}, default="first"
            Which rows: the first; those of the least or of the largest errors; those whose errors are nearest
            to the median; some by chance; or of each class in y the one nearest to the median of the class.
            An error beside ``rows``.
        n_samples : int, default=5
            How many rows; all where X has no more. An error beside ``rows`` and with ``order="class"``.
        random_state : int, RandomState instance or None, default=None
            Which rows are taken by ``order="random"``; an error without it.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows that are images.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ReconstructionDisplay

        Raises
        ------
        DataError, ParameterError
            If rows can't be drawn, ``rows`` are none of X, or an option has no effect.
        """
        n_rows = np.shape(X)[0]
        labels = None if y is None else check_labels(y, n_rows)
        check_choice(rows, order, n_samples, labels, random_state)
        kind = kind_of(estimator, X, image_shape)

        def errors() -> np.ndarray:
            return row_errors(estimator, kind, X).values

        chosen = chosen_rows(n_rows, rows, order, n_samples, errors, labels, random_state)
        some = _safe_indexing(X, chosen)
        originals, reconstructions = compare(estimator, kind, some)
        display = cls(
            originals,
            reconstructions,
            None if labels is None else labels[chosen],
            rows=chosen.tolist(),
            errors=row_errors(estimator, kind, some),
            kind=kind,
        )
        return display.plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several rows of a table share its place.

        Returns
        -------
        self : ReconstructionDisplay
        """
        self.images_: list[AxesImage] = []
        self.error_images_: list[AxesImage] = []
        self.colorbar_: Colorbar | None = None
        self.texts_: list[Text] = []
        self.original_lines_: list[Line2D] = []
        self.reconstruction_lines_: list[Line2D] = []
        self.legend_: Legend | None = None
        with look():
            if isinstance(self.kind, Images):
                self._draw_images(ax)
            else:
                self._draw_panels(ax, self.kind)
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        return self

    def _draw_images(self, ax: Axes | None) -> None:
        labels = None if self.labels is None else [label_text(label) for label in self.labels]
        errors = [error_text(error) for error in self.errors]
        drawn = draw_images_with_errors(ax, self.originals, self.reconstructions, errors, labels)
        drawn.ax.set_xlabel(self._errors.label)
        self.axes_ = np.array([drawn.ax])
        self.images_, self.error_images_, self.colorbar_, self.texts_ = drawn[1:]

    def _draw_panels(self, ax: Axes | None, kind: Columns | Steps) -> None:
        titles = [self._title(i) for i in range(len(self.originals))]
        unit = f"errors: {self._errors.unit}"
        parts = (self.originals, self.reconstructions, titles, unit)
        if isinstance(kind, Columns):
            drawn = draw_table(ax, kind, *parts)
        else:
            drawn = draw_sequences(ax, kind, *parts)
        self.axes_ = np.array(drawn.panels)
        self.original_lines_, self.reconstruction_lines_, self.texts_, self.legend_ = drawn[1:]

    def _title(self, i: int) -> str:
        label = "" if self.labels is None else f" ({label_text(self.labels[i])})"
        return f"row {self.rows[i]}{label}: {self.error_name} {error_text(self.errors[i])}"
