// SPDX-License-Identifier: Apache-2.0
#include "autotune/half_sample_mode.h"

#include <algorithm>
#include <cstddef>

namespace nibble {

double half_sample_mode(std::vector<double> samples) {
    if (samples.empty()) {
        return 0;
    }
    std::sort(samples.begin(), samples.end());
    size_t begin = 0, count = samples.size();
    while (count > 3) {
        const size_t half = (count + 1) / 2;
        size_t shortest = begin;
        for (size_t i = begin; i + half <= begin + count; ++i) {
            if (samples[i + half - 1] - samples[i] < samples[shortest + half - 1] - samples[shortest]) {
                shortest = i;
            }
        }
        begin = shortest;
        count = half;
    }
    if (count == 3) { // the nearer two
        const bool low = samples[begin + 1] - samples[begin] <= samples[begin + 2] - samples[begin + 1];
        begin += low ? 0 : 1;
        count = 2;
    }
    return (samples[begin] + samples[begin + count - 1]) / 2;
}

} // namespace nibble
