"""The history of training, as a picture."""

import math
from collections.abc import Mapping
from textwrap import fill
from typing import Any, NamedTuple, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from sklearn.utils.validation import check_is_fitted

from diabolo.errors import DataError, ParameterError
from diabolo.plots.style import colour, dress, legend_of_panels, look, marker, stacked_axes

_MARKERS_A_LINE = 10
_LETTERS = 24  # of a label, that a panel is high
_OF_LOSS = ("loss", "reconstruction", "importance_weighted", "cross_entropy")
_MODEL_UNITS = "model units"
_LONG_WAY = 20  # from the least to the largest: then a log scale shows more
_OTHER_UNITS = {
    "mse": "mean squared error\nper feature\n(squared units of X)",
    "elbo": "bound on log p(x)\n(nats per row)",
    "iwae": "bound on log p(x)\n(nats per row)",
    "log_likelihood": "log p(x | z)\n(nats per row)",
    "unexplained": "unexplained\n(shares of a column's\nvariance or entropy)",
    "accuracy": "accuracy",
    "learning_rate": "learning rate",
}
_NOTES = {"training": "mean over the epoch", "validation": "at the epoch's end"}


class HistoryDisplay:
    """Terms of the loss over the epochs of training.

    Training and validation are lines of one colour, solid and dashed. Values of training are means over the
    epoch, while the weights moved; those of validation are taken at its end, which is why they can be lower.
    The loss and its reconstruction are in one panel, penalties and KL divergences in others, a panel a unit,
    and so are figures in the units of X. Columns that are equal are drawn once, and a figure that is
    minus the loss, as a bound can be, not again.

    Parameters
    ----------
    history : mapping of str to array-like of shape (n_epochs,)
        The ``history_`` of an autoencoder: ``loss`` and its terms in the model's units, ``mse`` in the
        squared units of X, ``learning_rate``; each may have a partner that begins with ``val_``.
    units : mapping of str to str, optional
        Units of the terms of the loss, by their names.

    Attributes
    ----------
    axes_ : ndarray of Axes
        One a unit.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
    lines_ : dict of str to Line2D
        The line of each column that is drawn.
    legend_ : Legend

    Raises
    ------
    DataError
        If there are no columns, no epochs, or columns of different length.

    Examples
    --------
    >>> from diabolo import Autoencoder, HistoryDisplay
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> autoencoder = Autoencoder(2, epochs=20, random_state=0).fit(X[::2], validation_data=X[1::2])
    >>> display = HistoryDisplay.from_estimator(autoencoder)
    >>> sorted(display.lines_)
    ['loss', 'mse', 'val_loss', 'val_mse']
    """

    def __init__(self, history: Mapping[str, Any], *, units: Mapping[str, str] | None = None):
        self.history = {name: np.asarray(column, np.float64) for name, column in history.items()}
        self.units = units or {}
        shapes = {name: column.shape for name, column in self.history.items()}
        if len(set(shapes.values())) != 1 or any(len(s) != 1 or s[0] < 1 for s in shapes.values()):
            raise DataError(
                f"A history must have columns of one length, one value an epoch; got shapes {shapes}."
            )

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:
        """Draw the history of a fitted autoencoder.

        Parameters
        ----------
        estimator : fitted estimator
            With ``history_``.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : HistoryDisplay

        Raises
        ------
        ParameterError
            If the estimator has no history.
        """
        check_is_fitted(estimator)
        if not hasattr(estimator, "history_"):
            raise ParameterError(
                f"The estimator must have a history_, as autoencoders have; got {type(estimator).__name__}. "
                "Pass the autoencoder itself; of a Pipeline, its step: pipeline[-1]."
            )
        units = {}
        if hasattr(estimator, "_learned"):
            units = {term.name: term.unit for term in estimator._learned().objective.terms}
        return cls(estimator.history_, units=units).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several panels share its place.

        Returns
        -------
        self : HistoryDisplay
        """
        panels = _panels(self.history, self.units)
        self.lines_: dict[str, Line2D] = {}
        with look():
            axes = stacked_axes(ax, len(panels), 5.6, 3.6 if len(panels) == 1 else 2.6)
            numbers = _numbers(panels)
            for panel, axis in zip(panels, axes, strict=True):
                self._draw(panel, axis, numbers)
            axes[-1].set_xlabel("epoch")
            self.legend_ = self._explain(ax, axes, numbers)
        self.axes_ = np.array(axes)
        self.ax_, self.figure_ = axes[0], axes[0].figure
        return self

    def _draw(self, panel: "_Panel", ax: Axes, numbers: dict[str, int]) -> None:
        """One panel: a colour and a marker a term, solid for training and dashed for validation."""
        dress(ax)
        for term in panel.terms:
            self._line(ax, term, numbers[term], linestyle="-")
            self._line(ax, f"val_{term}", numbers[term], linestyle="--", markerfacecolor="white")
        n_epochs = len(self.history[panel.terms[0]])
        margin = max(0.02 * (n_epochs - 1), 0.5)
        ax.set(ylabel=panel.unit, xticks=_epoch_ticks(n_epochs), xlim=(1 - margin, n_epochs + margin))
        if _log_helps(np.concatenate([line.get_ydata() for line in ax.lines])):
            ax.set_yscale("log")
        else:
            ax.locator_params(axis="y", nbins=6)

    def _line(self, ax: Axes, column: str, number: int, **looks: Any) -> None:
        if column not in self.history:
            return
        values = self.history[column]
        looks |= {"color": colour(number), "marker": marker(number)}
        looks["markevery"] = math.ceil(len(values) / _MARKERS_A_LINE)
        (self.lines_[column],) = ax.plot(np.arange(1, len(values) + 1), values, **looks)

    def _explain(self, given: Axes | None, panels: list[Axes], numbers: dict[str, int]) -> Legend:
        """The legend; where all terms have one colour, the first stands for all."""
        several = any(numbers.values())
        terms = [term for term in numbers if term != "learning_rate"] if several else list(numbers)[:1]
        columns = [name for term in terms for name in (term, f"val_{term}") if name in self.lines_]
        for column in columns:
            self.lines_[column].set_label(_label(column, several))
        validates = any(name.startswith("val_") for name in columns)
        notes = [f"{kind}: {note}" for kind, note in _NOTES.items() if validates or kind == "training"]
        title = "\n".join(notes) if several else None
        handles = [self.lines_[column] for column in columns]
        return legend_of_panels(given, panels, handles, title=title)


class _Panel(NamedTuple):
    """Terms of one unit."""

    unit: str
    terms: list[str]


def _label(column: str, several: bool) -> str:
    """A line's entry in the legend."""
    kind = "validation" if column.startswith("val_") else "training"
    return f"{column.removeprefix('val_')}, {kind}" if several else f"{kind}\n({_NOTES[kind]})"


def _numbers(panels: list[_Panel]) -> dict[str, int]:
    """Colours of terms: one for all where panels have one term each, else a colour a term."""
    terms = [term for panel in panels for term in panel.terms]
    return {term: i if len(terms) > len(panels) else 0 for i, term in enumerate(terms)}


def _panels(history: Mapping[str, np.ndarray], units: Mapping[str, str]) -> list[_Panel]:
    """The terms by unit, each once: the loss with its reconstruction, penalties, then other figures."""
    terms: list[str] = []
    for name in sorted((n for n in history if not n.startswith("val_")), key=lambda n: n in _OTHER_UNITS):
        if not any(_equal(history, name, other) for other in terms) and not _is_minus_loss(history, name):
            terms.append(name)
    loss = [name for name in terms if name in _OF_LOSS]
    panels = [_Panel(_loss_unit(history, terms, units), loss)] if loss else []
    penalties = [name for name in terms if name not in (*_OF_LOSS, *_OTHER_UNITS)]
    for unit in dict.fromkeys(units.get(name, _MODEL_UNITS) for name in penalties):
        of_unit = [name for name in penalties if units.get(name, _MODEL_UNITS) == unit]
        panels.append(_Panel(f"{of_unit[0] if len(of_unit) == 1 else 'penalties'}\n({unit})", of_unit))
    return panels + [_Panel(_OTHER_UNITS[name], [name]) for name in terms if name in _OTHER_UNITS]


def _loss_unit(history: Mapping[str, np.ndarray], terms: list[str], units: Mapping[str, str]) -> str:
    """What the loss is measured in; that of X where it is the mean squared error of X itself."""
    if "loss" in terms and "mse" in history and "mse" not in terms:
        return f"loss: {_OTHER_UNITS['mse']}"
    known = [units[name] for name in _OF_LOSS if name in units]
    return fill(f"loss ({known[0] if known else _MODEL_UNITS})", _LETTERS)


def _equal(history: Mapping[str, np.ndarray], name: str, other: str) -> bool:
    """Whether two terms are the same numbers, in training and in validation."""
    pairs = [(name, other), (f"val_{name}", f"val_{other}")]
    return all(
        (a in history) == (b in history)
        and (a not in history or np.allclose(history[a], history[b], rtol=1e-5, atol=0, equal_nan=True))
        for a, b in pairs
    )


def _is_minus_loss(history: Mapping[str, np.ndarray], name: str) -> bool:
    minus = {f"{column}-": -values for column, values in history.items() if column in ("loss", "val_loss")}
    return "loss" in history and _equal({**history, **minus}, name, "loss-")


def _epoch_ticks(n_epochs: int) -> list[int]:
    """Whole epochs, beginning with the first."""
    ticks = MaxNLocator(8, integer=True, steps=(1, 2, 5, 10)).tick_values(1, n_epochs)
    return [1, *(int(tick) for tick in ticks if 1 < tick <= n_epochs)]


def _log_helps(values: np.ndarray) -> bool:
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() > 0 and finite.max() > _LONG_WAY * finite.min())
