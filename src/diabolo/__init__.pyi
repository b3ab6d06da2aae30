from . import corruption as corruption
from . import samplers as samplers
from . import utils as utils
from .data.mnist import load_mnist
from .data.moving_mnist import moving_mnist
from .data.windows import windows
from .errors import (
    DataError,
    DataTypeError,
    DiaboloError,
    ExportError,
    MissingDependencyError,
    ModelFileError,
    OutputError,
    ParameterError,
    TrainingDiverged,
    TrainingInterrupted,
)
from .estimators.base import Autoencoder
from .estimators.contractive import ContractiveAutoencoder
from .estimators.denoising import DenoisingAutoencoder
from .estimators.next_frame import NextFrameAutoencoder
from .estimators.sequence import SequenceAutoencoder
from .estimators.sparse import SparseAutoencoder
from .estimators.stacked import StackedAutoencoder
from .estimators.stacked_classifier import StackedAutoencoderClassifier
from .estimators.variational import VariationalAutoencoder
from .explorer.explore import explore
from .networks.convolutional import Convolutional
from .networks.dense import Dense
from .networks.keras_network import KerasNetwork
from .networks.recurrent import Recurrent
from .networks.tabular import Tabular
from .objectives import likelihoods as likelihoods
from .objectives import penalties as penalties
from .objectives import schedules as schedules
from .plots.components import ComponentsDisplay
from .plots.error_distribution import ErrorDistributionDisplay
from .plots.error_map import ErrorMapDisplay
from .plots.filters import FilterDisplay
from .plots.frames import FramesDisplay
from .plots.history import HistoryDisplay
from .plots.interpolation import InterpolationDisplay
from .plots.latent_space import LatentSpaceDisplay
from .plots.manifold import ManifoldDisplay
from .plots.reconstruction import ReconstructionDisplay
from .plots.samples import SampleDisplay
from .plots.traversal import TraversalDisplay
from .reporting.report import Report, report
from .samplers.interpolation import interpolate
from .storage.model_file import load

__version__: str

__all__ = [
    "Autoencoder",
    "ComponentsDisplay",
    "ContractiveAutoencoder",
    "Convolutional",
    "DataError",
    "DataTypeError",
    "DenoisingAutoencoder",
    "Dense",
    "DiaboloError",
    "ErrorDistributionDisplay",
    "ErrorMapDisplay",
    "ExportError",
    "FilterDisplay",
    "FramesDisplay",
    "HistoryDisplay",
    "InterpolationDisplay",
    "KerasNetwork",
    "LatentSpaceDisplay",
    "ManifoldDisplay",
    "MissingDependencyError",
    "ModelFileError",
    "NextFrameAutoencoder",
    "OutputError",
    "ParameterError",
    "ReconstructionDisplay",
    "Recurrent",
    "Report",
    "SampleDisplay",
    "SequenceAutoencoder",
    "SparseAutoencoder",
    "StackedAutoencoder",
    "StackedAutoencoderClassifier",
    "Tabular",
    "TrainingDiverged",
    "TrainingInterrupted",
    "TraversalDisplay",
    "VariationalAutoencoder",
    "corruption",
    "explore",
    "interpolate",
    "likelihoods",
    "load",
    "load_mnist",
    "moving_mnist",
    "penalties",
    "report",
    "samplers",
    "schedules",
    "utils",
    "windows",
]
