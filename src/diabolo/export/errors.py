"""What is said of operations that have no counterpart."""

from diabolo.errors import ExportError


def not_exported(what: str) -> ExportError:
    """The error for a network that holds one."""
    return ExportError(
        f"This model can't be exported: its network uses {what}, for which there is no counterpart in the "
        "ONNX file. Build the network of other layers, or take the model itself along, by save and "
        "diabolo.load."
    )
