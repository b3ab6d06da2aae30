"""Templates of a room, filled in."""

from importlib.metadata import version
from typing import Any

import jinja2

PACKAGES = ("diabolo", "keras", "jax", "numpy", "scikit-learn")


def render(room: str, template: str, **values: Any) -> str:
    """A page: the template of a room of this package, or of the pages that all rooms share, filled in.

    What comes from users (names of columns, classes and files) is escaped wherever a template writes it.

    Parameters
    ----------
    room : str
        The package that holds the template, as ``diabolo.demo``.
    template : str
        Its file's name.
    **values
        What the template asks for; a name that it asks for in vain is an error.
    """
    loader = jinja2.ChoiceLoader([jinja2.PackageLoader(package, ".") for package in (room, __package__)])
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(values)


def versions() -> dict[str, str]:
    """Of what a page was made with."""
    return {package: version(package) for package in PACKAGES}
