"""How large a page becomes, asked before it is made."""

import numpy as np

from diabolo.errors import DataError
from diabolo.explorer.html import packed
from diabolo.explorer.rows import ShownRows

LARGEST = 64e6  # bytes that browsers still open well
_WITHOUT_ROWS = 5.03e6  # bytes, nearly all of them the decoder's runtime
_LOOKED_AT = 500  # rows
_BASE64 = 4 / 3


def check_size(rows: ShownRows, n_rows: int, n_components: int, decoder: bytes) -> None:
    """Raise ``DataError`` if a page of so many rows would be too large, and say how many would not."""
    some = np.linspace(0, n_rows - 1, min(n_rows, _LOOKED_AT)).astype(int)
    numbers_beside = 4 * (n_components + 3)  # codes, and a number, an error and a label
    a_row = _BASE64 * (len(packed(rows.block(some))) / len(some) + numbers_beside)
    without_rows = _WITHOUT_ROWS + _BASE64 * len(decoder)
    size = without_rows + n_rows * a_row
    if size > LARGEST:
        fit = _two_figures((LARGEST - without_rows) / a_row)
        raise DataError(
            f"A page must be at most {LARGEST / 1e6:.0f} MB, to open well, and one of these {n_rows:,} rows "
            f"would be about {size / 1e6:,.1f} MB. Show fewer, max_rows={fit} (--max-rows {fit}), or serve "
            "them: explore(...).serve() (--serve)."
        )


def _two_figures(value: float) -> int:
    """Rounded down."""
    step = 10 ** max(0, len(str(int(value))) - 2)
    return int(value) // step * step
