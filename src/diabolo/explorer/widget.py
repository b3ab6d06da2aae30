"""The page in a notebook."""

from importlib.resources import files

import anywidget
import traitlets


class ExplorerWidget(anywidget.AnyWidget):
    """The explorer's page in a frame, and what is pinned and selected in it.

    Parameters
    ----------
    page : str
        HTML.

    Attributes
    ----------
    pinned : list of int
        Numbers of the rows at A and B, as far as there are.
    selected : list of int
        Numbers of the rows within the lasso.
    """

    _esm = files(__package__).joinpath("widget.js").read_text(encoding="utf-8")
    page = traitlets.Unicode().tag(sync=True)
    pinned = traitlets.List(traitlets.Int()).tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)
