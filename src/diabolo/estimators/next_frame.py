"""The autoencoder that predicts the next frames of a clip."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from diabolo.data.gaps import check_no_empty_rows
from diabolo.data.pieces import Matrix
from diabolo.data.rows import Rows
from diabolo.errors import DataError
from diabolo.estimators._sklearn import Interval
from diabolo.estimators.likelihood_network import LikelihoodNetwork
from diabolo.networks.base import Specification, size
from diabolo.networks.convolutional_recurrent import ConvolutionalRecurrent
from diabolo.training.blocks import in_blocks


@dataclass(kw_only=True, eq=False, repr=False)
class NextFrameAutoencoder(LikelihoodNetwork):
    """Autoencoder of clips that reads the first frames into a code, and predicts the last out of that.

    loss = mse(x, x_hat) over the pixels of the last ``horizon`` frames

    Rows of X are whole clips, of shape (time, height, width) or (time, height, width, channels): the frames
    to predict are the last of them, and no network sees them. Convolutions halve each frame, gated recurrent
    units with convolutions read one frame after the other into maps, carry these on for ``horizon`` frames,
    and convolutions bring each of them back to the size of a frame.

    Rows of shape (time, width) are clips of one line a frame, and flat rows series of one number a frame,
    unless ``clip_shape`` says otherwise. NaN is a pixel that was not observed, as in every autoencoder.

    Parameters
    ----------
    n_components : int or None, default=None
        Width of the code. ``None`` is the state after the last frame seen, all its maps one after the other,
        as ``Convolutional(spatial=True)`` has them: ``maps`` times the pixels of the smallest. A number is a
        code without places, made of the state by a fully connected layer and brought back by another.
    horizon : int, default=1
        Frames to predict. Clips must be longer.
    filters : tuple of int, default=(16, 32)
        Filters of the convolutions that each halve a frame; the decoder has them in reverse order. ``()``
        leaves frames at their size.
    maps : int, default=32
        Maps of the recurrent state.
    kernel_size : int, default=3
        Side of all kernels.
    activation : str, default="relu"
        Keras activation of the convolutions of frames.
    clip_shape : tuple of int or None, default=None
        (time, height, width) or (time, height, width, channels) of clips that come as flat rows.

    See ``Autoencoder`` for the other parameters and the attributes; ``encoder`` has no effect here. Scores,
    errors and the history are about the predicted frames.

    References
    ----------
    Srivastava, Mansimov and Salakhutdinov (2015), "Unsupervised learning of video representations using
    LSTMs". Ballas, Yao, Pal and Courville (2016), "Delving deeper into convolutional networks for learning
    video representations".

    Examples
    --------
    >>> from diabolo import NextFrameAutoencoder, moving_mnist
    >>> clips = moving_mnist(20, n_frames=6, random_state=0)
    >>> ae = NextFrameAutoencoder(horizon=2, filters=(4, 4), maps=4, epochs=1, random_state=0).fit(clips)
    >>> ae.predict(clips[:3, :4]).shape, ae.transform(clips[:3]).shape  # 4 frames to 2; 4 maps of 16 x 16
    ((3, 2, 64, 64), (3, 1024))
    """

    n_components: int | None = field(default=None, kw_only=False)  # type: ignore[assignment]
    encoder: Sequence[int] | Specification = ()
    horizon: int = 1
    filters: Sequence[int] = (16, 32)
    maps: int = 32
    kernel_size: int = 3
    clip_shape: Sequence[int] | None = None

    _parameter_constraints: ClassVar[dict[str, list]] = LikelihoodNetwork._parameter_constraints | {
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "horizon": [Interval(Integral, 1, None, closed="left")],
        "filters": [tuple, list],
        "maps": [Interval(Integral, 1, None, closed="left")],
        "kernel_size": [Interval(Integral, 1, None, closed="left")],
        "clip_shape": [tuple, list, None],
    }
    _after_code: ClassVar[str] = "encoder"
    _own: ClassVar[tuple[str, ...]] = ("horizon", "filters", "maps", "kernel_size", "clip_shape")
    _fixed: ClassVar[tuple[str, ...]] = (*LikelihoodNetwork._fixed, *_own)

    # -- the recipe --------------------------------------------------------------------------------------

    def _specified(self, parameter: str) -> ConvolutionalRecurrent:
        own = {name: getattr(self, name) for name in self._own}
        spatial = self.n_components is None
        return ConvolutionalRecurrent(**own, activation=self.activation, spatial=spatial)

    def _decoder(self) -> Specification:
        return self._specified("encoder").mirrored()

    def _n_components(self, row_shape: tuple[int, ...]) -> int:
        if self.n_components is None:
            return size(self._specified("encoder").state_shape(row_shape))
        return super()._n_components(row_shape)

    def _compared(self, rows: Matrix, row_shape: tuple[int, ...]) -> Matrix:
        return rows[:, -size(self._specified("encoder").target(row_shape)) :]

    def _without_effect(self) -> dict[str, str | None]:
        why = "in a NextFrameAutoencoder, whose networks are convolutional and recurrent"
        return {"encoder": f"{why}. Set filters, maps and kernel_size"}

    # -- use ---------------------------------------------------------------------------------------------

    def predict(self, X: Any) -> np.ndarray:
        """The next frames of clips.

        Parameters
        ----------
        X : array-like of shape (n_samples, time, height, width) or (n_samples, time, height, width, channels)
            Clips without the last ``horizon`` frames, in their shape; or whole clips like those of ``fit``,
            shaped or flat, whose last frames are not looked at.

        Returns
        -------
        frames : ndarray of shape (n_samples, horizon, height, width[, channels])
            In the units of X, images in 0..1; flat where ``fit`` saw flat rows.
        """
        return self._restored(self._reconstruct(super()._check(self._completed(X))))

    def transform(self, X: Any) -> np.ndarray:
        """The codes of what clips begin with.

        Parameters
        ----------
        X : array-like of shape (n_samples, time, height, width) or (n_samples, time, height, width, channels)
            As ``predict`` takes them.

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components), float32
        """
        rows = super()._check(self._completed(X))
        return in_blocks(self._program, "encode_rows", self._fitted.road.weights, rows)

    def _completed(self, X: Any) -> Any:
        """Whole clips: where the frames to predict are missing, the last one stands there, and isn't seen."""
        check_is_fitted(self)
        known = [shape for shape in self._fitted.architecture.known_shapes if len(shape) > 1]
        begun = [(shape[0] - self._n_predicted, *shape[1:]) for shape in known]
        if tuple(getattr(X, "shape", ())[1:]) not in begun:
            return X
        clips = np.asarray(X)
        return np.pad(clips, [(0, 0), (0, self._n_predicted), *[(0, 0)] * (clips.ndim - 2)], mode="edge")

    def _check(self, X: Any) -> Rows:
        """Whole clips, with something to compare with."""
        rows = super()._check(X)
        try:
            check_no_empty_rows(rows.last(self._fitted.architecture.n_outputs).array)
        except DataError as error:
            raise DataError(f"The last {self._n_predicted} frames are compared. {error}") from error
        return rows

    @property
    def _n_predicted(self) -> int:
        """The horizon of the model, whatever the parameter is now."""
        architecture = self._fitted.architecture
        return architecture.output_shape[0]

    @property
    def _shape_given_back(self) -> tuple[int, ...]:
        row_shape = self._fitted.row_shape
        shaped = len(row_shape) > 1
        return (self._n_predicted, *row_shape[1:]) if shaped else (self._fitted.architecture.n_outputs,)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output, tags.target_tags.single_output = True, False  # of what predict gives
        return tags
