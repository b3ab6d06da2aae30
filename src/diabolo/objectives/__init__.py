"""Terms of the loss: pure functions of one forward pass, one number a row.

A term is an object with a ``name``, a ``unit`` and ``__call__(pass_) -> (batch,)``. The mean over the
batch, weighted by row, is taken in one place: ``diabolo.training.program``. ``reconstruction`` and
``likelihoods`` compare the row with what became of it, ``variational`` has the bounds on log p(x),
``penalties`` what is added, and ``schedules`` the weights that change.
"""

from diabolo.objectives import likelihoods, penalties, schedules

__all__ = ["likelihoods", "penalties", "schedules"]
