"""The explorer, as it is called."""

import os
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from diabolo.data.pieces import dense
from diabolo.errors import MissingDependencyError
from diabolo.estimators.base import Autoencoder
from diabolo.explorer.contents import Contents
from diabolo.explorer.html import page
from diabolo.explorer.labels import Labels, coded_labels
from diabolo.explorer.rows import ShownRows, check_explorable, check_limit, shown_rows
from diabolo.explorer.server import Server
from diabolo.explorer.size import check_size
from diabolo.export import decoder_bytes
from diabolo.storage.atomic import write_atomically

if TYPE_CHECKING:
    from diabolo.explorer.widget import ExplorerWidget


def explore(
    estimator: Any,
    X: Any,
    y: Any = None,
    *,
    max_rows: int | None = None,
    image_shape: tuple[int, ...] | None = None,
) -> "Explorer":
    """A map of codes to walk about in: dragging decodes any place of it, live, in the browser.

    Parameters
    ----------
    estimator : fitted Autoencoder
        Or a variant of it.
    X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        Rows to show: images, or lines of a table.
    y : array-like of shape (n_samples,), optional
        Labels: classes or values, to colour by.
    max_rows : int, optional
        Show that many rows, drawn by chance, where X has more; always the same ones. They keep their numbers.
    image_shape : tuple of int, optional
        (height, width) or (height, width, channels) of flat rows that are images.

    Returns
    -------
    explorer : Explorer
        ``save`` writes the page.

    Raises
    ------
    DataError
        If rows or labels can't be used.
    ParameterError
        If the estimator's codes or rows can't be shown, or an option can't be met.
    ExportError, MissingDependencyError
        If the decoder can't be exported to ONNX, in which form it runs in the page.

    Examples
    --------
    >>> from diabolo import Autoencoder, explore
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> ae = Autoencoder(2, epochs=2, random_state=0).fit(X)
    >>> explore(ae, X, y).save("explorer.html")  # doctest: +SKIP
    """
    check_explorable(estimator)
    check_is_fitted(estimator)
    checked = estimator._check(X).array  # (n_samples, n_features)
    n_rows = checked.shape[0]
    check_limit(max_rows)
    labels = None if y is None else coded_labels(y, n_rows)
    numbers = np.arange(n_rows)
    if max_rows is not None and max_rows < n_rows:
        numbers = np.sort(np.random.default_rng(0).choice(n_rows, max_rows, replace=False))
        X, checked = _safe_indexing(X, numbers), checked[numbers]
        labels = labels and Labels(labels.name, labels.values[numbers], labels.names)
    rows = shown_rows(estimator, dense(checked), image_shape)
    return Explorer(estimator, X, numbers, rows, labels, decoder_bytes(estimator))


@dataclass(frozen=True, repr=False)
class Explorer:
    """What ``explore`` makes: a page to save, to serve, or to see in a notebook.

    In a notebook an explorer shows itself, where anywidget is installed.
    """

    estimator: Autoencoder
    X: Any
    numbers: np.ndarray  # (n,): of the rows of X
    rows: ShownRows
    labels: Labels | None
    decoder: bytes  # an ONNX model

    @cached_property
    def contents(self) -> Contents:
        """With codes and errors, made when they are first needed."""
        return Contents(
            type(self.estimator).__name__,
            np.asarray(self.estimator.transform(self.X), np.float32),
            np.asarray(self.estimator.reconstruction_error(self.X), np.float32),
            self.numbers.astype(np.uint32),
            self.rows,
            self.labels,
            self.decoder,
        )

    def html(self) -> str:
        """The page as text.

        Raises
        ------
        DataError
            If it would be too large; says how large.
        """
        check_size(self.rows, len(self.numbers), self.estimator._n_features_out, self.decoder)
        return page(self.contents)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page: one HTML file that holds everything and needs no network.

        Parameters
        ----------
        path : str or path-like
            Replaced if it exists, and only once the new file is whole.

        Raises
        ------
        DataError
            If it would be too large; says how large.
        OutputError
            If the file can't be written; nothing is left behind.
        """
        text = self.html().encode()
        write_atomically(path, lambda file: file.write(text))

    def serve(self, port: int = 0) -> Server:
        """Serve the same page from this machine, to this machine alone, for rows too many for one file.

        Parameters
        ----------
        port : int, default=0
            0 takes any that is free.

        Returns
        -------
        server : Server
            Running; its ``url`` is the address to open; ``close()`` or the end of a ``with`` block ends it.

        Raises
        ------
        OutputError
            If the port can't be had.
        """
        return Server(self.contents, port)

    def widget(self) -> "ExplorerWidget":
        """The page as a widget, whose ``pinned`` and ``selected`` are the numbers of rows.

        Raises
        ------
        DataError
            If the page would be too large; says how large.
        MissingDependencyError
            If anywidget is not installed.
        """
        try:
            from diabolo.explorer.widget import ExplorerWidget
        except ImportError as error:
            raise MissingDependencyError(
                f"A widget needs anywidget, which is not installed ({error}). Install it: pip install "
                "'diabolo[explore]'. Without it, save(path) writes the same page."
            ) from error
        return ExplorerWidget(page=self.html())

    def __repr__(self) -> str:
        return f"<Explorer of {len(self.numbers):,} rows: save(path), serve() or widget()>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, where it can be shown; else what can be done."""
        if find_spec("anywidget") is None:
            return {"text/plain": f"{self!r}. To see it here: pip install 'diabolo[explore]'"}
        return self.widget()._repr_mimebundle_(**kwargs)
