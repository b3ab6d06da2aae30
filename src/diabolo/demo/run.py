"""The article's steps on the real MNIST."""

import csv
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

from diabolo.data.mnist import MNIST, load_mnist
from diabolo.demo.page import Entry, write_page
from diabolo.estimators.base import Autoencoder
from diabolo.evaluation.baselines import PCABaseline
from diabolo.evaluation.clusters import Agreement, cluster_agreement
from diabolo.explorer.explore import Explorer, explore
from diabolo.plots.history import HistoryDisplay
from diabolo.plots.latent_space import LatentSpaceDisplay
from diabolo.plots.reconstruction import ReconstructionDisplay
from diabolo.plots.samples import SampleDisplay
from diabolo.reporting.report import report
from diabolo.storage.folder import new_folder

ARTICLE_LOSS = 0.0371  # validation loss after 30 epochs, as the article prints it
MODEL_FILE, HISTORY_FILE = "model.diabolo", "history.csv"

_FIGURES = (  # of an Agreement: what it is, its name, its digits
    ("clusters of the codes", "n_clusters", "d"),
    ("ARI with the digits", "adjusted_rand", ".3f"),
    ("NMI with the digits", "mutual_information", ".3f"),
)

REPORT = Entry("report.html", "how good the model is, what its code keeps, and what it loses")
EXPLORER = Entry("explorer.html", "the map of the codes to walk about in, decoding any place of it")
_SHOWN = (
    Entry("latent_space.png", "The 2-D codes of the 10,000 test digits. No label was used in training."),
    Entry("latent_space_pca.png", "The same digits by PCA with 2 components."),
)
_OTHERS = (
    Entry(MODEL_FILE, "the trained model"),
    Entry(HISTORY_FILE, "every epoch's figures"),
    Entry("samples.png", "training digits"),
    Entry("history.png", "the loss over the epochs"),
    Entry("reconstructions.png", "test digits, and what the network makes of them from two numbers each"),
)


@dataclass(frozen=True)
class Result:
    """What the demo found."""

    autoencoder: Autoencoder
    data: MNIST
    pca: PCABaseline
    agreements: list[tuple[Agreement, Agreement]]  # of the autoencoder's code and of PCA's, by method
    seconds: float  # of training

    @property
    def pages(self) -> tuple[Entry, ...]:
        """Beside the cover: the report, and the explorer where ONNX is installed, in which it decodes."""
        return (REPORT, EXPLORER) if find_spec("onnx") else (REPORT,)

    @property
    def validation_loss(self) -> float:
        """At the end of training: mean squared error per pixel on the test images."""
        return float(self.autoencoder.history_["val_loss"][-1])

    def table(self) -> Iterator[tuple[str, str, str, str]]:
        """Rows of: what, in the article, here, by PCA with 2 components."""
        loss, pca = self.validation_loss, self.pca.mse
        yield "validation loss (MSE per pixel)", f"{ARTICLE_LOSS:.4f}", f"{loss:.4f}", f"{pca:.5f}"
        for ours, of_pca in self.agreements:
            for title, figure, digits in _FIGURES:
                here, by_pca = (format(getattr(found, figure), digits) for found in (ours, of_pca))
                yield f"{ours.method}: {title}", "", here, by_pca


def run(out: str | os.PathLike[str], *, epochs: int, seed: int) -> Result:
    """Train the article's model on MNIST and write a folder of pictures, model, history and pages.

    Parameters
    ----------
    out : str or path-like
        The folder. It appears when it is whole; one made by an earlier run is replaced.
    epochs : int
    seed : int

    Raises
    ------
    OutputError
        If the folder can't be written, or is not ours to replace; before training where possible.
    KeyboardInterrupt
        On Ctrl-C. If an epoch was whole by then, the folder holds the model and the history.
    """
    interrupt: KeyboardInterrupt | None = None
    with new_folder(out) as folder:
        try:
            result = _examine(*_train(folder, epochs, seed))
            _draw(result, folder)
            _report(result, folder, f"diabolo demo --epochs {epochs} --seed {seed}")
            if EXPLORER in result.pages:
                _explorer(result).save(folder / EXPLORER.file)
            _cover(result, folder)
        except KeyboardInterrupt as error:
            if not _keep_model_alone(folder):
                raise
            interrupt = error
    if interrupt is not None:
        raise interrupt
    return result


def _train(folder: Path, epochs: int, seed: int) -> tuple[Autoencoder, MNIST, float]:
    data = load_mnist()
    autoencoder = Autoencoder(2, epochs=epochs, random_state=seed, verbose=1)
    started = time.perf_counter()
    try:
        autoencoder.fit(data.X_train, validation_data=data.X_test)
    finally:
        if autoencoder.__sklearn_is_fitted__():
            autoencoder.save(folder / MODEL_FILE)
            _write_history(autoencoder, folder / HISTORY_FILE)
    return autoencoder, data, time.perf_counter() - started


def _write_history(autoencoder: Autoencoder, path: Path) -> None:
    columns = autoencoder.history_
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *columns])
        for epoch, row in enumerate(zip(*columns.values(), strict=True), start=1):
            writer.writerow([epoch, *row])


def _keep_model_alone(folder: Path) -> bool:
    """Delete what an interrupt may have left half-written; whether there is a model."""
    for path in folder.iterdir():
        if path.name not in (MODEL_FILE, HISTORY_FILE):
            path.unlink()
    return (folder / MODEL_FILE).exists()


def _examine(autoencoder: Autoencoder, data: MNIST, seconds: float) -> Result:
    pca = PCABaseline.fitted(data.X_train, data.X_test, n_components=2)
    of_codes, of_pca = (
        cluster_agreement(codes, data.y_test) for codes in (autoencoder.transform(data.X_test), pca.codes)
    )
    return Result(autoencoder, data, pca, list(zip(of_codes, of_pca, strict=True)), seconds)


def _draw(result: Result, folder: Path) -> None:
    """The article's pictures, saved as PNG."""
    ae, data = result.autoencoder, result.data
    displays: dict[str, Any] = {
        "samples.png": SampleDisplay.from_data(data.X_train, data.y_train, random_state=0),
        "history.png": HistoryDisplay.from_estimator(ae),
        "reconstructions.png": ReconstructionDisplay.from_estimator(ae, data.X_test, n_samples=5),
        "latent_space.png": LatentSpaceDisplay.from_estimator(ae, data.X_test, data.y_test),
        "latent_space_pca.png": LatentSpaceDisplay(result.pca.codes, data.y_test).plot(),
    }
    for name, display in displays.items():
        display.figure_.savefig(folder / name)
        plt.close(display.figure_)


def _report(result: Result, folder: Path, command: str) -> None:
    data = result.data
    page = report(
        result.autoencoder,
        data.X_test,
        data.y_test,
        X_train=data.X_train,
        files={"Model file": folder / MODEL_FILE},
        commands=[command],
    )
    page.save(folder / REPORT.file)


def _explorer(result: Result) -> Explorer:
    return explore(result.autoencoder, result.data.X_test, result.data.y_test)


def _cover(result: Result, folder: Path) -> None:
    table, pages = result.table(), result.pages
    write_page(folder, table, pages, _SHOWN, _OTHERS, result.autoencoder, result.seconds)
