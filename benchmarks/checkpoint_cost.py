"""What checkpoints cost: the article's training with and without them, in turn."""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from results import Goal, add_out_option, goal_table, installed_versions, number, table, write_section

from diabolo import Autoencoder, load_mnist

WHAT_IS_MEASURED = """\
The whole `fit` of the article's model on MNIST's 60,000 training images, with `checkpoint=` a new folder and
without, in turn, in one process that has compiled before. A snapshot is written at the end of each epoch."""


def seconds(X, epochs: int, folder: Path | None) -> float:
    """Of one ``fit``."""
    autoencoder = Autoencoder(2, epochs=epochs, random_state=0, checkpoint=folder)
    start = time.perf_counter()
    autoencoder.fit(X)
    return time.perf_counter() - start


def main() -> None:
    """Train in turn, and write the section ``checkpoint_cost``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=30)
    add_out_option(parser)
    options = parser.parse_args()
    X, *_ = load_mnist()
    with tempfile.TemporaryDirectory() as parent:
        seconds(X, 1, Path(parent, "warm"))
        pairs = []
        for i in range(options.rounds):
            folder = Path(parent, str(i))
            order = [None, folder] if i % 2 else [folder, None]
            taken = {where: seconds(X, options.epochs, where) for where in order}
            pairs.append((taken[None], taken[folder]))
    costs = [100 * (with_ / without - 1) for without, with_ in pairs]
    write_section(
        options.out,
        "checkpoint_cost",
        "What checkpoints cost",
        [
            "python",
            "benchmarks/checkpoint_cost.py",
            f"--rounds={options.rounds}",
            f"--epochs={options.epochs}",
        ],
        installed_versions(),
        WHAT_IS_MEASURED,
        table(
            ("round", "without (s)", "with (s)", "cost (%)"),
            [
                (str(i + 1), number(without), number(with_), f"{cost:.1f}")
                for i, ((without, with_), cost) in enumerate(zip(pairs, costs, strict=True))
            ],
        ),
        goal_table([Goal("cost of checkpoints, median", median(costs), 3.0, " %", at_least=False)]),
    )


if __name__ == "__main__":
    main()
