// SPDX-License-Identifier: Apache-2.0
#include "tests/autotune/report_manifest.h"

#include "autotune/roofline.h"

namespace nibble::test {

using nlohmann::json;

TargetFacts machine() {
    TargetFacts target;
    target.name = "machine";
    target.vector_bytes = 64;
    target.clock_ghz = 3;
    target.macs_per_cycle = {{"u8s8", 128}};
    target.memory = {{"L1", 49152, 128}, {"L2", 2097152, 48}, {"DRAM", 0, 8}};
    return target;
}

json tensor(const std::string &name) {
    return {{"index", 0}, {"name", name}, {"shape", {1, 8, 8, 16}}, {"dtype", "s8"}};
}

json kernel(const std::string &name, int64_t macs) {
    KernelWork work;
    work.macs = macs;
    work.operand_types = "u8s8";
    work.src_bytes = work.dst_bytes = work.requantized = 1024;
    work.weight_bytes = 2304;
    json entry = {{"layer", name},
                  {"operator", "conv2d"},
                  {"src", {tensor("a")}},
                  {"dst", {tensor("b")}},
                  {"types", "qs8_qc8w"},
                  {"lowering", "dot_u8s8"},
                  {"schedule", "x86"},
                  {"tile", {{"mr", 8}, {"nv", 3}}},
                  {"tile_origin", "default"},
                  {"fused", json::array()},
                  {"requantize", "q31"},
                  {"requantize_channels", nullptr},
                  {"in_place", nullptr},
                  {"listing", nullptr},
                  {"staging", json::array()},
                  {"off_chip", {{"src", 1000}, {"dst", 2000}, {"weights", 3000}, {"saved", 0}}},
                  {"scratch_bytes", 0},
                  {"vtcm_bytes", 0},
                  {"vtcm_offset", 0},
                  {"stack_bytes", 512},
                  {"packed_weight_bytes", 2304}};
    entry.update(roofline_entry(work, machine()));
    return entry;
}

json manifest(std::vector<json> kernels) {
    return {{"nibble", "1.2.3"},
            {"name", "net"},
            {"target", "machine"},
            {"kernels", kernels},
            {"arena", {{"bytes", 3072}, {"largest_live_bytes", 3000}, {"blocks", json::array()}}},
            {"vtcm", {{"bytes", 0}, {"saved_bytes", 0}, {"blocks", json::array()}}},
            {"off_chip_bytes", 6000},
            {"scratch_bytes", 4096},
            {"stack_bytes", 2048},
            {"vtcm_bytes", 0},
            {"inputs", {tensor("image")}},
            {"outputs", {tensor("classes")}}};
}

json measured(double us) {
    return {{"cost", us * 1e3}, {"default_cost", us * 1e3}, {"unit", "ns"}, {"points", 1}, {"machine", "one"}};
}

size_t count(const std::string &text, const std::string &word) {
    size_t found = 0;
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++found;
    }
    return found;
}

} // namespace nibble::test
