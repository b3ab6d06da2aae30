import os
import signal
import subprocess
import sys
import time

import pytest

import diabolo

COMMAND = [sys.executable, "-m", "diabolo"]


def run(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, **options)


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"]])
def test_help(arguments):
    result = run(*arguments)
    assert result.returncode == 0
    assert "Usage: " in result.stdout


def test_every_commands_help_has_an_example():
    assert "Example: diabolo demo" in run("demo", "--help").stdout


def test_version():
    assert run("--version").stdout == f"diabolo {diabolo.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["demo", "--epochs", "0"], "Invalid value for '--epochs'"),
        (["demo", "--epochs", "many"], "Invalid value for '--epochs'"),
        (["demo", "--seed", "-1"], "Invalid value for '--seed'"),
        (["demo", "--out", os.devnull], "is not a folder"),
        (["demo", "--out", f"{os.devnull}/out"], "Can't write the folder"),
        (["dem"], "No such command"),
    ],
)
def test_bad_input_is_one_clear_message_and_status_2(arguments, says):
    result = run(*arguments)
    assert result.returncode == 2
    assert says in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_a_folder_that_it_did_not_make_stays(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    result = run("demo", "--out", str(tmp_path))
    assert result.returncode == 2
    assert "was not made by diabolo" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert os.listdir(tmp_path) == ["thesis.tex"]


@pytest.mark.slow
def test_an_interrupt_keeps_the_model_of_the_last_whole_epoch(tmp_path):
    out = tmp_path / "demo"
    process = subprocess.Popen(
        [*COMMAND, "demo", "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    line = ""
    while not line.startswith("epoch 2/30"):
        line = process.stderr.readline()
        assert process.poll() is None
    sent = time.perf_counter()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert time.perf_counter() - sent < 10
    assert process.returncode == 130
    assert "keeps the model of epoch" in stderr
    assert "Traceback" not in stderr
    ae = diabolo.load(out / "model.diabolo")
    assert f"the model of epoch {ae.n_iter_}," in stderr
    assert sorted(os.listdir(out)) == [".diabolo-files", "history.csv", "model.diabolo"]
    assert os.listdir(tmp_path) == ["demo"]
