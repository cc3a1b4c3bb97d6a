"""A third judge of signatures: oauthlib, which neither our client nor our local web knows.

Reads a line of JSON for each request, `{"method": …, "url": …, "authorization": …}`, and verifies its
signature. It needs oauthlib from PyPI; the two secrets come from the environment,
YELP_CONSUMER_SECRET and YELP_TOKEN_SECRET.
"""

import json
import os
import sys
import types

from oauthlib.oauth1.rfc5849 import signature, utils


def is_right(request):
    header = dict(utils.parse_authorization_header(request["authorization"]))
    signed = types.SimpleNamespace(
        http_method=request["method"],
        uri=request["url"],
        params=signature.collect_parameters(
            uri_query=request["url"].partition("?")[2],
            headers={"Authorization": request["authorization"]},
            exclude_oauth_signature=True,
        ),
        signature=utils.unescape(header["oauth_signature"]),
    )
    secrets = [os.environ["YELP_CONSUMER_SECRET"], os.environ["YELP_TOKEN_SECRET"]]
    return signature.verify_hmac_sha1(signed, *secrets)


def main():
    requests = [json.loads(line) for line in sys.stdin]
    wrong = [request["url"] for request in requests if not is_right(request)]
    for url in wrong:
        print(f"wrongly signed: {url}")
    print(f"{len(requests) - len(wrong)} of {len(requests)} signatures are right")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
