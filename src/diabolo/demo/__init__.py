"""The article, end to end: its model, its table, its pictures, on one page."""
