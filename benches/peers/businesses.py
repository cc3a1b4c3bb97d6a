"""The lab's third part as Python programmers write it: Yelp's signed API, multiprocessing, threads,
and pymongo.

It is what the Rust variants are compared with, against a local web that serves the same businesses:
`cargo run --release -p mock-web -- --port 8080`. It needs requests, requests-oauthlib and pymongo
from PyPI, and a MongoDB whose address is in MONGODB_URI.
"""

import argparse
import functools
import json
import multiprocessing
import os
import random
import resource
import threading
import time
import urllib.parse

# Processes of a pool; the lab started one for each of its four cities.
PROCESSES_MAX = 16

COLLECTION = "business_python"

# Seconds before a request that was refused over the rate (429) is made once more; each pause is twice
# as long as the one before, up to the longest, and up to twice that by chance.
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
ATTEMPTS_MAX = 60

TOO_MANY_REQUESTS = 429


def pause_before(attempt):
    return min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * random.uniform(1, 2)


def credentials():
    """What the local web accepts, unless the environment says otherwise."""
    names = ["CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN", "TOKEN_SECRET"]
    return [
        os.environ.get(f"YELP_{name}", f"demo-{name.lower().replace('_', '-')}-not-a-secret")
        for name in names
    ]


class Yelp:
    """One for each thread: a session of requests is not made to be shared."""

    def __init__(self, base_url):
        import requests
        import requests_oauthlib

        self.base_url = base_url
        self.session = requests.Session()
        self.session.auth = requests_oauthlib.OAuth1(*credentials())

    def get(self, path, **parameters):
        """Each attempt is signed anew: no signature is taken twice."""
        for attempt in range(ATTEMPTS_MAX):
            response = self.session.get(f"{self.base_url}{path}", params=parameters)
            if response.status_code != TOO_MANY_REQUESTS:
                break
            time.sleep(pause_before(attempt))
        response.raise_for_status()
        return response

    def city_search(self, city, limit):
        response = self.get("/v2/search", location=city, limit=limit)
        return [business["id"] for business in response.json()["businesses"]]

    def business_info(self, business_id):
        path = urllib.parse.quote(business_id, safe="")
        return self.get(f"/v2/business/{path}").json()


@functools.cache
def collection(name=COLLECTION):
    """The client is kept: it has connections and threads of its own."""
    import pymongo

    client = pymongo.MongoClient(os.environ["MONGODB_URI"])
    journaled = pymongo.WriteConcern(w=1, j=True)
    return client.get_default_database("yelp").get_collection(name, write_concern=journaled)


def store(businesses, documents):
    """As the lab does: each document by itself."""
    for document in documents:
        business = {"_id": document["id"], "document": document}
        businesses.replace_one({"_id": document["id"]}, business, upsert=True)


def store_in_bulk(businesses, documents):
    """As a seasoned programmer does: all documents of a city at once."""
    import pymongo

    writes = [
        pymongo.ReplaceOne(
            {"_id": document["id"]}, {"_id": document["id"], "document": document}, upsert=True
        )
        for document in documents
    ]
    if writes:
        businesses.bulk_write(writes, ordered=False)


WRITES = {"one": store, "bulk": store_in_bulk, "none": lambda _businesses, _documents: None}


def scrape_city(city, settings):
    yelp = Yelp(settings.base_url)
    documents = [
        yelp.business_info(business_id) for business_id in yelp.city_search(city, settings.limit)
    ]
    WRITES[settings.writes](settings.writes != "none" and collection(), documents)
    return len(documents)


def scrape_city_on_threads(city, settings):
    documents = []

    def fetch(business_id):
        documents.append(Yelp(settings.base_url).business_info(business_id))

    threads = [
        threading.Thread(target=fetch, args=(business_id,))
        for business_id in Yelp(settings.base_url).city_search(city, settings.limit)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    WRITES[settings.writes](settings.writes != "none" and collection(), documents)
    return len(documents)


def in_processes(scrape, cities, settings):
    with multiprocessing.Pool(min(len(cities), PROCESSES_MAX)) as pool:
        return sum(pool.map(functools.partial(scrape, settings=settings), cities, chunksize=1))


VARIANTS = {
    "sequential": lambda cities, settings: sum(scrape_city(city, settings) for city in cities),
    "processes": functools.partial(in_processes, scrape_city),
    "parallel": functools.partial(in_processes, scrape_city_on_threads),
}


def cpu_seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--cities", required=True, help="a file with a city on each line")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--writes", choices=WRITES, default="one")
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    settings = parser.parse_args()
    with open(settings.cities, encoding="utf-8") as file:
        cities = [line.strip() for line in file if line.strip()]
    if settings.writes != "none":
        collection().delete_many({})
        # Processes that fork from this one need clients of their own.
        collection.cache_clear()

    wall = time.perf_counter()
    fetched = VARIANTS[settings.variant](cities, settings)
    wall = time.perf_counter() - wall
    documents = fetched if settings.writes == "none" else collection().count_documents({})
    report = {
        "part": "part3-yelp",
        "peer": "python",
        "variant": settings.variant,
        "writes": settings.writes,
        "answer": {"documents": documents},
        "wall_ms": wall * 1e3,
        "cpu_ms": cpu_seconds() * 1e3,
        "documents_per_second": documents / wall,
    }
    print(json.dumps(report))
    if documents != len(cities) * settings.limit:
        raise SystemExit("error: not every business was stored")


if __name__ == "__main__":
    main()
