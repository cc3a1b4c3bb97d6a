"""The lab's first part as a Python programmer writes it: one process, and a pool of them.

It is what the Rust variants are compared with. Its two functions carry the lab's names.
"""

import argparse
import json
import multiprocessing
import resource
import time


def is_prime(n):
    """Trial division by 2 and by every odd number up to the root."""
    if n < 2:
        return False
    if n % 2 == 0:
        return n == 2
    divisor = 3
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 2
    return True


def primes_sequential(numbers):
    return [n for n in numbers if is_prime(n)]


def primes_parallel(numbers, workers):
    with multiprocessing.Pool(workers) as pool:
        flags = pool.map(is_prime, numbers)
        pool.close()
        pool.join()
    return [n for n, prime in zip(numbers, flags) if prime]


def cpu_seconds():
    """CPU time of this process and of the children that were waited for."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measured(variant, workers, find):
    cpu, wall = cpu_seconds(), time.perf_counter()
    primes = find()
    wall = time.perf_counter() - wall
    return {
        "variant": variant,
        "workers": workers,
        "answer": {"count": len(primes), "sum": sum(primes)},
        "wall_ms": wall * 1e3,
        "cpu_ms": (cpu_seconds() - cpu) * 1e3,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="start", type=int, default=100_000_000)
    parser.add_argument("--to", dest="end", type=int, default=101_000_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--variant", choices=["sequential", "parallel"], action="append")
    arguments = parser.parse_args()

    numbers = range(arguments.start, arguments.end)
    variants = {
        "sequential": (1, lambda: primes_sequential(numbers)),
        "parallel": (arguments.workers, lambda: primes_parallel(numbers, arguments.workers)),
    }
    chosen = arguments.variant or list(variants)
    runs = [measured(name, *variants[name]) for name in chosen]
    print(json.dumps({"part": "part1-primes", "peer": "python", "runs": runs}))
    if len({tuple(run["answer"].values()) for run in runs}) != 1:
        raise SystemExit("error: the variants disagree")


if __name__ == "__main__":
    main()
