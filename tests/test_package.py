"""The package as a whole: names, laziness, the backend, and which room may import which."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import diabolo

SOURCE = Path(diabolo.__file__).parent


def in_new_python(code: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KERAS_")}
    result = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


def test_every_public_name_exists_and_says_what_it_is():
    for name in diabolo.__all__:
        assert getattr(diabolo, name).__doc__, name
    assert set(diabolo.__all__) <= set(dir(diabolo))
    with pytest.raises(AttributeError, match="attribute '?Autoencodr"):
        _ = diabolo.Autoencodr


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["corruption", "likelihoods", "penalties", "schedules", "utils"])
def test_a_module_may_be_the_first_that_is_imported(name):
    assert in_new_python(f"from diabolo import {name}; print({name}.__name__.split('.')[-1])") == name


def test_import_leaves_the_heavy_libraries_alone():
    code = (
        "import diabolo, sys; print([m for m in ('keras', 'jax', 'sklearn', 'matplotlib', 'numpy') "
        "if m in sys.modules])"
    )
    assert in_new_python(code) == "[]"


@pytest.mark.parametrize(
    ("environment", "keras_json", "expected"),
    [
        ({}, None, "jax"),
        ({}, {"backend": "tensorflow"}, "jax"),  # Keras writes that by itself
        ({}, {"backend": "torch"}, "None"),  # left to Keras, which reads the file
        ({"KERAS_BACKEND": "torch"}, None, "torch"),
        ({"KERAS_BACKEND": ""}, None, "jax"),
        ({}, "not json {", "jax"),
        ({}, ["no", "dict"], "jax"),
    ],
)
def test_backend_is_the_users_choice_else_jax(tmp_path, environment, keras_json, expected):
    if keras_json is not None:
        text = keras_json if isinstance(keras_json, str) else json.dumps(keras_json)
        (tmp_path / "keras.json").write_text(text)
    code = "import diabolo, os; print(os.environ.get('KERAS_BACKEND'))"
    assert in_new_python(code, KERAS_HOME=str(tmp_path), **environment) == expected


def test_backend_is_left_alone_once_keras_is_imported():
    code = (
        "import sys, types, os; sys.modules['keras'] = types.ModuleType('keras'); import diabolo; "
        "print(os.environ.get('KERAS_BACKEND'))"
    )
    assert in_new_python(code) == "None"


# DESIGN: nothing flows backwards. A room may import itself and the rooms listed with it.
ROOMS = {
    "data": set(),
    "networks": {"data"},
    "latents": {"data", "networks"},
    "objectives": {"data", "latents"},
    "training": {"data", "networks", "latents", "objectives"},
    "samplers": {"data", "networks", "latents", "objectives", "training"},
    "estimators": {"data", "networks", "latents", "objectives", "training", "samplers", "storage"},
    "storage": {"data", "networks", "latents", "objectives", "training", "samplers", "estimators"},
    "evaluation": {"data"},
    "plots": {"data", "latents", "samplers", "estimators", "evaluation"},
    "pages": set(),
    "export": {"data", "estimators", "storage", "training"},
    "reporting": {"data", "latents", "estimators", "evaluation", "pages", "plots", "storage"},
    "explorer": {"data", "estimators", "export", "pages", "plots", "storage"},
    "demo": {"data", "estimators", "evaluation", "explorer", "pages", "plots", "reporting", "storage"},
    "cli": {"data", "demo", "estimators", "evaluation", "explorer", "reporting", "storage"},
}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    for path in (SOURCE / room).rglob("*.py"):
        for module in imported(path):
            target = re.match(r"diabolo\.(\w+)", module)
            if target and (SOURCE / target[1]).is_dir():
                assert target[1] in {room, *ROOMS[room]}, f"{path.name} imports {module}"


def test_every_room_is_in_the_table():
    assert {path.parent.name for path in SOURCE.glob("*/__init__.py")} == set(ROOMS)


def imported(path: Path) -> list[str]:
    """Modules imported when the file is; those inside functions and under TYPE_CHECKING don't count."""
    return [node.module for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
