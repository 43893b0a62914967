"""What the Smart Messenger of a check does with every dial."""

import pytest

SILENT = ()
"""It answers nothing."""


def scripted(*steps: str) -> pytest.MarkDecorator:
    """It answers every dial with these steps."""
    return pytest.mark.parametrize("messenger", [steps], indirect=True, ids=["-".join(steps) or "silent"])
