"""Panels for every pair of several components."""

import numpy as np
from matplotlib.axes import Axes

from diabolo.plots.style import axes_or_new, dress

_SIDE = 2.2  # of a panel, in inches
_GAP = 0.06  # between panels, in their widths


def pair_axes(ax: Axes | None, k: int) -> tuple[Axes, np.ndarray]:
    """Panels below the diagonal of a grid: in the place of ``ax``, or in a new figure.

    Returns
    -------
    host : Axes
        Around all panels, without lines of its own.
    panels : ndarray of shape (k - 1, k - 1), object
        In column j of line i the axes of component i + 1 against component j; ``None`` above the diagonal.
    """
    n = k - 1
    host = axes_or_new(ax, _SIDE * n + 1, _SIDE * n + 0.6)
    host.set_axis_off()
    step = 1 / (n + _GAP * (n - 1))  # width of a panel, in widths of the host
    panels = np.full((n, n), None, object)
    for i in range(n):
        for j in range(i + 1):
            corner = (j * (1 + _GAP) * step, 1 - (i * (1 + _GAP) + 1) * step)
            below = panels[j, j] if i > j else None
            beside = panels[i, 0] if j else None
            panel = host.inset_axes((*corner, step, step), sharex=below, sharey=beside)
            dress(panel)
            panel.tick_params(labelbottom=i == n - 1, labelleft=j == 0)
            panels[i, j] = panel
    return host, panels
