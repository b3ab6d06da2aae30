"""The model file: a stored zip of ``model.json``, what the model is, and ``arrays.safetensors``, its numbers.

Reading one builds only classes of this package and Keras optimizers, from plain values; nothing in a file
is ever executed or unpickled.
"""

import io
import json
import os
import zipfile
from typing import Any, BinaryIO

import keras
import numpy as np
import safetensors
import safetensors.numpy

import diabolo
from diabolo.data.scaling import KINDS, Affine, Scaling
from diabolo.errors import DiaboloError, ModelFileError
from diabolo.estimators.base import Autoencoder
from diabolo.estimators.fitted import Architecture, Fitted, host_values
from diabolo.estimators.options import fixed_parameters
from diabolo.networks.dense import Dense
from diabolo.storage.atomic import write_atomically
from diabolo.training.optimizers import make_optimizer
from diabolo.training.road import assign_all

FORMAT_VERSION = 1
_DOCUMENT, _ARRAYS = "model.json", "arrays.safetensors"

Arrays = dict[str, np.ndarray]
Document = dict[str, Any]


def save(estimator: Autoencoder, path: str | os.PathLike[str]) -> None:
    """Write a fitted estimator. See ``Autoencoder.save``."""
    document, arrays = describe(estimator)

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_entry(_DOCUMENT), json.dumps(document, indent=1, allow_nan=False))
            archive.writestr(_entry(_ARRAYS), safetensors.numpy.save(arrays))

    write_atomically(path, write)


def load(path: str | os.PathLike[str]) -> Autoencoder:
    """Read an estimator that ``save`` wrote.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    estimator : Autoencoder
        Fitted, of the class that was saved. Callbacks, the optimizer's momentum and a ``RandomState``
        object are not part of a file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModelFileError
        If it is no model file, was damaged, or comes from a newer version of the format.
    """
    try:
        with open(path, "rb") as file:
            document, arrays = _read(file)
        return _restored(document, arrays)
    except ModelFileError as error:
        raise ModelFileError(f"{os.fspath(path)}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, DiaboloError, RecursionError) as error:
        raise ModelFileError(
            f"{os.fspath(path)}: the file's parts don't make a model ({type(error).__name__}: {error}). "
            "It may be damaged; save the model again."
        ) from error


# -- writing ---------------------------------------------------------------------------------------------


def describe(estimator: Autoencoder) -> tuple[Document, Arrays]:
    fitted = estimator._fitted
    architecture = fitted.architecture
    names = getattr(estimator, "feature_names_in_", None)
    document = {
        "format": "diabolo",
        "format_version": FORMAT_VERSION,
        "versions": {"diabolo": diabolo.__version__, "keras": keras.__version__, "numpy": np.__version__},
        "class": type(estimator).__name__,
        "parameters": {
            name: _to_json(value)
            for name, value in estimator.get_params(deep=False).items()
            if name not in ("callbacks", "checkpoint")
        },
        "architecture": {name: _to_json(value) for name, value in vars(architecture).items()},
        "row_shape": list(fitted.row_shape),
        "feature_names": None if names is None else [str(name) for name in names],
        "scaling": fitted.scaling.kind,
        "seed": fitted.seed,
        "history": list(fitted.history),
    }
    arrays = {f"weights/{i}": value for i, value in enumerate(host_values(fitted.road.variables))}
    if isinstance(fitted.scaling, Affine):
        arrays |= {"scaling/center": fitted.scaling.center, "scaling/scale": fitted.scaling.scale}
    arrays["fill"] = fitted.fill
    arrays |= {f"history/{name}": column for name, column in fitted.history.items()}
    return document, {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _to_json(value: Any) -> Any:
    """Plain values as they are; objects as {"dense": ...} or {"optimizer": ...}."""
    if isinstance(value, Dense):
        return {"dense": {"widths": list(value.widths), "activation": value.activation}}
    if isinstance(value, keras.optimizers.Optimizer):
        return {"optimizer": keras.saving.serialize_keras_object(value)}
    if isinstance(value, np.random.RandomState):
        return None
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple | list):
        return [_to_json(item) for item in value]
    return value


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without the time, so that equal models make equal files."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    return entry


# -- reading ---------------------------------------------------------------------------------------------


def _read(file: BinaryIO) -> tuple[Document, Arrays]:
    try:
        with zipfile.ZipFile(io.BytesIO(file.read())) as archive:
            entries = archive.infolist()
            if sorted(entry.filename for entry in entries) != sorted((_DOCUMENT, _ARRAYS)):
                raise ModelFileError(f"not a diabolo model file, which holds {_DOCUMENT} and {_ARRAYS}.")
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise ModelFileError("not a diabolo model file: its entries are compressed.")
            document = json.loads(archive.read(_DOCUMENT), parse_constant=_refuse)
            _check_version(document)
            return document, safetensors.numpy.load(archive.read(_ARRAYS))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, safetensors.SafetensorError) as error:
        raise ModelFileError(f"not a diabolo model file, or a damaged one ({error}).") from error


def _refuse(constant: str) -> None:
    raise ModelFileError(f"the file holds {constant} where a number must be.")


def _check_version(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != "diabolo":
        raise ModelFileError("not a diabolo model file: model.json does not say so.")
    version = document.get("format_version")
    if not isinstance(version, int) or version < 1:
        raise ModelFileError(f"format_version must be a whole number of at least 1; got {version!r}.")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"the file has format version {version}, and diabolo {diabolo.__version__} reads up to "
            f"{FORMAT_VERSION}. Update: pip install -U diabolo"
        )


def _restored(document: Document, arrays: Arrays) -> Autoencoder:
    cls = getattr(diabolo, document["class"]) if document["class"] in diabolo.__all__ else None
    if not (isinstance(cls, type) and issubclass(cls, Autoencoder)):
        raise ModelFileError(f"{document['class']!r} is no estimator of diabolo {diabolo.__version__}.")
    estimator = cls(**{name: _from_json(value) for name, value in document["parameters"].items()})
    estimator._validate_params()
    architecture = Architecture(**{n: _from_json(value) for n, value in document["architecture"].items()})
    _check_shapes(architecture, arrays)
    road = architecture.build(np.random.SeedSequence(0))
    assign_all(road.variables, [arrays[f"weights/{i}"] for i in range(len(road.variables))])
    optimizer = make_optimizer(estimator.optimizer, estimator.learning_rate)
    optimizer.build(road.trainable)
    estimator._fitted = Fitted(
        architecture=architecture,
        road=road,
        optimizer=optimizer,
        scaling=_scaling(document["scaling"], architecture.n_features, arrays),
        fill=_fill(arrays["fill"], architecture.n_features),
        row_shape=_row_shape(document["row_shape"], architecture.n_features),
        seed=int(document["seed"]),
        made_with=fixed_parameters(estimator),
        learning_rate=estimator.learning_rate,
        epochs=_epochs(document["history"], arrays),
    )
    estimator.n_features_in_ = architecture.n_features
    if document["feature_names"] is not None:
        estimator.feature_names_in_ = np.array(document["feature_names"], dtype=object)
    return estimator


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(item) for item in value)
    if isinstance(value, dict) and value.keys() == {"dense"}:
        return Dense(tuple(value["dense"]["widths"]), value["dense"]["activation"])
    if isinstance(value, dict) and value.keys() == {"optimizer"}:
        return _optimizer(value["optimizer"])
    if isinstance(value, dict):
        raise ModelFileError(f"unknown kind of value: {sorted(value)}.")
    return value


def _optimizer(config: Document) -> keras.optimizers.Optimizer:
    """Keras's own optimizers and schedules by their public names, and nothing else."""
    settings = dict(config["config"])
    schedule = settings.get("learning_rate")
    if isinstance(schedule, dict):
        settings["learning_rate"] = _keras_class(keras.optimizers.schedules, schedule)(**schedule["config"])
    return _keras_class(keras.optimizers, config)(**settings)


def _keras_class(module: Any, config: Document) -> Any:
    cls = getattr(module, config["class_name"], None)
    base = (keras.optimizers.Optimizer, keras.optimizers.schedules.LearningRateSchedule)
    if not (isinstance(cls, type) and issubclass(cls, base)):
        raise ModelFileError(f"{config['class_name']!r} is no optimizer or schedule of Keras.")
    return cls


def _check_shapes(architecture: Architecture, arrays: Arrays) -> None:
    """Compare what the file says the network is with the numbers it holds, before anything is built."""
    expected = architecture.weight_shapes()
    held = [arrays[f"weights/{i}"].shape for i in range(len(expected)) if f"weights/{i}" in arrays]
    if held != expected:
        raise ModelFileError(f"the network needs weights of shapes {expected}, and the file holds {held}.")


def _scaling(kind: str, n_features: int, arrays: Arrays) -> Scaling:
    if kind not in KINDS:
        raise ModelFileError(f"unknown scaling {kind!r}; known are {', '.join(KINDS)}.")
    if KINDS[kind] is not Affine:
        return KINDS[kind](n_features)
    center, scale = arrays["scaling/center"], arrays["scaling/scale"]
    if not center.shape == scale.shape == (n_features,) or not (scale > 0).all():
        raise ModelFileError(f"the scaling must hold {n_features} centres and as many scales above 0.")
    return Affine(n_features, center, scale)


def _fill(fill: np.ndarray, n_features: int) -> np.ndarray:
    if fill.shape != (n_features,) or not np.isfinite(fill).all():
        raise ModelFileError(f"what stands in gaps must be {n_features} finite numbers.")
    return fill


def _row_shape(shape: list, n_features: int) -> tuple[int, ...]:
    if not all(isinstance(size, int) and size > 0 for size in shape) or np.prod(shape) != n_features:
        raise ModelFileError(f"rows of shape {shape} don't have {n_features} features.")
    return tuple(shape)


def _epochs(names: list[str], arrays: Arrays) -> list[dict[str, float]]:
    columns = [arrays[f"history/{name}"].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
