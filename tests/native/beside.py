"""What the tests share that hold the C codec against the Python one."""

from hypothesis import HealthCheck, settings

KELVIN = "\u212a"
"""The sign that Python's lower() makes a k: only there is it taken for a letter of a name."""

often = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
