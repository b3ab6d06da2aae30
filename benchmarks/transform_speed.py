"""How long the codes of the 10,000 test images take: ``transform`` beside Keras's ``predict``."""

import argparse

from peers import add_python_option, pythons
from results import Goal, add_out_option, goal_table, number, table, write_section
from workers import Contestant, Timing, all_versions, alternate

ARTICLE = "Keras on TensorFlow, one `predict` an image"
ONE_CALL = "Keras on JAX, one `predict` of all"
OURS = "diabolo's `transform` on JAX"

N_IMAGES = 10_000
N_SINGLE_IMAGES = 200  # of predict_each in contestants.py

WHAT_IS_TIMED = f"""\
The codes of the {N_IMAGES:,} test images of MNIST by the article's encoder. The article calls
`predict(image[None], verbose=0)` for every image: timed on {N_SINGLE_IMAGES} and scaled. One `predict` of all
is Keras's call for the whole float32 array, on the encoder that diabolo's `fit` leaves. `transform` takes the
uint8 images as they come, and its time counts their check and scaling. Every contestant is a warm process of
its own; they are measured in turn, in rotated order, {{rounds}} rounds."""

CONTESTANTS = [
    Contestant(ARTICLE, "predict_each", "tensorflow", scale=N_IMAGES / N_SINGLE_IMAGES),
    Contestant("Keras on TensorFlow, one `predict` of all", "predict_all", "tensorflow", repeats=3),
    Contestant(ONE_CALL, "predict_all", "jax", repeats=3),
    Contestant("diabolo's `transform` on TensorFlow", "diabolo_transform", "tensorflow", repeats=20),
    Contestant("diabolo's `transform` on torch", "diabolo_transform", "torch", repeats=20),
    Contestant(OURS, "diabolo_transform", "jax", repeats=20),
]


def speed_table(medians: dict[str, float], timings: list[Timing]) -> str:
    """One row a contestant: seconds and ratios."""
    header = (
        "contestant",
        "seconds, median",
        "least to most",
        "speed beside one `predict` an image",
        "beside one `predict` of all on JAX",
    )
    return table(header, [speed_row(medians, timing) for timing in timings])


def speed_row(medians: dict[str, float], timing: Timing) -> tuple[str, ...]:
    """Ratios are of medians, above 1 where this contestant is the faster."""
    return (
        timing.contestant.label,
        number(timing.median),
        f"{number(min(timing.seconds))} to {number(max(timing.seconds))}",
        *(f"{number(medians[other] / timing.median)}x" for other in (ARTICLE, ONE_CALL)),
    )


def main() -> None:
    """Measure and write the section ``transform_speed``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements a contestant; default: 5")
    add_python_option(parser)
    add_out_option(parser)
    options = parser.parse_args()
    timings = alternate(CONTESTANTS, pythons(options.python), options.rounds)
    medians = {timing.contestant.label: timing.median for timing in timings}
    write_section(
        options.out,
        "transform_speed",
        "Codes of 10,000 images",
        ["python", "benchmarks/transform_speed.py", f"--rounds={options.rounds}"],
        all_versions(timings),
        WHAT_IS_TIMED.format(rounds=options.rounds),
        speed_table(medians, timings),
        goal_table([Goal(f"{OURS} beside {ARTICLE}", medians[ARTICLE] / medians[OURS], 1000, "x")]),
    )


if __name__ == "__main__":
    main()
