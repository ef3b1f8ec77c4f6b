"""Hostile responses, one file each, and the verdict a sandbox owes them."""

from tests.sandbox.attacks.load import Attack, load_attacks

__all__ = ["Attack", "load_attacks"]
