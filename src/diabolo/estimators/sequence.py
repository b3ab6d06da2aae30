"""The autoencoder of sequences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from diabolo.estimators._sklearn import StrOptions
from diabolo.estimators.base import Autoencoder
from diabolo.networks.base import Specification
from diabolo.networks.recurrent import Recurrent
from diabolo.networks.recurrent_layers import CELLS


@dataclass(kw_only=True, eq=False, repr=False)
class SequenceAutoencoder(Autoencoder):
    """Autoencoder of sequences: a recurrent network reads one into a code, another writes it out of that.

    loss = mse(x, x_hat) over the steps and features observed, as ``Autoencoder(encoder=Recurrent(...))``

    Rows of X are sequences of shape (time, features), such as ``windows`` cuts from a long series. Flat rows
    are sequences of one feature, a column a step, unless ``sequence_shape`` says otherwise. ``scale`` treats
    a feature alike at all steps; numbers of sequences are no pixels, whatever their dtype.

    Shorter sequences end with steps of NaN. The loss leaves these out, and the encoder stops before them.

    Parameters
    ----------
    n_components : int, default=8
        Width of the code.
    units : tuple of int, default=(64,)
        Units of each recurrent layer of the encoder; the decoder has them in reverse order.
    cell : {"lstm", "gru"}, default="lstm"
    bidirectional : bool, default=False
        Whether the encoder reads sequences from both ends, with ``units`` for each.
    feedback : bool, default=False
        Whether the decoder also sees, at each step, what it wrote at the last one, beside the code.
    sequence_shape : (time, features) or None, default=None
        Of sequences that come as flat rows, one step after the other.
    missing : {"indicator"} or None, default="indicator"
        With "indicator" the encoder sees, beside each number, whether it is a gap, and stops at the last step
        that has an observed number. With ``None`` it reads the columns' means in gaps, to the end.

    See ``Autoencoder`` for the other parameters, the attributes and the methods; ``encoder``, ``decoder`` and
    ``activation`` have no effect here.

    References
    ----------
    Srivastava, Mansimov and Salakhutdinov (2015), "Unsupervised learning of video representations using
    LSTMs". Malhotra, Ramakrishnan, Anand, Vig, Agarwal and Shroff (2016), "LSTM-based encoder-decoder for
    multi-sensor anomaly detection".

    Examples
    --------
    >>> import numpy as np
    >>> from diabolo import SequenceAutoencoder, windows
    >>> X = windows(np.sin(np.arange(300) / 3), length=20)
    >>> ae = SequenceAutoencoder(2, units=(8,), epochs=2, random_state=0).fit(X)
    >>> ae.transform(X).shape, ae.reconstruct(X).shape
    ((281, 2), (281, 20, 1))
    """

    n_components: int = field(default=8, kw_only=False)
    missing: str | None = "indicator"
    units: Sequence[int] = (64,)
    cell: str = "lstm"
    bidirectional: bool = False
    feedback: bool = False
    sequence_shape: Sequence[int] | None = None

    _parameter_constraints: ClassVar[dict[str, list]] = Autoencoder._parameter_constraints | {
        "units": [tuple, list],
        "cell": [StrOptions(CELLS)],
        "bidirectional": ["boolean"],
        "feedback": ["boolean"],
        "sequence_shape": [tuple, list, None],
    }
    _own: ClassVar[tuple[str, ...]] = ("units", "cell", "bidirectional", "feedback", "sequence_shape")
    _fixed: ClassVar[tuple[str, ...]] = (*Autoencoder._fixed, *_own)

    def _specified(self, parameter: str) -> Specification:
        return Recurrent(**{name: getattr(self, name) for name in self._own})

    def _without_effect(self) -> dict[str, str | None]:
        why = "in a SequenceAutoencoder, whose networks are recurrent"
        return {
            "encoder": f"{why}. Set units and cell, or use Autoencoder",
            "decoder": f"{why}. Set units, cell and feedback, or use Autoencoder",
            "activation": f"{why}, with the activations of their cells",
        }
