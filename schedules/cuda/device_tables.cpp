// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/device_tables.h"

#include <map>
#include <string>

#include "schedules/cuda/device_loops.h"

namespace nibble::cuda {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// The host's pointer to a table.
bool is_host_pointer(const Expr &value) {
    const Call *call = value.as<Call>();
    const Variable *buffer =
        call != nullptr && call->name == Call::buffer_get_host ? call->args[0].as<Variable>() : nullptr;
    return buffer != nullptr && buffer->image.defined();
}

class DeviceTables : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const For *op) override {
        if (in_device_ || op->device_api != DeviceAPI::CUDA) {
            return IRMutator::visit(op);
        }
        in_device_ = true;
        tables_.clear();
        Stmt body = mutate(op->body);
        in_device_ = false;
        // A string is the one constant that Halide's code generators put into a module; it may hold any bytes.
        for (const auto &[name, table] : tables_) {
            const std::string bytes(static_cast<const char *>(table.data()), table.size_in_bytes());
            body = LetStmt::make(name, StringImm::make(bytes), body);
        }
        return For::make(op->name, op->min, op->extent, op->for_type, op->partition_policy, op->device_api, body);
    }

    Expr visit(const Load *op) override {
        if (!in_device_ || !op->image.defined()) {
            return IRMutator::visit(op);
        }
        tables_[op->name] = op->image;
        return Load::make(op->type, op->name, mutate(op->index), Buffer<>(), Parameter(), mutate(op->predicate),
                          op->alignment);
    }

    Stmt visit(const LetStmt *op) override {
        const Stmt let = IRMutator::visit(op);
        return is_host_pointer(op->value) && launches_grids(op->body) ? let.as<LetStmt>()->body : let;
    }

private:
    bool in_device_ = false;
    std::map<std::string, Buffer<>> tables_;
};

} // namespace

std::shared_ptr<IRMutator> device_tables() { return std::make_shared<DeviceTables>(); }

} // namespace nibble::cuda
