// Where samples are densest.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace nibble {

/// The half-sample mode (Bickel and Fruehwirth, "On a fast, robust estimator of the mode", 2006): of the sorted samples
/// the shortest interval that has half of them, again and again. Times of a kernel are dense near what it takes, with a
/// long tail of disturbed ones and now and then one that a faster clock gave: the mean follows the tail, the minimum
/// the clock, this neither. 0 where there are no samples.
double half_sample_mode(std::vector<double> samples);

} // namespace nibble
