"""The report: one page about a fitted autoencoder and rows, in one file."""
