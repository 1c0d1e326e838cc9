// SPDX-License-Identifier: Apache-2.0
#include "autotune/timing.h"

#include <algorithm>
#include <ctime>

#include <sys/resource.h>

namespace nibble {

Spread spread_of(std::vector<double> samples) {
    Spread spread;
    if (samples.empty()) {
        return spread;
    }
    std::sort(samples.begin(), samples.end());
    spread.min = samples.front();
    spread.median = samples[(samples.size() - 1) / 2];
    spread.samples = samples.size();
    return spread;
}

double thread_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

long preemptions() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

} // namespace nibble
