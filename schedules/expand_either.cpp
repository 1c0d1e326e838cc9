// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_either.h"

#include "generators/requantise_channels.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// The flag of the first call in an expression, inside the lets that it stands in.
class FindFlag : public IRVisitor {
public:
    Expr flag;

protected:
    using IRVisitor::visit;

    void visit(const Let *op) override {
        op->value.accept(this);
        const bool before = flag.defined();
        op->body.accept(this);
        if (flag.defined() && !before) {
            flag = Let::make(op->name, op->value, flag);
        }
    }

    void visit(const Call *op) override {
        if (op->name == either_name && !flag.defined()) {
            const auto *uniform = op->args[0].as<Broadcast>();
            flag = uniform != nullptr ? uniform->value : op->args[0];
        }
        IRVisitor::visit(op);
    }
};

/// Replaces the calls by argument `taken`.
class Take : public IRMutator {
public:
    explicit Take(size_t taken) : taken_(taken) {}

protected:
    using IRMutator::visit;

    Expr visit(const Call *op) override {
        return op->name == either_name ? mutate(op->args[taken_]) : IRMutator::visit(op);
    }

private:
    size_t taken_;
};

class ExpandEither : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const Store *op) override {
        FindFlag find;
        op->value.accept(&find);
        if (!find.flag.defined() || find.flag.type().is_vector()) {
            return IRMutator::visit(op);
        }
        return IfThenElse::make(find.flag != 0, Take(1).mutate(Stmt(op)), Take(2).mutate(Stmt(op)));
    }

    Expr visit(const Call *op) override {
        const Expr e = IRMutator::visit(op);
        const Call *call = e.as<Call>();
        return call->name == either_name ? Select::make(call->args[0] != 0, call->args[1], call->args[2]) : e;
    }
};

} // namespace

std::shared_ptr<IRMutator> expand_either() { return std::make_shared<ExpandEither>(); }

} // namespace nibble
