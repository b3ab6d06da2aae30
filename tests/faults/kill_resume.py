"""Kills training with SIGKILL at random times, lets it go on, and compares what it ends at.

Every trial has a folder of its own: training is started in a new process, killed at a random moment, and
started again until it ends. It must end at the bits of training that was never killed.

    python tests/faults/kill_resume.py --kills 100 --out benchmarks/RESULTS.md
"""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve()
_READY = "ready"


def train(folder: Path) -> None:
    """One attempt, in this process; writes what it ended at to ``ending.json``."""
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(folder.parent / "compiled")
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    import diabolo  # noqa: I001  (sets Keras's backend, and must come first)
    import keras
    import numpy as np

    from diabolo.storage import checkpoints
    from diabolo.training import batches

    # Several chunks an epoch, and a snapshot at each.
    batches._SECONDS_A_CHUNK, checkpoints._SECONDS = 0.02, 0.0
    X = np.random.default_rng(0).normal(size=(20_000, 64)).cumsum(axis=1)
    patience = {"monitor": "val_loss", "min_delta": 1e-3}
    callbacks = [
        keras.callbacks.LearningRateScheduler(lambda _, rate: rate * 0.99),
        keras.callbacks.ReduceLROnPlateau(patience=2, factor=0.5, **patience),
        keras.callbacks.EarlyStopping(patience=12, restore_best_weights=True, **patience),
        keras.callbacks.CSVLogger(str(folder / "log.csv")),
    ]
    autoencoder = diabolo.Autoencoder(
        4,
        encoder=(64, 32),
        batch_size=16,
        epochs=25,
        callbacks=callbacks,
        checkpoint=folder / "runs",
        random_state=0,
    )
    (folder / _READY).touch()
    autoencoder.fit(X, validation_data=X[:500])
    weights = [*autoencoder.encoder_.get_weights(), *autoencoder.decoder_.get_weights()]
    ending = {
        "weights": hashlib.sha256(b"".join(w.tobytes() for w in weights)).hexdigest(),
        "history": hashlib.sha256(b"".join(c.tobytes() for c in autoencoder.history_.values())).hexdigest(),
        "log": hashlib.sha256((folder / "log.csv").read_bytes()).hexdigest(),
        "epochs": autoencoder.n_iter_,
    }
    (folder / "ending.json").write_text(json.dumps(ending))


@dataclass
class Count:
    """What came of the kills."""

    kills: int = 0
    trials: int = 0
    equal: int = 0
    failed: list[str] = field(default_factory=list)  # what an attempt said that ended by itself in an error
    after: list[float] = field(default_factory=list)  # seconds of training before each kill


def attempt(folder: Path, kill_after: float | None) -> tuple[bool, str]:
    """Run ``train`` in a process of its own; kill it so many seconds after its training began.

    Returns
    -------
    killed : bool
    said : str
        On standard error.
    """
    (folder / _READY).unlink(missing_ok=True)
    command = [sys.executable, "-W", "ignore", str(HERE), "--train", str(folder)]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stderr=said, stdout=said)
        if kill_after is not None:
            while process.poll() is None and not (folder / _READY).exists():
                time.sleep(0.01)
            try:
                process.wait(kill_after)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        process.wait()
        said.seek(0)
        return process.returncode == -signal.SIGKILL, said.read()


def trial(folder: Path, moments: list[float], count: Count) -> dict:
    """Train in a folder, killed at these moments, then to the end."""
    folder.mkdir()
    count.trials += 1
    for moment in moments:
        killed, said = attempt(folder, moment)
        count.kills += killed
        count.after += [moment] if killed else []
        if not killed and not (folder / "ending.json").exists():
            count.failed.append(said)
    if not (folder / "ending.json").exists():
        _, said = attempt(folder, None)
        if not (folder / "ending.json").exists():
            count.failed.append(said)
            return {}
    return json.loads((folder / "ending.json").read_text())


def run(kills: int, seed: int, folder: Path) -> Count:
    """So many kills, at most three a training."""
    count = Count()
    undisturbed = trial(folder / "reference", [], Count())
    timed = folder / "timed"  # the first compiled the programs
    assert trial(timed, [], Count()) == undisturbed
    seconds = (timed / "ending.json").stat().st_mtime - (timed / _READY).stat().st_mtime
    print(f"a training takes {seconds:.1f} s", file=sys.stderr)
    moments = random.Random(seed)
    while count.kills < kills:
        several = min(moments.choice((1, 1, 2, 3)), kills - count.kills)
        planned = [moments.uniform(0, 1.2 * seconds / several) for _ in range(several)]
        ending = trial(folder / str(count.trials), planned, count)
        count.equal += ending == undisturbed
        differs = [name for name, value in undisturbed.items() if ending.get(name) != value]
        print(
            f"{count.kills} kills, {count.equal} of {count.trials} endings equal"
            + (f"; differs in {', '.join(differs)}" if differs else ""),
            file=sys.stderr,
        )
    return count


def main() -> None:
    """Kill, count, and write the section ``kill_resume`` if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="file whose section is replaced, such as RESULTS.md")
    options = parser.parse_args()
    if options.train:
        train(options.train)
        return
    with tempfile.TemporaryDirectory() as folder:
        count = run(options.kills, options.seed, Path(folder))
    for said in count.failed:
        print(said, file=sys.stderr)
    if options.out:
        report(count, options)
    sys.exit(count.equal != count.trials or bool(count.failed))


def report(count: Count, options: argparse.Namespace) -> None:
    """Write the section."""
    sys.path.insert(0, str(HERE.parents[2] / "benchmarks"))
    from results import Goal, goal_table, installed_versions, write_section

    write_section(
        options.out,
        "kill_resume",
        "Training killed and taken up again",
        ["python", "tests/faults/kill_resume.py", f"--kills={options.kills}", f"--seed={options.seed}"],
        installed_versions(),
        "Training with `checkpoint=` and four callbacks in a process of its own, killed by SIGKILL at random "
        "times, one to three times a training, and taken up again. Equal endings: the same bits in weights, "
        "history and CSV log as without a kill.",
        goal_table(
            [
                Goal("kills", count.kills, options.kills),
                Goal("endings equal, of all trainings", count.equal / count.trials, 1.0),
                Goal("attempts that ended in an error", len(count.failed), 0, at_least=False),
            ]
        ),
        f"{count.trials} trainings; kills came {min(count.after):.2f} to {max(count.after):.2f} s into one.",
    )


if __name__ == "__main__":
    main()
