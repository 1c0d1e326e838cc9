// SPDX-License-Identifier: Apache-2.0
#include "bench/kernel_case.h"

#include "autotune/micro_kernels.h"

namespace nibble {

KernelCase::KernelCase(std::shared_ptr<LayerData> data, LoadedLibrary::Function function, Caller &caller)
    : data_(std::move(data)), function_(function), caller_(caller) {
    for (const GuardedBuffer &source : data_->src()) {
        inputs_.push_back(source.data());
    }
    if (!data_->packed().empty()) {
        inputs_.push_back(data_->packed().front().data());
    }
    for (GuardedBuffer &destination : data_->dst()) {
        outputs_.push_back(destination.data());
    }
}

int64_t KernelCase::macs() const { return find_operator(layer().layer.op)->macs(layer().layer); }

void KernelCase::read_weights() {
    constexpr size_t step = 512; // of read_memory
    const GuardedBuffer &weights = data_->next_packed();
    read_memory(weights.data(), weights.size() / step * step);
}

void KernelCase::call() {
    if (is_cold()) {
        inputs_.back() = data_->next_packed().data();
    }
    function_(caller_.context(), inputs_.data(), outputs_.data());
}

std::string KernelCase::verify() {
    caller_.call(function_, layer().layer.name, inputs_, outputs_);
    return caller_.intact() ? data_->problem() : "a byte is written outside of the scratch arena";
}

} // namespace nibble
