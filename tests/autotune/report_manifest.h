// Manifests of a made-up machine, for the tests of reports.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "compiler/target.h"

namespace nibble::test {

TargetFacts machine();

/// An activation.
nlohmann::json tensor(const std::string &name);

/// A convolution of so many multiply-adds, with tile mr=8, nv=3 by default.
nlohmann::json kernel(const std::string &name, int64_t macs);

/// What a kernel's "measured" has, as a record says.
nlohmann::json measured(double us);

nlohmann::json manifest(std::vector<nlohmann::json> kernels);

/// How often the word is in the text.
size_t count(const std::string &text, const std::string &word);

} // namespace nibble::test
