"""Rows: where they come from, what must hold of them, and the units in which models see them."""
