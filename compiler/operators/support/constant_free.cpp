// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/constant_free.h"

namespace nibble::operators {

OperatorRow constant_free_row(std::string name, decltype(OperatorRow::legalise) legalise,
                              decltype(OperatorRow::reference) reference,
                              decltype(OperatorRow::sample_layers) sample_layers) {
    OperatorRow row;
    row.name = std::move(name);
    row.lowerings = {"direct"};
    row.legalise = std::move(legalise);
    row.reference = std::move(reference);
    row.macs = [](const Layer &) { return int64_t{0}; };
    row.packed_layout = [](const Layer &, const std::string &) { return PackedLayout{}; };
    row.pack = [](const Layer &, const std::string &, uint8_t *) {};
    row.kernel_parameters = [](const Layer &layer, const std::string &) { return layer.attributes; };
    row.sample_layers = std::move(sample_layers);
    row.randomise = [](Layer &, std::mt19937 &) {};
    return row;
}

OperatorRow elementwise_row(std::string name, decltype(OperatorRow::legalise) legalise,
                            decltype(OperatorRow::reference) reference,
                            decltype(OperatorRow::sample_layers) sample_layers) {
    OperatorRow row =
        constant_free_row(std::move(name), std::move(legalise), std::move(reference), std::move(sample_layers));
    row.elementwise = true;
    return row;
}

} // namespace nibble::operators
