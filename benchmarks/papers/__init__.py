"""Rows of published tables, trained again: a script a row, ``python -m benchmarks.papers.NAME``."""

import diabolo  # noqa: F401 - before Keras, whose backend it picks
