// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_either.h"

#include <set>

#include "generators/either.h"

namespace nibble {

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// The flag that the calls of a statement share, inside the lets of the expression that it stands in.
class FindFlag : public IRVisitor {
public:
    Expr flag;
    bool several = false; ///< calls with other flags stand beside

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
        if (op->name == either_name) {
            const auto *uniform = op->args[0].as<Broadcast>();
            const Expr found = uniform != nullptr ? uniform->value : op->args[0];
            several = several || (flag.defined() && !equal(flag, found));
            flag = found;
        }
        IRVisitor::visit(op);
    }
};

/// Undefined where a statement has no flag that serves all of its calls and lanes.
Expr flag_of(const Stmt &stmt) {
    FindFlag find;
    stmt.accept(&find);
    return find.flag.defined() && !find.several && find.flag.type().is_scalar() ? find.flag : Expr();
}

/// Names that a statement defines.
class Definitions : public IRVisitor {
public:
    std::set<std::string> names;

protected:
    using IRVisitor::visit;

    void visit(const For *op) override {
        names.insert(op->name);
        IRVisitor::visit(op);
    }
    void visit(const LetStmt *op) override {
        names.insert(op->name);
        IRVisitor::visit(op);
    }
};

/// Whether an expression reads memory or one of these names.
class Depends : public IRVisitor {
public:
    explicit Depends(const std::set<std::string> &names) : names_(names) {}

    bool found = false;

protected:
    using IRVisitor::visit;

    void visit(const Variable *op) override { found = found || names_.count(op->name) != 0; }
    void visit(const Load *) override { found = true; }

private:
    const std::set<std::string> &names_;
};

bool is_invariant(const Expr &flag, const For *loop) {
    Definitions inside;
    Stmt(loop).accept(&inside);
    Depends depends(inside.names);
    flag.accept(&depends);
    return !depends.found;
}

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

Stmt branch(const Expr &flag, const Stmt &stmt) {
    return IfThenElse::make(flag, Take(1).mutate(stmt), Take(2).mutate(stmt));
}

class ExpandEither : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const For *op) override {
        const Expr flag = flag_of(op->body);
        return flag.defined() && is_invariant(flag, op) ? branch(flag, op) : IRMutator::visit(op);
    }

    Stmt visit(const Store *op) override {
        const Expr flag = flag_of(op);
        return flag.defined() ? branch(flag, op) : IRMutator::visit(op);
    }

    Expr visit(const Call *op) override {
        const Expr e = IRMutator::visit(op);
        const Call *call = e.as<Call>();
        return call != nullptr && call->name == either_name ? Select::make(call->args[0], call->args[1], call->args[2])
                                                            : e;
    }
};

} // namespace

std::shared_ptr<IRMutator> expand_either() { return std::make_shared<ExpandEither>(); }

} // namespace nibble
