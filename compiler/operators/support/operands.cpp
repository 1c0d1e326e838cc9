// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/operands.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "compiler/operators/support/constant_free.h"

namespace nibble::operators {

void set_element(const std::string &name, DType dtype, Attributes &attributes) {
    const bool is_float = dtype == DType::f16 || dtype == DType::f32;
    const bool is_unsigned = dtype == DType::u4 || dtype == DType::u8 || dtype == DType::u16;
    attributes[name + "_kind"] = is_float      ? reference::float_element
                                 : is_unsigned ? reference::unsigned_element
                                               : reference::signed_element;
    attributes[name + "_bits"] = bits_of(dtype);
}

reference::Element element_of(const Layer &layer, const std::string &name) {
    return {layer.at(name + "_kind"), layer.at(name + "_bits")};
}

void add_operand(Layer &layer, const std::string &name, const Tensor &tensor) {
    layer.attributes[name + "_constant"] = tensor.is_constant();
    if (tensor.is_constant()) {
        layer.constants[name] = {tensor.dtype, tensor.shape, tensor.data};
    } else {
        layer.src.push_back({tensor.name, tensor.dtype, tensor.shape});
    }
}

void add_zeros(Layer &layer, const std::string &name, DType dtype, int64_t elements) {
    Tensor zeros;
    zeros.name = name;
    zeros.dtype = dtype;
    zeros.shape = {elements};
    zeros.data.resize(static_cast<size_t>(zeros.bytes()));
    add_operand(layer, name, zeros);
}

std::map<std::string, const void *> operand_data(const Layer &layer, const std::vector<std::string> &names,
                                                 const std::vector<const void *> &src) {
    std::map<std::string, const void *> data;
    size_t next = 0;
    for (const std::string &name : names) {
        const auto constant = layer.constants.find(name);
        data[name] = constant == layer.constants.end() ? src.at(next++) : constant->second.data.data();
    }
    return data;
}

OperatorRow operand_row(std::string name, std::vector<std::string> names, decltype(OperatorRow::legalise) legalise,
                        decltype(OperatorRow::reference) reference,
                        decltype(OperatorRow::sample_layers) sample_layers) {
    OperatorRow row =
        constant_free_row(std::move(name), std::move(legalise), std::move(reference), std::move(sample_layers));
    row.takes_bytes = true;
    row.packed_layout = [names = std::move(names)](const Layer &layer, const std::string &) {
        PackedLayout layout;
        for (const std::string &operand : names) {
            const auto found = layer.constants.find(operand);
            if (found != layer.constants.end()) {
                layout.add(operand, found->second.dtype, static_cast<int64_t>(found->second.data.size()));
            }
        }
        return layout;
    };
    row.pack = [layout_of = row.packed_layout](const Layer &layer, const std::string &lowering, uint8_t *packed) {
        for (const PackedArray &array : layout_of(layer, lowering).arrays) {
            const std::vector<uint8_t> &bytes = layer.constants.at(array.name).data;
            std::copy(bytes.begin(), bytes.end(), packed + array.offset);
        }
    };
    return row;
}

Tensor sample_operand(const std::string &name, DType dtype, std::vector<int64_t> shape, uint32_t seed) {
    Tensor tensor;
    tensor.name = name;
    tensor.dtype = dtype;
    tensor.shape = std::move(shape);
    if (seed != 0) {
        std::mt19937 generator(seed);
        tensor.data.resize(static_cast<size_t>(tensor.bytes()));
        std::generate(tensor.data.begin(), tensor.data.end(), [&] { return static_cast<uint8_t>(generator() >> 24); });
    }
    return tensor;
}

Tensor sample_floats(const std::string &name, const std::vector<float> &values) {
    Tensor tensor = sample_operand(name, DType::f32, {static_cast<int64_t>(values.size())});
    tensor.data.resize(values.size() * sizeof(float));
    std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
    return tensor;
}

} // namespace nibble::operators
