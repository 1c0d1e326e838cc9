// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/thread_registers.h"

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace nibble::cuda {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class ThreadRegisters : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const For *op) override {
        if (op->for_type == ForType::GPUThread && op->device_api == DeviceAPI::CUDA) {
            threads_[op->name] = op->extent;
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
        return Load::make(op->type, op->name, of_first_thread(op->name, op->index), op->image, op->param,
                          mutate(op->predicate), op->alignment);
    }

    Stmt visit(const Store *op) override {
        if (!is_register(op->name)) {
            return IRMutator::visit(op);
        }
        return Store::make(op->name, mutate(op->value), of_first_thread(op->name, op->index), op->param,
                           mutate(op->predicate), op->alignment);
    }

    /// The schedules of this family have one thread write each element.
    Stmt visit(const Atomic *op) override { return threads_.empty() ? IRMutator::visit(op) : mutate(op->body); }

private:
    bool is_register(const std::string &name) const { return !threads_.empty() && registers_.count(name) != 0; }

    /// The place in allocation `name` as the block's first thread has it.
    Expr of_first_thread(const std::string &name, Expr index) {
        for (auto let = lets_.rbegin(); let != lets_.rend(); ++let) {
            index = substitute(let->first, let->second, index);
        }
        check_owner(name, index);
        return of_thread(index, 0);
    }

    /// The place that a thread has, or the last one where there are fewer.
    Expr of_thread(const Expr &index, int thread) const {
        std::map<std::string, Expr> places;
        for (const auto &[loop, extent] : threads_) {
            places[loop] = min(thread, extent - 1);
        }
        return simplify(substitute(places, index));
    }

    /// All accesses have to give a place to the same thread: from one thread to another, all move by the same number.
    void check_owner(const std::string &name, const Expr &index) {
        const Ramp *ramp = index.as<Ramp>();
        const Expr base = ramp != nullptr ? ramp->base : index;
        std::vector<Expr> moves;
        for (const int thread : {1, 6, 35, 100, 1023}) {
            moves.push_back(simplify(of_thread(base, thread) - of_thread(base, 0)));
        }
        const auto [known, fresh] = moves_.emplace(name, moves);
        for (size_t i = 0; i < moves.size() && !fresh; i++) {
            if (!equal(known->second[i], moves[i])) {
                throw std::invalid_argument("allocation " + name +
                                            ": found accesses of several threads to one place, expected one thread's");
            }
        }
    }

    std::map<std::string, Expr> threads_;            ///< how many there are, by the name of the loop over them
    std::map<std::string, std::vector<Expr>> moves_; ///< of an allocation's places, from the first thread to others
    std::set<std::string> registers_;
    std::vector<std::pair<std::string, Expr>> lets_; ///< in the order of their scopes; names are unique
};

} // namespace

std::shared_ptr<IRMutator> thread_registers() { return std::make_shared<ThreadRegisters>(); }

} // namespace nibble::cuda
