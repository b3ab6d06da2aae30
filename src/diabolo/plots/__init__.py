"""Pictures in scikit-learn's Display convention: data in ``__init__``, drawing in ``plot``."""
