"""``python -m diabolo`` is the command ``diabolo``."""

from diabolo.cli import main

main()
