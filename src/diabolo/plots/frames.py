"""Clips beside what a model predicts of them."""

import os
from textwrap import fill
from typing import Any, Self

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from diabolo.errors import DataError, OutputError, ParameterError
from diabolo.plots.image_grid import as_images, as_shades, corner
from diabolo.plots.style import PALETTE, SMALL, axes_or_new, bare, look
from diabolo.plots.text import BoxedText, error_text, write_boxed

_ROOM_FOR_ERROR = 0.3  # under a predicted frame, in widths of a frame
_WIDTH, _LARGEST_WIDTH = 0.55, 14.0  # of a frame and of the figure, in inches
_LETTERS = 7  # of a label, that a frame is wide


class FramesDisplay:
    """Clips frame by frame, and below their last frames what was predicted, with each mean squared error.

    Parameters
    ----------
    past : array-like of shape (n, time, height, width) or (n, time, height, width, channels)
        The frames from which was predicted.
    truth : array-like of shape (n, horizon, height, width) or (n, horizon, height, width, channels)
        The frames that follow.
    prediction : array-like of the same shape
        All three in the same units.

    Attributes
    ----------
    errors : ndarray of shape (n, horizon)
        Mean squared error of each predicted frame over its pixels.
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        Clip by clip the frames of the past, the true ones, and the predicted ones.
    texts_ : list of Text
        The errors.
    line_ : Line2D
        Between what was seen and what was not.

    Raises
    ------
    DataError
        If these are no frames, or their shapes disagree.

    Examples
    --------
    >>> from diabolo import FramesDisplay, NextFrameAutoencoder, moving_mnist
    >>> clips = moving_mnist(8, n_frames=6, random_state=0)
    >>> ae = NextFrameAutoencoder(horizon=2, filters=(4, 4), maps=4, epochs=1, random_state=0).fit(clips)
    >>> display = FramesDisplay.from_estimator(ae, clips, n_samples=1)
    >>> len(display.images_), display.errors.shape
    (8, (1, 2))
    """

    def __init__(self, past: Any, truth: Any, prediction: Any):
        self.past, self.truth, self.prediction = (_as_clips(clips) for clips in (past, truth, prediction))
        if self.truth.shape != self.prediction.shape:
            raise DataError(
                "True and predicted frames must have one shape, one for one; got "
                f"{self.truth.shape} and {self.prediction.shape}."
            )
        if self.past.shape[:1] + self.past.shape[2:] != self.truth.shape[:1] + self.truth.shape[2:]:
            raise DataError(
                "What was seen and what follows must be equally many clips of frames of one shape; got "
                f"{self.past.shape} and {self.truth.shape}."
            )

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, *, n_samples: int = 3, ax: Axes | None = None) -> Self:
        """Draw the first clips and what the model predicts of them.

        Parameters
        ----------
        estimator : fitted NextFrameAutoencoder
            Or anything else whose ``predict`` gives a clip's last frames.
        X : array-like of shape (n, time, height, width) or (n, time, height, width, channels)
            Whole clips, in their shape.
        n_samples : int, default=3
            How many of the first; all where X has no more.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : FramesDisplay

        Raises
        ------
        DataError
            If X are no clips.
        ParameterError
            If ``n_samples`` is below 1.
        """
        if n_samples < 1:
            raise ParameterError(f"n_samples must be 1 or more; got {n_samples}.")
        clips = _as_clips(X)[:n_samples]
        frames = np.asarray(estimator.predict(clips)).reshape(len(clips), -1, *clips.shape[2:])
        if clips.dtype in (np.uint8, np.uint16):
            clips = clips / np.iinfo(clips.dtype).max  # the units of predictions
        horizon = frames.shape[1]
        return cls(clips[:, :-horizon], clips[:, -horizon:], frames).plot(ax)

    @property
    def errors(self) -> np.ndarray:
        """1/d sum_j (x_j - x_hat_j)^2 of each predicted frame."""
        squares = np.square(self.truth.astype(np.float64) - self.prediction)
        return squares.mean(axis=tuple(range(2, squares.ndim)))

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : FramesDisplay
        """
        n_clips, n_past = self.past.shape[:2]
        n_columns = n_past + self.truth.shape[1]
        height = self.past.shape[2] / self.past.shape[3]
        a_line = height + _ROOM_FOR_ERROR
        width = min(_WIDTH * n_columns + 1.0, _LARGEST_WIDTH)
        with look():
            inches = (width - 1.0) / n_columns * 2 * n_clips * (a_line + 0.06) + 0.7
            self.ax_ = axes_or_new(ax, width, inches)
            self.figure_ = self.ax_.figure
            bare(self.ax_)
            self.images_: list[AxesImage] = []
            self.texts_: list[BoxedText] = []
            for clip in range(n_clips):
                self._draw_clip(clip, n_columns, height)
            _, bottom = corner(2 * n_clips * n_columns - 1, n_columns, a_line, 0)
            right, _ = corner(n_columns - 1, n_columns, a_line, 0)
            self.ax_.set(xlim=(0, right + 1), ylim=(bottom + a_line, 0), aspect="equal")
            self._name_lines(n_clips, n_columns, height)
            self.line_ = self._divide(n_columns)
        return self

    def save_animation(
        self, path: str | os.PathLike[str], *, clip: int = 0, frames_per_second: int = 5
    ) -> None:
        """Write one clip as an animated GIF: the true frames on the left, on the right the predicted ones.

        Parameters
        ----------
        path : str or path-like
            Of the file, which ends in .gif.
        clip : int, default=0
            Which of the clips.
        frames_per_second : int, default=5

        Raises
        ------
        OutputError
            If the file can't be written.
        ParameterError
            If there is no such clip, or the name does not end in .gif.
        """
        if not 0 <= clip < len(self.past):
            raise ParameterError(f"clip must be from 0 to {len(self.past) - 1}; got {clip}.")
        if not os.fspath(path).endswith(".gif"):
            raise ParameterError(f"path must end in .gif, since that is what is written; got {path}.")
        with look():
            figure, draw = self._moving_figure(clip)
            n_frames = self.past.shape[1] + self.truth.shape[1]
            animation = FuncAnimation(figure, draw, n_frames, blit=False)
            try:
                animation.save(os.fspath(path), writer=PillowWriter(frames_per_second))
            except OSError as error:
                raise OutputError(f"{path} can't be written: {error.strerror or error}.") from error

    # -- the strip ---------------------------------------------------------------------------------------

    def _draw_clip(self, clip: int, n_columns: int, height: float) -> None:
        """The clip on one line, and its predicted frames on the next, with their errors."""
        given = np.concatenate([self.past[clip], self.truth[clip]])
        n_past, first = self.past.shape[1], 2 * clip * n_columns
        for i, shades in enumerate(as_shades(given)):
            self._draw_frame(shades, first + i, n_columns, height)
        below = []
        for i, shades in enumerate(as_shades(self.prediction[clip], like=given)):
            left, top = self._draw_frame(shades, first + n_columns + n_past + i, n_columns, height)
            below.append((left + 0.5, top + height + 0.04))
        errors = [error_text(error) for error in self.errors[clip]]
        self.texts_ += write_boxed(self.ax_, below, errors, (1, _ROOM_FOR_ERROR), "top")

    def _draw_frame(self, shades: np.ndarray, i: int, n_columns: int, height: float) -> tuple[float, float]:
        left, top = corner(i, n_columns, height + _ROOM_FOR_ERROR, 0)
        extent = (left, left + 1, top + height, top)
        self.images_.append(self.ax_.imshow(shades, cmap="gray", vmin=0, vmax=1, extent=extent))
        return left, top

    def _name_lines(self, n_clips: int, n_columns: int, height: float) -> None:
        corners = [corner(i * n_columns, n_columns, height + _ROOM_FOR_ERROR, 0) for i in range(2 * n_clips)]
        self.ax_.set_yticks([top + height / 2 for _, top in corners], ["clip", "predicted"] * n_clips)
        lefts = [corner(i, n_columns, height, 0)[0] for i in range(n_columns)]
        self.ax_.set_xticks([left + 0.5 for left in lefts], [str(i + 1) for i in range(n_columns)])
        channel = " and channel" if self.past.ndim == 5 else ""
        below = f"under predictions: mean squared error per pixel{channel} ({self._unit})"
        self.ax_.set_xlabel("frame\n" + fill(below, max(30, _LETTERS * n_columns)))

    def _divide(self, n_columns: int) -> Line2D:
        """Between the last frame that was seen and the first that was not."""
        left, _ = corner(self.past.shape[1], n_columns, 1, 0)
        return self.ax_.axvline(left - 0.03, color=PALETTE[1], linewidth=1.2)

    @property
    def _unit(self) -> str:
        within = self.truth.min() >= 0 and self.truth.max() <= 1
        return "pixels from 0 to 1" if within else "squared units of X"

    # -- the animation -----------------------------------------------------------------------------------

    def _moving_figure(self, clip: int) -> tuple[Figure, Any]:
        """A figure of two panels, and what draws a frame into it."""
        given = np.concatenate([self.past[clip], self.truth[clip]])
        made = np.concatenate([self.past[clip], self.prediction[clip]])
        shades = as_shades(given), as_shades(made, like=given)
        figure = Figure(figsize=(5, 2.5 * given.shape[1] / given.shape[2] + 0.5), layout="constrained")
        panels = figure.subplots(1, 2)
        images = []
        for panel, frames in zip(panels, shades, strict=True):
            images.append(panel.imshow(frames[0], cmap="gray", vmin=0, vmax=1))
            panel.set(xticks=[], yticks=[])

        def draw(i: int) -> list[AxesImage]:
            is_predicted = i >= self.past.shape[1]
            for image, frames in zip(images, shades, strict=True):
                image.set_data(frames[i])
            panels[0].set_title(f"frame {i + 1}", fontsize=SMALL)
            panels[1].set_title("predicted" if is_predicted else "given", fontsize=SMALL)
            panels[1].spines[:].set_color(PALETTE[1] if is_predicted else "0.8")
            panels[1].spines[:].set_linewidth(2)
            return images

        return figure, draw


def _as_clips(clips: Any) -> np.ndarray:
    """(n, time, height, width), or (n, time, height, width, channels) in colour"""
    clips = np.asarray(clips)
    if clips.ndim not in (4, 5) or not clips.size:
        raise DataError(
            "Clips must be of shape (n, time, height, width) or (n, time, height, width, channels), with at "
            f"least one frame; got shape {clips.shape}. Reshape flat rows."
        )
    frames = as_images(clips.reshape(-1, *clips.shape[2:]))
    return frames.reshape(*clips.shape[:2], *frames.shape[1:])
