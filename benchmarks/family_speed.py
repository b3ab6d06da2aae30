"""How long epochs of the regularised family take beside the plain autoencoder's, and beside pythae's."""

import argparse
from dataclasses import dataclass

from peers import add_python_option, pythons
from results import Goal, add_out_option, goal_table, number, table, write_section
from workers import Contestant, Timing, all_versions, alternate

WHAT_IS_TIMED = """\
Epochs on the 60,000 training images of MNIST in batches of 64. "The article's" is 784-100-50-25-k and its
mirror. The plain autoencoder and each variant have the same widths, and differ by what the variant adds:
the variational one by a normal code, its KL and a Gaussian likelihood with a learned scale; the
contractive one by the exact norm of its Jacobian, k products a row; the top-k one by keeping the 25
largest of 1000 linear units. Every contestant is a process of its own that has trained one epoch to warm
up; they are measured in turn, in rotated order, {rounds} rounds of {epochs} epochs.

pythae is measured by its default VAE, 784-512-10 and back with half the summed squared error and Adam at
0.0001, and by the steps of its default trainer alone, without the checks, copies of the best model and
files that its `train` adds. diabolo's is the same, but for the sigmoid at pythae's output, and by a whole
`fit`."""


@dataclass(frozen=True)
class Pair:
    """A contestant, and what it is measured beside."""

    contestant: Contestant
    beside: Contestant
    limit: float
    at_least: bool = False  # how many times as fast; else at most so many times the seconds

    def goal(self, medians: dict[str, float]) -> Goal:
        """Of the medians by label."""
        ratio = medians[self.contestant.label] / medians[self.beside.label]
        what = f"{self.contestant.label} beside {self.beside.label}"
        if self.at_least:
            return Goal(f"speed of {what}", 1 / ratio, self.limit, "x")
        return Goal(f"time of {what}", ratio, self.limit, "x", at_least=False)


def pairs(epochs: int) -> list[Pair]:
    """The rows of the table of goals."""

    def ours(label: str, name: str) -> Contestant:
        return Contestant(label, name, "jax", epochs, script="family_contestants.py")

    plain = ours("plain, the article's, k = 2", "plain")
    ten = ours("plain, the article's, k = 10", "plain_ten")
    wide = ours("plain, 784-1000", "plain_wide")
    pythae = Contestant(
        "pythae's VAE, 784-512-10", "pythae_vae", "pythae", epochs, script="pythae_contestants.py"
    )
    return [
        Pair(ours("variational, the article's, k = 2", "variational"), plain, 1.25),
        Pair(ours("contractive, the article's, k = 2", "contractive"), plain, 3),
        Pair(ours("contractive, the article's, k = 10", "contractive_ten"), ten, 11),
        Pair(ours("top 25 of 784-1000", "topk_wide"), wide, 1.2),
        Pair(ours("diabolo's VAE, 784-512-10", "variational_of_pythae"), pythae, 4, at_least=True),
    ]


def contestants(pairs: list[Pair]) -> list[Contestant]:
    """Each once, those beside which others are measured first."""
    return list(dict.fromkeys(each for pair in pairs for each in (pair.beside, pair.contestant)))


def speed_row(timing: Timing) -> tuple[str, ...]:
    """Of the table of seconds."""
    spread = f"{number(min(timing.seconds))} to {number(max(timing.seconds))}"
    return timing.contestant.label, number(timing.median), spread


def main() -> None:
    """Measure and write the section ``family_speed``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements a contestant; default: 5")
    parser.add_argument("--epochs", type=int, default=2, help="epochs a measurement; default: 2")
    add_python_option(parser)
    add_out_option(parser)
    options = parser.parse_args()
    measured = pairs(options.epochs)
    timings = alternate(contestants(measured), pythons(options.python, ("jax", "pythae")), options.rounds)
    medians = {timing.contestant.label: timing.median for timing in timings}
    write_section(
        options.out,
        "family_speed",
        "Epochs of the family",
        ["python", "benchmarks/family_speed.py", f"--rounds={options.rounds}", f"--epochs={options.epochs}"],
        all_versions(timings),
        WHAT_IS_TIMED.format(rounds=options.rounds, epochs=options.epochs),
        table(("contestant", "seconds an epoch, median", "least to most"), map(speed_row, timings)),
        goal_table([pair.goal(medians) for pair in measured]),
    )


if __name__ == "__main__":
    main()
