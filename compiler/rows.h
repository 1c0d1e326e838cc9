// Layers whose number of rows is given at run time: kernels of a few numbers of rows make up any other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "compiler/program.h"

namespace nibble {

/// Whether the layer's rows (attribute m) do not see each other: those of matrix products with constant weights.
bool has_rows(const Layer &);

/// Such a layer with another number of rows: src [rows, k], dst [rows, n].
Layer with_rows(const Layer &, int64_t rows);

/// Gives each layer that has rows kernels for some numbers of them (CompiledLayer::by_rows), and with these a function
/// <name>_<layer>_rows. Throws Error for a GPU, where no layer has rows, and for rows that end between the target's
/// aligned addresses.
void add_row_kernels(Program &);

} // namespace nibble
