"""diabolo: autoencoders as scikit-learn estimators, built from Keras networks.

Importing the package is cheap: a name brings in scikit-learn and Keras when it is first used. The public
names and their homes are listed once, in ``__init__.pyi``.
"""

import lazy_loader

from diabolo._backend import choose_backend

__version__ = "0.1.0"

choose_backend()
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
