"""All that an explorer shows, as arrays and a few words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import matplotlib
import numpy as np

from diabolo.explorer.density import density_of
from diabolo.explorer.labels import Labels
from diabolo.explorer.rows import ShownRows
from diabolo.plots.style import PALETTE, SEQUENTIAL


@dataclass(frozen=True)
class Contents:
    """What the page holds, or asks its server for.

    Parameters
    ----------
    model : str
        The name of the estimator's class.
    codes : ndarray of shape (n, n_components), float32
    errors : ndarray of shape (n,), float32
        Of reconstruction, as ``reconstruction_error`` gives them.
    numbers : ndarray of shape (n,), uint32
        Of the rows, as they stood in what was given.
    rows : ShownRows
    labels : Labels or None
    decoder : bytes
        An ONNX model from ``code`` to ``rows``.
    """

    model: str
    codes: np.ndarray
    errors: np.ndarray
    numbers: np.ndarray
    rows: ShownRows
    labels: Labels | None
    decoder: bytes

    @property
    def title(self) -> str:
        """What is shown, in words."""
        n, k = self.codes.shape
        return f"{n:,} row{'s' * (n != 1)} in the {k}-component code of {_article(self.model)}"

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the page must know, for JSON."""
        n, k = self.codes.shape
        return {
            "n": n,
            "components": [f"code {i + 1}" for i in range(k)],
            "rows": self.rows.about,
            "labels": None if self.labels is None else self.labels.about,
            "density": density_of(self.codes)._asdict(),
            "principal": _principal_plane(self.codes) if k > 2 else None,
            "palette": list(PALETTE),
            "ramp": [matplotlib.colors.to_hex(colour) for colour in SEQUENTIAL(np.arange(256))],
        }

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """By name, all but the rows: what the map and the decoder need."""
        labels = {} if self.labels is None else {"labels": self.labels.values}
        decoder = np.frombuffer(self.decoder, np.uint8)
        columns = {"codes": self.codes, "errors": self.errors, "numbers": self.numbers}
        return {**columns, **labels, "decoder": decoder}


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def _principal_plane(codes: np.ndarray) -> dict[str, Any]:
    """The plane through the mean in which codes vary most; of what share of their variance each way is."""
    mean = codes.mean(axis=0, dtype=np.float64)
    variances, directions = np.linalg.eigh(np.cov(codes.T.astype(np.float64), bias=True))  # growing
    shares = variances[:-3:-1] / max(variances.sum(), np.finfo(float).tiny)
    return {"origin": mean.tolist(), "directions": directions.T[:-3:-1].tolist(), "shares": shares.tolist()}
