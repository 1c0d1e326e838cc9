// SPDX-License-Identifier: Apache-2.0
#include "bench/thread_gain.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "autotune/micro_kernels.h"

namespace nibble {
namespace {

constexpr int least_rounds = 200;
constexpr double least_seconds = 2, most_seconds = 10; ///< that a busy machine has to let all threads run at once
constexpr double free_gain = 0.9;                      ///< of the number of threads: the machine did
constexpr int64_t peak_iterations = 40000;             ///< some 200 microseconds

/// The shortest of several runs, of wall time.
class Shortest {
public:
    template <typename Work>
    void time(Work &&work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        seconds_ = std::min(seconds_, taken.count());
    }
    double seconds() const { return seconds_; }

private:
    double seconds_ = std::numeric_limits<double>::infinity();
};

} // namespace

ThreadGain measure_thread_gain(KernelCase &kernel, Caller &caller, WorkerPool &pool, const ComputePeak &peak) {
    const MultiplyLoop &loop = *find_multiply_loop(peak.operand_types.c_str(), peak.vector_bytes);
    const auto run_peak = [&](int) { loop.run(peak_iterations); };
    Shortest layer_on_one, layer_on_all, peak_on_one, peak_on_all;
    const auto peak_gain = [&] { return pool.size() * peak_on_one.seconds() / peak_on_all.seconds(); };
    const auto start = std::chrono::steady_clock::now();
    const auto is_enough = [&](int rounds) {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        const bool is_free = peak_gain() >= free_gain * pool.size();
        return rounds >= least_rounds && taken.count() >= (is_free ? least_seconds : most_seconds);
    };
    for (int round = 0; !is_enough(round); ++round) {
        caller.run_loops_on(nullptr);
        layer_on_one.time([&] { kernel.call(); });
        peak_on_one.time([&] { run_peak(0); });
        caller.run_loops_on(&pool);
        layer_on_all.time([&] { kernel.call(); });
        peak_on_all.time([&] { pool.run_on_each(run_peak); });
    }
    caller.run_loops_on(nullptr);
    return {layer_on_one.seconds() / layer_on_all.seconds(), peak_gain(), layer_on_all.seconds() * 1e6};
}

} // namespace nibble
