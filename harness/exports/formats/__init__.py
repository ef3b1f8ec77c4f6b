"""The formats, one file each; see ``harness.exports.export.Export``."""
