// SPDX-License-Identifier: Apache-2.0
#include "compiler/rows.h"

#include <vector>

#include <fmt/format.h>

#include "compiler/choose_kernel.h"
#include "model/error.h"

namespace nibble {

namespace {

constexpr const char *option = "--any-rows";

/// Descending. More rows than the most read the weights again; the others are what kernels are fast at, and one.
constexpr int64_t row_counts[] = {64, 16, 4, 1};

void check_alignment(const Layer &layer, const TargetFacts &target, std::vector<Finding> &findings) {
    const Layer row = with_rows(layer, 1);
    for (const LayerTensor *tensor : {&row.src[0], &row.dst[0]}) {
        if (tensor->bytes() % target.buffer_alignment != 0) {
            findings.push_back({option, fmt::format("layer '{}', tensor '{}'", layer.name, tensor->name),
                                fmt::format("rows of {} bytes", tensor->bytes()),
                                fmt::format("a multiple of {}'s {}", target.name, target.buffer_alignment)});
        }
    }
}

} // namespace

bool has_rows(const Layer &layer) { return find_operator(layer.op)->rows_apart; }

Layer with_rows(const Layer &layer, int64_t rows) {
    Layer cut = layer;
    cut.attributes["m"] = rows;
    cut.src[0].shape = {rows, layer.at("k")};
    cut.dst[0].shape = {rows, layer.at("n")};
    return cut;
}

void add_row_kernels(Program &program) {
    if (program.target.on_gpu()) {
        throw Error(Finding{option, program.target.name, "a GPU", "a processor"});
    }
    std::vector<Finding> findings;
    bool any = false;
    for (CompiledLayer &layer : program.layers) {
        if (!has_rows(layer.layer)) {
            continue;
        }
        any = true;
        check_alignment(layer.layer, program.target, findings);
        for (const int64_t rows : row_counts) {
            const Layer with = with_rows(layer.layer, rows);
            ChosenKernel chosen = choose_kernel(with, *find_operator(with.op), layer.lowering, program);
            layer.by_rows.push_back({rows, kernel_for(program, std::move(chosen), with.name)});
        }
    }
    if (!any) {
        findings.push_back({option, program.source, "no such layer", "a fully connected one"});
    }
    if (!findings.empty()) {
        throw Error(std::move(findings));
    }
}

} // namespace nibble
