"""Fitted models as ONNX files: the whole way of the data, scaling and likelihood included."""

from diabolo.export.onnx_models import decoder_bytes, encoder_bytes

__all__ = ["decoder_bytes", "encoder_bytes"]
