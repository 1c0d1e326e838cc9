// What a layer is run on: random data and extremes, with the results that the reference gives.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/layer.h"

namespace nibble::test {

using Bytes = std::vector<uint8_t>;

/// One call's data: source tensors and what the reference makes of them.
struct CallData {
    std::string name; ///< of the pattern
    std::vector<Bytes> src;
    std::vector<Bytes> expected;
};

/// One set of constants and the calls with it.
struct DataSet {
    std::string name; ///< of the weights' pattern
    Layer layer;      ///< with all constants
    std::vector<CallData> calls;
};

/// The layer with random constants where it has none, and for weights also: all zero, all the least that it has (-128
/// where they are drawn here), one weight a channel, and the identity; each on random sources and on extremes. Only
/// "wei" differs, so that one kernel serves all of them.
std::vector<DataSet> make_data_sets(const Layer &, uint32_t seed);

/// What the reference makes of these sources.
std::vector<Bytes> reference_results(const Layer &, const std::vector<Bytes> &src);

} // namespace nibble::test
