// What several threads make of a layer, beside what they make of the machine's peak.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "autotune/peaks.h"
#include "bench/kernel_case.h"
#include "bench/worker_pool.h"

namespace nibble {

/// Rates of all threads over the rate of one, of wall time.
struct ThreadGain {
    double layer = 0;
    double peak = 0;         ///< of the multiply-add loop on every thread at once: what the machine allows
    double microseconds = 0; ///< of a call on all threads
};

/// Calls the layer on one thread and on the pool's, and runs the peak's loop on one and on all, in turns; of each the
/// shortest counts, for a machine may have others' work to do.
ThreadGain measure_thread_gain(KernelCase &kernel, Caller &caller, WorkerPool &pool, const ComputePeak &peak);

} // namespace nibble
