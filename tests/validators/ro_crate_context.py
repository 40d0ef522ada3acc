"""Put RO-Crate's context where rocrate-validator looks for it, so that it needs no network.

Runs in the validator's own environment: python ro_crate_context.py CACHE. The `rocrate` wheel holds
the context of 1.3; it is served for 1.2 too, so that a term new in 1.3 would pass unnoticed.
"""

import importlib.resources
import io
import sys

import requests
import requests_cache
from urllib3 import HTTPResponse

CONTEXT = importlib.resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()


class FromWheel(requests.adapters.BaseAdapter):
    """Answers every request with the context."""

    def send(self, request, **_):
        answer = HTTPResponse(
            body=io.BytesIO(CONTEXT),
            status=200,
            headers={"Content-Type": "application/ld+json"},
            preload_content=False,
            request_url=request.url,
            request_method="GET",
        )
        return requests.adapters.HTTPAdapter().build_response(request, answer)

    def close(self):
        """Nothing is open."""


session = requests_cache.CachedSession(sys.argv[1], backend="sqlite", expire_after=-1)
for version in ("1.1", "1.2", "1.3"):
    url = f"https://w3id.org/ro/crate/{version}/context"
    session.mount(url, FromWheel())
    session.get(url, headers={"Accept": "application/ld+json"})
