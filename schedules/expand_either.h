// Pass that writes the call of generators/requantise_channels.h, one of two values, as a branch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble {

/// A store of either value becomes a branch between two stores where the flag is the same for all lanes; elsewhere a
/// selection between both.
std::shared_ptr<Halide::Internal::IRMutator> expand_either();

} // namespace nibble
