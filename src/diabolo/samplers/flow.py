"""A masked autoregressive flow of codes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

import keras
import numpy as np
from keras import ops

from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.errors import ParameterError, TrainingInterrupted
from diabolo.latents.base import check_count
from diabolo.objectives.passes import Objective, Term
from diabolo.samplers.base import Learned, Sampler
from diabolo.samplers.flow_road import FlowRoad, FlowShape, NegativeLogDensity
from diabolo.training.batches import BatchStream
from diabolo.training.blocks import Evaluation, evaluate_rows, in_blocks
from diabolo.training.loop import FitLoop, Logs, Watcher
from diabolo.training.optimizers import build_optimizer
from diabolo.training.program import Program, TrainState, initial_state, program_for
from diabolo.training.road import Road, Weights

_BATCH = 256
_HELD_OUT = 0.1  # of the codes
_PATIENCE = 500  # steps without a better density of the codes held out
_LEAST_PATIENCE = 5  # epochs
_MOST_LAYERS = 100  # blocks, or layers of one: making them takes time, whatever their sizes


@dataclass(frozen=True)
class MaskedAutoregressiveFlow(Sampler):
    """A chain of maps that takes codes to noise, each number by those before it; its density is exact.

    log p(z) = log p(u) + log |det du/dz|, u_i = (z_i - m_i) exp(-a_i) in each block, where masked networks
    give m_i and a_i from the numbers before i; the order is reversed from block to block. p(u_i) is a
    mixture of normal distributions that likewise follow from the u before i: codes of one number have that
    alone. Trained by Adam until the codes held out, a tenth, get no likelier.

    Papamakarios, Pavlakou and Murray (2017), "Masked autoregressive flow for density estimation": its "MAF
    MoG".

    Parameters
    ----------
    n_blocks : int, default=5
        Maps, at most 100.
    widths : sequence of int, default=(64, 64)
        Hidden layers of each block's network, at least one.
    n_parts : int, default=10
        Normal distributions in each mixture. With 1, it is the paper's "MAF".
    steps : int, default=10000
        The most steps of training, of 256 codes each.
    learning_rate : float, default=1e-3
        Of Adam.

    Examples
    --------
    >>> from diabolo import samplers
    >>> from sklearn.datasets import load_iris
    >>> flow = samplers.MaskedAutoregressiveFlow(2, (16,), steps=200).fit(load_iris().data, random_state=0)
    >>> flow.sample(2, random_state=0).shape
    (2, 4)
    """

    n_blocks: int = 5
    widths: Sequence[int] = (64, 64)
    n_parts: int = 10
    steps: int = 10_000
    learning_rate: float = 1e-3

    dtype: ClassVar[type[np.floating]] = np.float32

    def __post_init__(self) -> None:
        for name in ("n_blocks", "n_parts", "steps"):
            check_count(getattr(self, name), f"{name} of MaskedAutoregressiveFlow")
        for width in self.widths:
            check_count(width, "Each of the widths of MaskedAutoregressiveFlow")
        object.__setattr__(self, "widths", tuple(int(width) for width in self.widths))
        if max(self.n_blocks, len(self.widths)) > _MOST_LAYERS or not self.widths:
            raise ParameterError(
                f"A flow must have at most {_MOST_LAYERS} blocks, each of 1 to {_MOST_LAYERS} hidden layers; "
                f"got {self.n_blocks} blocks of {len(self.widths)} layers."
            )
        if isinstance(self.learning_rate, bool) or not 0 < self.learning_rate < math.inf:
            raise ParameterError(f"learning_rate must be a number above 0; got {self.learning_rate!r}.")

    def shapes(self, n_components: int) -> dict[str, tuple[int, ...]]:
        return self._shape(n_components).shapes()

    def _shape(self, n_components: int) -> FlowShape:
        return FlowShape(n_components, self.n_blocks, tuple(self.widths), self.n_parts)

    def _learn(self, rows: Rows, seed: int) -> Learned:
        rng = np.random.default_rng(seed)
        codes, n_held_out = rows.array, math.ceil(_HELD_OUT * len(rows))
        order = rng.permutation(len(rows))
        training, held_out = (Rows(codes[part], rows.scaling) for part in np.split(order, [-n_held_out]))
        stream = BatchStream(training, _BATCH, seed, by_epoch=True)
        shape = self._shape(codes.shape[1])
        road, optimizer = FlowRoad.of(shape, shape.start(rng)), keras.optimizers.Adam(self.learning_rate)
        build_optimizer(optimizer, road.trainable)
        best = _Best(max(_LEAST_PATIENCE, math.ceil(_PATIENCE / stream.steps_per_epoch)))
        outcome = FitLoop(
            _program(road, optimizer),
            stream,
            range(math.ceil(self.steps / stream.steps_per_epoch)),
            initial_state(cast(Road, road), optimizer),
            validation=Evaluation(held_out),
            watchers=[best],
        ).run()
        if isinstance(outcome.stopped_by, KeyboardInterrupt):
            raise TrainingInterrupted("Fitting the flow was interrupted. What was there before it stays.")
        if outcome.stopped_by is not None:
            raise outcome.stopped_by
        values = outcome.state.weights.trainable
        return {
            name: np.asarray(ops.convert_to_numpy(value))
            for name, value in zip(road.learned, values, strict=True)
        }

    def _draw(self, n_samples: int, rng: np.random.Generator) -> np.ndarray:
        width = self.n_components_
        noise = np.hstack([rng.standard_normal((n_samples, width)), rng.random((n_samples, width))])
        rows = Rows(noise.astype(np.float32), Scaling(2 * width))
        return in_blocks(self._program, "decode_rows", self._weights, rows)

    def _log_prob(self, rows: Rows) -> np.ndarray:
        columns = evaluate_rows(self._program, self._weights, rows)
        return -columns[NegativeLogDensity.name].astype(np.float64)

    @property
    def _program(self) -> Program:
        shape = self._shape(self.n_components_)
        road = FlowRoad.of(shape, self._learned_here)
        optimizer = keras.optimizers.Adam(self.learning_rate)
        build_optimizer(optimizer, road.trainable)
        return _program(road, optimizer)

    @property
    def _weights(self) -> Weights:
        return Weights([ops.convert_to_tensor(value) for value in self._learned_here.values()], [])

    @property
    def _learned_here(self) -> Learned:
        """What the flow itself learned, in its order."""
        return {name: self.learned_[name] for name in self.shapes(self.n_components_)}


class _Best(Watcher):
    """Keeps the state under which the codes held out were likeliest; stops when that is long ago."""

    by_epoch = True

    def __init__(self, patience: int):
        self.patience = patience
        self.least = math.inf
        self.since = 0
        self.best: TrainState | None = None

    def epoch_end(self, epoch: int, logs: Logs, state: TrainState) -> TrainState:
        if logs["val_loss"] < self.least:
            self.least, self.best, self.since = logs["val_loss"], state, 0
        else:
            self.since += 1
            self.stop = self.since >= self.patience
        return state

    def end(self, state: TrainState) -> TrainState:
        return state if self.best is None else self.best


def _program(road: FlowRoad, optimizer: keras.optimizers.Optimizer) -> Program:
    term = cast(Term, NegativeLogDensity())
    return program_for(cast(Road, road), Objective((term,)), optimizer)
