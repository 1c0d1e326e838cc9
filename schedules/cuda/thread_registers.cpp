// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/thread_registers.h"

#include <map>
#include <set>
#include <string>

namespace nibble::cuda {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class ThreadRegisters : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const For *op) override {
        if (op->for_type == ForType::GPUThread && op->device_api == DeviceAPI::CUDA) {
            first_thread_[op->name] = 0;
        }
        return IRMutator::visit(op);
    }

    Stmt visit(const Allocate *op) override {
        if (op->memory_type == MemoryType::Register) {
            registers_.insert(op->name);
        }
        return IRMutator::visit(op);
    }

    Stmt visit(const LetStmt *op) override {
        lets_.emplace_back(op->name, op->value);
        return IRMutator::visit(op);
    }

    Expr visit(const Let *op) override {
        lets_.emplace_back(op->name, op->value);
        return IRMutator::visit(op);
    }

    Expr visit(const Load *op) override {
        if (!is_register(op->name)) {
            return IRMutator::visit(op);
        }
        return Load::make(op->type, op->name, of_first_thread(op->index), op->image, op->param, mutate(op->predicate),
                          op->alignment);
    }

    Stmt visit(const Store *op) override {
        if (!is_register(op->name)) {
            return IRMutator::visit(op);
        }
        return Store::make(op->name, mutate(op->value), of_first_thread(op->index), op->param, mutate(op->predicate),
                           op->alignment);
    }

    /// No other thread sees a register. Allocations are named after their Func.
    Stmt visit(const Atomic *op) override {
        const auto allocation = registers_.lower_bound(op->producer_name);
        const bool own = allocation != registers_.end() && allocation->rfind(op->producer_name, 0) == 0;
        return own && !first_thread_.empty() ? mutate(op->body) : IRMutator::visit(op);
    }

private:
    bool is_register(const std::string &name) const { return !first_thread_.empty() && registers_.count(name) != 0; }

    /// The place as the block's first thread has it.
    Expr of_first_thread(Expr index) {
        for (auto let = lets_.rbegin(); let != lets_.rend(); ++let) {
            index = substitute(let->first, let->second, index);
        }
        return simplify(substitute(first_thread_, index));
    }

    std::map<std::string, Expr> first_thread_; ///< 0 by the name of a loop over threads
    std::set<std::string> registers_;
    std::vector<std::pair<std::string, Expr>> lets_; ///< in the order of their scopes; names are unique
};

} // namespace

std::shared_ptr<IRMutator> thread_registers() { return std::make_shared<ThreadRegisters>(); }

} // namespace nibble::cuda
