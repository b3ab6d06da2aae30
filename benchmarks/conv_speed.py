"""How long a step of two convolutional autoencoders takes: diabolo on JAX, and Keras on each backend."""

import argparse

from peers import add_python_option, pythons
from results import Goal, add_out_option, goal_table, number, table, write_section
from workers import Contestant, Timing, all_versions, alternate

WHAT_IS_TIMED = """\
Steps of Adam on batches of 64 images of MNIST, mean squared error. "Strided" has Conv2D of 32 and 64 filters
of 3 x 3 with stride 2, a code of 16, and Conv2DTranspose back. "Denoiser" has Conv2D of 64 filters of 5 x 5,
128 and 256 of 3 x 3, each with 2 x 2 max pooling (28, 14, 7, 4), then Conv2D of 256, 128 and 64 filters of
3 x 3, each with UpSampling2D, and one of 5 x 5, cropped to 28 x 28: 1,331,201 parameters. Keras's contestants
are `fit`; diabolo's is the program that trains its estimators, made from the same Keras models. Every
contestant is a process of its own, warmed up; they are measured in turn, in rotated order, {rounds} rounds
of {strided} and {denoiser} steps."""

NETWORKS = ("strided", "denoiser")
CAPACITY = 100  # the most steps of a measurement
GOALS = {"strided": 1.0, "denoiser": 0.7}
KERAS = {
    "tensorflow": "Keras `fit` on TensorFlow",
    "torch": "Keras `fit` on torch",
    "jax": "Keras `fit` on JAX",
}
OURS = "diabolo on JAX"
TO_BEAT = (KERAS["tensorflow"], KERAS["torch"])

Medians = dict[str, float]


def contestants(network: str, steps: int) -> list[Contestant]:
    """The rows of a network's table."""

    def contestant(label: str, kind: str, backend: str) -> Contestant:
        name = f"{kind}_{network}"
        return Contestant(label, name, backend, steps, scale=1000, script="conv_contestants.py")

    keras = [contestant(label, "keras", backend) for backend, label in KERAS.items()]
    return [*keras, contestant(OURS, "diabolo", "jax")]


def row(network: str, timing: Timing, medians: Medians) -> tuple[str, ...]:
    """Of the table: milliseconds and ratios, above 1 where this contestant is the faster."""
    return (
        network,
        timing.contestant.label,
        number(timing.median),
        f"{number(min(timing.seconds))} to {number(max(timing.seconds))}",
        *(f"{number(medians[other] / timing.median)}x" for other in TO_BEAT),
    )


def main() -> None:
    """Measure and write the section ``conv_speed``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements a contestant; default: 5")
    parser.add_argument("--strided", type=int, default=50, help=f"steps, at most {CAPACITY}; default: 50")
    parser.add_argument("--denoiser", type=int, default=8, help=f"steps, at most {CAPACITY}; default: 8")
    add_python_option(parser)
    add_out_option(parser)
    options = parser.parse_args()
    steps = {"strided": options.strided, "denoiser": options.denoiser}
    steps_given = [f"--{network}={count}" for network, count in steps.items()]
    rows, goals, timings = [], [], []
    for network in NETWORKS:
        these = alternate(contestants(network, steps[network]), pythons(options.python), options.rounds)
        medians = {timing.contestant.label: timing.median for timing in these}
        ratio = min(medians[other] for other in TO_BEAT) / medians[OURS]
        goals.append(
            Goal(f"{network}: beside the faster of TensorFlow and torch", ratio, GOALS[network], "x")
        )
        rows += [row(network, timing, medians) for timing in these]
        timings += these
    header = (
        "network",
        "contestant",
        "ms a step, median",
        "least to most",
        "beside TensorFlow",
        "beside torch",
    )
    write_section(
        options.out,
        "conv_speed",
        "A step of convolutional autoencoders",
        ["python", "benchmarks/conv_speed.py", f"--rounds={options.rounds}", *steps_given],
        all_versions(timings),
        WHAT_IS_TIMED.format(rounds=options.rounds, **steps),
        table(header, rows),
        goal_table(goals),
    )


if __name__ == "__main__":
    main()
