"""What ``--model`` chooses among: one line an estimator."""

import json
from collections.abc import Mapping, Sequence, Set
from enum import Enum
from typing import TYPE_CHECKING, Any

from diabolo.errors import ParameterError

if TYPE_CHECKING:
    from diabolo.estimators.base import Autoencoder
    from diabolo.networks.convolutional import Convolutional

MODELS = {  # name -> public class
    "autoencoder": "Autoencoder",
    "contractive": "ContractiveAutoencoder",
    "denoising": "DenoisingAutoencoder",
    "sequence": "SequenceAutoencoder",
    "sparse": "SparseAutoencoder",
    "stacked": "StackedAutoencoder",
    "variational": "VariationalAutoencoder",
}

ModelName = Enum("ModelName", {name: name for name in MODELS}, type=str)  # type: ignore[misc]
DEFAULT_MODEL = ModelName("autoencoder")


# Parameters with an option of their own; seed and quiet stand for two more. --set takes the rest, but those
# that are objects.
OPTIONS = (
    "n_components",
    "encoder",
    "decoder",
    "activation",
    "likelihood",
    "scale",
    "missing",
    "epochs",
    "batch_size",
    "optimizer",
    "learning_rate",
    "early_stopping",
    "patience",
    "validation_fraction",
    "checkpoint",
)
_TAKEN = {*OPTIONS, "random_state", "verbose", "callbacks", "warm_start", "corruption", "penalties"}


def make_model(name: str, options: Mapping[str, Any], *, seed: int, verbose: int) -> "Autoencoder":
    """An estimator from the options of ``fit``.

    Parameters
    ----------
    name : str
        A name of ``MODELS``.
    options : mapping
        By the names of ``OPTIONS``, ``None`` for what was not said; and ``set``, a list of ``name=value``.
    seed, verbose : int

    Raises
    ------
    ParameterError
        If a setting is not of that form, has no such name, or repeats an option; or a value is out of its
        range.
    """
    import diabolo
    from diabolo.estimators._sklearn import InvalidParameterError

    cls = getattr(diabolo, MODELS[name])
    parameters = {each: options[each] for each in OPTIONS if options[each] is not None}
    activation = parameters.get("activation", "relu")
    for network in parameters.keys() & {"encoder", "decoder"}:
        parameters[network] = _network(parameters[network], f"--{network}", activation)
    if not isinstance(parameters.get("encoder", ()), tuple) and not parameters.get("decoder"):
        parameters.pop("activation", None)  # the convolutions have it
    if parameters.get("scale") == "none":
        parameters["scale"] = None
    parameters |= _parsed(options["set"] or (), known=cls().get_params(deep=False).keys())
    model = cls(**parameters, random_state=seed, verbose=verbose)
    try:
        model._validate_params()
    except InvalidParameterError as error:
        raise ParameterError(str(error)) from error
    return model


def _parsed(settings: Sequence[str], known: Set[str]) -> dict[str, Any]:
    parsed = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ParameterError(f"--set takes name=value; got {setting!r}.")
        if name in OPTIONS:
            option = name.replace("_", "-")
            raise ParameterError(f"--set {setting}: {name} has an option of its own. Say --{option}.")
        if name not in known - _TAKEN:
            others = ", ".join(sorted(known - _TAKEN)) or "no others than those that are options"
            raise ParameterError(f"--set {setting}: {name!r} is none of this model's parameters: {others}.")
        parsed[name] = _value(text)
    return parsed


def _value(text: str) -> Any:
    """A number, true, false, null or list as JSON has it; else the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return tuple(value) if isinstance(value, list) else value


def _network(text: str, option: str, activation: str) -> "tuple[int, ...] | Convolutional":
    """``"100,50,25"`` as numbers; ``"linear"`` is no hidden layer; ``"conv:32,64"`` is convolutional."""
    from diabolo.networks.convolutional import Convolutional

    kind, _, numbers = text.rpartition(":")
    try:
        if kind not in ("", "conv"):
            raise ValueError
        widths = () if text == "linear" else tuple(int(number) for number in numbers.split(","))
    except ValueError:
        raise ParameterError(
            f"{option} takes the widths of layers, such as 100,50,25, the word linear, or, for images, "
            f"filters of convolutions, such as conv:32,64; got {text!r}."
        ) from None
    return Convolutional(widths, activation=activation) if kind == "conv" else widths
