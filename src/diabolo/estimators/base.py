"""The autoencoder, base of every other."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from diabolo.data.codes import check_codes
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.errors import ParameterError
from diabolo.estimators.likelihood_network import LikelihoodNetwork
from diabolo.networks.base import Specification
from diabolo.objectives.likelihoods import MeanSquaredError
from diabolo.samplers import Sampler
from diabolo.samplers import named as named_sampler
from diabolo.training.blocks import in_blocks, sample_rows


@dataclass(kw_only=True, eq=False, repr=False)
class Autoencoder(LikelihoodNetwork):
    """Autoencoder: a network that gives its input back through a narrow code.

    Minimises the mean squared error per feature between rows and their reconstructions,
    mse(x, x_hat) with x_hat = decode(encode(x)), or minus the log-likelihood of the row under another
    ``likelihood``, and what ``penalties`` add. With the default widths and the 784 pixels of MNIST this is
    the network 784-100-50-25-2-25-50-100-784.

    Parameters
    ----------
    n_components : int, default=2
        Width of the code.
    encoder : tuple of int, a specification, or a Keras layer or model, default=(100, 50, 25)
        Widths of the encoder's hidden layers, ``()`` makes it linear; or ``Dense``, ``Convolutional`` or
        ``Recurrent``; or ``Tabular``, which takes DataFrames of mixed columns, and says what differs then; or
        a network of your own, made anew with weights from ``random_state`` (``KerasNetwork`` can keep them).
    decoder : tuple of int, a specification, a Keras layer or model, or None, default=None
        The same for the decoder; ``None`` mirrors the encoder, where it is not your own.
    activation : str, default="relu"
        Keras activation of the hidden layers given as widths. A specification brings its own.
    code_activation : str, default="linear"
        Keras activation of the code itself.
    likelihood : str or Likelihood, default="mse"
        What the decoder's output says about a row: "mse", or a density in nats: "gaussian" (one learned
        scale), "gaussian_diagonal" (one a feature), "gaussian_fixed", "laplace", "bernoulli" (for zeros and
        ones; the decoder gives logits), "continuous_bernoulli" (numbers in [0, 1]), "categorical" (one-hot
        columns); or an object of ``diabolo.likelihoods``.
    corruption : Corruption or None, default=None
        Noise put on what the encoder sees in training, drawn anew at each step, while the decoder must give
        the clean row back: an object of ``diabolo.corruption``.
    penalties : sequence of terms, default=()
        Added to the loss: objects of ``diabolo.penalties``, or your own.
    scale : {"auto", "standard", "minmax"} or None, default="auto"
        How rows are brought to the units of the model; results come back in those of X.
        ``"auto"``: images (rows of two or more dimensions) by their dtype, uint8 as 0..255 and float as
        0..1, inside and in every result as floats in 0..1; tables within [0, 1] as they are; every other
        table centred per column and divided by one common number, which keeps the geometry PCA sees.
        Sequences, what a recurrent encoder reads, are as tables with a column a feature, of all steps.
        ``"standard"``: each column to mean 0 and variance 1. ``"minmax"``: each column to [0, 1].
        ``None``: as they are.
    missing : {"indicator"} or None, default=None
        What the encoder sees of gaps. NaN in X is a number that was not observed: the loss covers what was
        observed, and the encoder sees the column's mean over the rows of ``fit`` in its place.
        ``"indicator"`` gives it as many inputs again, 1 for a gap and 0 otherwise.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        One of "adam", "adamw", "sgd", "rmsprop", "nadam", "adamax", "lion", or an object, which brings
        schedules and clipping with it and is not changed.
    learning_rate : float or None, default=None
        ``None`` is the optimizer's own (0.001 for Adam). An error beside an optimizer object.
    batch_size : int, default=64
        Rows a step. The last batch of an epoch may have fewer.
    epochs : int or "auto", default="auto"
        Passes through the rows; ``"auto"`` is 30, or as many as make 2,000 steps if that is more,
        and over the last fifth of them the learning rate of an optimizer given by name falls to 0.
    validation_fraction : float, default=0.1
        Part of the rows set aside for early stopping where ``fit`` gets no ``validation_data``.
    early_stopping : bool, default=False
        Stop when the validation loss has not fallen for ``patience`` epochs, and go back to the best.
    patience : int, default=5
        See ``early_stopping``.
    callbacks : sequence of keras.callbacks.Callback, default=()
        Called at the beginning and end of training and of every epoch. Copies take part, found
        afterwards in ``callbacks_``.
    checkpoint : str, path-like or None, default=None
        Folder in which ``fit`` keeps its state, at least at every epoch's end. After a crash or a kill, the
        same ``fit`` with the same folder goes on from there and ends at the same bits as if nothing had
        happened; one that had ended gives its model again. Each run, that is each set of parameters and
        data, has a subfolder of its own. Callbacks of your own classes must offer ``get_state()`` and
        ``set_state(state)`` then.
    warm_start : bool, default=False
        Whether ``fit`` goes on from where the last one ended.
    random_state : int, RandomState instance or None, default=None
        Weights at the start, the order of rows, and the split for early stopping. The same number gives
        the same bits on one machine and backend.
    verbose : int, default=0
        1 shows progress on standard error.

    Attributes
    ----------
    encoder_, decoder_, model_ : keras.Model
        Plain Keras models over flat rows in the model's units; ``model_`` is one after the other. With
        ``missing="indicator"`` the encoder takes a row and, beside it, 1 for each gap and else 0.
    history_ : dict of str to ndarray of shape (n_iter_,)
        One column a term, one row an epoch, fit for ``pandas.DataFrame``. ``loss`` is what was
        minimised, in the model's units, and the sum of its terms: ``reconstruction``, and one a penalty;
        ``mse`` is the mean squared error per feature in the squared units of X, and ``log_likelihood``, where
        there is one, log p(X | z) in nats, a density of X. Columns that begin with ``val_`` are those of the
        validation rows at the epoch's end, without noise and with scheduled weights at their end; the others
        are means over the epoch, while the weights moved.
    n_iter_ : int
        Epochs trained.
    n_features_in_ : int
        Number of features of a row; for shaped rows the product of their shape.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns, where ``fit`` saw a DataFrame.
    callbacks_ : list of keras.callbacks.Callback
        The copies that took part in the last ``fit``.
    sampler_ : Sampler or None
        The distribution that ``fit_sampler`` fitted on codes.

    References
    ----------
    Rumelhart, Hinton and Williams (1986), "Learning internal representations by error propagation".
    Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks".

    Examples
    --------
    >>> from diabolo import Autoencoder
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> ae = Autoencoder(2, random_state=0)
    >>> Z = ae.fit_transform(X)
    >>> Z.shape, ae.inverse_transform(Z).shape
    ((150, 2), (150, 4))
    """

    decoder: Sequence[int] | Specification | keras.layers.Layer | None = None

    _parameter_constraints: ClassVar[dict[str, list]] = LikelihoodNetwork._parameter_constraints | {
        "decoder": [tuple, list, Specification, keras.layers.Layer, None],
    }
    _after_code: ClassVar[str] = "decoder"
    _fixed: ClassVar[tuple[str, ...]] = (*LikelihoodNetwork._fixed, "decoder")

    # -- the recipe: what a variant replaces -------------------------------------------------------------

    def _decoder(self) -> Specification:
        return self._specified("encoder").mirrored() if self.decoder is None else self._specified("decoder")

    # -- use ---------------------------------------------------------------------------------------------

    def inverse_transform(self, Z: Any) -> np.ndarray:
        """The rows that codes stand for.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)

        Returns
        -------
        X : ndarray of shape (n_samples, *row_shape)
            In the units of X and the shape of the rows that ``fit`` saw.
        """
        check_is_fitted(self)
        expected = self._fitted.architecture.n_components
        codes = check_codes(Z, expected)
        rows = Rows(codes, Scaling(expected))
        return self._restored(in_blocks(self._program, "decode_rows", self._fitted.road.weights, rows))

    def sample(
        self,
        n_samples: int = 1,
        *,
        source: str | None = None,
        observation_noise: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> np.ndarray:
        """New rows: codes drawn from the prior or the fitted sampler, decoded.

        Parameters
        ----------
        n_samples : int, default=1
        source : {"prior", "sampler"} or None, default=None
            Where codes are drawn from: the model's prior, or what ``fit_sampler`` fitted. ``None`` is the
            prior where there is one, else the sampler.
        observation_noise : bool, default=False
            Whether to draw rows from p(x | z) rather than take its mean.
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        X : ndarray of shape (n_samples, *row_shape)
            In the units of X and the shape of the rows that ``fit`` saw.

        Raises
        ------
        ParameterError
            If the model has no such distribution of codes, or no scale of noise.
        """
        check_is_fitted(self)
        rng = np.random.default_rng(check_random_state(random_state).randint(2**31 - 1))
        if not isinstance(n_samples, Integral) or isinstance(n_samples, bool) or n_samples < 1:
            raise ParameterError(f"n_samples must be a whole number of at least 1; got {n_samples!r}.")
        drawn = self._drawn_from(source)(int(n_samples), rng)
        codes = Rows(drawn, Scaling(self._fitted.architecture.n_components))
        weights = self._fitted.road.weights
        if not observation_noise:
            return self._restored(in_blocks(self._program, "decode_rows", weights, codes))
        if isinstance(self._fitted.road.likelihood, MeanSquaredError):
            raise ParameterError(
                "observation_noise=True needs a likelihood that has a scale, and this model's is 'mse'. Fit "
                "with likelihood='gaussian', or leave it out."
            )
        return self._restored(sample_rows(self._program, weights, codes, rng))

    def _drawn_from(self, source: str | None) -> Callable[[int, np.random.Generator], np.ndarray]:
        """What draws codes: (n, n_components)"""
        if source not in (None, "prior", "sampler"):
            raise ParameterError(f"source must be 'prior', 'sampler' or None; got {source!r}.")
        draw_prior, sampler = self._prior(), self._fitted.sampler
        if draw_prior is not None and source != "sampler":
            return draw_prior
        if sampler is not None and source != "prior":
            return sampler.draw
        name = type(self).__name__
        if source == "prior":
            raise ParameterError(
                f"source='prior' needs a model that has one, and {name} has none. Fit a distribution of its "
                "codes by fit_sampler(X), or use VariationalAutoencoder."
            )
        if source == "sampler":
            raise ParameterError(
                "source='sampler' needs one fitted on the codes of this model, and there is none. Call "
                "fit_sampler(X), again after each fit."
            )
        raise ParameterError(
            f"{name} has no prior to draw codes from, and no sampler was fitted on its codes. Call "
            "fit_sampler(X), again after each fit, or use VariationalAutoencoder."
        )

    def _prior(self) -> Callable[[int, np.random.Generator], np.ndarray] | None:
        """What draws codes from the prior, where there is one."""
        return None

    def fit_sampler(
        self,
        X: Any,
        sampler: str | Sampler = "mixture",
        *,
        random_state: int | np.random.RandomState | None = None,
    ) -> Self:
        """Fit a distribution on the codes of rows, for ``sample``. The networks stay as they are.

        It is saved and copied with the model, and the next ``fit`` or ``partial_fit`` drops it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
            Rows, such as those of ``fit``. Where a code is a distribution, one is drawn for each row.
        sampler : {"mixture", "flow"} or Sampler, default="mixture"
            A Gaussian mixture or a masked autoregressive flow; or an object of ``diabolo.samplers``, which is
            not changed: a copy is fitted.
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        self : Autoencoder

        Raises
        ------
        DataError
            If rows can't be used, or their codes are too few.
        ParameterError
            If ``sampler`` is none.
        TrainingInterrupted
            On Ctrl-C; the sampler that was there before stays.

        Examples
        --------
        >>> from diabolo import Autoencoder, samplers
        >>> from sklearn.datasets import load_iris
        >>> X = load_iris().data
        >>> ae = Autoencoder(2, encoder=(8,), epochs=5, random_state=0).fit(X)
        >>> ae.fit_sampler(X, samplers.GaussianMixture(3), random_state=0).sample(5, random_state=0).shape
        (5, 4)
        """
        own = copy.copy(named_sampler(sampler))
        rows = self._check(X)
        random = check_random_state(random_state)
        codes = self._codes_to_fit(rows, np.random.default_rng(random.randint(2**31 - 1)))
        self._fitted.sampler = own.fit(codes, random)
        return self

    def _codes_to_fit(self, rows: Rows, rng: np.random.Generator) -> np.ndarray:
        """Codes as the decoder takes them in training: (n_samples, n_components)"""
        return in_blocks(self._program, "encode_rows", self._fitted.road.weights, rows)

    def reconstruct(self, X: Any) -> np.ndarray:
        """Rows through the code and back.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)

        Returns
        -------
        X_hat : ndarray of shape (n_samples, *row_shape)
            In the units of X and the shape of the rows that ``fit`` saw, without gaps.
        """
        return self._restored(self._reconstruct(self._check(X)), getattr(X, "index", None))

    @property
    def sampler_(self) -> Sampler | None:
        """The distribution that ``fit_sampler`` fitted on codes; None before it and after each fit."""
        return self._learned().sampler
