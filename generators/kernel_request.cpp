// SPDX-License-Identifier: Apache-2.0
#include "generators/kernel_request.h"

namespace nibble {

void to_json(nlohmann::json &json, const KernelRequest &request) {
    json = {{"op", request.op},
            {"lowering", request.lowering},
            {"schedule", request.schedule},
            {"halide_target", request.halide_target},
            {"parameters", request.parameters},
            {"tile", request.tile}};
}

void from_json(const nlohmann::json &json, KernelRequest &request) {
    json.at("op").get_to(request.op);
    json.at("lowering").get_to(request.lowering);
    json.at("schedule").get_to(request.schedule);
    json.at("halide_target").get_to(request.halide_target);
    json.at("parameters").get_to(request.parameters);
    json.at("tile").get_to(request.tile);
}

void to_json(nlohmann::json &json, const KernelFacts &facts) {
    json = {{"scratch_bytes", facts.scratch_bytes},
            {"vtcm_bytes", facts.vtcm_bytes},
            {"vtcm_filled_bytes", facts.vtcm_filled_bytes},
            {"stack_bytes", facts.stack_bytes},
            {"requantise", facts.requantise}};
}

void from_json(const nlohmann::json &json, KernelFacts &facts) {
    json.at("scratch_bytes").get_to(facts.scratch_bytes);
    json.at("vtcm_bytes").get_to(facts.vtcm_bytes);
    json.at("vtcm_filled_bytes").get_to(facts.vtcm_filled_bytes);
    json.at("stack_bytes").get_to(facts.stack_bytes);
    json.at("requantise").get_to(facts.requantise);
}

} // namespace nibble
