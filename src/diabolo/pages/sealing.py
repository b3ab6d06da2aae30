"""Pages that ask for nothing and run nothing but what was put into them."""

import base64
import hashlib
import re

_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


def sealed(page: str) -> str:
    """A page with a policy that forbids the browser every request, and every style or script but its own.

    Its inline styles and scripts are named by their hashes; pictures must be ``data:``. So even a name of a
    column that got past the escaping of a template could not run.

    Parameters
    ----------
    page : str
        Whose ``<head>`` begins with ``<meta charset="utf-8">``.
    """
    hashes: dict[str, list[str]] = {"style": [], "script": []}
    for element, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        hashes[element].append(f"'sha256-{digest}'")
    allowed = "; ".join(f"{element}-src {' '.join(of)}" for element, of in hashes.items() if of)
    policy = f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; {allowed}"
    first = '<meta charset="utf-8">'
    meta = f'{first}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace(first, meta, 1)
