// The "quantization" object of a tensor: from JSON, to JSON, and whether it fits its tensor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "model/finding_list.h"
#include "model/model.h"

namespace nibble {

const char *to_string(Granularity);

/// Reads the object; wrong fields are findings. `axis` and `group_size` are needed only where the granularity has them.
Quantization read_quantization(const nlohmann::json &object, const std::string &where, FindingList &findings);

nlohmann::ordered_json to_json(const Quantization &quantization);

/// Checks scales, zero points and their number against the tensor's type and shape; `where` names the tensor.
void check_quantization(const Tensor &tensor, const std::string &where, FindingList &findings);

} // namespace nibble
