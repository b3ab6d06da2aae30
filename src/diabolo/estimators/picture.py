"""What a notebook shows of an estimator: scikit-learn's diagram, and below it the network."""

import math
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import keras

from diabolo.estimators.hourglass import Bar, hourglass


class NetworkPicture:
    """Adds the picture of layer sizes to scikit-learn's HTML diagram of an estimator."""

    def _repr_html_inner(self) -> str:
        return f"{super()._repr_html_inner()}{network_picture(self)}"  # type: ignore[misc]

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if "text/html" in bundle:
            bundle["text/html"] += network_picture(self)
        return bundle


def network_picture(estimator: Any) -> str:
    """The network of an estimator as an SVG; what only ``fit`` can tell is "?" before it.

    Any parameters can be shown, also those that ``fit`` would refuse.
    """
    name = type(estimator).__name__
    if not estimator.__sklearn_is_fitted__():
        return hourglass(_planned(estimator), name, ["not fitted"])
    fitted = estimator._learned()
    n_parameters = sum(math.prod(variable.shape) for variable in fitted.road.numbers)
    return hourglass(_built(estimator), name, [f"{n_parameters:,} parameters", _training(fitted)])


def _training(fitted: Any) -> str:
    """How long it was trained, and the figure at the end that compares with other models'."""
    figure = fitted.objective.metrics[0].name
    column = f"val_{figure}" if f"val_{figure}" in fitted.history else figure
    n_epochs = len(fitted.epochs)
    return f"{n_epochs:,} epoch{'' if n_epochs == 1 else 's'}, {column} {fitted.history[column][-1]:.3g}"


# -- before fit: from the parameters ---------------------------------------------------------------------


def _planned(estimator: Any) -> list[Bar]:
    encoder = _specified(estimator.encoder, estimator.activation)
    after_code = getattr(estimator, estimator._after_code)
    decoder = encoder[::-1] if after_code is None else _specified(after_code, estimator.activation)
    code = _sized(estimator.n_components, ("code",), is_code=True)
    return [Bar("?", notes=_inputs(estimator)), *encoder, code, *decoder, Bar("?", notes=("output",))]


def _inputs(estimator: Any) -> tuple[str, ...]:
    """What the encoder takes, in words."""
    return ("features", "and gaps") if estimator.missing == "indicator" else ("features",)


def _specified(spec: Any, activation: Any) -> list[Bar]:
    """Hidden layers of a specification: those of its widths, or one by its name."""
    if isinstance(spec, tuple | list):
        return [_sized(width, (str(activation),)) for width in spec]
    if hasattr(spec, "widths"):
        return [_sized(width, (str(spec.activation),)) for width in spec.widths]
    if hasattr(spec, "filters"):
        return [Bar(f"?\N{MULTIPLICATION SIGN}{n}", notes=(str(spec.activation),)) for n in spec.filters]
    if isinstance(spec, keras.Layer):
        return list(_layers(spec)) or [Bar("?", notes=(type(spec).__name__,))]
    return [Bar("?", notes=(type(spec).__name__,))]


def _sized(size: Any, notes: tuple[str, ...], *, is_code: bool = False) -> Bar:
    if isinstance(size, Integral) and int(size) > 0:
        return Bar(f"{int(size):,}", int(size), notes, is_code)
    return Bar("?", None, notes, is_code)


# -- after it: from the Keras models ---------------------------------------------------------------------


def _built(estimator: Any) -> list[Bar]:
    code = _sized(estimator._n_features_out, ("code",), is_code=True)
    fitted, inputs = estimator._learned(), _inputs(estimator)
    # The networks alone: links on top of them, as from logits to means, are no layers.
    *hidden, _ = list(_layers(fitted.road.encoder)) or [code]
    *decoder, _ = list(_layers(fitted.road.decoder)) or [code]
    first = _sized(len(inputs) * estimator.n_features_in_, inputs)
    last = _sized(fitted.architecture.n_outputs, ("output",))
    return [first, *hidden, code, *decoder, last]


def _layers(layer: keras.Layer) -> Iterator[Bar]:
    """Layers that hold weights or change the size, in their order; those within models too."""
    size = None
    for part in _flat(layer):
        shape = _output_shape(part)
        if shape is None:
            continue
        own = None if None in shape else math.prod(n or 1 for n in shape)
        is_input = isinstance(part, keras.layers.InputLayer)
        if not is_input and (part.weights or own != size):
            label = "\N{MULTIPLICATION SIGN}".join("?" if n is None else f"{n:,}" for n in shape)
            yield Bar(label, own, _notes(part))
        size = own


def _flat(layer: keras.Layer) -> Iterator[keras.Layer]:
    inner = getattr(layer, "layers", None)
    if not inner:
        yield layer
        return
    for part in inner:
        yield from _flat(part)


def _output_shape(layer: keras.Layer) -> tuple[int | None, ...] | None:
    """Without the batch; of the first output if there are several, ``None`` if it was never called."""
    try:
        return tuple(keras.tree.flatten(layer.output)[0].shape[1:])
    except AttributeError:
        return None


def _notes(layer: keras.Layer) -> tuple[str, ...]:
    kind = () if isinstance(layer, keras.layers.Dense) else (type(layer).__name__,)
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return kind if activation == "linear" else (*kind, activation)


def layer_sizes(estimator: Any) -> list[str]:
    """The sizes of a fitted network's layers in words, such as "784", "100", "2", "100", "784"."""
    return [bar.label for bar in _built(estimator)]
