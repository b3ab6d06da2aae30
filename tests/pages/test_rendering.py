"""Templates, and what users' names become in them."""

import jinja2
import pytest

from diabolo.pages.rendering import render, versions

PAGE = """{% extends "base.html.jinja" %}
{% block title %}{{ name }}{% endblock %}
{% block body %}<p title="{{ name }}">{% endblock %}
"""


@pytest.fixture
def room(tmp_path, monkeypatch):
    package = tmp_path / "some_room"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "page.html.jinja").write_text(PAGE)
    monkeypatch.syspath_prepend(tmp_path)
    return "some_room"


def test_a_name_stays_text_and_the_shared_page_is_found(room):
    page = render(room, "page.html.jinja", name='"><script>alert(1)</script>')
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)") == 2
    assert "color-scheme: light dark" in page


def test_a_template_that_asks_in_vain_is_an_error(room):
    with pytest.raises(jinja2.UndefinedError, match="name"):
        render(room, "page.html.jinja")


def test_versions_are_of_what_is_installed():
    assert list(versions())[:2] == ["diabolo", "keras"]
