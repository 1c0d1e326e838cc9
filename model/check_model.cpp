// What holds for every model, whatever wrote it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "model/finding_list.h"
#include "model/model.h"
#include "model/model_places.h"
#include "model/operator_rules.h"
#include "model/quantization.h"

namespace nibble {

namespace {

// Halide's buffers count elements in 32 bits.
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();

bool is_c_identifier(const std::string &name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), is_part);
}

/// One letter a dimension; "1" stands for a dimension that is always 1.
void check_layout(const Tensor &tensor, const std::string &where, FindingList &findings) {
    if (tensor.layout.empty()) {
        return;
    }
    if (tensor.layout.size() != tensor.shape.size()) {
        findings.add(where + ", layout", tensor.layout, fmt::format("{} letters or none", tensor.shape.size()));
        return;
    }
    for (size_t i = 0; i < tensor.layout.size(); ++i) {
        if (tensor.layout[i] == '1' && tensor.shape[i] != 1) {
            findings.add(fmt::format("{}, shape[{}]", where, i), std::to_string(tensor.shape[i]),
                         fmt::format("1 in layout {}", tensor.layout));
        }
    }
}

void check_tensor(const Tensor &tensor, const std::string &where, FindingList &findings) {
    const auto is_dynamic = [](int64_t extent) { return extent < 1; };
    if (std::any_of(tensor.shape.begin(), tensor.shape.end(), is_dynamic) || tensor.elements() > kMaxElements) {
        findings.add(where + ", shape", fmt::format("[{}]", fmt::join(tensor.shape, ", ")),
                     fmt::format("extents of at least 1 and at most {} elements", kMaxElements));
        return;
    }
    check_layout(tensor, where, findings);
    if (tensor.is_constant() && static_cast<int64_t>(tensor.data.size()) != tensor.bytes()) {
        findings.add(where + ", data", fmt::format("{} bytes", tensor.data.size()), fmt::format("{}", tensor.bytes()));
    }
    if (tensor.quantization) {
        check_quantization(tensor, where, findings);
    }
}

class GraphCheck {
public:
    GraphCheck(const Model &model, FindingList &findings)
        : model_(model), findings_(findings), writer_(model.tensors.size(), kNobody) {}

    void run() {
        check_inputs();
        for (size_t i = 0; i < model_.operators.size(); ++i) {
            check_operator(i);
        }
        check_outputs();
    }

private:
    static constexpr int kNobody = -1;
    static constexpr int kCaller = -2;

    bool is_tensor(int index) const { return index >= 0 && static_cast<size_t>(index) < model_.tensors.size(); }
    const Tensor &tensor(int index) const { return model_.tensors[static_cast<size_t>(index)]; }
    int &writer(int index) { return writer_[static_cast<size_t>(index)]; }
    std::string place(int index) const { return tensor_place(static_cast<size_t>(index), tensor(index).name); }

    /// Whether `index` is a tensor's; a finding otherwise.
    bool expect_tensor(int index, const std::string &where) {
        if (!is_tensor(index)) {
            findings_.add(where, fmt::format("tensor {}", index),
                          fmt::format("one of {} tensors", model_.tensors.size()));
        }
        return is_tensor(index);
    }

    void check_inputs() {
        for (size_t i = 0; i < model_.inputs.size(); ++i) {
            const int index = model_.inputs[i];
            const std::string where = fmt::format("inputs[{}]", i);
            if (!expect_tensor(index, where)) {
                continue;
            }
            if (tensor(index).is_constant() || writer(index) == kCaller) {
                findings_.add(where, place(index) + (tensor(index).is_constant() ? " with data" : " twice"),
                              "an activation, once");
            }
            writer(index) = kCaller;
        }
    }

    void check_operator(size_t position) {
        const Operator &op = model_.operators[position];
        const std::string where = operator_place(position, op.name);
        check_name(op, where);
        if (op.k_split < 1) {
            findings_.add(where + ", k_split", std::to_string(op.k_split), "at least 1");
        }
        for (size_t i = 0; i < op.inputs.size(); ++i) {
            check_read(op.inputs[i], position, fmt::format("{}, inputs[{}]", where, i));
        }
        for (size_t i = 0; i < op.outputs.size(); ++i) {
            check_write(op.outputs[i], position, fmt::format("{}, outputs[{}]", where, i));
        }
        check_operator_rules(op, where, findings_);
        check_scales_exist(op, where);
    }

    void check_name(const Operator &op, const std::string &where) {
        if (!is_c_identifier(op.name)) {
            findings_.add(where + ", name", fmt::format("\"{}\"", op.name), "a C identifier");
        } else if (!names_.insert(op.name).second) {
            findings_.add(where + ", name", "the same name twice", "a name of its own");
        }
    }

    void check_read(int index, size_t position, const std::string &where) {
        if (index == -1 || !expect_tensor(index, where) || tensor(index).is_constant() || writer(index) != kNobody) {
            return;
        }
        findings_.add(where,
                      place(index) +
                          (is_written_after(index, position) ? ", which is written later" : ", which nobody writes"),
                      "an input of the model, a constant or what an earlier operator wrote");
    }

    bool is_written_after(int index, size_t position) const {
        const auto begin = model_.operators.begin() + static_cast<std::ptrdiff_t>(position);
        return std::any_of(begin, model_.operators.end(), [&](const Operator &op) {
            return std::find(op.outputs.begin(), op.outputs.end(), index) != op.outputs.end();
        });
    }

    void check_write(int index, size_t position, const std::string &where) {
        if (!expect_tensor(index, where)) {
            return;
        }
        const int before = writer(index);
        if (tensor(index).is_constant() || before != kNobody) {
            const std::string owner = tensor(index).is_constant() ? "a constant"
                                      : before == kCaller         ? "an input of the model"
                                                                  : "written by operator " + std::to_string(before);
            findings_.add(where, fmt::format("{}, {}", place(index), owner), "an activation that nobody else writes");
        }
        writer(index) = static_cast<int>(position);
    }

    /// A quantised operator needs scales wherever its numbers are quantised; s32 and s64 may be counts or sums.
    void check_scales_exist(const Operator &op, const std::string &where) {
        if (!needs_quantization(op)) {
            return;
        }
        std::vector<int> used = op.inputs;
        used.insert(used.end(), op.outputs.begin(), op.outputs.end());
        for (const int index : used) {
            if (is_tensor(index) && !tensor(index).quantization && bits_of(tensor(index).dtype) <= 16 &&
                tensor(index).dtype != DType::f16) {
                findings_.add(fmt::format("{}, {}, quantization", where, place(index)), "none",
                              "a scale and a zero point");
            }
        }
    }

    void check_outputs() {
        if (model_.outputs.empty()) {
            findings_.add("outputs", "no tensor", "at least one");
        }
        for (size_t i = 0; i < model_.outputs.size(); ++i) {
            const int index = model_.outputs[i];
            const std::string where = fmt::format("outputs[{}]", i);
            if (expect_tensor(index, where) && writer(index) < 0) {
                findings_.add(where, place(index) + ", which no operator writes", "an operator's output");
            }
        }
    }

    const Model &model_;
    FindingList &findings_;
    std::vector<int> writer_; ///< of each tensor: the operator's position, or one of the constants above
    std::set<std::string> names_;
};

} // namespace

void check_model(const Model &model) {
    FindingList findings(model.source);
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        check_tensor(model.tensors[i], tensor_place(i, model.tensors[i].name), findings);
    }
    GraphCheck(model, findings).run();
    findings.throw_if_any();
}

} // namespace nibble
