// Pass that writes the call of generators/either.h as a branch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble {

/// Where all lanes of a store share the flag, the store becomes a branch between two; elsewhere the values are
/// selected. A flag computed from loop variables alone is tested outside of all loops that do not change it, around a
/// copy of them for each value; one that is read from memory is tested at the store.
std::shared_ptr<Halide::Internal::IRMutator> expand_either();

} // namespace nibble
