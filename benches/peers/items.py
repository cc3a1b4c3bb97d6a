"""The lab's second part as Python programmers write it: requests, one by one and on threads, and
aiohttp.

It is what the Rust variants are compared with, against a local web that serves the same items:
`cargo run --release -p mock-web -- --port 8080`. It needs requests and aiohttp from PyPI.
"""

import argparse
import asyncio
import concurrent.futures
import json
import resource
import threading
import time

API = "/api/v1/items/"


def request_sequential(base_url, ids, _workers):
    import requests

    with requests.Session() as session:
        return [session.get(f"{base_url}{API}{item}").status_code for item in ids]


def request_concurrent(base_url, ids, workers):
    import requests

    local = threading.local()

    def fetch(item):
        if not hasattr(local, "session"):
            local.session = requests.Session()
        response = local.session.get(f"{base_url}{API}{item}")
        if response.status_code == 200:
            response.json()
        return response.status_code

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(fetch, ids))


def request_asynchronous(base_url, ids, workers):
    import aiohttp

    async def fetch(session, item):
        async with session.get(f"{base_url}{API}{item}") as response:
            if response.status == 200:
                await response.json()
            return response.status

    async def fetch_all():
        connector = aiohttp.TCPConnector(limit=workers)
        async with aiohttp.ClientSession(connector=connector) as session:
            return await asyncio.gather(*(fetch(session, item) for item in ids))

    return asyncio.run(fetch_all())


VARIANTS = {
    "sequential": request_sequential,
    "threads": request_concurrent,
    "aiohttp": request_asynchronous,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    arguments = parser.parse_args()

    ids = range(1, arguments.count + 1)
    wall = time.perf_counter()
    statuses = VARIANTS[arguments.variant](arguments.base_url, ids, arguments.workers)
    wall = time.perf_counter() - wall
    usage = resource.getrusage(resource.RUSAGE_SELF)
    report = {
        "part": "part2-threads",
        "peer": "python",
        "variant": arguments.variant,
        "workers": arguments.workers,
        "answer": {"items": statuses.count(200), "missing": statuses.count(404)},
        "wall_ms": wall * 1e3,
        "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1e3,
    }
    print(json.dumps(report))
    if report["answer"]["items"] + report["answer"]["missing"] != arguments.count:
        raise SystemExit("error: not every item was answered")


if __name__ == "__main__":
    main()
