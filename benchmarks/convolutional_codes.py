"""Convolutional, dense and linear codes of one size: how well each gives MNIST's test images back."""

import argparse
import platform
import time
from importlib.metadata import version

from results import Goal, add_out_option, goal_table, number, table, write_section

from diabolo import Autoencoder, Convolutional, load_mnist
from diabolo.evaluation.baselines import PCABaseline

SIZES = (2, 10, 32)
DENSE, CONVOLUTIONAL = (512, 256, 128), Convolutional((32, 64), widths=(256, 64))

WHAT_IS_MEASURED = """\
Mean squared error per pixel on the 10,000 test images of MNIST, by codes of one size, each trained on the
60,000 training images for {epochs} epochs of batches of 128 by Adam at 0.001, seed {seed}: a dense network
784-512-256-128-code and its mirror; a convolutional one of 32 and 64 filters of side 3 and stride 2, 256 and
64 units, the code, and its mirror; and PCA with as many components."""


def main() -> None:
    """Train, and write the section ``convolutional_codes``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10, help="default: 10")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    add_out_option(parser)
    options = parser.parse_args()
    X_train, _, X_test, _ = load_mnist()
    rows, goals = [], []
    for size in SIZES:
        errors, seconds = {}, {}
        for name, encoder in (("dense", DENSE), ("convolutional", CONVOLUTIONAL)):
            started = time.perf_counter()
            training = {"batch_size": 128, "epochs": options.epochs, "random_state": options.seed}
            ae = Autoencoder(size, encoder=encoder, **training).fit(X_train)
            errors[name], seconds[name] = -ae.score(X_test), time.perf_counter() - started
            print(f"{name}, code of {size}: {errors[name]:.5f} in {seconds[name]:.0f} s", flush=True)
        pca = PCABaseline.fitted(X_train, X_test, size).mse
        shown = (pca, errors["dense"], errors["convolutional"])
        rows.append((str(size), *(f"{error:.5f}" for error in shown), *map(number, seconds.values())))
        ratio = errors["convolutional"] / errors["dense"]
        goals.append(
            Goal(f"error of the convolutional code of {size} by the dense one's", ratio, 1.0, at_least=False)
        )
    write_section(
        options.out,
        "convolutional_codes",
        "Convolutional and dense codes",
        [
            "python",
            "benchmarks/convolutional_codes.py",
            f"--epochs={options.epochs}",
            f"--seed={options.seed}",
        ],
        {"Python": platform.python_version()}
        | {package: version(package) for package in ("diabolo", "keras", "jax", "scikit-learn")},
        WHAT_IS_MEASURED.format(epochs=options.epochs, seed=options.seed),
        table(
            ("code size", "PCA", "dense", "convolutional", "seconds, dense", "seconds, convolutional"), rows
        ),
        goal_table(goals),
    )


if __name__ == "__main__":
    main()
