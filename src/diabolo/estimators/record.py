"""What a fit saw, without a row of it: kept with the model, so that one can ask later what it learnt from."""

import hashlib
from dataclasses import dataclass, replace

from diabolo.data.fingerprint import fingerprint
from diabolo.data.pieces import Matrix


@dataclass(frozen=True)
class FitRecord:
    """One call of ``fit``, or several of ``partial_fit`` in a row.

    The latter are one record, however many there were: rows and epochs add up, and its ``sha256`` is that of
    the digest so far followed by that of the new rows.
    """

    n_samples: int
    row_shape: tuple[int, ...]
    dtype: str
    sha256: str  # the fingerprint of the rows
    epochs: int
    partial: bool  # by partial_fit

    @classmethod
    def of(cls, rows: Matrix, row_shape: tuple[int, ...], epochs: int, *, partial: bool) -> "FitRecord":
        """The record of these rows: (n_samples, n_features)."""
        return cls(rows.shape[0], row_shape, rows.dtype.name, fingerprint(rows), epochs, partial)

    def continues(self, last: "FitRecord") -> bool:
        """Whether both are one record."""
        of_both = (self, last)
        return all(r.partial for r in of_both) and len({(r.row_shape, r.dtype) for r in of_both}) == 1

    def after(self, last: "FitRecord") -> "FitRecord":
        """Both in one."""
        digests = bytes.fromhex(last.sha256) + bytes.fromhex(self.sha256)
        return replace(
            self,
            n_samples=last.n_samples + self.n_samples,
            epochs=last.epochs + self.epochs,
            sha256=hashlib.sha256(digests).hexdigest(),
        )


def add_record(records: list[FitRecord], record: FitRecord) -> None:
    """Append a record, or let the last one take it up."""
    if records and record.continues(records[-1]):
        records[-1] = record.after(records[-1])
    else:
        records.append(record)
