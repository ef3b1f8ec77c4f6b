"""Hostile responses, one file each, and the verdict a sandbox owes them."""

from tests.sandbox.attacks.load import Attack, honest_work, load_attacks

__all__ = ["Attack", "honest_work", "load_attacks"]
