"""What soak tests share: the project of real responses."""

from tests.exports.corpus_project import corpus_project

__all__ = ["corpus_project"]
