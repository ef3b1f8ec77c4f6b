"""What every sandbox promises, put to the test in every language."""

from tests.sandbox.contract.load import LIMITS, PROMISES, Probe, load_probes, made

__all__ = ["LIMITS", "PROMISES", "Probe", "load_probes", "made"]
