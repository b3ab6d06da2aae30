"""The policy of a page, against the hashes that a browser would compute."""

import base64
import hashlib
import re

from diabolo.pages.sealing import sealed

PAGE = """<!doctype html>
<head>
<meta charset="utf-8">
<style>p { color: red; }</style>
</head>
<script>
alert("§");
</script>
"""


def policy(page):
    """Directive -> its sources."""
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    return {name: sources for name, *sources in (part.split() for part in content.split("; "))}


def test_styles_and_scripts_are_allowed_by_their_hashes_alone():
    allowed = policy(sealed(PAGE))
    for element, text in (("style", "p { color: red; }"), ("script", '\nalert("§");\n')):
        digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
        assert allowed[f"{element}-src"] == [f"'sha256-{digest}'"]


def test_everything_else_is_forbidden():
    allowed = policy(sealed(PAGE))
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == ["'none'"]
    assert allowed["img-src"] == ["data:"]
    assert "script-src" not in policy(sealed(PAGE.replace("script", "p")))


def test_the_policy_stands_before_what_it_is_about():
    page = sealed(PAGE)
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert page.replace(re.search(r"\n<meta http-equiv[^>]+>", page)[0], "") == PAGE
