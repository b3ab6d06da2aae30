"""``diabolo demo``."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from diabolo.demo.run import run
from diabolo.errors import TrainingInterrupted


def show(out: str, *, epochs: int, seed: int) -> None:
    """Run the demo and print its table and where its files are."""
    try:
        result = run(out, epochs=epochs, seed=seed)
    except TrainingInterrupted as interrupt:
        model = Path(out) / "model.diabolo"
        kept = f" It is saved as {model}." if model.exists() else ""
        raise TrainingInterrupted(f"{interrupt}{kept}") from interrupt
    table = Table(title="The article's autoencoder on MNIST's 10,000 test digits")
    table.add_column("")
    for heading in ("article", "diabolo", "PCA-2"):
        table.add_column(heading, justify="right")
    for row in result.table():
        table.add_row(*row)
    console = Console()
    console.print(table)
    trained = f"{epochs} epoch{'' if epochs == 1 else 's'} in {result.seconds:.0f} s"
    console.print(f"Trained {trained}. To see it all, open", Path(out) / "index.html", highlight=False)
