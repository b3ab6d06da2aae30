from . import utils as utils
from .data.mnist import load_mnist
from .errors import (
    DataError,
    DataTypeError,
    DiaboloError,
    MissingDependencyError,
    ModelFileError,
    OutputError,
    ParameterError,
    TrainingDiverged,
    TrainingInterrupted,
)
from .estimators.base import Autoencoder
from .networks.dense import Dense
from .plots.history import HistoryDisplay
from .plots.latent_space import LatentSpaceDisplay
from .plots.reconstruction import ReconstructionDisplay
from .plots.samples import SampleDisplay
from .storage.model_file import load

__version__: str

__all__ = [
    "Autoencoder",
    "DataError",
    "DataTypeError",
    "Dense",
    "DiaboloError",
    "HistoryDisplay",
    "LatentSpaceDisplay",
    "MissingDependencyError",
    "ModelFileError",
    "OutputError",
    "ParameterError",
    "ReconstructionDisplay",
    "SampleDisplay",
    "TrainingDiverged",
    "TrainingInterrupted",
    "load",
    "load_mnist",
    "utils",
]
