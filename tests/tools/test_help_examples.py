"""Every example of --help runs on the shipped sample."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from annotate import messages

SPEC = spec_from_file_location("help_examples", Path(__file__).parents[2] / "tools" / "help_examples.py")
assert SPEC
assert SPEC.loader
help_examples = module_from_spec(SPEC)
sys.modules["help_examples"] = help_examples
SPEC.loader.exec_module(help_examples)


def test_every_command_with_an_example_is_in_the_walk() -> None:
    walked = help_examples.names(help_examples.LIGHT) + help_examples.names(help_examples.HEAVY)
    assert sorted(walked) == sorted({name for name, _ in help_examples.examples()})


def test_the_examples_that_need_no_model_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = messages.current()
    try:
        assert help_examples.run(only_light=True) == []
    finally:
        messages.use(before)
