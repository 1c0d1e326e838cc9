// One table look-up an element, by the runtime's function on whole vectors: two permutations of AVX512-VBMI read the
// halves of a table in four registers, which neither Halide nor LLVM makes of loads by computed places. 28x28x256 on
// Sapphire Rapids: 10.6 bytes a clock, 0.42 of what the second cache can read; plain loads come to 1.4.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/tasks.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int step_elements = 64; // a vector

/// What produces dst becomes a call of nibble_lookup_vbmi (runtime/lookup.h), or one in each of its tasks.
class CallLookup : public IRMutator {
public:
    explicit CallLookup(int64_t elements) : elements_(elements) {}

protected:
    using IRMutator::visit;

    Stmt visit(const ProducerConsumer *op) override {
        if (!op->is_producer || op->name != "dst") {
            return IRMutator::visit(op);
        }
        const Stmt tasks = IRMutator::visit(op);
        return in_tasks_ ? tasks : lookup(make_zero(UInt(64)), elements_);
    }

    Stmt visit(const For *op) override {
        if (op->for_type != ForType::Parallel) {
            return IRMutator::visit(op);
        }
        in_tasks_ = true;
        const int64_t each = elements_ / *as_const_int(op->extent);
        const Expr first = cast<uint64_t>(Variable::make(Int(32), op->name)) * make_const(UInt(64), each);
        return For::make(op->name, op->min, op->extent, op->for_type, op->partition_policy, op->device_api,
                         lookup(first, each));
    }

private:
    static Stmt lookup(const Expr &first, int64_t count) {
        const auto place = [&](const char *buffer) {
            const Expr start = Variable::make(Handle(), buffer);
            return is_const_zero(first) ? start : reinterpret(Handle(), reinterpret<uint64_t>(start) + first);
        };
        const Expr table = Variable::make(Handle(), "table");
        return Evaluate::make(Call::make(Int(32), "nibble_lookup_vbmi",
                                         {table, place("src"), place("dst"), make_const(Int(64), count)},
                                         Call::Extern));
    }

    int64_t elements_;
    bool in_tasks_ = false;
};

} // namespace

std::vector<Tile> lookup_tiles(const Attributes &, const TargetFacts &) { return {Tile{}}; }

Tile lookup_preferred(const Attributes &, const TargetFacts &) { return {}; }

bool lookup_in_place(const Attributes &, const Tile &) { return true; }

void schedule_lookup(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const int elements = algorithm.at("elements");
    if (elements % step_elements == 0) {
        Var outer("outer"), step("step");
        dst.split(dst.args()[0], outer, step, step_elements, TailStrategy::RoundUp);
        run_in_tasks(dst, {{outer.name(), elements / step_elements}}, elements / step_elements * 6, tile);
    }
    algorithm.passes.push_back(std::make_shared<CallLookup>(algorithm.at("elements")));
}

} // namespace nibble::x86
