"""An ONNX graph while it is written."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Every runtime since 2023 reads these: onnxruntime from 1.14 on, in Python and in browsers.
OPSET, IR_VERSION = 18, 8

Dimension = Any  # int, or symbolic where it depends on the size of the batch
Shape = tuple[Dimension, ...]
Value = str | np.ndarray  # the name of what a node gives out; or a constant


class Graph:
    """Nodes in the order in which they run, and the constants that they use.

    Parameters
    ----------
    batch : Dimension
        The symbol that stands for the size of the batch in shapes.
    name : str
        Of the graph's input.
    shape : tuple of int
        Of the input without the batch.
    outer : Graph or None, default=None
        The graph that a loop's body stands in, and whose values it sees.
    """

    def __init__(self, batch: Dimension, name: str, shape: Shape, outer: "Graph | None" = None):
        self.batch = batch
        self.nodes: list[onnx.NodeProto] = []
        self._root: Graph = self if outer is None else outer._root
        self._input = described(name, (batch, *shape))
        self._outputs: list[onnx.ValueInfoProto] = []
        self._constants: dict[tuple, str] = {}
        self._tensors: list[TensorProto] = []
        self._numbers = itertools.count()
        self._batch_size: str | None = None

    def body(self) -> "Graph":
        """A graph within this one. Constants belong to the outermost."""
        return Graph(self.batch, self._input.name, (), self)

    def new_name(self, of: str) -> str:
        """One that no other value has."""
        return f"{of}_{next(self._root._numbers)}"

    def node(self, operation: str, *inputs: Value, **attributes: Any) -> str:
        """Add a node, and name its output."""
        return self.outputs_of(operation, *inputs, n_outputs=1, **attributes)[0]

    def outputs_of(self, operation: str, *inputs: Value, n_outputs: int, **attributes: Any) -> list[str]:
        """Add a node of several outputs, and name these."""
        outputs = [self.new_name(operation.lower()) for _ in range(n_outputs)]
        names = [self.name(value) for value in inputs]
        self.nodes.append(helper.make_node(operation, names, outputs, outputs[0], **attributes))
        return outputs

    def name(self, value: Value) -> str:
        """Of a value in the file, where equal constants are stored once."""
        if isinstance(value, str):
            return value
        root, array = self._root, np.ascontiguousarray(value).reshape(np.shape(value))
        key = (array.dtype.str, array.shape, hashlib.sha256(array.tobytes()).digest())
        if key not in root._constants:
            root._constants[key] = self.new_name("constant")
            root._tensors.append(numpy_helper.from_array(array, root._constants[key]))
        return root._constants[key]

    # -- shapes --------------------------------------------------------------------------------------------

    def reshape(self, value: Value, shape: Shape) -> Value:
        """Of any shape in which one dimension at most depends on the size of the batch."""
        target = integers([d if is_whole(d) else -1 for d in shape])
        return self.node("Reshape", value, target) if isinstance(value, str) else value.reshape(target)

    def transpose(self, value: Value, order: Sequence[int]) -> Value:
        """Axes in this order."""
        if isinstance(value, str):
            return self.node("Transpose", value, perm=list(order))
        return value.transpose(order)

    def expand(self, value: Value, shape: Shape) -> str:
        """Repeated along axes of length 1 until it has this shape."""
        if all(map(is_whole, shape)):
            return self.node("Expand", value, integers(shape))
        return self.node("Expand", value, self.node("Concat", *map(self._dimension, shape), axis=0))

    def _dimension(self, dimension: Dimension) -> Value:
        """A list of one number."""
        if is_whole(dimension):
            return integers([dimension])
        factor, rest = divmod(dimension, self.batch)
        assert rest == 0
        return self.node("Mul", self._root.batch_size, integers([factor]))

    @property
    def batch_size(self) -> str:
        """The name of a list of one number, the rows of the batch."""
        if self._batch_size is None:
            self._batch_size = self.new_name("batch_size")
            shape = helper.make_node("Shape", [self._input.name], [self._batch_size], start=0, end=1)
            self.nodes.insert(0, shape)
        return self._batch_size

    # -- the whole -----------------------------------------------------------------------------------------

    def give(self, name: str, value: Value, shape: Shape) -> None:
        """Make a value an output of this name; its shape without the batch."""
        self.nodes.append(helper.make_node("Identity", [self.name(value)], [name]))
        self._outputs.append(described(name, (self.batch, *shape)))

    def model(self, name: str, metadata: Mapping[str, str]) -> bytes:
        """The file's bytes."""
        from diabolo import __version__

        graph = helper.make_graph(self.nodes, name, [self._input], self._outputs, self._tensors)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="diabolo",
            producer_version=__version__,
        )
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)


def integers(values: Iterable[int]) -> np.ndarray:
    """As operations take shapes and axes."""
    return np.array([int(value) for value in values], np.int64)


def described(name: str, shape: Shape, dtype: Any = np.float32) -> onnx.ValueInfoProto:
    """An input or output."""
    dimensions = [int(d) if is_whole(d) else str(d) for d in shape]
    return helper.make_tensor_value_info(name, type_of(dtype), dimensions)


def type_of(dtype: Any) -> int:
    """ONNX's number of a dtype."""
    return helper.np_dtype_to_tensor_dtype(np.dtype(dtype))


def is_whole(dimension: Dimension) -> bool:
    """Whether a dimension is known now."""
    return isinstance(dimension, int | np.integer)
