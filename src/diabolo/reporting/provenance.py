"""Where a report comes from: enough to make it again, and nothing of the machine."""

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from diabolo.estimators.parameters import changed_parameters
from diabolo.pages.rendering import versions
from diabolo.reporting.measures import Measures
from diabolo.reporting.subject import n_parameters
from diabolo.reporting.words import counted, sizes
from diabolo.storage.digest import described


def provenance(
    measures: Measures, files: Mapping[str, Path], settings: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """What is known of the model, the rows, the packages and the files, as names and values.

    Parameters
    ----------
    measures : Measures
    files : mapping of str to Path
        What each file is -> the file; of its path only the name is told.
    settings : mapping of str to values
        How the report was made.
    """
    subject = measures.subject
    fitted, estimator = subject.fitted, subject.estimator
    parameters = ", ".join(f"{name}={value!r}" for name, value in changed_parameters(estimator).items())
    packages = {**versions(), "python": platform.python_version()}
    return [
        ("Model", f"{type(estimator).__name__}, {n_parameters(fitted):,} parameters"),
        ("Parameters", parameters or "all at their defaults"),
        ("Seed of weights and batches", str(fitted.seed)),
        *(("Fitted on", _of_fit(record)) for record in fitted.fits),
        *((role, _of_file(path)) for role, path in files.items()),
        ("Report", ", ".join(f"{name}={value}" for name, value in settings.items())),
        ("Versions", ", ".join(f"{package} {number}" for package, number in packages.items())),
        ("Keras backend", keras.backend.backend()),
    ]


def _of_fit(record: Any) -> str:
    return (
        f"{counted(record.n_samples, 'row')} of shape {sizes(record.row_shape)}, {record.dtype}, for "
        f"{counted(record.epochs, 'epoch')}; SHA-256 of the rows {record.sha256}"
    )


def _of_file(path: Path) -> str:
    facts = described(path)
    return f"{facts['file']}, {facts['bytes']:,} bytes; SHA-256 {facts['sha256']}"
