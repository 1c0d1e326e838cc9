// What every operator's generator shares: its request's parameters, and the step from algorithm to schedule.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <Halide.h>

#include "generators/u8_view.h"
#include "schedules/directives.h"
#include "schedules/machine.h"

namespace nibble {

/// Channels of one weight panel: the int32 lanes of a 512-bit vector. Packed layouts are the same for every target.
constexpr int panel_channels = 16;

/// What a generator can say of itself once its pipeline is built.
class ChosenForms {
public:
    virtual ~ChosenForms() = default;
    /// KernelFacts::requantise.
    virtual std::string requantise_form() const = 0;
    /// Whether the operator's definition rounds products and sums of floats apart.
    virtual bool rounds_products() const = 0;
};

/// Base of the operators' generators. `generate()` fills `algorithm`; `schedule()` applies the requested schedule to
/// it.
template <typename T>
class Kernel : public Halide::Generator<T>, public ChosenForms {
public:
    std::string requantise_form() const override { return chosen_form; }
    bool rounds_products() const override { return products_are_rounded; }

    Halide::GeneratorParam<std::string> lowering{"lowering", "direct"};
    Halide::GeneratorParam<std::string> schedule_family{"schedule", "generic"};
    Halide::GeneratorParam<std::string> tile{"tile", ""};
    /// The kernel's integers by name, as in the operator's row: "ci=3,h=32,..."; all that a generator reads must be
    /// there.
    Halide::GeneratorParam<std::string> parameters{"parameters", ""};

    void schedule() {
        const std::string op = T::operator_name;
        const ScheduleRow *row = find_schedule(op, lowering, schedule_family);
        if (row == nullptr) {
            throw std::invalid_argument(op + ": found lowering " + lowering.value() + " with schedule " +
                                        schedule_family.value() + ", expected a row of the schedule table");
        }
        algorithm.lowering = lowering;
        set_machine(algorithm, this->get_target());
        row->apply(algorithm, parse_tile(tile));
        add_machine_passes(algorithm, this->get_target());
    }

protected:
    /// The s8 view of an activation's byte, and the byte of an s8 value: parameter `u8` says which type the caller has.
    Halide::Expr s8_view(const Halide::Expr &byte) { return flip_sign(byte, at("u8") != 0); }

    /// The request's parameters.
    const Attributes &attributes() {
        if (algorithm.parameters.empty()) {
            for (const auto &[key, value] : parse_tile(parameters)) {
                algorithm.parameters[key] = value;
            }
        }
        return algorithm.parameters;
    }

    /// The parameter's value. Throws std::out_of_range where the request lacks it.
    int at(const std::string &name) {
        const auto found = attributes().find(name);
        if (found == attributes().end()) {
            throw std::out_of_range(std::string(T::operator_name) + ": found no parameter " + name + ", expected one");
        }
        return static_cast<int>(found->second);
    }

    Halide::Pipeline build_pipeline() override {
        Halide::Pipeline pipeline = Halide::Generator<T>::build_pipeline();
        if (algorithm.buffer_alignment > 1) {
            align_buffers();
        }
        for (const auto &pass : algorithm.passes) {
            pipeline.add_custom_lowering_pass(pass.get(), [] {});
        }
        return pipeline;
    }

private:
    /// Every buffer begins where the target file (buffer_alignment) has callers put it.
    void align_buffers() {
        const int bytes = algorithm.buffer_alignment;
        for (const auto &argument : this->arginfos()) {
            if (argument.dir == Halide::Internal::ArgInfoDirection::Input) {
                this->input_parameter(argument.name).at(0).set_host_alignment(bytes);
            } else {
                this->output_func(argument.name).at(0).output_buffer().set_host_alignment(bytes);
            }
        }
    }

protected:
    Algorithm algorithm;
    std::string chosen_form;           ///< set by a generator that chooses among forms of its requantisation
    bool products_are_rounded = false; ///< set by a generator of float sums
};

/// Declares a buffer whose dimensions, innermost first, start at zero and have these {extent, stride}.
template <typename BufferT>
void set_strided(BufferT &buffer, const std::vector<std::pair<int, int>> &dimensions) {
    for (size_t i = 0; i < dimensions.size(); i++) {
        buffer.dim(static_cast<int>(i)).set_bounds(0, dimensions[i].first).set_stride(dimensions[i].second);
    }
}

/// Declares a dense buffer whose dimensions, innermost first, have these extents and start at zero.
template <typename BufferT>
void set_dense(BufferT &buffer, const std::vector<int> &extents) {
    std::vector<std::pair<int, int>> dimensions;
    int stride = 1;
    for (const int extent : extents) {
        dimensions.emplace_back(extent, stride);
        stride *= extent;
    }
    set_strided(buffer, dimensions);
}

} // namespace nibble
