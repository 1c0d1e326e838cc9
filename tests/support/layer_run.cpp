// SPDX-License-Identifier: Apache-2.0
#include "tests/support/layer_run.h"

#include <fmt/format.h>

#include "compiler/program.h"
#include "schedules/directives.h"

namespace nibble::test {

Layer packed_as(const KernelCase &test, Layer layer) {
    const auto found = test.request.parameters.find("requantise");
    if (found != test.request.parameters.end()) {
        layer.attributes["requantise"] = found->second;
    }
    return layer;
}

namespace {

/// The kernel with its dst over each source that it may overwrite.
CallReport run_in_place(const KernelCase &test, const Layer &layer, KernelCall &call, const CallData &data) {
    const TileSpace &space = find_schedule(test.request.op, test.request.lowering, test.request.schedule)->space;
    for (const size_t i : overwritable_sources(layer, test.request, space)) {
        CallReport report = call.run_in_place(data.src, data.expected, i);
        if (!report.problem.empty()) {
            report.problem = fmt::format("in place of src[{}]: {}", i, report.problem);
            return report;
        }
    }
    return {};
}

} // namespace

CallReport run_on_data_sets(const KernelCase &test, const KernelSet &kernels, const std::vector<DataSet> &sets) {
    CallReport total;
    const LoadedKernel &kernel = kernels.find(test.request);
    if (!kernel.problem.empty()) {
        total.problem = test.repro() + ": " + kernel.problem;
        return total;
    }
    for (const Placement placement : {Placement::before_guard, Placement::after_guard}) {
        KernelCall call(kernel, packed_as(test, sets.front().layer), test.request.lowering, placement);
        for (const DataSet &set : sets) {
            call.set_constants(packed_as(test, set.layer));
            for (const CallData &data : set.calls) {
                CallReport report = call.run(data.src, data.expected);
                total.bytes += report.bytes;
                total.differing_bytes += report.differing_bytes;
                if (report.problem.empty()) {
                    report = run_in_place(test, sets.front().layer, call, data);
                }
                if (!report.problem.empty()) {
                    total.problem = fmt::format("{} wei={} src={} placement={}: {}", test.repro(), set.name, data.name,
                                                to_string(placement), report.problem);
                    return total;
                }
            }
        }
    }
    return total;
}

} // namespace nibble::test
