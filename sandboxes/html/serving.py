"""What a page's requests are answered with: the response's own files from memory, nothing else."""

import base64
import mimetypes
from urllib.parse import unquote, urlsplit

HOST = "page.test"
LOCAL = ("data", "blob")


def answer(files, address, is_document):
    """The protocol command that answers a request, its parameters, and a note or None."""
    url = urlsplit(address)
    if url.scheme in LOCAL:
        return "Fetch.continueRequest", {}, None
    if url.scheme != "https" or url.netloc != HOST:
        # An aborted navigation leaves the page where it is.
        reason = "Aborted" if is_document else "BlockedByClient"
        return "Fetch.failRequest", {"errorReason": reason}, f"blocked: {address[:200]}"
    return file_of(files, unquote(url.path).lstrip("/") or "index.html")


def file_of(files, path):
    """A file of the response, or a proper 404."""
    text = files.get(path)
    kind = mimetypes.guess_type(path)[0] or "text/plain"
    body = "not found" if text is None else text
    reply = {
        "responseCode": 404 if text is None else 200,
        "responseHeaders": [
            {"name": "content-type", "value": f"{kind}; charset=utf-8"},
            {"name": "cache-control", "value": "no-store"},
        ],
        "body": base64.b64encode(body.encode("utf-8", "replace")).decode("ascii"),
    }
    return "Fetch.fulfillRequest", reply, f"not found: /{path[:200]}" if text is None else None
