// SPDX-License-Identifier: Apache-2.0
#include "bench/call_timer.h"

#include "autotune/timing.h"

namespace nibble {
namespace {

constexpr double least_sample_seconds = 1e-4;
constexpr int most_calls = 1 << 16;

} // namespace

CallTimer::CallTimer(std::function<void()> call) : call_(std::move(call)) {
    call_();
    while (time_calls() < least_sample_seconds && calls_ < most_calls) {
        calls_ *= 2;
    }
}

double CallTimer::time_calls() const {
    return time_undisturbed([&] {
        for (int i = 0; i < calls_; ++i) {
            call_();
        }
    });
}

double CallTimer::sample() const { return time_calls() / calls_; }

} // namespace nibble
