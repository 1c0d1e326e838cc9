// SPDX-License-Identifier: Apache-2.0
#include "tests/support/layer_run.h"

#include <fmt/format.h>

namespace nibble::test {

namespace {

/// The layer as the kernel wants its constants packed.
Layer packed_as(const KernelCase &test, Layer layer) {
    const auto found = test.request.parameters.find("requantise");
    if (found != test.request.parameters.end()) {
        layer.attributes["requantise"] = found->second;
    }
    return layer;
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
                const CallReport report = call.run(data.src, data.expected);
                total.bytes += report.bytes;
                total.differing_bytes += report.differing_bytes;
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
