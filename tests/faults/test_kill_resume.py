"""The short form of ``kill_resume.py``."""

import kill_resume
import pytest


@pytest.mark.jax
@pytest.mark.slow
def test_killed_training_ends_at_the_same_bits(tmp_path):
    count = kill_resume.run(5, 0, tmp_path)
    assert not count.failed
    assert count.kills == 5
    assert count.equal == count.trials
