// The command-line options that say which kernels to search or to study.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "autotune/tune_tasks.h"

namespace nibble {

/// --target, --model or --layers, --filter, types and --batch.
void add_source_options(CLI::App &, std::string &target, TuneSource &);
/// Throws CLI::RequiredError where there is neither a model nor a list.
void check_source(const TuneSource &);

} // namespace nibble
