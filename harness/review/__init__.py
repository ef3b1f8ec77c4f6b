"""The review server: where people judge responses in a browser.

    app = create_app(store, ReviewOptions(home=settings.home))    harness.review.app, .options
    serve(store, options, host="127.0.0.1", port=8000)             harness.review.serving
    plan_import(store, run_id, languages, how)                     harness.review.importing

Pages are written by the server from frozen contexts (``pages``), blind by construction; a few
modules of our own in ``static`` make the desk quick. Every route asks ``access`` who may do it.
Nothing is imported here: importing responses must not load a web server.
"""
