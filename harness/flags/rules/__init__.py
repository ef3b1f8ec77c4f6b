"""Rules by language; see ``harness.flags`` for how one is written."""
