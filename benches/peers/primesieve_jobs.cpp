// The jobs of `peers sieve` that run inside a process, done with libprimesieve as its documentation
// shows. Arguments and output are those of `peers job`:
//
//     primesieve_jobs VERB START END REPETITIONS
//
// The range is half-open. The first line of the output is the answer; a job that is repeated adds
// a line with the nanoseconds of one repetition: CPU time, a space, wall time.
//
// Everything runs on one thread, since what it is compared with does.

#include <primesieve.hpp>

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

struct Task {
    uint64_t start;
    uint64_t end;
    uint64_t repetitions;
    // primesieve includes the last number of a range.
    uint64_t last() const { return end - 1; }
};

uint64_t count(const Task& task) { return primesieve::count_primes(task.start, task.last()); }

std::vector<uint64_t> collect(const Task& task) {
    std::vector<uint64_t> primes;
    primesieve::generate_primes(task.start, task.last(), &primes);
    return primes;
}

uint64_t sum(const Task& task) {
    primesieve::iterator iterator(task.start, task.last());
    uint64_t sum = 0;
    for (uint64_t prime = iterator.next_prime(); prime < task.end; prime = iterator.next_prime()) {
        sum += prime;
    }
    return sum;
}

// As many primes from the start on as the range has numbers.
uint64_t sum_of_first(const Task& task) {
    primesieve::iterator iterator(task.start);
    uint64_t sum = 0;
    for (uint64_t number = task.start; number < task.end; ++number) {
        sum += iterator.next_prime();
    }
    return sum;
}

std::string listing(const std::vector<uint64_t>& primes) {
    if (primes.empty()) {
        return "0 primes";
    }
    return std::to_string(primes.size()) + " primes: " + std::to_string(primes.front()) + " .. " +
           std::to_string(primes[primes.size() / 2]) + " .. " + std::to_string(primes.back());
}

int64_t nanoseconds(const timeval& time) {
    return int64_t{time.tv_sec} * 1'000'000'000 + int64_t{time.tv_usec} * 1'000;
}

int64_t cpu_nanoseconds() {
    rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        std::cerr << "primesieve_jobs: the kernel does not tell the CPU time of this process\n";
        std::exit(1);
    }
    return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

// Prints the answer, and what a repetition costs after a warm-up of a tenth of them.
template <typename Answer, typename Describe>
void repeat(const Task& task, Answer (*work)(const Task&), Describe describe) {
    for (uint64_t done = 0; done < task.repetitions / 10 + 1; ++done) {
        work(task);
    }
    const auto wall_start = std::chrono::steady_clock::now();
    const int64_t cpu_start = cpu_nanoseconds();
    Answer answer{};
    for (uint64_t done = 0; done < task.repetitions; ++done) {
        answer = Answer{}; // its memory is given back before the next one asks for some
        answer = work(task);
    }
    const int64_t cpu = cpu_nanoseconds() - cpu_start;
    const int64_t wall = std::chrono::duration_cast<std::chrono::nanoseconds>(
                             std::chrono::steady_clock::now() - wall_start)
                             .count();
    const auto repetitions = static_cast<int64_t>(task.repetitions);
    std::cout << describe(answer) << '\n' << cpu / repetitions << ' ' << wall / repetitions << '\n';
}

int complain() {
    std::cerr << "usage: primesieve_jobs version\n"
                 "       primesieve_jobs sum|sum-by-for|collect|count-repeatedly|collect-repeatedly|"
                 "sum-first-repeatedly START END REPETITIONS\n";
    return 2;
}

int perform(const std::string& verb, const Task& task) {
    const auto number = [](uint64_t number) { return std::to_string(number); };
    // Its iterator has one way only.
    if (verb == "sum" || verb == "sum-by-for") {
        std::cout << sum(task) << '\n';
    } else if (verb == "collect") {
        std::cout << listing(collect(task)) << '\n';
    } else if (verb == "count-repeatedly") {
        repeat<uint64_t>(task, count, number);
    } else if (verb == "collect-repeatedly") {
        repeat<std::vector<uint64_t>>(task, collect, listing);
    } else if (verb == "sum-first-repeatedly") {
        repeat<uint64_t>(task, sum_of_first, number);
    } else {
        return complain();
    }
    return 0;
}

} // namespace

int main(int argument_count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + argument_count);
    if (words.size() == 1 && words[0] == "version") {
        std::cout << "primesieve " << primesieve::primesieve_version() << '\n';
        return 0;
    }
    if (words.size() != 4) {
        return complain();
    }
    try {
        primesieve::set_num_threads(1);
        const Task task{std::stoull(words[1]), std::stoull(words[2]), std::stoull(words[3])};
        return task.end == 0 || task.repetitions == 0 ? complain() : perform(words[0], task);
    } catch (const std::exception& error) {
        std::cerr << "primesieve_jobs: " << error.what() << '\n';
        return 1;
    }
}
