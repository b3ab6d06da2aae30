"""What JAX's operations are in ONNX, a table for each family of them.

The inputs of ``ELEMENTWISE`` may be broadcast; those of ``WHOLE`` have the shapes that the equation says.
"""

from diabolo.export.operations.elementwise import ELEMENTWISE
from diabolo.export.operations.moves import MOVES
from diabolo.export.operations.products import PRODUCTS
from diabolo.export.operations.reductions import REDUCTIONS
from diabolo.export.operations.windows import WINDOWS

__all__ = ["ELEMENTWISE", "WHOLE"]

WHOLE = MOVES | PRODUCTS | REDUCTIONS | WINDOWS
