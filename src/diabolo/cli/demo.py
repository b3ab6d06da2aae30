"""``diabolo demo``."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[str, typer.Option(help="Folder to write; it must not exist, or come from here.")] = "demo",
    epochs: Annotated[int, typer.Option(min=1, help="Passes through the 60,000 digits.")] = 30,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same numbers.")] = 0,
) -> None:
    """Train the article's autoencoder on MNIST; write its pictures, model, report and explorer.

    Example: diabolo demo --out demo --seed 0
    """
    from rich.console import Console
    from rich.table import Table

    from diabolo.demo.run import EXPLORER, run
    from diabolo.errors import TrainingInterrupted

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
    for page in result.pages:
        console.print(f"{Path(out) / page.file}: {page.caption}", highlight=False, markup=False)
    if EXPLORER not in result.pages:
        more = f"After pip install 'diabolo[explore]' there is also {EXPLORER.file}: {EXPLORER.caption}"
        console.print(more, highlight=False, markup=False)
