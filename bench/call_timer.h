// Times one function call, often enough that the clock's own cost does not count.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace nibble {

class CallTimer {
public:
    /// Calls `call` until one sample of it takes a tenth of a millisecond; that warms the caches too.
    explicit CallTimer(std::function<void()> call);

    /// Seconds of one call: the mean over one undisturbed sample.
    double sample() const;
    int calls_per_sample() const { return calls_; }

private:
    double time_calls() const;

    std::function<void()> call_;
    int calls_ = 1;
};

} // namespace nibble
