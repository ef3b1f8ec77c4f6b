"""The review server: where people judge responses in a browser.

    app = create_app(store, ReviewOptions(home=settings.home))
    serve(store, options, host="127.0.0.1", port=8000)

Pages are written by the server from frozen contexts (``pages``), blind by construction; a few
modules of our own in ``static`` make the desk quick. Every route asks ``access`` who may do it.
"""

from harness.review.app import create_app
from harness.review.options import ReviewOptions
from harness.review.serving import one_time_link, serve

__all__ = ["ReviewOptions", "create_app", "one_time_link", "serve"]
