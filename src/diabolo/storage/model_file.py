"""The model file: what a fitted estimator is, as plain values, and its numbers, as arrays.

``describe`` and ``restore`` turn an estimator into both and back, ``save`` and ``load`` put them into one
archive. Reading builds classes that diabolo lists or the caller passes in, from plain values, and nothing
of a size that the file's own arrays don't have; nothing in a file is ever executed, imported or unpickled.
docs/file-format.md specifies the file.
"""

import math
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import sklearn

import diabolo
from diabolo.data.layout import Layout
from diabolo.data.robust import Robust
from diabolo.data.scaling import KINDS, Affine, Scaling
from diabolo.data.table import Table
from diabolo.errors import ModelFileError, ParameterError
from diabolo.estimators._sklearn import output_container
from diabolo.estimators.fitted import Architecture, Fitted, host_values
from diabolo.estimators.network import Network
from diabolo.estimators.options import fixed_parameters
from diabolo.estimators.record import FitRecord
from diabolo.latents.base import Latent
from diabolo.latents.point import Point
from diabolo.networks.base import Specification
from diabolo.networks.keras_network import KerasNetwork, network_key
from diabolo.objectives.likelihoods import Likelihood, MeanSquaredError
from diabolo.objectives.likelihoods.by_column import ByColumn, of_table
from diabolo.samplers.base import Sampler
from diabolo.storage.archive import Arrays, Document, about, read_archive, write_archive
from diabolo.storage.classes import describe_classes, restore_classes
from diabolo.storage.fields import field, list_of, short, whole
from diabolo.storage.keras_networks import check_outputs, filled
from diabolo.storage.keras_objects import CustomObjects, describe_optimizer, restore_optimizer
from diabolo.storage.tables import describe_table, restore_table
from diabolo.storage.values import estimator_of, from_plain, parameters_of, to_plain
from diabolo.training.optimizers import build_optimizer
from diabolo.training.road import Road, assign_all

FORMAT_VERSION = 1
_CONTAINERS = ("default", "pandas", "polars")  # of set_output
_MOST_LAYERS = 100  # of an encoder or decoder: building them takes time, whatever their sizes


def save(estimator: Network, path: str | os.PathLike[str]) -> None:
    """Write a fitted estimator. See ``Autoencoder.save``."""
    write_archive(path, *describe(estimator))


def load(path: str | os.PathLike[str], custom_objects: Mapping[str, Any] | None = None) -> Network:
    """Read an estimator that ``save`` wrote, on this or another backend.

    Loading a file from someone you don't trust is safe: it runs no code from the file, and reads no other
    file. Classes that are not diabolo's or Keras's own are built only where you pass them in.

    Parameters
    ----------
    path : str or path-like
    custom_objects : mapping of str to class or function, optional
        Your own classes and functions by the names that the file has for them: subclasses of diabolo's
        estimators, of Keras optimizers, schedules of the learning rate and layers, and activations.

    Returns
    -------
    estimator : Autoencoder, NextFrameAutoencoder or StackedAutoencoderClassifier
        Fitted, of the class that was saved. Callbacks, the optimizer's momentum and a ``RandomState``
        object are not part of a file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModelFileError
        If it is no model file, was damaged, comes from a newer version of the format, or names a class or
        function that is neither diabolo's nor in ``custom_objects``.
    ParameterError
        If ``custom_objects`` is no mapping of names.

    Examples
    --------
    >>> import tempfile, diabolo
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> ae = diabolo.Autoencoder(2, encoder=(8,), epochs=2).fit(X)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ae.save(Path(folder, "iris.diabolo"))
    ...     again = diabolo.load(Path(folder, "iris.diabolo"))
    >>> bool((again.transform(X) == ae.transform(X)).all())
    True
    """
    document, arrays = read_archive(path)
    with about(path):
        return restore(document, arrays, custom_objects)


# -- from an estimator -----------------------------------------------------------------------------------


def describe(estimator: Network) -> tuple[Document, Arrays]:
    """A fitted estimator as plain values and arrays. Equal models give equal ones.

    Raises
    ------
    ModelFileError
        If a parameter can't be put into plain values, weights are not finite, or the networks have more
        layers than a file may describe.
    """
    fitted = estimator._fitted
    names = getattr(estimator, "feature_names_in_", None)
    weights = host_values(fitted.road.numbers)
    _check_depth(fitted.architecture)
    _check_finite(weights)
    _check_belongs(estimator, fitted.architecture)
    arrays = {f"weights/{i}": value for i, value in enumerate(weights)} | {"fill": fitted.fill}
    if isinstance(fitted.scaling, Affine):
        names_of = _constants(fitted.scaling.kind)
        arrays |= {f"scaling/{name}": getattr(fitted.scaling, name) for name in names_of}
    arrays |= {f"history/{name}": column for name, column in fitted.history.items()}
    if fitted.sampler is not None:
        arrays |= {f"sampler/{name}": value for name, value in fitted.sampler.learned_.items()}
    for number, history in enumerate(fitted.layer_histories):
        arrays |= {f"layer_histories/{number}/{name}": column for name, column in history.items()}
    document = {
        "format": "diabolo",
        "format_version": FORMAT_VERSION,
        "class": type(estimator).__name__,
        "parameters": parameters_of(estimator),
        "changed_since_fit": _changed_since_fit(estimator),
        "network": _network(fitted.architecture),
        "data": {
            "row_shape": list(fitted.row_shape),
            "feature_names": None if names is None else names.tolist(),
            "classes": None if fitted.classes is None else describe_classes(fitted.classes),
            "scaling": fitted.scaling.kind,
            "table": describe_table(fitted.table),
        },
        "sampler": to_plain(fitted.sampler, "sampler"),
        "output": output_container(estimator),
        "history": list(fitted.history),
        "layer_histories": [list(history) for history in fitted.layer_histories],
        "training": {
            "seed": fitted.seed,
            "learning_rate": to_plain(fitted.learning_rate, "learning_rate"),
            "optimizer": describe_optimizer(fitted.optimizer),
        },
        "provenance": {
            "versions": _versions(),
            "fits": [{**vars(record), "row_shape": list(record.row_shape)} for record in fitted.fits],
        },
    }
    return document, arrays


def _network(architecture: Architecture) -> Document:
    shapes = {name: list(shape) for name, shape in architecture.memory.items()}
    apart = ("memory", "row_shape", "layout")  # the last two stand among what is said of the data
    plain = {name: value for name, value in vars(architecture).items() if name not in apart}
    if isinstance(architecture.likelihood, ByColumn):
        plain["likelihood"] = architecture.likelihood.numbers
    described = {name: to_plain(value, name) for name, value in plain.items()}
    return {"n_features": architecture.n_features} | described | {"memory": shapes}


def _changed_since_fit(estimator: Network) -> dict[str, str]:
    """Parameters that fit used and ``set_params`` has changed since -> what they were, in words."""
    now = fixed_parameters(estimator)
    return {name: was for name, was in estimator._fitted.made_with.items() if now[name] != was}


def _versions() -> dict[str, str]:
    """Of whatever had a hand in the numbers."""
    backend = keras.backend.backend()
    return {
        "python": platform.python_version(),
        "diabolo": diabolo.__version__,
        "keras": keras.__version__,
        "backend": backend,
        backend: str(sys.modules[backend].__version__),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    }


# -- to an estimator -------------------------------------------------------------------------------------


def restore(document: Document, arrays: Arrays, custom_objects: Mapping[str, Any] | None = None) -> Network:
    """The fitted estimator that ``describe`` described.

    Keys and arrays that it doesn't know are left alone, so a file may hold more than a model.

    Raises
    ------
    ModelFileError, ParameterError
        As ``load``.
    """
    custom_objects = {} if custom_objects is None else custom_objects
    if not isinstance(custom_objects, Mapping):
        raise ParameterError(
            f"custom_objects must be a mapping of names to classes, such as {{'Mine': Mine}}; got "
            f"{short(custom_objects)}."
        )
    _check_version(document)
    try:
        return _restored(document, arrays, custom_objects)
    except ModelFileError:
        raise
    except Exception as error:  # whatever Keras, the backend or a class of the caller has against it
        raise ModelFileError(
            f"the file's parts don't make a model ({type(error).__name__}: {error}). "
            "It may be damaged; save the model again."
        ) from error


def _check_version(document: Document) -> None:
    if document.get("format") != "diabolo":
        raise ModelFileError("not a diabolo model file: model.json does not say so.")
    version = whole(document, "format_version", at_least=1)
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"the file has format version {version}, and diabolo {diabolo.__version__} reads up to "
            f"{FORMAT_VERSION}. Update: pip install -U diabolo"
        )


def _restored(document: Document, arrays: Arrays, custom_objects: CustomObjects) -> Network:
    estimator = estimator_of(document, custom_objects)
    data, training = field(document, "data", dict), field(document, "training", dict)
    table = restore_table(data.get("table"))  # files of diabolo 0.1 have none
    architecture = _architecture(field(document, "network", dict), data, table, custom_objects)
    estimator._layout = architecture.layout
    _check_belongs(estimator, architecture)
    weights = _weights(architecture, arrays)
    road = architecture.build(None)
    for network in (road.encoder, road.decoder):
        check_outputs(network)
    _check_shapes([tuple(variable.shape) for variable in road.numbers], weights)
    assign_all(road.numbers, weights)
    optimizer = restore_optimizer(training.get("optimizer"), custom_objects)
    build_optimizer(optimizer, road.trainable)
    estimator._fitted = Fitted(
        architecture=architecture,
        road=road,
        optimizer=optimizer,
        scaling=_scaling(field(data, "scaling", str), architecture, arrays),
        fill=_fill(arrays["fill"], architecture.n_features),
        seed=whole(training, "seed", at_least=0),
        made_with=_made_with(estimator, document),
        objective=estimator._objective(),
        learning_rate=_learning_rate(training),
        epochs=_epochs(list_of(document, "history", str), arrays),
        fits=_fits(field(document, "provenance", dict)),
        sampler=_sampler(document.get("sampler"), architecture.n_components, arrays, custom_objects),
        classes=_classes(data, architecture),
        table=table,
        layer_histories=_layer_histories(document, arrays),
    )
    _fill_networks(estimator, road)
    estimator.n_features_in_ = architecture.n_features
    if (names := _feature_names(data, architecture.n_features)) is not None:
        estimator.feature_names_in_ = names
    if document.get("output") is not None:
        estimator.set_output(transform=_container(document))
    return estimator


def _fill_networks(estimator: Network, road: Road) -> None:
    """Give Keras networks among the parameters the weights that were learned: the file has no others."""
    for parameter, network in (("encoder", road.encoder), (estimator._after_code, road.decoder)):
        given = getattr(estimator, parameter)
        if isinstance(given, KerasNetwork):
            whole = filled(given.network, network.get_weights())
            setattr(estimator, parameter, replace(given, network=whole))
        elif isinstance(given, keras.layers.Layer):
            setattr(estimator, parameter, filled(given, network.get_weights()))


def _made_with(estimator: Network, document: Document) -> dict[str, str]:
    """What the fixed parameters were at fit: what they are, but for those that were changed since."""
    now, changed = fixed_parameters(estimator), field(document, "changed_since_fit", dict)
    if not changed.keys() <= now.keys() or not all(isinstance(was, str) for was in changed.values()):
        raise ModelFileError(
            f"'changed_since_fit' must hold a string for some of {', '.join(now)}; got {short(changed)}."
        )
    return now | changed


def _container(document: Document) -> str:
    container = field(document, "output", str)
    if container not in _CONTAINERS:
        raise ModelFileError(f"'output' must be one of {', '.join(_CONTAINERS)}; got {short(container)}.")
    return container


def _architecture(
    network: Document, data: Document, table: Table | None, custom_objects: CustomObjects
) -> Architecture:
    n_features, n_components = (whole(network, name, at_least=1) for name in ("n_features", "n_components"))
    encoder, decoder = (from_plain(network.get(name), custom_objects) for name in ("encoder", "decoder"))
    if not (isinstance(encoder, Specification) and isinstance(decoder, Specification)):
        raise ModelFileError(f"encoder and decoder must be networks; got {short(encoder)}, {short(decoder)}.")
    indicator = field(network, "indicator", bool)
    # Files of diabolo 0.1 have none of these: what they hold is a point, and its squared error.
    latent, likelihood = (from_plain(network.get(name), custom_objects) for name in ("latent", "likelihood"))
    latent = Point() if latent is None else latent
    likelihood = MeanSquaredError() if likelihood is None else likelihood
    if not (isinstance(latent, Latent) and isinstance(likelihood, Likelihood)):
        raise ModelFileError(f"latent and likelihood can't be {short(latent)} and {short(likelihood)}.")
    n_targets = None if network.get("n_targets") is None else whole(network, "n_targets", at_least=1)
    layout = _layout(encoder, table, n_features)
    memory = _memory(network)
    if layout is not None and n_targets is None:
        likelihood = of_table(likelihood, layout)
        if memory.get("spread") != (n_features,):
            raise ModelFileError(
                f"the memory of a table must hold a spread for each of {n_features} columns."
            )
    beside = latent, likelihood, memory, n_targets, layout
    row_shape = _row_shape(data, n_features)
    architecture = Architecture(row_shape, n_components, encoder, decoder, indicator, *beside)
    _check_depth(architecture)
    for specification in (encoder, decoder):
        specification.check(row_shape)
    return architecture


def _layout(encoder: Specification, table: Table | None, n_features: int) -> Layout | None:
    """The kinds of the columns, where the encoder reads a table."""
    if table is not None and not encoder.reads_tables:
        raise ModelFileError("a table of mixed columns needs an encoder that reads it.")
    if not encoder.reads_tables:
        return None
    layout = Layout.of_numbers(n_features) if table is None else table.layout
    if len(layout.kinds) != n_features:
        raise ModelFileError(
            f"{n_features} features need as many columns; the table has {len(layout.kinds)}."
        )
    return layout


def _memory(network: Document) -> dict[str, tuple[int, ...]]:
    """Shapes of what is remembered from step to step, by name."""
    memory = network.get("memory", {})
    return {name: tuple(list_of(memory, name, int)) for name in memory}


def _check_belongs(estimator: Network, architecture: Architecture) -> None:
    """What the parameters say of the code and the likelihood must be what the network has."""
    said = estimator._latent(), estimator._likelihood()
    if said != (architecture.latent, architecture.likelihood):
        raise ModelFileError(
            f"the parameters ask for {said[0]} and {said[1]}, but the model was fitted with "
            f"{architecture.latent} and {architecture.likelihood}. Set the parameters back, or fit again."
        )
    asked = estimator._specified("encoder"), estimator._decoder()
    for network, of_fit in zip(asked, (architecture.encoder, architecture.decoder), strict=True):
        if isinstance(network, KerasNetwork) and not _same(network, of_fit):
            raise ModelFileError(
                f"the parameters have {network}, but the model was fitted with another network. Set the "
                "parameters back, or fit again."
            )


def _same(network: KerasNetwork, other: Specification) -> bool:
    return isinstance(other, KerasNetwork) and network_key(network.network) == network_key(other.network)


def _check_depth(architecture: Architecture) -> None:
    depth = max(network.n_layers for network in (architecture.encoder, architecture.decoder))
    if depth > _MOST_LAYERS:
        raise ModelFileError(
            f"a model file holds networks of at most {_MOST_LAYERS} hidden layers; this one has {depth}."
        )


def _weights(architecture: Architecture, arrays: Arrays) -> list[np.ndarray]:
    """The networks' numbers, compared with what the file says the networks are before anything is built."""
    expected = architecture.weight_shapes()
    weights = [arrays[f"weights/{i}"] for i in range(len(expected)) if f"weights/{i}" in arrays]
    _check_shapes(sorted(expected), sorted(weights, key=lambda array: array.shape))
    if any(array.dtype != np.float32 for array in weights):
        raise ModelFileError("weights must be float32.")
    _check_finite(weights)
    return weights


def _check_shapes(expected: list[tuple[int, ...]], weights: list[np.ndarray]) -> None:
    held = [array.shape for array in weights]
    if held != expected:
        raise ModelFileError(
            f"the network needs weights of shapes {short(expected)}, and the file holds {short(held)}."
        )


def _check_finite(weights: list[np.ndarray]) -> None:
    if not all(np.isfinite(array).all() for array in weights):
        raise ModelFileError("weights must be finite numbers, and these hold NaN or infinities.")


def _constants(kind: str) -> tuple[str, ...]:
    """Names of what a scaling of affine kind has of each column."""
    return ("center", "scale", "low", "high") if kind == Robust.kind else ("center", "scale")


def _scaling(kind: str, architecture: Architecture, arrays: Arrays) -> Scaling:
    n_features, layout = architecture.n_features, architecture.layout
    known = KINDS | {Robust.kind: Robust}
    if kind not in known or (kind == Robust.kind) != (layout is not None):
        raise ModelFileError(f"unknown scaling {short(kind)} here; known are {', '.join(known)}.")
    if not issubclass(known[kind], Affine):
        return known[kind](n_features)
    constants = [arrays[f"scaling/{name}"] for name in _constants(kind)]
    right = all(
        c.shape == (n_features,) and c.dtype == np.float64 and np.isfinite(c).all() for c in constants
    )
    center, scale, *span = constants
    if not right or not (scale > 0).all() or (span and not (span[0] <= span[1]).all()):
        raise ModelFileError(
            f"the scaling must hold {n_features} finite centres and as many scales above 0, float64."
        )
    if layout is not None:
        is_number = np.isin(np.arange(n_features), layout.numbers)
        return Robust(n_features, center, scale, span[0], span[1], is_number)
    return Affine(n_features, center, scale)


def _fill(fill: np.ndarray, n_features: int) -> np.ndarray:
    if fill.shape != (n_features,) or fill.dtype != np.float32 or not np.isfinite(fill).all():
        raise ModelFileError(f"what the encoder sees in gaps must be {n_features} finite numbers, float32.")
    return fill


def _sampler(plain: Any, n_components: int, arrays: Arrays, custom_objects: CustomObjects) -> Sampler | None:
    """The distribution of codes, if there is one; files of diabolo 0.1 have none."""
    sampler = from_plain(plain, custom_objects)
    if sampler is None:
        return None
    if not isinstance(sampler, Sampler):
        raise ModelFileError(f"'sampler' must be a distribution of codes; got {short(sampler)}.")
    expected = sampler.all_shapes(n_components)
    learned = {name: arrays[f"sampler/{name}"] for name in expected if f"sampler/{name}" in arrays}
    held = {name: value.shape for name, value in learned.items()}
    if held != expected:
        raise ModelFileError(f"the sampler needs shapes {short(expected)}, and the file holds {short(held)}.")
    if any(value.dtype != sampler.dtype_of(name) for name, value in learned.items()):
        raise ModelFileError(
            f"what a sampler learned must be {np.dtype(sampler.dtype)}, and its center and scale float64."
        )
    if not all(np.isfinite(value).all() for value in learned.values()):
        raise ModelFileError("what a sampler learned must be finite numbers.")
    return sampler.restored(learned)


def _row_shape(data: Document, n_features: int) -> tuple[int, ...]:
    shape = list_of(data, "row_shape", int)
    if not shape or min(shape) < 1 or math.prod(shape) != n_features:
        raise ModelFileError(f"rows of shape {short(shape)} don't have {n_features} features.")
    return tuple(shape)


def _feature_names(data: Document, n_features: int) -> np.ndarray | None:
    if data.get("feature_names") is None:
        return None
    names = list_of(data, "feature_names", str)
    if len(names) != n_features:
        raise ModelFileError(f"{n_features} features need as many names; the file has {len(names)}.")
    return np.array(names, dtype=object)


def _learning_rate(training: Document) -> float | None:
    rate = training.get("learning_rate")
    if rate is not None and type(rate) not in (int, float):
        raise ModelFileError(f"'learning_rate' must be a number or null; got {short(rate)}.")
    return rate


def _epochs(names: list[str], arrays: Arrays) -> list[dict[str, float]]:
    columns = _columns("history", names, arrays)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _columns(table: str, names: list[str], arrays: Arrays) -> dict[str, np.ndarray]:
    columns = {name: arrays[f"{table}/{name}"] for name in names}
    if any(column.ndim != 1 or column.dtype != np.float64 for column in columns.values()):
        raise ModelFileError("columns of a history must have one dimension, float64.")
    return columns


def _classes(data: Document, architecture: Architecture) -> np.ndarray | None:
    """A classifier's labels, as many as its network tells apart; None of another model."""
    classes = None if data.get("classes") is None else restore_classes(data["classes"])
    n_classes = None if classes is None else len(classes)
    if n_classes != architecture.n_targets:
        raise ModelFileError(f"the network tells {architecture.n_targets} classes; the file has {n_classes}.")
    return classes


def _layer_histories(document: Document, arrays: Arrays) -> list[dict[str, np.ndarray]]:
    """Of files of diabolo 0.1, which know no layers, none."""
    layers = list_of(document, "layer_histories", list) if "layer_histories" in document else []
    return [_columns(f"layer_histories/{number}", names, arrays) for number, names in enumerate(layers)]


def _fits(provenance: Document) -> list[FitRecord]:
    return [
        FitRecord(
            n_samples=whole(fit, "n_samples", at_least=1),
            row_shape=tuple(list_of(fit, "row_shape", int)),
            dtype=field(fit, "dtype", str),
            sha256=field(fit, "sha256", str),
            epochs=whole(fit, "epochs", at_least=1),
            partial=field(fit, "partial", bool),
        )
        for fit in list_of(provenance, "fits", dict)
    ]
