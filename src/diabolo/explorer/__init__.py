"""The latent explorer: one HTML page with the map of codes, and the decoder running in it."""
