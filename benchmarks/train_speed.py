"""How long an epoch of the article's model takes: diabolo, Keras, and the bare matrix products."""

import argparse

from peers import add_python_option, pythons
from results import Goal, add_out_option, goal_table, number, table, write_section
from workers import Contestant, Timing, all_versions, alternate

ARTICLE = "Keras `fit` on TensorFlow"
KERAS_ON_JAX = "Keras `fit` on JAX"
OURS = "diabolo on JAX"
BARE = "bare matrix products on JAX"

WHAT_IS_TIMED = """\
The article's model, 784-100-50-25-2-25-50-100-784 (ReLU inside, linear code and output, mean squared error,
Adam at 0.001), on the 60,000 training images of MNIST in batches of 64, shuffled, without validation. Every
contestant is a process of its own that has trained one epoch to warm up; they are measured in turn, in
rotated order, {rounds} rounds. A measurement is one `fit` of {epochs} epochs that goes on with the same
model, divided by {epochs}: it counts the checks of rows, their shuffling and, for diabolo, their division by
255 (Keras is given float32 in [0, 1]), but no import, no building and no compiling. The bare products are
those of the forward and the backward pass alone, batch after batch in one compiled loop: no biases,
activations, loss, Adam or shuffling."""

READING = """\
Losses are those of the last of {total} epochs: about equal, for all trained the same model, from different
random weights."""

LOSSES_WITHIN = 1.2


def contestants(epochs: int) -> list[Contestant]:
    """The rows of the table."""
    return [
        Contestant(ARTICLE, "keras_fit", "tensorflow", epochs),
        Contestant("Keras `fit` on torch", "keras_fit", "torch", epochs),
        Contestant(KERAS_ON_JAX, "keras_fit", "jax", epochs),
        Contestant("diabolo on TensorFlow", "diabolo_fit", "tensorflow", epochs),
        Contestant("diabolo on torch", "diabolo_fit", "torch", epochs),
        Contestant(OURS, "diabolo_fit", "jax", epochs),
        Contestant(BARE, "bare_products", "jax", epochs),
    ]


def speed_table(medians: dict[str, float], timings: list[Timing]) -> str:
    """One row a contestant: seconds and ratios."""
    header = (
        "contestant",
        "seconds an epoch, median",
        "least to most",
        "speed beside Keras on TensorFlow",
        "beside Keras on JAX",
        "beside the bare products",
        "training loss",
    )
    return table(header, [speed_row(medians, timing) for timing in timings])


def speed_row(medians: dict[str, float], timing: Timing) -> tuple[str, ...]:
    """Ratios are of medians, above 1 where this contestant is the faster."""
    return (
        timing.contestant.label,
        number(timing.median),
        f"{number(min(timing.seconds))} to {number(max(timing.seconds))}",
        *(f"{number(medians[other] / timing.median)}x" for other in (ARTICLE, KERAS_ON_JAX, BARE)),
        "" if timing.loss is None else f"{timing.loss:.4f}",
    )


def goals(medians: dict[str, float], timings: list[Timing]) -> list[Goal]:
    """What the speed of an epoch is to reach."""
    losses = [timing.loss for timing in timings if timing.loss is not None]
    return [
        Goal(f"{OURS} beside {ARTICLE}", medians[ARTICLE] / medians[OURS], 4.5, "x"),
        Goal(f"{OURS} beside {KERAS_ON_JAX}", medians[KERAS_ON_JAX] / medians[OURS], 1.7, "x"),
        Goal("largest loss by the smallest", max(losses) / min(losses), LOSSES_WITHIN, at_least=False),
    ]


def main() -> None:
    """Measure and write the section ``train_speed``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements a contestant; default: 5")
    parser.add_argument("--epochs", type=int, default=3, help="epochs a measurement; default: 3")
    add_python_option(parser)
    add_out_option(parser)
    options = parser.parse_args()
    timings = alternate(contestants(options.epochs), pythons(options.python), options.rounds)
    medians = {timing.contestant.label: timing.median for timing in timings}
    write_section(
        options.out,
        "train_speed",
        "An epoch of training",
        ["python", "benchmarks/train_speed.py", f"--rounds={options.rounds}", f"--epochs={options.epochs}"],
        all_versions(timings),
        WHAT_IS_TIMED.format(rounds=options.rounds, epochs=options.epochs),
        speed_table(medians, timings),
        READING.format(total=1 + options.rounds * options.epochs),
        goal_table(goals(medians, timings)),
    )


if __name__ == "__main__":
    main()
