"""The command line: one file a command group; each defines ``register(app)``."""
