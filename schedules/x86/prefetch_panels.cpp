// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/prefetch_panels.h"

#include <functional>
#include <vector>

namespace nibble::x86 {

using namespace Halide;
using namespace Halide::Internal;

namespace {

bool ends_with(const std::string &text, const std::string &end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// The first load of an array.
class FirstLoad : public IRVisitor {
public:
    const Load *found = nullptr;

    explicit FirstLoad(const std::string &array) : array_(array) {}

protected:
    using IRVisitor::visit;

    void visit(const Load *op) override {
        if (found == nullptr && op->name == array_) {
            found = op;
        }
        IRVisitor::visit(op);
    }

private:
    const std::string &array_;
};

/// Puts a statement before the first one, outside of inner loops, that loads an array: where all that its index is made
/// of is known.
class BeforeFirstLoad : public IRMutator {
public:
    BeforeFirstLoad(const std::string &array, const std::function<Stmt(const Load *)> &statement)
        : array_(array), statement_(statement) {}

protected:
    using IRMutator::visit;

    Stmt visit(const For *op) override { return op; }
    Stmt visit(const Store *op) override { return before(op->value, op); }
    Stmt visit(const LetStmt *op) override {
        const Stmt with = before(op->value, op);
        return with.same_as(op) ? IRMutator::visit(op) : with;
    }

private:
    Stmt before(const Expr &value, const Stmt &stmt) {
        FirstLoad load(array_);
        if (!done_) {
            value.accept(&load);
        }
        if (load.found == nullptr) {
            return stmt;
        }
        done_ = true;
        return Block::make(statement_(load.found), stmt);
    }

    const std::string &array_;
    const std::function<Stmt(const Load *)> &statement_;
    bool done_ = false;
};

class PrefetchPanels : public IRMutator {
public:
    explicit PrefetchPanels(const NextPanels &next) : next_(next) {}

protected:
    using IRMutator::visit;

    Stmt visit(const For *op) override {
        const For *const outer = rows_;
        rows_ = !next_.rows.empty() && ends_with(op->name, next_.rows) ? op : outer;
        const Stmt loop = IRMutator::visit(op);
        rows_ = outer;
        op = loop.as<For>();
        if (!ends_with(op->name, next_.loop)) {
            return loop;
        }
        const std::function<Stmt(const Load *)> statement = [this](const Load *load) { return prefetches(load); };
        BeforeFirstLoad insert(next_.array, statement);
        return For::make(op->name, op->min, op->extent, op->for_type, op->partition_policy, op->device_api,
                         insert.mutate(op->body));
    }

private:
    Stmt prefetches(const Load *load) const {
        const auto *ramp = load->index.as<Ramp>();
        const Expr first = ramp != nullptr ? ramp->base : load->index;
        return next_.rows.empty() ? own_ahead(load, first) : next_panels(load, first);
    }

    static Stmt prefetch(const Load *load, const Expr &element) {
        const Expr base = Variable::make(type_of<void *>(), load->name);
        return Evaluate::make(
            Call::make(load->type.element_of(), Call::prefetch, {base, element, 1, 64}, Call::Intrinsic));
    }

    Stmt own_ahead(const Load *load, const Expr &first) const {
        std::vector<Stmt> all;
        for (int panel = 0; panel < next_.panels; panel++) {
            all.push_back(prefetch(load, first + panel * next_.panel_elements + next_.ahead));
        }
        return Block::make(all);
    }

    Stmt next_panels(const Load *load, const Expr &first) const {
        const auto tiles = rows_ != nullptr ? as_const_int(rows_->extent) : std::nullopt;
        const int shares = tiles ? static_cast<int>(std::min<int64_t>(*tiles, next_.panels)) : 1;
        const Expr tile = tiles ? Variable::make(Int(32), rows_->name) - rows_->min : Expr(0);
        std::vector<Stmt> all;
        for (int panel = 0; panel < next_.panels; panel += shares) {
            const Expr away = next_.panel_elements * (next_.panels + panel + tile);
            const Expr offset = first + (tiles && *tiles > shares ? select(tile < shares, away, next_.ahead) : away);
            all.push_back(prefetch(load, offset));
        }
        return Block::make(all);
    }

    NextPanels next_;
    const For *rows_ = nullptr;
};

} // namespace

std::shared_ptr<IRMutator> prefetch_panels(const NextPanels &next) { return std::make_shared<PrefetchPanels>(next); }

} // namespace nibble::x86
