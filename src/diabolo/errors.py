"""Every error that diabolo raises by itself.

::

    DiaboloError
      DataError               (also ValueError)    rows that can't be used
        DataTypeError         (also TypeError)     an object of a kind that can't be rows or a number
      ParameterError          (also ValueError)    parameters that contradict each other
      TrainingDiverged        (also ArithmeticError)  a loss that is not finite
      ModelFileError          (also ValueError)    a model file that can't be trusted, read or made
      ExportError             (also ValueError)    a model that can't be exported, or not exactly
      OutputError             (also OSError)       a file or folder that can't be written
      MissingDependencyError  (also ImportError)   an extra that is not installed
    TrainingInterrupted       (a KeyboardInterrupt: ``except Exception`` must not swallow it)

A parameter of a wrong type or outside its range raises scikit-learn's ``InvalidParameterError``, a
``ValueError`` too, as in every scikit-learn estimator.
"""


class DiaboloError(Exception):
    """Base of all errors of this package."""


class DataError(DiaboloError, ValueError):
    """Rows that can't be used; says what must hold, what came, and what to do."""


class DataTypeError(DataError, TypeError):
    """An object of a kind that can't be rows, or can't be a number in them."""


class ParameterError(DiaboloError, ValueError):
    """Parameters that contradict each other, or one without effect where it stands."""


class TrainingDiverged(DiaboloError, ArithmeticError):
    """A term of the loss is not finite; the estimator keeps the model of its last whole epoch."""


class ModelFileError(DiaboloError, ValueError):
    """A model file that can't be trusted, read or made."""


class ExportError(DiaboloError, ValueError):
    """A model that can't be exported, or whose exported file does not agree with it."""


class OutputError(DiaboloError, OSError):
    """A file or folder that can't be written; nothing half-written is left under its name."""


class MissingDependencyError(DiaboloError, ImportError):
    """A package that this call needs and that is not installed; says the pip command."""


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C in ``fit``: the estimator keeps the model of its last whole epoch."""
