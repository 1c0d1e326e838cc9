// From accumulators to s8 with constants by channel: the inputs of a kernel that hold them, and the exact forms.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include <Halide.h>

#include "generators/kernel.h"
#include "generators/requantise_kind.h"

namespace nibble {

/// The forms of compiler/operators/support/channel_requantise.h on Exprs; docs/numerics.md proves them.
class RequantiseChannels {
public:
    using Input = Halide::GeneratorInput<Halide::Buffer<>>;
    using AddInput = std::function<Input *(const std::string &name, const Halide::Type &)>;

    /// Adds the inputs that the kernel's parameters ask for, in the order of add_requantise_arrays.
    void add_inputs(const Attributes &kernel, const AddInput &);
    /// Declares the inputs' extents.
    void set_bounds(int padded_channels);
    /// Accumulator `acc` (int32) of channel `c` as s8.
    Halide::Expr operator()(const Halide::Expr &acc, const Halide::Expr &c) const;
    /// Of ChannelForm alone: the s32 value before it is clamped, and that as s8.
    Halide::Expr in_q31(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr clamped(const Halide::Expr &value) const;
    bool is_q31() const { return at("requantise") == requantise_q31; }

private:
    Halide::Expr constant(const char *name, const Halide::Expr &c) const;
    Halide::Expr in_s16(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr shifted_left(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr as_single(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr in_f32(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr as_biased(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr as_nearest(const Halide::Expr &acc, const Halide::Expr &c) const;
    Halide::Expr moved_to_zero(const Halide::Expr &value, const Halide::Expr &c) const;
    int at(const char *name) const { return static_cast<int>(kernel_.at(name)); }

    Attributes kernel_;
    std::map<std::string, Input *> inputs_;
};

/// Base of the kernels that requantise by channel. Call add_requantise_inputs() in configure().
template <typename T>
class RequantisingKernel : public Kernel<T> {
protected:
    void add_requantise_inputs() {
        requantise.add_inputs(this->attributes(), [this](const std::string &name, const Halide::Type &type) {
            return this->template add_input<Halide::Buffer<>>(name, type, 1);
        });
    }

    /// `acc` of channel `c` as s8, by way of Func "scaled" over `args` where the form is ChannelForm: the values before
    /// they are narrowed, which a schedule may compute in vectors of other shapes.
    Halide::Expr requantise_staged(const std::vector<Halide::Var> &args, const Halide::Expr &acc,
                                   const Halide::Expr &c) {
        if (!requantise.is_q31()) {
            return requantise(acc, c);
        }
        Halide::Func scaled("scaled");
        scaled(args) = requantise.in_q31(acc, c);
        this->algorithm.funcs["scaled"] = scaled;
        return requantise.clamped(scaled(std::vector<Halide::Expr>(args.begin(), args.end())));
    }

    RequantiseChannels requantise;
};

} // namespace nibble
