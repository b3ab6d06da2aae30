"""The model file, and files written whole or not at all."""
