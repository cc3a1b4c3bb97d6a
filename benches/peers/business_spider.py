"""The lab's third part for Scrapy, the framework that people scrape with in Python.

It is what the Rust variants are compared with, against a local web that serves the same businesses:
`cargo run --release -p mock-web -- --port 8080`. It needs scrapy, oauthlib and pymongo from PyPI,
and a MongoDB whose address is in MONGODB_URI.
"""

import argparse
import asyncio
import json
import resource
import time
import urllib.parse

import oauthlib.oauth1
import pymongo
import scrapy
from scrapy.crawler import CrawlerProcess

import businesses

# Documents that are written together; what is left is written at the end.
BATCH = 100

COLLECTION = "business_scrapy"


class BusinessSpider(scrapy.Spider):
    name = "businesses"
    handle_httpstatus_list = [businesses.TOO_MANY_REQUESTS]

    def __init__(self, base_url, cities, limit, **arguments):
        super().__init__(**arguments)
        self.base_url = base_url
        self.cities = cities
        self.limit = limit
        key, secret, token, token_secret = businesses.credentials()
        self.signer = oauthlib.oauth1.Client(key, secret, token, token_secret)

    def signed(self, url, callback, attempt=0):
        url, headers, _ = self.signer.sign(url)
        arguments = {"attempt": attempt}
        return scrapy.Request(
            url, callback=callback, headers=headers, cb_kwargs=arguments, dont_filter=True
        )

    async def signed_anew(self, response, callback, attempt):
        """No signature is taken twice, so that Scrapy's own retries would be of no use."""
        if attempt == businesses.ATTEMPTS_MAX:
            raise ValueError(f"too many requests, again and again: {response.url}")
        await asyncio.sleep(businesses.pause_before(attempt))
        return self.signed(response.url, callback, attempt + 1)

    async def start(self):
        for city in self.cities:
            query = urllib.parse.urlencode({"location": city, "limit": self.limit})
            yield self.signed(f"{self.base_url}/v2/search?{query}", self.parse)

    async def parse(self, response, attempt):
        if response.status == businesses.TOO_MANY_REQUESTS:
            yield await self.signed_anew(response, self.parse, attempt)
            return
        for business in response.json()["businesses"]:
            path = urllib.parse.quote(business["id"], safe="")
            yield self.signed(f"{self.base_url}/v2/business/{path}", self.parse_business)

    async def parse_business(self, response, attempt):
        if response.status == businesses.TOO_MANY_REQUESTS:
            yield await self.signed_anew(response, self.parse_business, attempt)
        else:
            yield response.json()


class StorePipeline:
    def open_spider(self, spider):
        self.writes = []

    def process_item(self, item, spider):
        document = {"_id": item["id"], "document": item}
        self.writes.append(pymongo.ReplaceOne({"_id": item["id"]}, document, upsert=True))
        if len(self.writes) == BATCH:
            self.flush()
        return item

    def close_spider(self, spider):
        self.flush()

    def flush(self):
        if self.writes:
            businesses.collection(COLLECTION).bulk_write(self.writes, ordered=False)
            self.writes = []


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--cities", required=True, help="a file with a city on each line")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--concurrency", type=int, default=80)
    settings = parser.parse_args()
    with open(settings.cities, encoding="utf-8") as file:
        cities = [line.strip() for line in file if line.strip()]
    businesses.collection(COLLECTION).delete_many({})

    wall = time.perf_counter()
    process = CrawlerProcess(
        settings={
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS": settings.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": settings.concurrency,
            "COOKIES_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "ITEM_PIPELINES": {StorePipeline: 1},
            "LOG_ENABLED": False,
            "RETRY_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(
        BusinessSpider, base_url=settings.base_url, cities=cities, limit=settings.limit
    )
    process.start()
    wall = time.perf_counter() - wall
    documents = businesses.collection(COLLECTION).count_documents({})
    usage = resource.getrusage(resource.RUSAGE_SELF)
    report = {
        "part": "part3-yelp",
        "peer": "scrapy",
        "variant": f"{settings.concurrency} at once",
        "answer": {"documents": documents},
        "wall_ms": wall * 1e3,
        "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1e3,
        "documents_per_second": documents / wall,
    }
    print(json.dumps(report))
    if documents != len(cities) * settings.limit:
        raise SystemExit("error: not every business was stored")


if __name__ == "__main__":
    main()
