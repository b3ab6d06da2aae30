"""The validation loss of the article's model after 30 epochs, over seeds, beside the article's and PCA's."""

import argparse
import platform
import statistics
import time
from importlib.metadata import version
from typing import NamedTuple

from results import Goal, add_out_option, goal_table, table, write_section

from diabolo import Autoencoder, load_mnist
from diabolo.evaluation.baselines import PCABaseline

ARTICLE = 0.0371

WHAT_IS_MEASURED = """\
Mean squared error per pixel on the 10,000 test images of MNIST after 30 epochs on the 60,000 training images,
by `Autoencoder(2, epochs=30, random_state=seed)`: the network, the optimizer and the batch size of the
article, which ends at {article}. "Last 12 epochs" is the range over them (the article's: 0.0369 to 0.0381).
PCA with 2 components, fitted to the same training images, reaches {pca:.5f}."""


class Run(NamedTuple):
    """One seed's training."""

    seed: int
    losses: list[float]  # validation loss, one an epoch
    seconds: float

    @property
    def row(self) -> tuple[str, ...]:
        """Of the table."""
        last = self.losses[-12:]
        spread = f"{min(last):.4f} to {max(last):.4f}"
        return str(self.seed), f"{self.losses[-1]:.5f}", spread, f"{self.seconds:.0f}"


def train(seed: int) -> Run:
    """The article's training from one seed."""
    data = load_mnist()
    started = time.perf_counter()
    ae = Autoencoder(2, epochs=30, random_state=seed).fit(data.X_train, validation_data=data.X_test)
    print(f"seed {seed}: {ae.history_['val_loss'][-1]:.5f}", flush=True)
    return Run(seed, ae.history_["val_loss"].tolist(), time.perf_counter() - started)


def summary(losses: list[float]) -> str:
    """Mean and spread over seeds."""
    return (
        f"Mean {statistics.mean(losses):.5f}, standard deviation {statistics.stdev(losses):.5f}, "
        f"from {min(losses):.5f} to {max(losses):.5f}."
    )


def main() -> None:
    """Train, and write the section ``article_loss``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0, 1, ...; at least 2, default: 5")
    add_out_option(parser)
    options = parser.parse_args()
    data = load_mnist()
    pca = PCABaseline.fitted(data.X_train, data.X_test, n_components=2).mse
    runs = [train(seed) for seed in range(options.seeds)]
    losses = [run.losses[-1] for run in runs]
    write_section(
        options.out,
        "article_loss",
        "The article's validation loss",
        ["python", "benchmarks/article_loss.py", f"--seeds={options.seeds}"],
        {"Python": platform.python_version()} | {p: version(p) for p in ("diabolo", "keras", "jax", "numpy")},
        WHAT_IS_MEASURED.format(article=ARTICLE, pca=pca),
        table(("seed", "validation loss", "last 12 epochs", "seconds"), [run.row for run in runs]),
        summary(losses),
        goal_table(
            [
                Goal("mean over seeds", statistics.mean(losses), ARTICLE, at_least=False),
                Goal("largest over seeds", max(losses), 0.0385, at_least=False),
                Goal("largest over seeds, below PCA", max(losses), pca, at_least=False),
            ]
        ),
    )


if __name__ == "__main__":
    main()
