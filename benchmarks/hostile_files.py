"""Hostile model files: what comes of loading every named kind, every cut, and thousands of mutations."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results import Goal, add_out_option, goal_table, installed_versions, number, table, write_section

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "security"))
from watch import outcomes

WHAT_IS_DONE = """\
Made from a model file of format version 1 by `tests/security/corpus.py` and loaded one after the other in a
child process that may take 500 MiB more than it has at its start, under an audit hook that hears imports,
unpickling, new processes, sockets and every file opened but the one under test. Mutations are drawn with seed
{seed}: flipped bits, changed, moved and lost bytes, and the same, or replaced and deleted values, inside a
frame whose checksums are right. "Another model" is what some of the latter are: a valid file that says
something else."""

FINE = ("ModelFileError", "equal", "another model")


def outcome_table(found: dict[str, list[dict[str, Any]]]) -> str:
    """One row a corpus."""
    rows = []
    for corpus, files in found.items():
        counts = Counter(file["outcome"] for file in files)
        fine = [counts.pop(outcome, 0) for outcome in FINE]
        hangs = counts.pop("hang", 0)
        most = [f"{number(max(file[what] for file in files))}" for what in ("seconds", "mebibytes")]
        rows.append((corpus, *map(str, (len(files), *fine, counts.total(), hangs)), *most))
    header = ("corpus", "files", "`ModelFileError`", "equal model", "another model", "anything else", "hangs")
    return table((*header, "most seconds", "most MiB"), rows)


def goals(files: Sequence[dict[str, Any]], n_canaries: int) -> list[Goal]:
    """What loading is to reach."""
    other = sum(file["outcome"] not in (*FINE, "hang") for file in files)
    return [
        Goal("files that end otherwise", other, 0, at_least=False),
        Goal("files on which it hangs", sum(f["outcome"] == "hang" for f in files), 0, at_least=False),
        Goal("canaries touched", n_canaries, 0, at_least=False),
        Goal("longest time", max(file["seconds"] for file in files), 2, " s", at_least=False),
        Goal("most memory", max(file["mebibytes"] for file in files), 500, " MiB", at_least=False),
    ]


def main() -> None:
    """Load them all and write the section ``hostile_files``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=5000, help="default: 5000")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations; default: 0")
    add_out_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder, "canary")
        found = {
            "every named kind": list(outcomes("named", canary)),
            "cut at every 64th byte": list(outcomes("cuts", canary)),
            "mutations": list(outcomes("mutations", canary, seed=options.seed, stop=options.mutations)),
        }
        n_canaries = int(canary.exists())
    files = [file for of_corpus in found.values() for file in of_corpus]
    for file in files:
        if file["outcome"] not in FINE:
            print(file, file=sys.stderr)
    write_section(
        options.out,
        "hostile_files",
        "Hostile model files",
        [
            "python",
            "benchmarks/hostile_files.py",
            f"--mutations={options.mutations}",
            f"--seed={options.seed}",
        ],
        installed_versions(),
        WHAT_IS_DONE.format(seed=options.seed),
        outcome_table(found),
        goal_table(goals(files, n_canaries)),
    )


if __name__ == "__main__":
    main()
