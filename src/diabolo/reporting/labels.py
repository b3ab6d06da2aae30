"""Labels of rows, as a report takes them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from diabolo.plots.checks import check_labels
from diabolo.plots.classes import as_classes


@dataclass(frozen=True)
class Labels:
    """One label a row.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    are_classes : bool
        Whether they tell classes, rather than being a quantity.
    name : str or None
    """

    values: np.ndarray
    are_classes: bool
    name: str | None = None

    @classmethod
    def of(cls, y: Any, n_rows: int) -> "Labels":
        """Check labels.

        Raises
        ------
        DataError
            If they are not one a row, some are missing, or they are text of more than 100 kinds.
        """
        values = check_labels(y, n_rows)
        name = getattr(y, "name", None)
        return cls(values, as_classes(values) is not None, None if name is None else str(name))

    @property
    def kinds(self) -> list[Any]:
        """The different labels, sorted."""
        return np.unique(self.values).tolist()

    def take(self, which: np.ndarray) -> "Labels":
        """Those of some rows."""
        return Labels(self.values[which], self.are_classes, self.name)
