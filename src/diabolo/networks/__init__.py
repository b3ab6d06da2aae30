"""From the shape of the data to a Keras encoder and decoder."""
