// The tensors of random models: types that go together, scales that let results vary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "compiler/operators/support/sampling.h"
#include "model/model.h"

namespace nibble::test {

/// A model whose tensors are drawn; its operators are a derived class's. Functions that add a tensor return its index.
class RandomTensors {
protected:
    explicit RandomTensors(uint32_t seed) : generator_(seed) {}

    int64_t number(int64_t least, int64_t most) { return operators::draw(generator_, least, most); }
    bool chance(int64_t of) { return number(1, of) == 1; }
    template <typename T>
    T pick(const std::vector<T> &of) {
        return of[static_cast<size_t>(number(0, static_cast<int64_t>(of.size()) - 1))];
    }
    int64_t channels() { return pick<int64_t>({1, 3, 8, 16, 17, 24, 32, 40, 64, number(1, 70)}); }
    int64_t depth() { return pick<int64_t>({1, 32, 64, 100, 128, 257, number(1, 300)}); }
    float random_scale() { return static_cast<float>(number(5, 200)) * 0.001f; }

    Tensor &tensor(int index) { return model_.tensors[static_cast<size_t>(index)]; }

    /// With a zero point, or a random one.
    int add_activation(const std::vector<int64_t> &shape, float scale, std::optional<int32_t> zero = {});
    /// Weights of a type that the activations go with; channels along `axis`.
    int add_weights(const std::vector<int64_t> &shape, int axis);
    /// Scales of the groups of weights [n, k] that have a length for groups, or integers for them.
    void scale_by_group(Tensor &wei);
    /// s32 or s64 with a scale, or f32.
    int add_bias(int64_t channels, float scale);
    /// A destination that `products` of typical values span.
    int add_weighted_destination(const std::vector<int64_t> &shape, int weights, int64_t products);

    std::mt19937 generator_;
    Model model_;
    DType type_ = DType::s8; ///< of the activations
    Rounding rounding_ = Rounding::double_;
    int current_ = -1; ///< the activation that the next operator reads

private:
    int add(Tensor tensor, const char *kind);
    DType weight_type(int64_t products);
    int add_real_bias(int64_t channels);
};

} // namespace nibble::test
