// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/pixel_windows.h"

namespace nibble::x86 {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int channels = 16; // bytes of a staged pixel
constexpr int pixels = 4;    // in a window

/// The load of one dense run of bytes, or nullptr.
const Load *dense_load(const Expr &e) {
    const Load *load = e.as<Load>();
    const Ramp *ramp = load != nullptr ? load->index.as<Ramp>() : nullptr;
    return ramp != nullptr && is_const_one(ramp->stride) && load->type.bits() == 8 ? load : nullptr;
}

Expr start_of(const Load *load) { return load->index.as<Ramp>()->base; }

/// Four loads of neighbouring pixels, in order.
bool is_window(const Shuffle *op) {
    if (!op->is_interleave() || op->vectors.size() != pixels || op->type.lanes() != channels * pixels) {
        return false;
    }
    const Load *first = dense_load(op->vectors[0]);
    for (int i = 0; i < pixels; i++) {
        const Load *load = dense_load(op->vectors[i]);
        if (first == nullptr || load == nullptr || load->name != first->name ||
            !can_prove(start_of(load) - start_of(first) == channels * i)) {
            return false;
        }
    }
    return true;
}

class LoadPixelWindowsWhole : public IRMutator {
protected:
    using IRMutator::visit;

    Expr visit(const Shuffle *op) override {
        if (!is_window(op)) {
            return IRMutator::visit(op);
        }
        constexpr int lanes = channels * pixels;
        const Load *first = dense_load(op->vectors[0]);
        const Expr whole = Load::make(first->type.with_lanes(lanes), first->name, Ramp::make(start_of(first), 1, lanes),
                                      first->image, first->param, const_true(lanes), first->alignment);
        std::vector<int> interleaved;
        for (int i = 0; i < lanes; i++) {
            interleaved.push_back(channels * (i % pixels) + i / pixels);
        }
        return Shuffle::make({whole}, interleaved);
    }
};

} // namespace

std::shared_ptr<IRMutator> load_pixel_windows_whole() { return std::make_shared<LoadPixelWindowsWhole>(); }

} // namespace nibble::x86
