"""Measurements that `make bench` repeats: truth, speed ratios, memory. See README.md."""
