// The manifest: what a library was made of, for run_model, the report and people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "compiler/program.h"

namespace nibble {

/// All of it but the roofline, which autotune adds (autotune/report.h lists the keys; docs/generated_code.md explains
/// them).
nlohmann::json make_manifest(const Program &program, const std::string &version);

} // namespace nibble
