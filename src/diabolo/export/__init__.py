"""Fitted models as ONNX: the whole way of the data, scaling and likelihood included."""

from diabolo.export.onnx_models import decoder_bytes, encoder_bytes, export
from diabolo.export.outputs import DecodedColumn, decoded_columns

__all__ = ["DecodedColumn", "decoded_columns", "decoder_bytes", "encoder_bytes", "export"]
