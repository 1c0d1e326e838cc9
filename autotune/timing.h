// How everything here is timed: CPU time of the thread, preempted samples dropped, least and median.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace nibble {

/// Least and median of a series of samples, in the samples' unit.
struct Spread {
    double min = 0;
    double median = 0;
    size_t samples = 0;
};

/// The spread of the samples; zeros where there are none. An even count takes the lower of the two middle samples.
Spread spread_of(std::vector<double> samples);

/// CPU time of this thread in seconds. Time that the thread waits for a core is not in it.
double thread_seconds();

/// Times that the system took the core away from this thread.
long preemptions();

/// Seconds that `work()` takes; nothing where the thread was preempted meanwhile, since its caches are then another's.
template <typename Work>
std::optional<double> time_once(Work &&work) {
    const long before = preemptions();
    const double start = thread_seconds();
    work();
    const double seconds = thread_seconds() - start;
    if (preemptions() != before) {
        return std::nullopt;
    }
    return seconds;
}

/// As time_once, tried again up to `attempts` times; the last attempt counts even if preempted, so that a busy machine
/// yields a poor sample and not none.
template <typename Work>
double time_undisturbed(Work &&work, int attempts = 8) {
    for (int attempt = 1; attempt < attempts; ++attempt) {
        if (const std::optional<double> seconds = time_once(work)) {
            return *seconds;
        }
    }
    const double start = thread_seconds();
    work();
    return thread_seconds() - start;
}

} // namespace nibble
